//! Passkeys of one's own.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::StoreError;
use enough_store::accounts::Passkey;

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, PAGE, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::sign_in::passkeys::{Offer, answer, offered};
use crate::sign_in::second_factor::recovery;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct List {
    frame: Frame,
    mistakes: Mistakes,
    passkeys: Vec<Passkey>,
    name: String,
    offer: Option<Offer>,
}

async fn listed(caller: &Caller, name: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let session = caller.session()?;
    let passkeys = caller.app.authority().passkeys(&session.person.id).await?;
    let offer = match offered(caller, session).await {
        // There are as many as there may be.
        Err(Problem::Store(StoreError::Refused(_))) => None,
        other => other?,
    };
    let title = if mistakes.is_empty() { "Passkeys" } else { "Error: Passkeys" };
    Ok(page(List { frame: Frame::new(caller, title), mistakes, passkeys, name, offer })?.into_response())
}

/// The passkeys, and the form for another.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    listed(&caller, String::new(), Mistakes::none()).await
}

/// A passkey was made.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let name = sent.line("name");
    let Some(made) = answer(&caller, &sent) else {
        let what = "This browser did not make a passkey. Scripts must be on, and the address the right one";
        return listed(&caller, name, Mistakes::one(PAGE, what)).await;
    };
    match caller.app.authority().add_passkey(&caller.client, caller.session()?, &name, made).await {
        Ok(None) => Ok(Redirect::to("/account/passkeys").into_response()),
        Ok(Some((codes, token))) => recovery(&caller, codes, &token, "/account/passkeys"),
        Err(error) => listed(&caller, name, refused(error, PAGE)?).await,
    }
}

/// A passkey is to be taken away.
pub async fn remove(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    match caller.app.authority().remove_passkey(&caller.client, caller.session()?, &id).await {
        Ok(()) => Ok(Redirect::to("/account/passkeys").into_response()),
        Err(error) => listed(&caller, String::new(), refused(error, PAGE)?).await,
    }
}
