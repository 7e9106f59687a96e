//! Opening bids, and the passphrase with which somebody does it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use enough_commissioning::tenders::{Phase, Tender, give_share, has_opener_key, keep_opener_key, openers};

use super::{now, people, seen};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "tenders/key.html")]
struct Key {
    frame: Frame,
    mistakes: Mistakes,
    there: bool,
}

async fn key_form(caller: &Caller, mistakes: Mistakes) -> Result<Response, Problem> {
    let there = has_opener_key(caller.app.authority(), &caller.session()?.person.id).await?;
    let title =
        if mistakes.is_empty() { "A passphrase to open bids" } else { "Error: A passphrase to open bids" };
    Ok(page(Key { frame: Frame::new(caller, title), mistakes, there })?.into_response())
}

/// The form of a passphrase.
pub async fn key(caller: Caller) -> Result<Response, Problem> {
    key_form(&caller, Mistakes::none()).await
}

/// The form was sent.
pub async fn keep_key(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let passphrase = sent.get("passphrase");
    if passphrase != sent.get("again") {
        return key_form(&caller, Mistakes::one("again", "The two are not the same")).await;
    }
    match keep_opener_key(caller.app.authority(), &caller.actor(), passphrase).await {
        Ok(()) => Ok(Redirect::to("/tenders").into_response()),
        Err(error) => key_form(&caller, told(error, "passphrase")?).await,
    }
}

#[derive(Template)]
#[template(path = "tenders/open.html")]
struct Open {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    closed: bool,
    /// Who opens, and when they opened their half.
    openers: Vec<(String, Option<DateTime<Utc>>)>,
    /// Whether whoever asks was named, and can open a half still.
    named: bool,
    own: bool,
}

async fn open_form(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let (names, person) = (people(caller).await?, &caller.session()?.person.id);
    let all = openers(caller.app.authority(), id).await?;
    let named = all.iter().any(|one| one.person == *person);
    let own = all.iter().any(|one| one.person == *person && one.given_at.is_none());
    let openers = all.into_iter().map(|one| (names.of(&one.person), one.given_at)).collect();
    let title = if mistakes.is_empty() { "Open the bids" } else { "Error: Open the bids" };
    let closed = tender.phase(now(caller)) == Phase::Closed;
    Ok(page(Open { frame: Frame::new(caller, title), mistakes, tender, closed, openers, named, own })?
        .into_response())
}

/// The form that opens bids.
pub async fn open(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    open_form(&caller, &id, Mistakes::none()).await
}

/// The form was sent.
pub async fn opened(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    match give_share(caller.app.authority(), &caller.actor(), &id, sent.get("passphrase")).await {
        Ok(true) => Ok(Redirect::to(&format!("/tenders/{id}")).into_response()),
        Ok(false) => Ok(Redirect::to(&format!("/tenders/{id}/open")).into_response()),
        Err(error) => open_form(&caller, &id, told(error, "passphrase")?).await,
    }
}
