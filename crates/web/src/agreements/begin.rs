//! An agreement without a tender: written for a plan whose published route has none, and signed by somebody else.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Justification, Terms, Without, add_agreement, give_up_agreement, sign_agreement,
};
use enough_commissioning::intentions::{Intention, Route, intention};
use enough_kernel::Pence;

use super::{Typed, done, shown};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::frameworks::choices;
use crate::mistakes::{Mistakes, PAGE, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "agreements/new.html")]
struct New {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    title: String,
    organisations: Vec<Choice>,
    frameworks: Vec<Choice>,
    /// Why a contract is awarded without a tender; empty where the plan has another way.
    grounds: Vec<Choice>,
    value: String,
    starts_on: String,
    ends_on: String,
    how: String,
}

async fn form(
    caller: &Caller,
    of: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (plan, _) = intention(authority, of).await?;
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let chosen = or("organisation", String::new());
    let mut known = authority.organisations().await?;
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let choice = |one: enough_store::accounts::Organisation| Choice {
        on: one.id == chosen,
        label: format!("{}, {}", one.name, one.kind.label().to_lowercase()),
        key: one.id,
    };
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let frameworks = choices(caller, plan.text.route, &or("framework", String::new())).await?;
    // Where there is nothing to choose from there is no such field.
    let mistakes = if frameworks.is_empty() { mistakes.without("framework", "title") } else { mistakes };
    let is_contract = plan.text.route == Some(Route::Contract);
    let mistakes = if is_contract { mistakes } else { mistakes.without("direct", "title") };
    let page_of = New {
        frame: Frame::new(caller, titled("Write an agreement", &mistakes)),
        mistakes,
        title: or("title", plan.text.title.clone()),
        organisations: known.into_iter().map(choice).collect(),
        frameworks,
        grounds: if is_contract {
            options::<Justification>(&or("direct", String::new()))
        } else {
            Vec::new()
        },
        value: or("value", String::new()),
        starts_on: or("starts_on", day(plan.text.starts_on)),
        ends_on: or("ends_on", day(plan.ends_on())),
        how: or("how", String::new()),
        plan,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn new(caller: Caller, Path(of): Path<String>) -> Result<Response, Problem> {
    form(&caller, &of, None, Mistakes::none()).await
}

/// A value and two days as a form sends them, or what is wrong with each.
pub(super) fn read_terms(sent: &Sent) -> Result<Terms, Mistakes> {
    let mut mistakes = Mistakes::none();
    let value = sent.line("value").parse::<Pence>().map_err(|wrong| mistakes.add("value", wrong.to_string()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    match (value, day("starts_on"), day("ends_on")) {
        (Ok(value), Ok(starts_on), Ok(ends_on)) => Ok(Terms { value, starts_on, ends_on }),
        _ => Err(mistakes),
    }
}

/// The form was sent.
pub async fn add(caller: Caller, Path(of): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let terms = match read_terms(&sent) {
        Ok(terms) => terms,
        Err(mistakes) => return form(&caller, &of, Some(&sent), mistakes).await,
    };
    let new = Without {
        organisation: sent.line("organisation"),
        title: sent.line("title"),
        terms,
        how: sent.get("how").to_owned(),
        direct: sent.get("direct").parse().ok(),
        framework: Some(sent.line("framework")).filter(|id| !id.is_empty()),
    };
    match add_agreement(caller.app.authority(), &caller.actor(), &of, &new).await {
        Ok(id) => done(&caller, &id, "").await,
        Err(error) => form(&caller, &of, Some(&sent), told(error, "title")?).await,
    }
}

/// One that is only written is given up.
pub async fn give_up(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (place, reason) = ((id.as_str(), sent.number("version")?), sent.get("reason"));
    let typed = Typed { reason: reason.to_owned(), ..Typed::default() };
    match give_up_agreement(caller.app.authority(), &caller.actor(), place, reason).await {
        Ok(()) => {
            publish(&caller, Process::Agreement(&id)).await;
            Ok(Redirect::to("/agreements").into_response())
        }
        Err(error) => shown(&caller, &id, typed, told(error, PAGE)?).await,
    }
}

/// One without a tender is signed.
pub async fn sign(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let typed = sent.line("signed_on");
    let again = async |mistakes: Mistakes| {
        let typed = Typed { signed_on: typed.clone(), ..Typed::default() };
        shown(&caller, &id, typed, mistakes).await
    };
    let Ok(on) = typed.parse::<NaiveDate>() else {
        return again(Mistakes::one("signed_on", "Write the day on which it was signed as 2027-04-01")).await;
    };
    let place = (id.as_str(), sent.number("version")?);
    match sign_agreement(caller.app.authority(), &caller.actor(), place, on).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => again(told(error, PAGE)?).await,
    }
}
