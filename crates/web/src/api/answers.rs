//! The answer, its areas, markets and settings.

use axum::Json;
use axum::response::{IntoResponse, Response};
use enough_assessments::{SettingQuery, area_of_postcode, within_reach};

use super::failures::{Busy, NotFound, NotNow, NotUnderstood};
use super::queries::{Areas, Kind, Query, Search, Settings, View, rows, text};
use super::records::{Answer, Area, AreaProfile, Hits, InReach, Market, Page, Setting};
use crate::answer::{newest, sentence};
use crate::caller::Caller;
use crate::path::Path;
use crate::problem::Problem;
use crate::shown::same_for_all;

/// Rows of each kind that a search gives.
const HITS: usize = 30;

/// The answer
#[utoipa::path(
    get, path = "/api/v1/answer", tag = "answer", params(View),
    responses(
        (status = 200, description = "The answer", body = Answer),
        NotUnderstood,
        NotFound,
        NotNow,
        Busy,
    )
)]
pub async fn answer(caller: Caller, Query(view): Query<View>) -> Result<Response, Problem> {
    let kept = newest(&caller).await?;
    let shown = caller.app.view(view.choices(&kept.snapshot.answer)?.as_ref()).await?;
    Ok(same_for_all(&shown, Json(Answer::new(&shown.snapshot.answer)?).into_response()))
}

/// Areas of a kind, worst off first
#[utoipa::path(
    get, path = "/api/v1/areas", tag = "answer", params(Areas),
    responses(
        (status = 200, description = "Areas", body = Page<Area>),
        NotUnderstood,
        NotFound,
        NotNow,
        Busy,
    )
)]
pub async fn areas(caller: Caller, Query(query): Query<Areas>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let kept = newest(&caller).await?;
    let shown = caller.app.view(query.view().choices(&kept.snapshot.answer)?.as_ref()).await?;
    let kind = query.kind.unwrap_or(Kind::Ward).key();
    let total = shown.snapshot.areas(kind).count();
    let items = shown.snapshot.areas(kind).skip(from).take(limit).map(Area::new);
    let page = Page { total, from, items: items.collect::<Result<_, _>>()? };
    Ok(same_for_all(&shown, Json(page).into_response()))
}

/// One area, with the settings within its reach
#[utoipa::path(
    get, path = "/api/v1/areas/{code}", tag = "answer",
    params(("code" = String, Path, description = "The code of the area, such as E05011111")),
    responses(
        (status = 200, description = "The area", body = AreaProfile),
        NotFound,
    )
)]
pub async fn area(caller: Caller, Path(code): Path<String>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let snapshot = &shown.snapshot;
    let area = snapshot.area(&code).ok_or(Problem::NotFound)?;
    let near = within_reach(caller.app.authority(), &snapshot.answer.id, &code).await?;
    let settings = near.into_iter().filter_map(|near| {
        let name = snapshot.setting(&near.id)?.name.clone();
        Some(InReach { id: near.id, name, minutes: near.minutes })
    });
    let profile = AreaProfile {
        area: Area::new(area)?,
        sentence: sentence(&snapshot.answer, area),
        settings: settings.collect(),
    };
    Ok(same_for_all(&shown, Json(profile).into_response()))
}

/// All markets, the largest shortfall first
#[utoipa::path(
    get, path = "/api/v1/markets", tag = "answer", params(View),
    responses(
        (status = 200, description = "Markets", body = Page<Market>),
        NotUnderstood,
        NotFound,
        NotNow,
        Busy,
    )
)]
pub async fn markets(caller: Caller, Query(view): Query<View>) -> Result<Response, Problem> {
    let kept = newest(&caller).await?;
    let shown = caller.app.view(view.choices(&kept.snapshot.answer)?.as_ref()).await?;
    let items: Vec<Market> = shown.snapshot.markets().iter().map(Market::new).collect::<Result<_, _>>()?;
    Ok(same_for_all(&shown, Json(Page { total: items.len(), from: 0, items }).into_response()))
}

/// One market
#[utoipa::path(
    get, path = "/api/v1/markets/{number}", tag = "answer",
    params(("number" = i32, Path, description = "Its number", minimum = 1)),
    responses(
        (status = 200, description = "The market", body = Market),
        NotUnderstood,
        NotFound,
    )
)]
pub async fn market(caller: Caller, Path(number): Path<String>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let number: i32 = number
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| Problem::Wrong("A market has a number from 1 on.".to_owned()))?;
    let market = shown.snapshot.market(number).ok_or(Problem::NotFound)?;
    Ok(same_for_all(&shown, Json(Market::new(market)?).into_response()))
}

/// Settings with a published address, by name
#[utoipa::path(
    get, path = "/api/v1/settings", tag = "answer", params(Settings),
    responses(
        (status = 200, description = "Settings", body = Page<Setting>),
        NotUnderstood,
        NotFound,
    )
)]
pub async fn settings(caller: Caller, Query(query): Query<Settings>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let shown = newest(&caller).await?;
    let find = SettingQuery {
        text: text("q", query.q.as_deref().unwrap_or_default())?,
        kind: query.kind.unwrap_or_default(),
        quality: query.quality.unwrap_or_default(),
        parent: query.authority.unwrap_or_default(),
        from,
    };
    let found = shown.snapshot.settings(&find, limit);
    let page = Page { total: found.all, from, items: found.list.into_iter().map(Setting::new).collect() };
    Ok(same_for_all(&shown, Json(page).into_response()))
}

/// One setting
#[utoipa::path(
    get, path = "/api/v1/settings/{id}", tag = "answer",
    params(("id" = String, Path, description = "Its id: Ofsted's reference number, or `school-` and the school's")),
    responses(
        (status = 200, description = "The setting", body = Setting),
        NotFound,
    )
)]
pub async fn setting(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let setting = shown.snapshot.setting(&id).ok_or(Problem::NotFound)?;
    Ok(same_for_all(&shown, Json(Setting::new(setting)).into_response()))
}

/// The neighbourhood of a postcode; areas and settings by name or code, settings by the beginning of a postcode
#[utoipa::path(
    get, path = "/api/v1/search", tag = "answer", params(Search),
    responses(
        (status = 200, description = "What was found", body = Hits),
        NotUnderstood,
        NotFound,
    )
)]
pub async fn search(caller: Caller, Query(query): Query<Search>) -> Result<Response, Problem> {
    let q = text("q", &query.q)?;
    if q.is_empty() {
        return Err(Problem::Wrong("q: say what to look for".to_owned()));
    }
    let shown = newest(&caller).await?;
    let of = area_of_postcode(caller.app.authority(), &shown.snapshot.answer.id, &q).await?;
    let of = of.and_then(|code| shown.snapshot.area(&code));
    let areas = of.into_iter().chain(shown.snapshot.areas_named(&q)).take(HITS).map(Area::new);
    let find = SettingQuery { text: q, ..SettingQuery::default() };
    let settings = shown.snapshot.settings(&find, HITS).list.into_iter().map(Setting::new);
    let hits = Hits { areas: areas.collect::<Result<_, _>>()?, settings: settings.collect() };
    Ok(same_for_all(&shown, Json(hits).into_response()))
}
