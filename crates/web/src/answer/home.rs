//! The first page: is there enough, for every child, within reach?

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::{Area, Assessment, Setting, SettingQuery};

use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "answer/home.html")]
struct Home {
    frame: Frame,
    answer: Option<Assessment>,
    worst: Vec<Area>,
}

/// The first page.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let answer = Assessment::newest(authority).await?;
    let mut worst = match &answer {
        Some(answer) => answer.areas(authority, "ward").await?,
        None => Vec::new(),
    };
    worst.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall).then_with(|| a.code.cmp(&b.code)));
    worst.truncate(5);
    Ok(page(Home { frame: Frame::new(&caller, "Is there enough childcare?"), answer, worst })?
        .into_response())
}

#[derive(Template)]
#[template(path = "answer/search.html")]
struct Search {
    frame: Frame,
    text: String,
    areas: Vec<Area>,
    settings: Vec<Setting>,
    more_settings: u64,
}

/// What has a text in its name: areas, and settings by name or postcode.
pub async fn search(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (authority, answer) = (caller.app.authority(), super::newest(&caller).await?);
    let text = Sent::read(query.unwrap_or_default().as_bytes()).line("q");
    let text: String = text.chars().take(100).collect();
    let (mut areas, mut settings, mut more_settings) = (Vec::new(), Vec::new(), 0);
    if !text.is_empty() {
        areas = answer.areas_named(authority, &text).await?;
        areas.truncate(30);
        let find = SettingQuery { text: text.clone(), ..SettingQuery::default() };
        let found = answer.settings(authority, &find, 20).await?;
        more_settings = found.all.saturating_sub(20);
        settings = found.list;
        if let ([only], []) = (&areas[..], &settings[..]) {
            return Ok(Redirect::to(&format!("/areas/{}", only.code)).into_response());
        }
    }
    Ok(page(Search { frame: Frame::new(&caller, "Search"), text, areas, settings, more_settings })?
        .into_response())
}
