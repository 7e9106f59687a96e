//! Settings: a list with filters, and one page each.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use enough_assessments::{Area, Assessment, Market, Setting, SettingQuery};

use super::figures::whole;
use super::newest;
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::{Problem, encoded};
use crate::view::{Frame, page};

/// Settings on a page.
const ROWS: u64 = 50;

/// A filter of the list: name, label, values and whether each is chosen.
struct Filter {
    name: &'static str,
    label: &'static str,
    values: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "answer/settings.html")]
struct List {
    frame: Frame,
    answer: Assessment,
    text: String,
    filters: Vec<Filter>,
    all: u64,
    first: u64,
    rows: Vec<Setting>,
    before: Option<String>,
    next: Option<String>,
}

/// The list.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (authority, answer) = (caller.app.authority(), newest(&caller).await?);
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let find = SettingQuery {
        text: sent.line("q").chars().take(100).collect(),
        kind: sent.line("kind"),
        quality: sent.line("quality"),
        parent: sent.line("authority"),
        // More than there can be is no page; the database counts with one bit less.
        from: sent.get("from").parse::<u32>().unwrap_or(0).into(),
    };
    let found = answer.settings(authority, &find, ROWS).await?;
    let [kinds, grades, parents] = answer.filters(authority).await?;
    let filter = |name, label, values: Vec<String>, chosen: &str| Filter {
        name,
        label,
        values: values.into_iter().map(|value| (value.clone(), value == chosen)).collect(),
    };
    let to = |from: u64| {
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
        filters: vec![
            filter("kind", "Kind", kinds, &find.kind),
            filter("quality", "Last grade", grades, &find.quality),
            filter("authority", "Authority", parents, &find.parent),
        ],
        all: found.all,
        first: find.from + 1,
        before: (find.from > 0).then(|| to(find.from.saturating_sub(ROWS))),
        next: (find.from + (found.list.len() as u64) < found.all).then(|| to(find.from + ROWS)),
        rows: found.list,
        text: find.text,
        answer,
    };
    Ok(page(list)?.into_response())
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
}

/// One setting.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (authority, answer) = (caller.app.authority(), newest(&caller).await?);
    let setting = answer.setting(authority, &id).await?;
    let ward = match &setting.ward {
        // A ward of a neighbour has no page here.
        Some(code) => answer.area(authority, code).await.ok(),
        None => None,
    };
    let market = match setting.market {
        Some(number) => answer.market(authority, number).await.ok(),
        None => None,
    };
    let helps = (setting.helps >= 1.0).then(|| whole(&setting.helps.floor()));
    let frame = Frame::new(&caller, setting.name.clone());
    Ok(page(One { frame, answer, setting, ward, market, helps })?.into_response())
}
