//! The form of a framework or a dynamic market.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::frameworks::{Framework, Kind, State, Text, add_framework, change_framework};
use enough_kernel::Pence;

use super::{back, seen};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "frameworks/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    public: bool,
    kinds: Vec<Choice>,
    title: String,
    what: String,
    basis: String,
    ceiling: String,
    from: String,
    until: String,
    direct: String,
    conditions: String,
    contact: String,
    why: String,
}

fn form(
    caller: &Caller,
    is: Option<&Framework>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let text = is.map(|is| &is.text);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let plain = |amount: Pence| amount.to_string().trim_start_matches('£').to_owned();
    let title = if is.is_some() { "Change it" } else { "Write down a framework or a dynamic market" };
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        id: is.map_or_else(String::new, |is| is.id.clone()),
        version: or("version", is.map(|is| is.version.to_string())),
        public: is.is_some_and(Framework::is_public),
        kinds: options::<Kind>(&or("kind", None)),
        title: or("title", text.map(|text| text.title.clone())),
        what: or("what", text.map(|text| text.what.clone())),
        basis: or("basis", text.map(|text| text.basis.clone())),
        ceiling: or("ceiling", text.and_then(|text| text.ceiling).map(plain)),
        from: or("from", text.map(|text| text.from.to_string())),
        until: or("until", text.and_then(|text| text.until).map(|until| until.to_string())),
        direct: or("direct", text.map(|text| text.direct.clone())),
        conditions: or("conditions", text.map(|text| text.conditions.clone())),
        contact: or("contact", text.map(|text| text.contact.clone())),
        why: or("why", None),
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<Text, Mistakes> {
    let mut mistakes = Mistakes::none();
    let ceiling = Some(sent.line("ceiling")).filter(|text| !text.is_empty());
    let ceiling = ceiling.map(|text| text.parse::<Pence>()).transpose();
    let ceiling = ceiling.map_err(|wrong| mistakes.add("ceiling", wrong.to_string()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let from = day("from");
    let until = if sent.line("until").is_empty() { Ok(None) } else { day("until").map(Some) };
    match (ceiling, from, until) {
        (Ok(ceiling), Ok(from), Ok(until)) => Ok(Text {
            title: sent.line("title"),
            what: sent.get("what").trim().to_owned(),
            basis: sent.get("basis").trim().to_owned(),
            ceiling,
            from,
            until,
            direct: sent.get("direct").trim().to_owned(),
            conditions: sent.get("conditions").trim().to_owned(),
            contact: sent.line("contact"),
        }),
        _ => Err(mistakes),
    }
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    form(&caller, None, None, Mistakes::none())
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let Ok(kind) = sent.get("kind").parse::<Kind>() else {
        return form(&caller, None, Some(&sent), Mistakes::one("kind", "Choose what it is"));
    };
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, None, Some(&sent), mistakes),
    };
    match add_framework(caller.app.authority(), &caller.actor(), kind, &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/frameworks/{id}")).into_response()),
        Err(error) => form(&caller, None, Some(&sent), told(error, "title")?),
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let changes = is.state == State::Draft || is.kind == Kind::Market && is.state == State::Open;
    if changes { form(&caller, Some(&is), None, Mistakes::none()) } else { Err(Problem::NotFound) }
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, Some(&is), Some(&sent), mistakes),
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_framework(caller.app.authority(), &caller.actor(), place, &text, sent.get("why")).await {
        Ok(()) => back(&caller, &id).await,
        Err(error) => form(&caller, Some(&is), Some(&sent), told(error, "title")?),
    }
}
