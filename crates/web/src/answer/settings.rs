//! Settings: a list with filters, and one page each.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use enough_assessments::{Area, Assessment, Market, Setting, SettingQuery};
use enough_market::Standing;
use enough_market::quality::Line;
use enough_store::accounts::Action;

use super::figures::whole;
use super::newest;
use crate::caller::Caller;
use crate::form::Sent;
use crate::path::Path;
use crate::problem::{Problem, encoded};
use crate::shown::same_for_all;
use crate::view::{Frame, page};

/// Settings on a page.
const ROWS: usize = 50;

/// A filter of the list: name, label, values and which is chosen.
struct Filter<'a> {
    name: &'static str,
    label: &'static str,
    values: &'a [String],
    chosen: &'a str,
}

#[derive(Template)]
#[template(path = "answer/settings.html")]
struct List<'a> {
    frame: Frame,
    answer: &'a Assessment,
    text: &'a str,
    filters: [Filter<'a>; 3],
    standings: [(Standing, usize); Standing::ALL.len()],
    all: usize,
    first: usize,
    rows: Vec<&'a Setting>,
    before: Option<String>,
    next: Option<String>,
}

/// The list.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let find = SettingQuery {
        text: sent.line("q").chars().take(100).collect(),
        kind: sent.line("kind"),
        quality: sent.line("quality"),
        parent: sent.line("authority"),
        from: sent.get("from").parse().unwrap_or(0),
    };
    let found = shown.snapshot.settings(&find, ROWS);
    let [kinds, grades, parents] = shown.snapshot.filters();
    let to = |from: usize| {
        format!(
            "/settings?q={}&kind={}&quality={}&authority={}&from={from}",
            encoded(&find.text),
            encoded(&find.kind),
            encoded(&find.quality),
            encoded(&find.parent)
        )
    };
    let list = List {
        frame: Frame::new(&caller, "Settings"),
        filters: [
            Filter { name: "kind", label: "Kind", values: kinds, chosen: &find.kind },
            Filter { name: "quality", label: "What Ofsted published", values: grades, chosen: &find.quality },
            Filter { name: "authority", label: "Authority", values: parents, chosen: &find.parent },
        ],
        standings: shown.snapshot.standings(),
        all: found.all,
        first: find.from.saturating_add(1),
        before: (find.from > 0).then(|| to(find.from.saturating_sub(ROWS))),
        next: (find.from.saturating_add(found.list.len()) < found.all).then(|| to(find.from + ROWS)),
        rows: found.list,
        text: &find.text,
        answer: &shown.snapshot.answer,
    };
    Ok(same_for_all(&shown, page(list)?.into_response()))
}

#[derive(Template)]
#[template(path = "answer/setting.html")]
struct One {
    frame: Frame,
    answer: Assessment,
    setting: Setting,
    ward: Option<Area>,
    market: Option<Market>,
    helps: Option<String>,
    /// What Ofsted said of it.
    lines: Vec<Line>,
    /// Whether whoever asks keeps confidential notes.
    notes: bool,
}

/// One setting.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let snapshot = &shown.snapshot;
    let setting = snapshot.setting(&id).ok_or(Problem::NotFound)?.clone();
    // A ward of a neighbour has no page here.
    let ward = setting.ward.as_deref().and_then(|code| snapshot.area(code)).cloned();
    let market = setting.market.and_then(|number| snapshot.market(number)).cloned();
    let answer = snapshot.answer.clone();
    let helps = (setting.helps >= 1.0).then(|| whole(&setting.helps.floor()));
    let frame = Frame::new(&caller, setting.name.clone());
    let (lines, notes) = (setting.said().lines(), caller.may(Action::KeepNotes));
    let page = page(One { frame, answer, setting, ward, market, helps, lines, notes })?;
    Ok(same_for_all(&shown, page.into_response()))
}
