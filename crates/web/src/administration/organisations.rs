//! Organisations: who works with the authority.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::StoreError;
use enough_store::accounts::{Organisation, OrganisationDraft, OrganisationKind};

use super::{Choice, Difference, differences};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "administration/organisations.html")]
struct List {
    frame: Frame,
    organisations: Vec<Organisation>,
}

/// All organisations.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let mut organisations = caller.app.authority().organisations().await?;
    let frame = Frame::of_list(&caller, "Organisations", &mut organisations);
    Ok(page(List { frame, organisations })?.into_response())
}

#[derive(Template)]
#[template(path = "administration/organisation.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    name: String,
    kinds: Vec<Choice>,
    version: i32,
    changed: Vec<Difference>,
}

fn form(
    caller: &Caller,
    (title, name, kind, version): (&str, &str, &str, i32),
    mistakes: Mistakes,
    changed: Vec<Difference>,
) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let choice = |one: &OrganisationKind| Choice {
        key: one.key().to_owned(),
        label: one.label().to_owned(),
        on: one.key() == kind,
    };
    let kinds = OrganisationKind::ALL.iter().map(choice).collect();
    let frame = Frame::new(caller, title);
    Ok(page(Form { frame, mistakes, name: name.to_owned(), kinds, version, changed })?.into_response())
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    form(&caller, ("Add an organisation", "", "", 0), Mistakes::none(), Vec::new())
}

/// What was sent; a mistake if no kind was chosen.
fn draft(sent: &Sent) -> Result<OrganisationDraft, Mistakes> {
    let kind = sent
        .get("kind")
        .parse()
        .map_err(|_| Mistakes::one("kind", "Choose what kind of organisation it is"))?;
    Ok(OrganisationDraft { name: sent.line("name"), kind })
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let typed = ("Add an organisation", sent.get("name"), sent.get("kind"), 0);
    let draft = match draft(&sent) {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, typed, mistakes, Vec::new()),
    };
    match caller.app.authority().add_organisation(&caller.actor(), &draft).await {
        Ok(_) => Ok(Redirect::to("/administration/organisations").into_response()),
        Err(error) => form(&caller, typed, refused(error, "name")?, Vec::new()),
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let one = caller.app.authority().organisation(&id).await?;
    form(&caller, (&one.name, &one.name, one.kind.key(), one.version), Mistakes::none(), Vec::new())
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let seen: i32 = sent.number("version")?;
    let (name, kind) = (sent.line("name"), sent.line("kind"));
    let draft = match draft(&sent) {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, (&name, &name, &kind, seen), mistakes, Vec::new()),
    };
    match authority.change_organisation(&caller.actor(), &id, seen, &draft).await {
        Ok(()) => Ok(Redirect::to("/administration/organisations").into_response()),
        Err(StoreError::Conflict { .. }) => {
            let now = authority.organisation(&id).await?;
            let changed = differences([
                ("Name", now.name, name.clone()),
                ("Kind", now.kind.label().to_owned(), draft.kind.label().to_owned()),
            ]);
            let what =
                "Somebody else changed this organisation while you were typing. Compare, then save again";
            form(&caller, (&name, &name, &kind, now.version), Mistakes::one("changed", what), changed)
        }
        Err(error) => form(&caller, (&name, &name, &kind, seen), refused(error, "name")?, Vec::new()),
    }
}
