//! The form of a commitment.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_plans::commitments::{Act, Commitment, Text, add_commitment, change_commitment, next_state};
use enough_plans::objectives;

use super::{Organisations, seen, side_of, today};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "commitments/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    made_by: Vec<Choice>,
    made_to: Vec<Choice>,
    promise: String,
    source: String,
    source_on: String,
    maker_lead: String,
    receiver_lead: String,
    due_on: String,
    measure: String,
    objectives: Vec<Choice>,
    why: String,
}

/// Organisations that are not closed, to choose from.
fn organisations(names: &Organisations, chosen: &str) -> Vec<Choice> {
    let none = Choice { key: String::new(), label: "Choose one".to_owned(), on: chosen.is_empty() };
    let open = names.0.iter().filter(|one| one.closed_at.is_none());
    let choice = |one: &enough_store::accounts::Organisation| Choice {
        key: one.id.clone(),
        label: one.name.clone(),
        on: one.id == chosen,
    };
    std::iter::once(none).chain(open.map(choice)).collect()
}

async fn form(
    caller: &Caller,
    is: Option<&Commitment>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let names = Organisations::all(caller).await?;
    let text = is.map(|is| &is.text);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let own = caller.person().map(|person| person.organisation.clone());
    let chosen = or("objective", text.and_then(|text| text.objective.as_ref()).map(ToString::to_string));
    let known = objectives(caller.app.authority()).await?;
    let known = known.iter().map(|(key, one)| Choice {
        key: key.to_string(),
        label: one.title.clone(),
        on: key.to_string() == chosen,
    });
    let none = Choice { key: String::new(), label: "None".to_owned(), on: chosen.is_empty() };
    let title = if is.is_some() { "Change a commitment" } else { "Write down a commitment" };
    let page_of = Form {
        frame: Frame::new(caller, titled(title, &mistakes)),
        mistakes,
        id: is.map_or_else(String::new, |is| is.id.clone()),
        version: or("version", is.map(|is| is.version.to_string())),
        made_by: organisations(&names, &or("made_by", own)),
        made_to: organisations(&names, &or("made_to", None)),
        promise: or("promise", text.map(|text| text.promise.clone())),
        source: or("source", text.map(|text| text.source.clone())),
        source_on: or("source_on", text.map(|text| text.source_on.to_string())),
        maker_lead: or("maker_lead", text.map(|text| text.maker_lead.clone())),
        receiver_lead: or("receiver_lead", text.map(|text| text.receiver_lead.clone())),
        due_on: or("due_on", text.map(|text| text.due_on.to_string())),
        measure: or("measure", text.map(|text| text.measure.clone())),
        objectives: std::iter::once(none).chain(known).collect(),
        why: or("why", None),
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<Text, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let (source_on, due_on) = (day("source_on"), day("due_on"));
    let objective = Some(sent.line("objective")).filter(|key| !key.is_empty());
    let objective = objective.map(|key| key.parse()).transpose();
    let objective = objective.map_err(|_: enough_plans::NotAnObjective| {
        mistakes.add("objective", "Choose an objective, or none".to_owned());
    });
    match (source_on, due_on, objective) {
        (Ok(source_on), Ok(due_on), Ok(objective)) => Ok(Text {
            promise: sent.get("promise").trim().to_owned(),
            source: sent.line("source"),
            source_on,
            maker_lead: sent.line("maker_lead"),
            receiver_lead: sent.line("receiver_lead"),
            due_on,
            measure: sent.get("measure").trim().to_owned(),
            objective,
        }),
        _ => Err(mistakes),
    }
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    form(&caller, None, None, Mistakes::none()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, None, Some(&sent), mistakes).await,
    };
    let (made_by, made_to) = (sent.line("made_by"), sent.line("made_to"));
    match add_commitment(caller.app.authority(), &caller.actor(), (&made_by, &made_to), &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/commitments/{id}")).into_response()),
        Err(error) => form(&caller, None, Some(&sent), told(error, "made_by")?).await,
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let side = side_of(&caller, &is).ok_or(Problem::NotFound)?;
    next_state(is.standing(today(&caller)), side, Act::Change).map_err(|_| Problem::NotFound)?;
    form(&caller, Some(&is), None, Mistakes::none()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, Some(&is), Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_commitment(caller.app.authority(), &caller.actor(), place, &text, sent.get("why")).await {
        Ok(()) => Ok(Redirect::to(&format!("/commitments/{id}")).into_response()),
        Err(error) => form(&caller, Some(&is), Some(&sent), told(error, "promise")?).await,
    }
}
