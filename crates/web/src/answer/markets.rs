//! Markets: areas that share the same places, and the bottleneck of each.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_assessments::{Assessment, Market, Part, Setting, parsed};

use enough_kernel::words::whole_places;

use super::newest;
use crate::caller::Caller;
use crate::path::Path;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "answer/markets.html")]
struct List {
    frame: Frame,
    answer: Assessment,
    short: usize,
    markets: Vec<Market>,
}

/// All markets, the largest shortfall first.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let markets = shown.snapshot.markets().to_vec();
    let answer = shown.snapshot.answer.clone();
    let short = markets.iter().filter(|market| whole_places(market.shortfall) >= 1.0).count();
    let page = page(List { frame: Frame::new(&caller, "Markets"), answer, short, markets })?;
    Ok(same_for_all(&shown, page.into_response()))
}

#[derive(Template)]
#[template(path = "answer/market.html")]
struct One {
    frame: Frame,
    answer: Assessment,
    market: Market,
    parts: Vec<(Part, bool)>,
    settings: Vec<Setting>,
}

/// One market.
pub async fn show(caller: Caller, Path(number): Path<i32>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let snapshot = &shown.snapshot;
    let market = snapshot.market(number).ok_or(Problem::NotFound)?.clone();
    let parts: Vec<Part> = parsed(&market.areas)?;
    // Wards of neighbours have no page here.
    let parts = parts.into_iter().map(|part| (part.clone(), snapshot.area(&part.code).is_some())).collect();
    let settings = snapshot.settings_of(number).into_iter().cloned().collect();
    let answer = snapshot.answer.clone();
    let frame = Frame::new(&caller, format!("Market {number}: {}", market.name));
    let page = page(One { frame, answer, market, parts, settings })?;
    Ok(same_for_all(&shown, page.into_response()))
}
