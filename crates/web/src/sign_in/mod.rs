//! Signing in and out, and proving again who one is.

pub mod elsewhere;
pub mod links;
pub mod passkeys;
pub mod second_factor;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use enough_store::accounts::{SignIn, Stage};

use self::passkeys::Offer;
use crate::caller::{Caller, Visitor, cookie};
use crate::form::{Sent, way_back};
use crate::mistakes::Mistakes;
use crate::problem::{Problem, encoded};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "sign_in/ask.html")]
struct Ask {
    frame: Frame,
    mistakes: Mistakes,
    email: String,
    next: String,
    /// Whether a proof is asked for and not a sign-in.
    again: bool,
    /// Whether the proof needs a code too.
    code: bool,
    /// What people call their accounts elsewhere, if they can sign in with them.
    elsewhere: Option<String>,
    /// Whether the service sends e-mail.
    sends: bool,
    /// The passkey that the proof can be made with instead of a code.
    offer: Option<Offer>,
}

/// What people call their accounts elsewhere.
fn elsewhere_label(caller: &Caller) -> Option<String> {
    caller.app.settings().provider.as_ref().map(|provider| provider.label.clone())
}

/// The form to sign in with.
fn ask_page(caller: &Caller, email: String, next: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let frame = Frame::new(caller, if mistakes.is_empty() { "Sign in" } else { "Error: Sign in" });
    let elsewhere = elsewhere_label(caller);
    let sends = caller.app.settings().sends_mail();
    let ask = Ask { frame, mistakes, email, next, sends, again: false, code: false, elsewhere, offer: None };
    Ok(page(ask)?.into_response())
}

/// The form, after an account elsewhere opened nothing here.
pub fn refused_page(caller: &Caller, next: String) -> Result<Response, Problem> {
    let what =
        "That account opens nothing here. Ask an administrator of your authority, or sign in with a password";
    ask_page(caller, String::new(), next, Mistakes::one("email", what))
}

/// The proof, after it was somebody else who proved it.
pub async fn proven_page(caller: &Caller, next: String) -> Result<Response, Problem> {
    let what =
        "That is not the account that you signed in with before, or it was shown without a second factor";
    prove_page(caller, next, Mistakes::one("password", what)).await
}

/// Sends the browser on, with a token.
pub fn go(caller: &Caller, token: &str, to: &str) -> Response {
    ([(header::SET_COOKIE, cookie(&caller.app, token))], Redirect::to(to)).into_response()
}

/// What to say of a sign-in that did not succeed.
pub fn mistake(outcome: &SignIn, now: DateTime<Utc>, field: &'static str, refused: &str) -> Mistakes {
    match outcome {
        SignIn::Wait(until) => {
            let minutes = (*until - now).num_seconds().max(1).cast_unsigned().div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            Mistakes::one(field, format!("There were too many attempts. Try again in {minutes} {unit}"))
        }
        SignIn::Refused | SignIn::Begun(..) => Mistakes::one(field, refused),
    }
}

/// The form.
pub async fn ask(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    if caller.person().is_some() {
        return Ok(Redirect::to(way_back(&next)).into_response());
    }
    ask_page(&caller, String::new(), next, Mistakes::none())
}

/// The form was sent.
pub async fn enter(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let needed = !caller.app.settings().demonstration;
    let attempt = caller.attempt()?;
    let outcome = authority.sign_in(&caller.client, sent.get("email"), sent.get("password"), needed).await?;
    attempt.ended(&outcome);
    let next = sent.line("next");
    if let SignIn::Begun(token, stage) = &outcome {
        // The token of before opens nothing any more: what somebody else put into this browser is of no use to them.
        if let Visitor::Known(old) | Visitor::Half(old) = &caller.visitor {
            authority.sign_out(&caller.client.actor(&old.person), &old.person.id, Some(&old.id)).await?;
        }
        let to = match stage {
            Stage::Full => way_back(&next).to_owned(),
            Stage::SecondFactor => format!("/sign-in/code?next={}", encoded(&next)),
            Stage::Enrol => format!("/sign-in/enrol?next={}", encoded(&next)),
        };
        return Ok(go(&caller, token, &to));
    }
    let now = authority.environment().now();
    let mistakes = mistake(&outcome, now, "email", "The e-mail address or the password is not right");
    ask_page(&caller, sent.line("email"), next, mistakes)
}

/// Ends the session.
pub async fn leave(caller: Caller) -> Result<Response, Problem> {
    let session = caller.session()?;
    caller.app.authority().sign_out(&caller.actor(), &session.person.id, Some(&session.id)).await?;
    let mut response = go(&caller, "", "/");
    // Nothing of what was seen stays in a browser that others use too.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// Asks again who somebody is, before something dangerous.
pub async fn prove(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    prove_page(&caller, next, Mistakes::none()).await
}

async fn prove_page(caller: &Caller, next: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let session = caller.session()?;
    let person = &session.person;
    let code = caller.app.authority().authenticator(&person.id).await?;
    let offer = passkeys::asked(caller, session).await?;
    let frame = Frame::new(caller, "Show again who you are");
    let elsewhere = elsewhere_label(caller);
    let sends = caller.app.settings().sends_mail();
    let ask = Ask {
        frame,
        mistakes,
        email: person.email.clone(),
        next,
        sends,
        again: true,
        code,
        elsewhere,
        offer,
    };
    Ok(page(ask)?.into_response())
}

/// The proof was sent.
pub async fn proven(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, next) = (caller.app.authority(), sent.line("next"));
    let attempt = caller.attempt()?;
    let outcome = authority
        .prove_again(
            &caller.client,
            caller.session()?,
            sent.get("password"),
            passkeys::second(&caller, &sent),
        )
        .await?;
    attempt.ended(&outcome);
    if matches!(outcome, SignIn::Begun(..)) {
        return Ok(Redirect::to(way_back(&next)).into_response());
    }
    let mistakes = mistake(
        &outcome,
        authority.environment().now(),
        "password",
        "The password is not right, or the code or the passkey",
    );
    prove_page(&caller, next, mistakes).await
}
