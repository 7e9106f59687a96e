//! Events that help those who provide: workshops, meetings, visits; with places, and what came of them.

use chrono::{DateTime, Utc};
use enough_kernel::{Refusal, given};
use enough_store::audit::{Actor, Event as Logged};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};
use serde::{Deserialize, Serialize};

use super::keep::{damaged, own};
use super::records::{event as table, event_booking};
use super::rules::well_formed;
use crate::intentions::intention_in;

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventText {
    /// What it is called.
    pub title: String,
    /// What it is about, and for whom.
    pub what: String,
    /// Where it is.
    pub place: String,
    /// When it begins.
    pub begins_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// For how many people there is room.
    pub places: u32,
    /// The plan that it is about.
    pub intention: Option<String>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: EventText,
    /// What came of it.
    pub follow_up: Option<String>,
    /// Counts its changes.
    pub version: i32,
    /// Who comes.
    pub bookings: Vec<Booking>,
}

/// Who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The id of the organisation.
    pub organisation: String,
    /// How many people.
    pub people: u32,
    /// What they need, such as a ramp or an interpreter.
    pub needs: String,
}

impl Event {
    /// How many places are free.
    pub fn free(&self) -> u32 {
        let taken: u32 = self.bookings.iter().map(|one| one.people).sum();
        self.text.places.saturating_sub(taken)
    }

    /// Whether it is over.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now >= self.text.ends_at
    }
}

fn read(row: table::Model, bookings: Vec<Booking>) -> Result<Event> {
    Ok(Event {
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        id: row.id,
        follow_up: row.follow_up,
        version: row.version,
        bookings,
    })
}

async fn booked(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<Booking>> {
    let rows = event_booking::Entity::find()
        .filter(event_booking::Column::Authority.eq(authority))
        .filter(event_booking::Column::Event.eq(id))
        .order_by_asc(event_booking::Column::At)
        .order_by_asc(event_booking::Column::Organisation)
        .all(db)
        .await?;
    let booking = |row: event_booking::Model| Booking {
        organisation: row.organisation,
        people: row.people.unsigned_abs(),
        needs: row.needs,
    };
    Ok(rows.into_iter().map(booking).collect())
}

async fn load(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<(Event, table::Model)> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("event {id}")))?;
    Ok((read(row.clone(), booked(db, authority, id).await?)?, row))
}

/// All events, those that begin soonest first.
///
/// # Errors
/// When the database fails.
pub async fn events(authority: &Authority) -> Result<Vec<Event>> {
    let db = authority.store().read();
    let rows = table::Entity::find().filter(table::Column::Authority.eq(authority.code())).all(db).await?;
    let mut list = Vec::new();
    for row in rows {
        let bookings = booked(db, authority.code(), &row.id).await?;
        list.push(read(row, bookings)?);
    }
    list.sort_by(|a, b| (a.text.begins_at, &a.id).cmp(&(b.text.begins_at, &b.id)));
    Ok(list)
}

/// One event.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn event(authority: &Authority, id: &str) -> Result<Event> {
    Ok(load(authority.store().read(), authority.code(), id).await?.0)
}

fn subject(id: &str) -> String {
    format!("event:{id}")
}

/// The plan that an event is about is there, and public.
async fn about(change: &enough_store::Change, text: &EventText) -> Result<()> {
    let Some(id) = &text.intention else { return Ok(()) };
    if intention_in(change, id).await?.is_public() {
        return Ok(());
    }
    Err(Refusal::of_form("Choose a plan that is public").at("intention").into())
}

/// Announces an event; gives its id.
///
/// # Errors
/// Refused when it is no event to come.
pub async fn add_event(authority: &Authority, actor: &Actor, text: &EventText) -> Result<String> {
    let mut change = authority.begin(actor).await?;
    well_formed(text, change.now())?;
    about(&change, text).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        follow_up: Set(None),
        version: Set(1),
        changed_at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Logged::new("event.add", subject(&id)).with("title", text.title.trim()));
    change.commit().await?;
    Ok(id)
}

/// Changes an event that was seen in a version.
///
/// # Errors
/// A conflict when somebody has changed it since; refused with fewer places than are taken.
pub async fn change_event(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    text: &EventText,
) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let (one, row) = load(change.tx(), authority.code(), id).await?;
    if one.version != seen {
        return Err(StoreError::Conflict { what: subject(id), seen, now: one.version });
    }
    well_formed(text, change.now())?;
    about(&change, text).await?;
    let taken: u32 = one.bookings.iter().map(|one| one.people).sum();
    if text.places < taken {
        return Err(Refusal::of_form(format!("{taken} places are taken already")).at("places").into());
    }
    let mut row = row.into_active_model();
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.version = Set(seen + 1);
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    change.log(Logged::new("event.change", subject(id)));
    change.commit().await
}

/// Books places for the organisation of whoever acts; once more changes how many.
///
/// # Errors
/// Refused once it has begun, and for more places than are free.
pub async fn book(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    (people, needs): (u32, &str),
) -> Result<()> {
    let organisation = own(actor)?;
    let mut change = authority.begin(actor).await?;
    let (one, _) = load(change.tx(), authority.code(), id).await?;
    if change.now() >= one.text.begins_at {
        return Err(Refusal::of_form("It has begun").into());
    }
    let own: u32 = one
        .bookings
        .iter()
        .filter(|booking| booking.organisation == organisation)
        .map(|one| one.people)
        .sum();
    let free = one.free() + own;
    if free == 0 {
        return Err(Refusal::of_form("No place is free").into());
    }
    if people == 0 || people > free {
        let rule = format!("Book 1 to {free} places: so many are free");
        return Err(Refusal::of_form(rule).at("people").into());
    }
    if needs.chars().count() > 1000 {
        return Err(Refusal::of_form("Say what you need in at most 1000 characters").at("needs").into());
    }
    let key = (authority.code().to_owned(), id.to_owned(), organisation.clone());
    event_booking::Entity::delete_by_id(key).exec(change.tx()).await?;
    let row = event_booking::ActiveModel {
        authority: Set(authority.code().to_owned()),
        event: Set(id.to_owned()),
        organisation: Set(organisation),
        people: Set(people as i32),
        needs: Set(needs.trim().to_owned()),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Logged::new("event.book", subject(id)).with("people", people));
    change.commit().await
}

/// Gives places back.
///
/// # Errors
/// When the database fails.
pub async fn give_back(authority: &Authority, actor: &Actor, id: &str) -> Result<()> {
    let organisation = own(actor)?;
    let mut change = authority.begin(actor).await?;
    let key = (authority.code().to_owned(), id.to_owned(), organisation);
    event_booking::Entity::delete_by_id(key).exec(change.tx()).await?;
    change.log(Logged::new("event.give-back", subject(id)));
    change.commit().await
}

/// Says what came of an event: everybody reads it.
///
/// # Errors
/// Refused before it is over.
pub async fn follow_up(authority: &Authority, actor: &Actor, id: &str, text: &str) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let (one, row) = load(change.tx(), authority.code(), id).await?;
    if !one.is_over(change.now()) {
        return Err(Refusal::of_form("Say what came of it once it is over").into());
    }
    given("follow_up", text, "what came of it", 5000)?;
    // What people need may tell of their health: it is of no use any more.
    event_booking::Entity::update_many()
        .col_expr(event_booking::Column::Needs, "".into())
        .filter(event_booking::Column::Authority.eq(authority.code()))
        .filter(event_booking::Column::Event.eq(id))
        .exec(change.tx())
        .await?;
    let mut row = row.into_active_model();
    row.follow_up = Set(Some(text.trim().to_owned()));
    row.version = Set(one.version + 1);
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    change.log(Logged::new("event.follow-up", subject(id)));
    change.commit().await
}
