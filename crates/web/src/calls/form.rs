//! The form of a call.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Duration, NaiveDate};
use enough_commissioning::calls::{Call, Question, State, Text, add_call, change_call};
use enough_commissioning::intentions::{Intention, intention};
use enough_kernel::Pence;
use enough_kernel::words::whole;

use super::{now, seen};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::frameworks::choices;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page, read_moment, typed_moment};

/// The most questions, and how many empty rows the form has.
const MOST: usize = 20;
const SPARE: usize = 2;

#[derive(Template)]
#[template(path = "calls/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    version: String,
    /// What it can be called off from, where the plan says so and it is not chosen yet.
    frameworks: Vec<Choice>,
    title: String,
    what: String,
    who: String,
    total: String,
    most: String,
    /// Number, what is asked, the most words.
    questions: Vec<(usize, String, String)>,
    closes_at: String,
    heard_by: String,
    starts_on: String,
    ends_on: String,
    contact: String,
}

fn plain(amount: Pence) -> String {
    amount.to_string().trim_start_matches('£').to_owned()
}

async fn form(
    caller: &Caller,
    (of, is): (&str, Option<&Call>),
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, _) = intention(caller.app.authority(), of).await?;
    let text = is.map(|is| &is.text);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let there = text.map_or(1, |text| text.questions.len());
    let count = sent.map_or(there + SPARE, |sent| {
        (1..=MOST).filter(|at| !sent.line(&format!("asks-{at}")).is_empty()).max().unwrap_or(0) + SPARE
    });
    let question = |number: usize| {
        let is = text.and_then(|text| text.questions.get(number - 1));
        let asks = or(&format!("asks-{number}"), is.map(|is| is.asks.clone()));
        (number, asks, or(&format!("words-{number}"), is.map(|is| is.words.to_string())))
    };
    let closes = text.map_or_else(|| now(caller) + Duration::days(35), |text| text.closes_at);
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let title = if is.is_some() { "Change a call" } else { "Call for applications" };
    let frameworks = match is {
        Some(_) => Vec::new(),
        None => choices(caller, plan.text.route, &or("framework", None)).await?,
    };
    // Where there is nothing to choose from there is no such field.
    let mistakes = if frameworks.is_empty() { mistakes.without("framework", "title") } else { mistakes };
    let page_of = Form {
        frame: Frame::new(caller, titled(title, &mistakes)),
        mistakes,
        version: or("version", is.map(|is| is.version.to_string())),
        frameworks,
        title: or("title", Some(text.map_or(&plan.text.title, |text| &text.title).clone())),
        what: or("what", Some(text.map_or(&plan.text.what, |text| &text.what).clone())),
        who: or("who", text.map(|text| text.who.clone())),
        total: or("total", Some(plain(text.map_or(plan.text.most, |text| text.total)))),
        most: or("most", text.map(|text| plain(text.most))),
        questions: (1..=count.min(MOST)).map(question).collect(),
        closes_at: or("closes_at", Some(typed_moment(closes))),
        heard_by: or("heard_by", text.map(|text| text.heard_by.to_string())),
        starts_on: or("starts_on", text.map(|text| text.starts_on.to_string()).or(day(plan.text.starts_on))),
        ends_on: or("ends_on", text.map(|text| text.ends_on.to_string()).or(day(plan.ends_on()))),
        contact: or("contact", Some(text.map_or(&plan.text.contact, |text| &text.contact).clone())),
        plan,
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<Text, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut pounds = |field: &'static str| {
        let amount = sent.line(field).parse::<Pence>();
        amount.map_err(|wrong| mistakes.add(field, wrong.to_string()))
    };
    let (total, most) = (pounds("total"), pounds("most"));
    let mut questions = Vec::new();
    for number in 1..=MOST {
        let asks = sent.line(&format!("asks-{number}"));
        if asks.is_empty() {
            continue;
        }
        match whole(&sent.line(&format!("words-{number}"))) {
            Some(words) => questions.push(Question { asks, words }),
            None => mistakes.add(
                "questions",
                format!("Question {number}: enter the most words as a whole number, such as 200"),
            ),
        }
    }
    let closes_at = read_moment(&sent.line("closes_at")).ok_or_else(|| {
        mistakes.add("closes_at", "Write a date and a time, such as 2027-04-01T12:00".to_owned());
    });
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let days = (day("heard_by"), day("starts_on"), day("ends_on"));
    let (Ok(total), Ok(most), Ok(closes_at), (Ok(heard_by), Ok(starts_on), Ok(ends_on))) =
        (total, most, closes_at, days)
    else {
        return Err(mistakes);
    };
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Text {
        title: sent.line("title"),
        what: sent.get("what").trim().to_owned(),
        who: sent.get("who").trim().to_owned(),
        total,
        most,
        questions,
        closes_at,
        heard_by,
        starts_on,
        ends_on,
        contact: sent.line("contact"),
    })
}

/// The empty form, for a plan.
pub async fn new(caller: Caller, Path(of): Path<String>) -> Result<Response, Problem> {
    form(&caller, (&of, None), None, Mistakes::none()).await
}

/// The form was sent.
pub async fn add(caller: Caller, Path(of): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, (&of, None), Some(&sent), mistakes).await,
    };
    let framework = sent.line("framework");
    let of_plan = (of.as_str(), Some(framework.as_str()).filter(|id| !id.is_empty()));
    match add_call(caller.app.authority(), &caller.actor(), of_plan, &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/calls/{id}")).into_response()),
        Err(error) => form(&caller, (&of, None), Some(&sent), told(error, "title")?).await,
    }
}

/// The form of a draft.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    if is.state != State::Draft {
        return Err(Problem::NotFound);
    }
    form(&caller, (&is.intention, Some(&is)), None, Mistakes::none()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let of = (is.intention.as_str(), Some(&is));
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, of, Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_call(caller.app.authority(), &caller.actor(), place, &text).await {
        Ok(()) => Ok(Redirect::to(&format!("/calls/{id}")).into_response()),
        Err(error) => form(&caller, of, Some(&sent), told(error, "title")?).await,
    }
}
