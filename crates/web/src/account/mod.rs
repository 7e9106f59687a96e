//! One's own account: password, second factor, passkeys, sessions, access keys.

pub mod access_keys;
pub mod passkeys;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::accounts::Session;

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::sign_in::second_factor::{Enrol, recovery};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "account/account.html")]
struct Account {
    frame: Frame,
    own: Session,
    organisation: String,
    authenticator: bool,
    passkeys: usize,
    keys: usize,
    sessions: Vec<Session>,
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct Password {
    frame: Frame,
    mistakes: Mistakes,
}

/// The account.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let (authority, own) = (caller.app.authority(), caller.session()?.clone());
    let sessions = authority.sessions(&own.person).await?;
    let organisation = authority.organisation(&own.person.organisation).await?.name;
    let authenticator = authority.authenticator(&own.person.id).await?;
    let passkeys = authority.passkeys(&own.person.id).await?.len();
    let keys = authority.access_keys(&own.person).await?.len();
    let frame = Frame::new(&caller, "Your account");
    Ok(page(Account { frame, own, organisation, authenticator, passkeys, keys, sessions })?.into_response())
}

/// The form for another password.
pub async fn password(caller: Caller) -> Result<Response, Problem> {
    let frame = Frame::new(&caller, "Change your password");
    Ok(page(Password { frame, mistakes: Mistakes::none() })?.into_response())
}

/// The form was sent.
pub async fn change_password(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let again = |mistakes: Mistakes| {
        let frame = Frame::new(&caller, "Error: Change your password");
        Ok(page(Password { frame, mistakes })?.into_response())
    };
    if sent.get("password") != sent.get("again") {
        return again(Mistakes::one("again", "The two passwords are not the same. Type the same one twice"));
    }
    let authority = caller.app.authority();
    match authority
        .change_password(&caller.client, caller.session()?, sent.get("old"), sent.get("password"))
        .await
    {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(error) => again(refused(error, "password")?),
    }
}

async fn enrol_page(caller: &Caller, mistakes: Mistakes) -> Result<Response, Problem> {
    let enrolment = caller.app.authority().enrol(&caller.client, caller.session()?).await?;
    let to = ("/account/second-factor", "/account".to_owned());
    Ok(page(Enrol::new(caller, &enrolment, to, None, mistakes))?.into_response())
}

/// The key for an authenticator.
pub async fn enrol(caller: Caller) -> Result<Response, Problem> {
    enrol_page(&caller, Mistakes::none()).await
}

/// The first code was sent.
pub async fn confirm(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, session) = (caller.app.authority(), caller.session()?);
    match authority.confirm(&caller.client, session, sent.get("code")).await {
        Ok(None) => Ok(Redirect::to("/account").into_response()),
        Ok(Some((codes, token))) => recovery(&caller, codes, &token, "/account"),
        Err(error) => enrol_page(&caller, refused(error, "code")?).await,
    }
}

/// Ends a session of one's own.
pub async fn end_session(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = &caller.session()?.person;
    caller.app.authority().sign_out(&caller.actor(), &person.id, Some(&id)).await?;
    Ok(Redirect::to("/account").into_response())
}
