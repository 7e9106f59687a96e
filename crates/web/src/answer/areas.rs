//! One area: its answer, ladder, children, market, settings, and how we know.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use enough_assessments::{
    Area, Assessment, Market, MarketShare, Setting, SettingQuery, Snapshot, Source, parsed, within_reach,
};
use enough_kernel::words::count;

use super::trend::{Trend, trend};
use super::{KINDS, Step, kind, newest, sentence, steps};
use crate::caller::Caller;
use crate::form::Sent;
use crate::path::Path;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

/// Markets of an area on its page.
const MARKETS: usize = 12;

/// Rows of a list on one page.
const ROWS: usize = 300;

/// A column to sort by: key, label, how.
type Order = (&'static str, &'static str, fn(&Area, &Area) -> std::cmp::Ordering);

/// Ways to sort areas, the first unless another is asked for.
const ORDERS: [Order; 5] = [
    ("level", "places for every 100, lowest first", |a, b| by_level(a).total_cmp(&by_level(b))),
    ("short", "short by, most first", |a, b| b.shortfall.total_cmp(&a.shortfall)),
    ("spare", "spare, most first", |a, b| b.overlap.total_cmp(&a.overlap)),
    ("children", "children, most first", |a, b| b.children.total_cmp(&a.children)),
    ("name", "name", |a, b| a.name.cmp(&b.name)),
];

fn by_level(area: &Area) -> f64 {
    area.level.unwrap_or(f64::INFINITY)
}

/// The areas of a list, sorted and cut into pages.
pub struct Listed {
    /// The kind: key, one, many.
    pub kind: (&'static str, &'static str, &'static str),
    /// The order.
    pub order: &'static str,
    /// All of them.
    pub all: usize,
    /// Those of the page.
    pub rows: Vec<Area>,
    /// Where the page before begins.
    pub before: Option<usize>,
    /// Where the next page begins.
    pub next: Option<usize>,
}

impl Listed {
    /// The list that an address asks for.
    pub fn new(snapshot: &Snapshot, sent: &Sent) -> Self {
        let kind = kind(sent.get("kind"));
        let order = ORDERS.iter().find(|(key, ..)| *key == sent.get("sort")).unwrap_or(&ORDERS[0]);
        let mut areas: Vec<&Area> = snapshot.areas(kind.0).collect();
        areas.sort_by(|a, b| order.2(a, b).then_with(|| a.code.cmp(&b.code)));
        let (all, from) = (areas.len(), sent.get("from").parse().unwrap_or(0).min(areas.len()));
        let rows: Vec<Area> = areas.into_iter().skip(from).take(ROWS).cloned().collect();
        let before = (from > 0).then(|| from.saturating_sub(ROWS));
        let next = (from + rows.len() < all).then_some(from + rows.len());
        Self { kind, order: order.0, all, rows, before, next }
    }

    /// Kinds to choose from: key, name, whether it is this one.
    pub fn kinds(&self) -> Vec<(&'static str, &'static str, bool)> {
        KINDS
            .into_iter()
            .filter(|(key, ..)| *key != "patch")
            .map(|(key, _, many)| (key, many, key == self.kind.0))
            .collect()
    }

    /// Orders to choose from: key, name, whether it is this one.
    pub fn orders(&self) -> Vec<(&'static str, &'static str, bool)> {
        ORDERS.iter().map(|(key, label, _)| (*key, *label, *key == self.order)).collect()
    }
}

#[derive(Template)]
#[template(path = "answer/areas.html")]
struct All {
    frame: Frame,
    answer: Assessment,
    query: &'static str,
    list: Listed,
}

/// All areas of a kind.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let list = Listed::new(&shown.snapshot, &Sent::read(query.unwrap_or_default().as_bytes()));
    let answer = shown.snapshot.answer.clone();
    let page = page(All { frame: Frame::new(&caller, "Areas"), answer, query: "", list })?;
    Ok(same_for_all(&shown, page.into_response()))
}

#[derive(Template)]
#[template(path = "answer/area.html")]
struct Profile {
    frame: Frame,
    answer: Assessment,
    area: Area,
    kind: &'static str,
    sentence: String,
    steps: Vec<Step>,
    ages: Vec<(usize, String)>,
    /// Markets with the children of the area in them, the largest shortage first, and how many there are.
    markets: Vec<(MarketShare, Market)>,
    all_markets: usize,
    /// How far off estimates of children are, where some were counted since.
    off: Option<String>,
    settings_here: usize,
    settings: Vec<(String, Setting)>,
    grades: Vec<(String, usize)>,
    decile: Option<String>,
    trend: Option<Trend>,
    authority: Option<Area>,
    how_we_know: Vec<String>,
    caveats: Vec<String>,
    sources: Vec<Source>,
}

/// The number of children with its range.
fn off(area: &Area) -> Option<String> {
    let off = area.children_off.filter(|_| area.children >= 1.0)?;
    let share = count(off / area.children * 100.0);
    Some(format!(
        "About {} children, give or take {}: where children were counted since, estimates for areas like this were {share} in 100 out on average.",
        count(area.children),
        count(off)
    ))
}

/// One area.
pub async fn show(caller: Caller, Path(code): Path<String>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let snapshot = &shown.snapshot;
    let answer = snapshot.answer.clone();
    let area = snapshot.area(&code).ok_or(Problem::NotFound)?.clone();
    let shares: Vec<MarketShare> = parsed(&area.markets)?;
    let all_markets = shares.len();
    let of = |share: MarketShare| Some((share, snapshot.market(share.number)?.clone()));
    let markets = shares.into_iter().take(MARKETS).filter_map(of).collect();
    let in_authority = SettingQuery { parent: area.name.clone(), ..SettingQuery::default() };
    let settings_here = if area.kind == "authority" { snapshot.settings(&in_authority, 0).all } else { 0 };
    let reach = within_reach(caller.app.authority(), &answer.id, &code).await?;
    let settings: Vec<(String, Setting)> = reach
        .iter()
        .filter_map(|near| Some((format!("{:.0}", near.minutes), snapshot.setting(&near.id)?.clone())))
        .collect();
    let mut grades: Vec<(String, usize)> = Vec::new();
    // Schools are inspected otherwise.
    for (_, setting) in settings.iter().filter(|(_, setting)| !setting.is_school()) {
        let said = setting.said().words().join(", ");
        let grade = said.as_str();
        match grades.iter_mut().find(|(known, _)| known == grade) {
            Some((_, number)) => *number += 1,
            None => grades.push((grade.to_owned(), 1)),
        }
    }
    grades.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let around = snapshot.areas("authority").find(|other| other.name == area.parent);
    let ages: Vec<f64> = parsed(&area.ages)?;
    let how_we_know: Vec<String> = parsed(&answer.how_we_know)?;
    let profile = Profile {
        frame: Frame::new(&caller, area.name.clone()),
        kind: kind(&area.kind).1,
        sentence: sentence(&answer, &area),
        steps: steps(&area.ladder, answer.target)?,
        ages: ages.iter().map(|children| count(*children)).enumerate().collect(),
        markets,
        all_markets,
        off: off(&area),
        settings_here,
        settings,
        grades,
        decile: area.decile.map(|decile| format!("{decile:.1}")),
        trend: trend(&area.history, &answer.ages)?,
        authority: around.filter(|other| other.code != area.code).cloned(),
        how_we_know,
        caveats: parsed(&answer.caveats)?,
        sources: parsed(&answer.sources)?,
        area,
        answer,
    };
    Ok(same_for_all(&shown, page(profile)?.into_response()))
}
