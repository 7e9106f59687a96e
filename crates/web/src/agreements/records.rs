//! What is written down under an agreement: payments, visits, reviews.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Agreement, Next, Payment, Said, Visit, add_review, note_visit, pay as keep_payment, spent,
};
use enough_commissioning::intentions::intention;
use enough_kernel::Pence;

use super::{done, seen};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::intentions::evidence;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

const WRITE_A_DATE: &str = "Write a date, such as 2027-04-01";

#[derive(Template)]
#[template(path = "agreements/payment.html")]
struct PaymentForm {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    left: Pence,
    amount: String,
    back: bool,
    what: String,
    asked_on: String,
    paid_on: String,
}

async fn payment_form(
    caller: &Caller,
    id: &str,
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let one = seen(caller, id).await?;
    let paid = spent(caller.app.authority(), id).await?;
    let page_of = PaymentForm {
        frame: Frame::new(caller, titled("Enter a payment", &mistakes)),
        mistakes,
        left: Pence::new(one.terms.value.get() - paid.get()),
        amount: sent.line("amount"),
        back: sent.get("back") == "yes",
        what: sent.line("what"),
        asked_on: sent.line("asked_on"),
        paid_on: sent.line("paid_on"),
        one,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a payment.
pub async fn paying(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    payment_form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A payment is entered.
pub async fn pay(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::none();
    let amount =
        sent.line("amount").parse::<Pence>().map_err(|wrong| mistakes.add("amount", wrong.to_string()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, WRITE_A_DATE.to_owned()))
    };
    let (asked_on, paid_on) = (day("asked_on"), day("paid_on"));
    let (Ok(amount), Ok(asked_on), Ok(paid_on)) = (amount, asked_on, paid_on) else {
        return payment_form(&caller, &id, &sent, mistakes).await;
    };
    let sign = if sent.get("back") == "yes" { -1 } else { 1 };
    let payment =
        Payment { amount: Pence::new(sign * amount.get()), what: sent.line("what"), asked_on, paid_on };
    match keep_payment(caller.app.authority(), &caller.actor(), &id, &payment).await {
        Ok(()) => done(&caller, &id, "#money").await,
        Err(error) => payment_form(&caller, &id, &sent, told(error, "amount")?).await,
    }
}

#[derive(Template)]
#[template(path = "agreements/visit.html")]
struct VisitForm {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    on: String,
    announced: bool,
    seen: String,
    follows: String,
}

async fn visit_form(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let page_of = VisitForm {
        frame: Frame::new(caller, titled("Note a visit", &mistakes)),
        mistakes,
        one: seen(caller, id).await?,
        on: sent.line("on"),
        announced: sent.get("announced") == "yes",
        seen: sent.get("seen").to_owned(),
        follows: sent.get("follows").to_owned(),
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a visit.
pub async fn visit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    visit_form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A visit is noted.
pub async fn visited(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let Ok(on) = sent.line("on").parse::<NaiveDate>() else {
        return visit_form(&caller, &id, &sent, Mistakes::one("on", WRITE_A_DATE)).await;
    };
    let visit = Visit {
        on,
        announced: sent.get("announced") == "yes",
        seen: sent.get("seen").to_owned(),
        follows: sent.get("follows").to_owned(),
    };
    match note_visit(caller.app.authority(), &caller.actor(), &id, &visit).await {
        Ok(()) => done(&caller, &id, "#visits").await,
        Err(error) => visit_form(&caller, &id, &sent, told(error, "on")?).await,
    }
}

#[derive(Template)]
#[template(path = "agreements/review.html")]
struct ReviewForm {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    version: String,
    /// What the newest answer says of the areas of the plan.
    known: Vec<(String, String)>,
    story: String,
    lessons: String,
    nexts: Vec<Choice>,
}

async fn review_form(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let one = seen(caller, id).await?;
    let (plan, _) = intention(caller.app.authority(), &one.intention).await?;
    let (_, known) = evidence(caller, &plan.text.areas).await?;
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let page_of = ReviewForm {
        frame: Frame::new(caller, titled("Write a review", &mistakes)),
        mistakes,
        version: or("version", one.version.to_string()),
        known: known.into_iter().map(|area| (area.name, area.sentence)).collect(),
        story: or("story", String::new()),
        lessons: or("lessons", String::new()),
        nexts: options::<Next>(&or("next", String::new())),
        one,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a review.
pub async fn review(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    review_form(&caller, &id, None, Mistakes::none()).await
}

/// A review is written.
pub async fn reviewed(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let Ok(next) = sent.line("next").parse::<Next>() else {
        return review_form(&caller, &id, Some(&sent), Mistakes::one("next", "Choose what follows")).await;
    };
    let authority = caller.app.authority();
    let one = seen(&caller, &id).await?;
    let (plan, _) = intention(authority, &one.intention).await?;
    let (assessment, measured) = evidence(&caller, &plan.text.areas).await?;
    let said = Said { story: sent.get("story").to_owned(), lessons: sent.get("lessons").to_owned(), next };
    let place = (id.as_str(), sent.number("version")?);
    match add_review(authority, &caller.actor(), place, &said, (assessment.as_deref(), &measured)).await {
        Ok(()) => done(&caller, &id, "#reviews").await,
        Err(error) => review_form(&caller, &id, Some(&sent), told(error, "story")?).await,
    }
}
