//! Contracts: a list that can be searched, and a page for each with what was published of it.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_commissioning::publication::{OUTCOMES, Process, contract, contracts};
use enough_kernel::Pence;
use enough_kernel::words::count;
use serde_json::Value;

use crate::caller::Caller;
use crate::form::Sent;
use crate::path::Path;
use crate::problem::{Problem, encoded};
use crate::view::{Frame, page};

/// Contracts on a page.
const ROWS: u64 = 50;

/// A contract as it is shown.
struct Shown {
    process: Process,
    /// What it is worth, in words.
    value: String,
    /// The day of its newest release.
    day: String,
}

/// An amount of money, in words.
fn money(hundredths: i64, currency: Option<&str>) -> String {
    match currency {
        None | Some("GBP") => Pence::new(hundredths).to_string(),
        Some(other) => format!("{} {other}", count((hundredths as f64 / 100.0).round())),
    }
}

/// The day of a date with a time.
fn day(date: &str) -> String {
    date.split('T').next().unwrap_or(date).to_owned()
}

impl From<Process> for Shown {
    fn from(process: Process) -> Self {
        let value = process
            .pence
            .map_or_else(|| "Not said".to_owned(), |pence| money(pence, process.currency.as_deref()));
        Self { value, day: day(&process.date), process }
    }
}

#[derive(Template)]
#[template(path = "contracts/list.html")]
struct List {
    frame: Frame,
    text: String,
    all: u64,
    first: u64,
    rows: Vec<Shown>,
    before: Option<String>,
    next: Option<String>,
}

/// The list.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let text: String = sent.line("q").replace('\0', "").chars().take(100).collect();
    let from = sent.get("from").parse().unwrap_or(0_u32).min(i32::MAX as u32) as u64;
    let (all, rows) = contracts(caller.app.authority(), &text, (from, ROWS)).await?;
    let to = |from: u64| format!("/contracts?q={}&from={from}", encoded(&text));
    let list = List {
        frame: Frame::new(&caller, "Contracts"),
        all,
        first: from + 1,
        before: (from > 0).then(|| to(from.saturating_sub(ROWS))),
        next: (from + (rows.len() as u64) < all).then(|| to(from + ROWS)),
        rows: rows.into_iter().map(Shown::from).collect(),
        text,
    };
    Ok(page(list)?.into_response())
}

/// A file of the extension that our releases use.
pub async fn extension(Path(name): Path<String>) -> Result<Response, Problem> {
    let (_, content) = OUTCOMES.1.iter().find(|(file, _)| *file == name).ok_or(Problem::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], *content).into_response())
}

/// A release in the history of a contract.
struct Step {
    day: String,
    what: String,
    id: String,
}

#[derive(Template)]
#[template(path = "contracts/one.html")]
struct One {
    frame: Frame,
    shown: Shown,
    description: Option<String>,
    period: Option<String>,
    suppliers: Vec<String>,
    publisher: String,
    steps: Vec<Step>,
}

/// What a release says of where the process is.
fn tags(release: &Value) -> String {
    let words = |tag: &str| match tag {
        "planning" => "Planned".to_owned(),
        "planningUpdate" => "Plan changed".to_owned(),
        "tender" => "Tender published".to_owned(),
        "tenderUpdate" | "tenderAmendment" => "Tender changed".to_owned(),
        "tenderCancellation" => "Tender cancelled".to_owned(),
        "award" => "Awarded".to_owned(),
        "awardUpdate" => "Award changed".to_owned(),
        "awardCancellation" => "Award cancelled".to_owned(),
        "contract" => "Contract published".to_owned(),
        "contractUpdate" | "contractAmendment" => "Contract changed".to_owned(),
        "implementation" | "implementationUpdate" => "Progress reported".to_owned(),
        "contractTermination" => "Contract ended".to_owned(),
        other => other.to_owned(),
    };
    let tags = release.get("tag").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    tags.map(words).collect::<Vec<_>>().join(", ")
}

/// From when to when: of its contracts, else of its awards, else of the tender.
fn period(compiled: &Value) -> Option<String> {
    let of = |at: &str| {
        let text = |end: &str| compiled.pointer(&format!("{at}/{end}")).and_then(Value::as_str).map(day);
        match (text("startDate"), text("endDate")) {
            (Some(start), Some(end)) => Some(format!("{start} to {end}")),
            (Some(start), None) => Some(format!("from {start}")),
            (None, Some(end)) => Some(format!("until {end}")),
            (None, None) => None,
        }
    };
    ["/contracts/0/period", "/awards/0/contractPeriod", "/tender/contractPeriod"].into_iter().find_map(of)
}

/// One contract.
pub async fn show(caller: Caller, Path(ocid): Path<String>) -> Result<Response, Problem> {
    let (process, releases) = contract(caller.app.authority(), &ocid).await?;
    let broken = |error: serde_json::Error| Problem::Broken(format!("a release that was kept: {error}"));
    let compiled: Value = serde_json::from_str(&process.compiled).map_err(broken)?;
    let mut steps = Vec::new();
    for release in &releases {
        let content: Value = serde_json::from_str(&release.content).map_err(broken)?;
        steps.push(Step { day: day(&release.date), what: tags(&content), id: release.id.clone() });
    }
    let description = compiled.pointer("/tender/description").and_then(Value::as_str).map(str::to_owned);
    let title = if process.title.is_empty() {
        "A contract without a title".to_owned()
    } else {
        process.title.clone()
    };
    let one = One {
        frame: Frame::new(&caller, title),
        description,
        period: period(&compiled),
        suppliers: process.suppliers(),
        publisher: releases.last().map_or_else(String::new, |release| release.publisher.clone()),
        steps,
        shown: Shown::from(process),
    };
    Ok(page(one)?.into_response())
}
