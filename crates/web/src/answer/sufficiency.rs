//! The map and the table of an answer; the address of a view is the view.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use enough_assessments::{Assessment, Source, parsed};

use super::areas::Listed;
use super::map::CLASSES;
use super::newest;
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "answer/sufficiency.html")]
struct View {
    frame: Frame,
    answer: Assessment,
    list: Listed,
    /// Whether the map is shown.
    map: bool,
    classes: [(&'static str, &'static str, f64); 5],
    how_we_know: Vec<String>,
    caveats: Vec<String>,
    sources: Vec<Source>,
}

/// The view.
pub async fn show(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let answer = shown.snapshot.answer.clone();
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let view = View {
        frame: Frame::new(&caller, "Where is there enough?"),
        list: Listed::new(&shown.snapshot, &sent),
        map: sent.get("map") != "off",
        classes: CLASSES,
        how_we_know: parsed(&answer.how_we_know)?,
        caveats: parsed(&answer.caveats)?,
        sources: parsed(&answer.sources)?,
        answer,
    };
    Ok(same_for_all(&shown, page(view)?.into_response()))
}
