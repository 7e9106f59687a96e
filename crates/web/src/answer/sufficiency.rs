//! The map and the table of an answer; the address of a view is the view.

use std::time::Duration;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_assessments::study::Measure;
use enough_assessments::{Assessment, Source, parsed};
use enough_store::accounts::Action;

use super::areas::Listed;
use super::map::{CLASSES, colours};
use super::newest;
use crate::caller::Caller;
use crate::choices::{Choices, Offer};
use crate::desk::Soon;
use crate::form::Sent;
use crate::mistakes::Mistakes;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

/// The form of a view: what can be chosen, what was typed.
struct Ask {
    ages: Vec<Offer>,
    modes: Vec<Offer>,
    measures: Vec<Offer>,
    minutes: String,
    per_hundred: String,
}

#[derive(Template)]
#[template(path = "answer/sufficiency.html")]
struct View {
    frame: Frame,
    answer: Assessment,
    mistakes: Mistakes,
    /// The form, if the service can answer other questions.
    ask: Option<Ask>,
    /// The choices that can be kept as the answer for everybody, by whoever may.
    keep: Option<Choices>,
    /// The journey of the answer that was kept, which the pages of areas have.
    kept_journey: String,
    /// The choices as the end of an address; empty for the answer that was kept.
    query: String,
    list: Listed,
    /// Where the map lies, in degrees, if it is shown and there are shapes.
    map: Option<String>,
    /// Whether it is wanted.
    wants_map: bool,
    colours: String,
    /// Whether there are markets, whose borders the map has.
    markets: bool,
    classes: [(&'static str, &'static str, f64); 5],
    how_we_know: Vec<String>,
    caveats: Vec<String>,
    sources: Vec<Source>,
}

/// How long somebody waits for a view before a page says what goes on.
const PATIENCE: Duration = Duration::from_secs(2);
/// After how many seconds that page looks again.
const AGAIN: &str = "3";

#[derive(Template)]
#[template(path = "answer/working.html")]
struct Working {
    frame: Frame,
    mistakes: Mistakes,
    ask: Option<Ask>,
    phase: &'static str,
    here: String,
}

/// That a view is being worked out: the page asks again by itself, and by a link.
fn working(
    caller: &Caller,
    (phase, query): (&'static str, &str),
    ask: Option<Ask>,
) -> Result<Response, Problem> {
    let frame = Frame::new(caller, "We are working it out");
    let here = format!("/sufficiency?{query}");
    let page = page(Working { frame, mistakes: Mistakes::none(), ask, phase, here })?;
    Ok((StatusCode::ACCEPTED, [(header::REFRESH, AGAIN)], page).into_response())
}

/// The view.
pub async fn show(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let sent = Sent::read(query.as_bytes());
    let kept = newest(&caller).await?;
    let (mut choices, mut mistakes) = Choices::read(&sent, &kept.snapshot.answer);
    let here = choices.clone().or_else(|| Choices::of(&kept.snapshot.answer));
    let typed = |name: &str, number: u32| match sent.get(name) {
        "" => number.to_string(),
        text => text.to_owned(),
    };
    let ask = caller.app.desk().zip(here).map(|(desk, here)| Ask {
        ages: here.ages_to_choose(),
        modes: here.modes_to_choose(desk.question()),
        measures: here.measures_to_choose(),
        minutes: typed("minutes", here.minutes),
        per_hundred: typed("per_hundred", here.per_hundred),
    });
    let mut status = StatusCode::BAD_REQUEST;
    let shown = match caller.app.view_within(choices.as_ref(), PATIENCE).await {
        Ok(Soon::Ready(shown)) => shown,
        Ok(Soon::Working(phase)) => return working(&caller, (phase, &query), ask),
        // What is too much for this service is said beside the form, which keeps what was asked.
        Err(Problem::NotHere(what)) if ask.is_some() => {
            status = StatusCode::CONFLICT;
            mistakes.add("minutes", format!("This cannot be answered here: {what}"));
            choices = None;
            kept.clone()
        }
        Err(other) => return Err(other),
    };
    let answer = shown.snapshot.answer.clone();
    let list = Listed::new(&shown.snapshot, &sent);
    let wants_map = sent.get("map") != "off";
    let mut map = None;
    if wants_map {
        map = shown.bounds(&caller.app, list.kind.0).await?;
    }
    let keep = choices.clone().filter(|choices| {
        caller.may(Action::Assess) && choices.measure == Measure::FairShare && caller.app.desk().is_some()
    });
    let wrong = !mistakes.is_empty();
    let view = View {
        frame: Frame::new(&caller, "Where is there enough?"),
        mistakes,
        ask,
        keep,
        kept_journey: kept.snapshot.answer.journey.clone(),
        query: choices.map_or_else(String::new, |choices| format!("&{}", choices.query())),
        list,
        map,
        wants_map,
        colours: colours(),
        markets: !shown.snapshot.markets().is_empty(),
        classes: CLASSES,
        how_we_know: parsed(&answer.how_we_know)?,
        caveats: parsed(&answer.caveats)?,
        sources: parsed(&answer.sources)?,
        answer,
    };
    let page = page(view)?;
    if wrong {
        return Ok((status, page).into_response());
    }
    Ok(same_for_all(&shown, page.into_response()))
}
