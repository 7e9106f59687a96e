//! Markets: areas that share the same places, and the bottleneck of each.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use enough_assessments::{Assessment, Market, Part, Setting, parsed};

use super::newest;
use crate::caller::Caller;
use crate::problem::Problem;
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
    let answer = newest(&caller).await?;
    let markets = answer.markets(caller.app.authority()).await?;
    let short = markets.iter().filter(|market| market.shortfall >= 1.0).count();
    Ok(page(List { frame: Frame::new(&caller, "Markets"), answer, short, markets })?.into_response())
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
    let (authority, answer) = (caller.app.authority(), newest(&caller).await?);
    let market = answer.market(authority, number).await?;
    let wards = answer.areas(authority, "ward").await?;
    let parts: Vec<Part> = parsed(&market.areas)?;
    // Wards of neighbours have no page here.
    let parts = parts
        .into_iter()
        .map(|part| (part.clone(), wards.iter().any(|ward| ward.code == part.code)))
        .collect();
    let settings = answer.settings_of(authority, number).await?;
    let frame = Frame::new(&caller, format!("Market {number}: {}", market.name));
    Ok(page(One { frame, answer, market, parts, settings })?.into_response())
}
