//! Letters by e-mail: how many wait, and what could not be sent. Not to whom.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_store::mail::{Standing, Topic, Trouble};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "administration/letters.html")]
struct List {
    frame: Frame,
    /// Whether the service sends letters.
    sends: bool,
    standing: Standing,
    trouble: Vec<Trouble>,
    /// How many want news of plans.
    readers: u64,
}

/// How they stand.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (standing, trouble) = authority.letters().await?;
    let readers = authority.count_readers(Topic::Plans).await?;
    let sends = caller.app.settings().sends_mail();
    let frame = Frame::new(&caller, "Letters by e-mail");
    Ok(page(List { frame, sends, standing, trouble, readers })?.into_response())
}
