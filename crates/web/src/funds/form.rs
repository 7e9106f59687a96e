//! The form of a fund.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::funds::{Fund, Kind, State, Text, add_fund, change_fund};

use super::seen;
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "funds/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    name: String,
    kinds: Vec<Choice>,
    purpose: String,
    basis: String,
    hosts: Vec<Choice>,
    risk: String,
    from: String,
    until: String,
    contact: String,
}

/// The organisations to choose from.
pub(super) async fn organisations(caller: &Caller, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let mut known = caller.app.authority().organisations().await?;
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let choice = |one: enough_store::accounts::Organisation| Choice {
        on: one.id == chosen,
        label: format!("{}, {}", one.name, one.kind.label().to_lowercase()),
        key: one.id,
    };
    Ok(known.into_iter().map(choice).collect())
}

async fn form(
    caller: &Caller,
    is: Option<&Fund>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let text = is.map(|is| &is.text);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let own = caller.person().map(|person| person.organisation.clone());
    let title = if is.is_some() { "Change a fund" } else { "Write down a fund" };
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        id: is.map_or_else(String::new, |is| is.id.clone()),
        version: or("version", is.map(|is| is.version.to_string())),
        name: or("name", text.map(|text| text.name.clone())),
        kinds: options::<Kind>(&or("kind", text.map(|text| text.kind.to_string()))),
        purpose: or("purpose", text.map(|text| text.purpose.clone())),
        basis: or("basis", text.map(|text| text.basis.clone())),
        hosts: organisations(caller, &or("host", text.map(|text| text.host.clone()).or(own))).await?,
        risk: or("risk", text.map(|text| text.risk.clone())),
        from: or("from", text.map(|text| text.from.to_string())),
        until: or("until", text.map(|text| text.until.to_string())),
        contact: or("contact", text.map(|text| text.contact.clone())),
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<Text, Mistakes> {
    let mut mistakes = Mistakes::none();
    let kind = sent
        .get("kind")
        .parse::<Kind>()
        .map_err(|_| mistakes.add("kind", "Choose how the money is put together".to_owned()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    match (kind, day("from"), day("until")) {
        (Ok(kind), Ok(from), Ok(until)) => Ok(Text {
            name: sent.line("name"),
            kind,
            purpose: sent.get("purpose").trim().to_owned(),
            basis: sent.line("basis"),
            host: sent.line("host"),
            risk: sent.get("risk").trim().to_owned(),
            from,
            until,
            contact: sent.line("contact"),
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
    match add_fund(caller.app.authority(), &caller.actor(), &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/funds/{id}")).into_response()),
        Err(error) => form(&caller, None, Some(&sent), told(error, "name")?).await,
    }
}

/// The form of one that is a draft.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    if is.state != State::Draft {
        return Err(Problem::NotFound);
    }
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
    match change_fund(caller.app.authority(), &caller.actor(), place, &text).await {
        Ok(()) => Ok(Redirect::to(&format!("/funds/{id}")).into_response()),
        Err(error) => form(&caller, Some(&is), Some(&sent), told(error, "name")?).await,
    }
}
