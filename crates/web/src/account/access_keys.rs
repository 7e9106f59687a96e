//! Access keys of one's own: with one a program acts for its person over the API.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::accounts::{AccessKey, AccessKeyDraft, LONGEST_KEY};

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "account/access_keys.html")]
struct List {
    frame: Frame,
    mistakes: Mistakes,
    keys: Vec<AccessKey>,
    name: String,
    days: String,
    may_change: bool,
    /// The secret of a key that was just made.
    secret: Option<String>,
}

/// What was typed: name, days, whether it may change anything.
type Typed = (String, String, bool);

async fn listed(
    caller: &Caller,
    (name, days, may_change): Typed,
    mistakes: Mistakes,
    secret: Option<String>,
) -> Result<Response, Problem> {
    let keys = caller.app.authority().access_keys(&caller.session()?.person).await?;
    let title = if mistakes.is_empty() { "Access keys" } else { "Error: Access keys" };
    let frame = Frame::new(caller, title);
    Ok(page(List { frame, mistakes, keys, name, days, may_change, secret })?.into_response())
}

fn nothing_typed() -> Typed {
    (String::new(), "90".to_owned(), false)
}

/// The keys, and the form for another.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    listed(&caller, nothing_typed(), Mistakes::none(), None).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let typed = (sent.line("name"), sent.line("days"), sent.get("may_change") == "yes");
    let Ok(days) = typed.1.parse() else {
        let what = format!("Days must be a whole number from 1 to {LONGEST_KEY}");
        return listed(&caller, typed, Mistakes::one("days", what), None).await;
    };
    let draft = AccessKeyDraft { name: typed.0.clone(), days, may_change: typed.2 };
    let (authority, session) = (caller.app.authority(), caller.session()?);
    match authority.add_access_key(&caller.client, session, &draft).await {
        Ok(secret) => listed(&caller, nothing_typed(), Mistakes::none(), Some(secret)).await,
        Err(error) => listed(&caller, typed, refused(error, "name")?, None).await,
    }
}

/// A key is to be ended.
pub async fn end(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = &caller.session()?.person;
    caller.app.authority().end_access_key(&caller.actor(), &person.id, &id).await?;
    Ok(Redirect::to("/account/access-keys").into_response())
}
