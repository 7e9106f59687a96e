//! Intentions for those who want to be told: Atom (RFC 4287), JSON Feed 1.1 and a calendar (RFC 5545).

use askama::Template;
use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use enough_commissioning::codesign::codesign;
use enough_commissioning::intentions::{Intention, State, intentions};
use icalendar::{Calendar, Component, Event, EventLike};
use serde_json::json;

use super::{day, money};
use crate::caller::Caller;
use crate::problem::Problem;

/// What is public, changed last first.
async fn public(caller: &Caller) -> Result<Vec<Intention>, Problem> {
    let mut list = intentions(caller.app.authority()).await?;
    list.retain(Intention::is_public);
    list.sort_by(|a, b| b.changed_at.cmp(&a.changed_at).then_with(|| a.id.cmp(&b.id)));
    Ok(list)
}

/// An intention in a feed.
struct Entry {
    id: String,
    title: String,
    text: String,
    published: String,
    changed: String,
}

fn entry(one: &Intention) -> Entry {
    let moment = |at: &chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let when = match (one.text.opens_on, one.text.starts_on) {
        (Some(opens), Some(starts)) => {
            format!("Bids or applications from {}, starts {}. ", day(&opens), day(&starts))
        }
        _ => String::new(),
    };
    let text =
        format!("{}. {}; {}. {when}Why: {}", one.state.label(), one.text.what, money(one), one.text.why);
    Entry {
        id: one.id.clone(),
        title: one.text.title.clone(),
        text,
        published: moment(&one.published_at.unwrap_or(one.changed_at)),
        changed: moment(&one.changed_at),
    }
}

#[derive(Template)]
#[template(path = "intentions/feed.xml")]
struct Atom {
    service: String,
    authority: String,
    here: String,
    updated: String,
    entries: Vec<Entry>,
}

/// As Atom.
pub async fn atom(caller: Caller) -> Result<Response, Problem> {
    let here = caller.here.clone();
    let entries: Vec<Entry> = public(&caller).await?.iter().map(entry).collect();
    // A feed that has nothing yet was never updated.
    let updated =
        entries.first().map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |one| one.changed.clone());
    let authority = caller.app.authority().code().to_owned();
    let service = caller.app.settings().name.clone();
    let feed = Atom { service, authority, here, updated, entries }.render()?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response())
}

/// As JSON Feed.
pub async fn json_feed(caller: Caller) -> Result<Response, Problem> {
    let here = &caller.here;
    let items: Vec<_> = public(&caller).await?.iter().map(entry).map(|one| {
        json!({
            "id": format!("urn:uuid:{}", one.id), "url": format!("{here}/intentions/{}", one.id), "title": one.title,
            "content_text": one.text, "date_published": one.published, "date_modified": one.changed,
        })
    }).collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("What {} plans to buy or fund", caller.app.settings().name),
        "home_page_url": format!("{here}/intentions"), "feed_url": format!("{here}/intentions/feed.json"), "language": "en-GB",
        "items": items,
    });
    Ok(([(header::CONTENT_TYPE, "application/feed+json")], Json(feed).into_response().into_body())
        .into_response())
}

/// A text as a calendar has it: with line feeds and no other sign that steers (RFC 5545 3.3.11). The library writes a bare carriage return as
/// it is, which ends a line for some readers.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace(|c: char| c.is_control() && c != '\n' && c != '\t', "")
}

/// As a calendar: when each opens and when it starts.
pub async fn calendar(caller: Caller) -> Result<Response, Problem> {
    let here = &caller.here;
    let mut calendar = Calendar::new();
    calendar.name(&plain(&format!("What {} plans to buy or fund", caller.app.settings().name)));
    for one in public(&caller).await?.iter().filter(|one| one.state != State::Withdrawn) {
        let days =
            [("opens", "Bids or applications", one.text.opens_on), ("starts", "Start", one.text.starts_on)];
        let mut days: Vec<_> =
            days.into_iter().map(|(key, what, on)| (key.to_owned(), what.to_owned(), on)).collect();
        for round in codesign(caller.app.authority(), &one.id).await?.rounds {
            let number = round.number;
            days.push((
                format!("round-{number}-opens"),
                "Comments are open".to_owned(),
                Some(round.opens_on),
            ));
            days.push((
                format!("round-{number}-closes"),
                "Last day for comments".to_owned(),
                Some(round.closes_on),
            ));
        }
        for (key, what, on) in days {
            let Some(on) = on else { continue };
            let mut event = Event::new();
            event
                .uid(&format!("{}-{key}@{}", one.id, caller.app.authority().code()))
                .timestamp(one.changed_at)
                .summary(&plain(&format!("{what}: {}", one.text.title)))
                .description(&plain(&format!("{}\n{here}/intentions/{}", one.text.what, one.id)))
                .starts(on);
            calendar.push(event.done());
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"plans.ics\""),
    ];
    Ok((headers, calendar.to_string()).into_response())
}
