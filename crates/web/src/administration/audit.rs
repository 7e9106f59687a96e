//! The audit log for those who may: search, proof, checkpoint. Looking is itself an entry.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use enough_store::audit::{Entry, Event, Query};

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::Mistakes;
use crate::problem::{Problem, encoded};
use crate::view::{Frame, page};

/// Entries on a page.
const PAGE: usize = 50;

/// An entry as it is shown.
struct Row {
    entry: Entry,
    who: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "administration/audit.html")]
struct Search {
    frame: Frame,
    mistakes: Mistakes,
    person: String,
    action: String,
    subject: String,
    since: String,
    until: String,
    rows: Vec<Row>,
    next: Option<String>,
    searched: bool,
}

/// The search, and what it found.
pub async fn search(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let people = authority.people().await?;
    let mut mistakes = Mistakes::none();
    let mut day = |field: &'static str, after: u64| {
        let text = sent.line(field);
        if text.is_empty() {
            return None;
        }
        let day = text.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(after)));
        if day.is_none() {
            mistakes.add(field, format!("{text:?} is not a date; write it as 2026-11-22"));
        }
        day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
    };
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let mut find = Query {
        action: given(sent.line("action")),
        subject: given(sent.line("subject")),
        since: day("since", 0),
        until: day("until", 1),
        before: sent.get("before").parse().ok(),
        person: None,
    };
    if let Some(email) = given(sent.line("person")) {
        match people.iter().find(|person| person.email == email.to_lowercase() || person.id == email) {
            Some(person) => find.person = Some(person.id.clone()),
            None => mistakes.add("person", format!("Nobody here has the e-mail address {email}")),
        }
    }
    let found = if mistakes.is_empty() {
        authority.note(&caller.actor(), looked_for(&find)).await?;
        Some(authority.search(&find, PAGE).await?)
    } else {
        None
    };
    let next = found
        .as_ref()
        .and_then(|page| page.next)
        .map(|before| format!("/administration/audit?{}&before={before}", sent_text(&sent)));
    let name = |id: &Option<String>| match id {
        None => "the service, or nobody signed in".to_owned(),
        Some(id) => {
            people.iter().find(|person| person.id == *id).map_or(id.clone(), |person| person.name.clone())
        }
    };
    let searched = found.is_some();
    let rows = found.map_or_else(Vec::new, |page| page.entries).into_iter();
    let rows = rows.map(|entry| Row {
        who: name(&entry.person),
        detail: entry
            .detail
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect::<Vec<_>>()
            .join("; "),
        entry,
    });
    let search = Search {
        frame: Frame::new(&caller, if mistakes.is_empty() { "Audit log" } else { "Error: Audit log" }),
        mistakes,
        person: sent.line("person"),
        action: sent.line("action"),
        subject: sent.line("subject"),
        since: sent.line("since"),
        until: sent.line("until"),
        rows: rows.collect(),
        next,
        searched,
    };
    Ok(page(search)?.into_response())
}

/// That somebody looked, and for what: people by their id, for addresses do not belong into what is kept for good.
pub fn looked_for(find: &Query) -> Event {
    let text = |moment: &DateTime<Utc>| moment.to_rfc3339();
    let parts = [
        ("action", find.action.clone()),
        ("subject", find.subject.clone()),
        ("person", find.person.clone()),
        ("since", find.since.as_ref().map(text)),
        ("until", find.until.as_ref().map(text)),
    ];
    let given = parts.into_iter().filter_map(|(key, value)| Some((key, value?)));
    given.fold(Event::new("audit.search", "audit"), |event, (key, value)| event.with(key, value))
}

/// The search as an address has it, without the page.
fn sent_text(sent: &Sent) -> String {
    let fields = ["person", "action", "subject", "since", "until"];
    let given = fields.iter().filter(|field| !sent.line(field).is_empty());
    given.map(|field| format!("{field}={}", encoded(&sent.line(field)))).collect::<Vec<_>>().join("&")
}

#[derive(Template)]
#[template(path = "administration/verify.html")]
struct Verify {
    frame: Frame,
    whole: Option<(u64, String, usize)>,
    fault: String,
    key: String,
}

/// Proves the log whole.
pub async fn verify(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    authority.note(&caller.actor(), Event::new("audit.verify", "audit")).await?;
    let (whole, fault) = match authority.verify(&[]).await? {
        Ok(whole) => (Some((whole.size, whole.root.to_string(), whole.checkpoints)), String::new()),
        Err(fault) => (None, fault.to_string()),
    };
    let frame = Frame::new(&caller, "Is the audit log whole?");
    Ok(page(Verify { frame, whole, fault, key: authority.verifier().to_string() })?.into_response())
}

/// A signed checkpoint, to be kept elsewhere.
pub async fn checkpoint(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    authority.note(&caller.actor(), Event::new("audit.checkpoint", "audit")).await?;
    let note = authority.checkpoint().await?;
    let name = format!("attachment; filename=\"checkpoint-{}.txt\"", authority.code());
    Ok((
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)],
        note,
    )
        .into_response())
}
