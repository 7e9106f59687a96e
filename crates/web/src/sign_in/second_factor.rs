//! The second factor while signing in: its code, or setting it up.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::accounts::{Enrolment, SignIn, Stage};
use qrcode::QrCode;
use qrcode::render::svg;

use super::passkeys::{Offer, answer, asked, offered, second};
use super::{go, mistake};
use crate::caller::{Caller, cookie};
use crate::form::{Sent, way_back};
use crate::mistakes::{Mistakes, refused};
use crate::problem::{Problem, encoded};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct Code {
    frame: Frame,
    mistakes: Mistakes,
    next: String,
    offer: Option<Offer>,
}

/// The page on which somebody sets up an authenticator.
#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
pub struct Enrol {
    frame: Frame,
    mistakes: Mistakes,
    secret: String,
    picture: String,
    to: &'static str,
    next: String,
    offer: Option<Offer>,
}

/// The page with the codes for the day on which the phone is lost.
#[derive(Template)]
#[template(path = "sign_in/recovery.html")]
pub struct Recovery {
    frame: Frame,
    codes: Vec<String>,
    next: String,
}

impl Enrol {
    /// The page for an enrolment.
    pub fn new(
        caller: &Caller,
        enrolment: &Enrolment,
        (to, next): (&'static str, String),
        offer: Option<Offer>,
        mistakes: Mistakes,
    ) -> Self {
        let picture = QrCode::new(&enrolment.link).map_or_else(
            |_| String::new(),
            |code| code.render::<svg::Color>().min_dimensions(200, 200).quiet_zone(true).build(),
        );
        // The picture is put into the page: the declaration of a file of its own does not belong there.
        let picture = picture.find("<svg").map_or_else(String::new, |start| picture[start..].to_owned());
        let picture = picture.replacen(
            "<svg",
            "<svg class=\"enough-qr\" role=\"img\" aria-label=\"QR code with the same key\"",
            1,
        );
        let frame = Frame::new(caller, "Set up a second factor");
        Self { frame, mistakes, secret: enrolment.secret.clone(), picture, to, next, offer }
    }
}

/// Ends an enrolment: the codes, and the browser's new token.
pub fn recovery(caller: &Caller, codes: Vec<String>, token: &str, next: &str) -> Result<Response, Problem> {
    let frame = Frame::new(caller, "Keep these codes");
    let page = page(Recovery { frame, codes, next: way_back(next).to_owned() })?;
    Ok(([(header::SET_COOKIE, cookie(&caller.app, token))], page).into_response())
}

async fn code_page(caller: &Caller, next: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { "Enter your code" } else { "Error: Enter your code" };
    let offer = asked(caller, caller.half()?).await?;
    Ok(page(Code { frame: Frame::new(caller, title), mistakes, next, offer })?.into_response())
}

/// Asks for the code.
pub async fn ask(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    if caller.half()?.stage == Stage::Enrol {
        return Ok(Redirect::to(&format!("/sign-in/enrol?next={}", encoded(&next))).into_response());
    }
    code_page(&caller, next, Mistakes::none()).await
}

/// The code was sent, or the answer of a passkey.
pub async fn show(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, session, next) = (caller.app.authority(), caller.half()?, sent.line("next"));
    if session.stage != Stage::SecondFactor {
        return Ok(Redirect::to("/sign-in/enrol").into_response());
    }
    let attempt = caller.attempt()?;
    let outcome = authority.show_second_factor(&caller.client, session, second(&caller, &sent)).await?;
    attempt.ended(&outcome);
    if let SignIn::Begun(token, _) = &outcome {
        return Ok(go(&caller, token, way_back(&next)));
    }
    let now = authority.environment().now();
    let refused = if sent.get("credential").is_empty() {
        "The code is not right. Codes change every 30 seconds and open once"
    } else {
        "The passkey was not accepted. Try again, or use a code"
    };
    code_page(&caller, next, mistake(&outcome, now, "code", refused)).await
}

async fn enrol_page(caller: &Caller, next: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let session = caller.half()?;
    let enrolment = caller.app.authority().enrol(&caller.client, session).await?;
    let offer = offered(caller, session).await?;
    Ok(page(Enrol::new(caller, &enrolment, ("/sign-in/enrol", next), offer, mistakes))?.into_response())
}

/// Shows the key for the authenticator.
pub async fn enrol(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    if caller.half()?.stage != Stage::Enrol {
        return Ok(Redirect::to(&format!("/sign-in/code?next={}", encoded(&next))).into_response());
    }
    enrol_page(&caller, next, Mistakes::none()).await
}

/// The first code was sent, or a passkey was made instead.
pub async fn confirm(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, session, next) = (caller.app.authority(), caller.half()?, sent.line("next"));
    if session.stage != Stage::Enrol {
        return Ok(Redirect::to(&format!("/sign-in/code?next={}", encoded(&next))).into_response());
    }
    let done = match answer(&caller, &sent) {
        Some(made) => authority.add_passkey(&caller.client, session, "The first", made).await,
        None => authority.confirm(&caller.client, session, sent.get("code")).await,
    };
    match done {
        Ok(Some((codes, token))) => recovery(&caller, codes, &token, &next),
        Ok(None) => Ok(Redirect::to(way_back(&next)).into_response()),
        Err(error) => enrol_page(&caller, next, refused(error, "code")?).await,
    }
}
