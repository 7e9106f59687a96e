//! The second factor while signing in: its code, or setting it up.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::StoreError;
use enough_store::accounts::{Enrolment, SignIn, Stage};
use qrcode::QrCode;
use qrcode::render::svg;

use super::{go, mistake};
use crate::caller::{Caller, cookie};
use crate::form::{Sent, way_back};
use crate::problem::{Problem, encoded};
use crate::view::{Frame, Mistakes, page};

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct Code {
    frame: Frame,
    mistakes: Mistakes,
    next: String,
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
        to: &'static str,
        next: String,
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
        Self { frame, mistakes, secret: enrolment.secret.clone(), picture, to, next }
    }
}

/// Ends an enrolment: the codes, and the browser's new token.
pub fn recovery(caller: &Caller, codes: Vec<String>, token: &str, next: &str) -> Result<Response, Problem> {
    let frame = Frame::new(caller, "Keep these codes");
    let page = page(Recovery { frame, codes, next: way_back(next).to_owned() })?;
    Ok(([(header::SET_COOKIE, cookie(&caller.app, token))], page).into_response())
}

/// Asks for the code.
pub async fn ask(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    if caller.half()?.stage == Stage::Enrol {
        return Ok(Redirect::to(&format!("/sign-in/enrol?next={}", encoded(&next))).into_response());
    }
    let frame = Frame::new(&caller, "Enter your code");
    Ok(page(Code { frame, mistakes: Mistakes::none(), next })?.into_response())
}

/// The code was sent.
pub async fn show(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, session, next) = (caller.app.authority(), caller.half()?, sent.line("next"));
    if session.stage != Stage::SecondFactor {
        return Ok(Redirect::to("/sign-in/enrol").into_response());
    }
    let outcome = authority.show_second_factor(&caller.client, session, sent.get("code")).await?;
    if let SignIn::Begun(token, _) = &outcome {
        return Ok(go(&caller, token, way_back(&next)));
    }
    let now = authority.environment().now();
    let refused = "The code is not right. Codes change every 30 seconds and open once";
    let frame = Frame::new(&caller, "Error: Enter your code");
    Ok(page(Code { frame, mistakes: mistake(&outcome, now, "code", refused), next })?.into_response())
}

/// Shows the key for the authenticator.
pub async fn enrol(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    let enrolment = caller.app.authority().enrol(&caller.client, &caller.half()?.person).await?;
    Ok(page(Enrol::new(&caller, &enrolment, "/sign-in/enrol", next, Mistakes::none()))?.into_response())
}

/// The first code was sent.
pub async fn confirm(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let (authority, session, next) = (caller.app.authority(), caller.half()?, sent.line("next"));
    match authority.confirm(&caller.client, session, sent.get("code")).await {
        Ok((codes, token)) => recovery(&caller, codes, &token, &next),
        Err(StoreError::Refused(reason)) => {
            let enrolment = authority.enrol(&caller.client, &session.person).await?;
            Ok(page(Enrol::new(&caller, &enrolment, "/sign-in/enrol", next, Mistakes::one("code", reason)))?
                .into_response())
        }
        Err(other) => Err(other.into()),
    }
}
