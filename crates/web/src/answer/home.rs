//! The first page: is there enough, for every child, within reach?

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::{Area, Assessment, Setting, SettingQuery, area_of_postcode};

use crate::caller::Caller;
use crate::commissioning::{Lately, Open, lately, open_now};
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "answer/home.html")]
struct Home {
    frame: Frame,
    answer: Option<Assessment>,
    worst: Vec<Area>,
    open: Vec<Open>,
    lately: Vec<Lately>,
}

/// How much of what is open or new is on the first page.
const FIRST: usize = 5;

/// The first page.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let shown = caller.app.shown().await?;
    let (mut worst, mut answer) = (Vec::new(), None);
    if let Some(shown) = &shown {
        worst = shown.snapshot.areas("ward").cloned().collect();
        answer = Some(shown.snapshot.answer.clone());
    }
    worst.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall).then_with(|| a.code.cmp(&b.code)));
    worst.truncate(5);
    let frame = Frame::new(&caller, "Is there enough childcare?");
    let (mut open, mut lately) = (open_now(&caller.app).await?, lately(&caller.app).await?);
    open.truncate(FIRST);
    lately.truncate(FIRST);
    let page = page(Home { frame, answer, worst, open, lately })?.into_response();
    Ok(match shown {
        Some(shown) => same_for_all(&shown, page),
        None => page,
    })
}

#[derive(Template)]
#[template(path = "answer/search.html")]
struct Search {
    frame: Frame,
    text: String,
    areas: Vec<Area>,
    settings: Vec<Setting>,
    more_settings: usize,
    /// What the answer is about.
    title: String,
}

/// The neighbourhood of a postcode; else what has a text in its name: areas, and settings by name or the beginning of a postcode.
pub async fn search(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = super::newest(&caller).await?;
    let text = Sent::read(query.unwrap_or_default().as_bytes()).line("q");
    let text: String = text.chars().take(100).collect();
    let (mut areas, mut settings, mut more_settings): (Vec<Area>, Vec<Setting>, _) =
        (Vec::new(), Vec::new(), 0);
    if !text.is_empty() {
        areas = shown.snapshot.areas_named(&text).into_iter().take(30).cloned().collect();
        let of = area_of_postcode(caller.app.authority(), &shown.snapshot.answer.id, &text).await?;
        if let Some(area) = of.and_then(|code| shown.snapshot.area(&code)) {
            return Ok(Redirect::to(&format!("/areas/{}", area.code)).into_response());
        }
        let find = SettingQuery { text: text.clone(), ..SettingQuery::default() };
        let found = shown.snapshot.settings(&find, 20);
        more_settings = found.all.saturating_sub(20);
        settings = found.list.into_iter().cloned().collect();
        if let ([only], []) = (&areas[..], &settings[..]) {
            return Ok(Redirect::to(&format!("/areas/{}", only.code)).into_response());
        }
    }
    let frame = Frame::new(&caller, "Search");
    let page = page(Search {
        frame,
        text,
        areas,
        settings,
        more_settings,
        title: shown.snapshot.answer.title.clone(),
    })?;
    Ok(same_for_all(&shown, page.into_response()))
}
