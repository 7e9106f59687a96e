//! Commitments in the database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use enough_kernel::{Refusal, day_in_england, given};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::records::{commitment as table, commitment_event};
use super::rules::{SIDES, complete, next_state, one_side, replaceable, well_formed};
use super::{Act, Commitment, Rating, Said, Side, State, Step, Text};

fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a commitment: {}", error.to_string()))
}

fn subject(id: &str) -> String {
    format!("commitment:{id}")
}

fn read(row: table::Model, history: Vec<commitment_event::Model>) -> Result<Commitment> {
    let mut one = Commitment {
        state: row.state.parse().map_err(damaged)?,
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        id: row.id,
        made_by: row.made_by,
        made_to: row.made_to,
        version: row.version,
        agreed_at: row.agreed_at,
        history: Vec::new(),
    };
    for row in history {
        let side = one.side_of(&row.organisation).ok_or_else(|| damaged("a step by neither side"))?;
        let text = row.text.map(|text| serde_json::from_str(&text)).transpose().map_err(damaged)?;
        let said = Said {
            words: row.words,
            rating: row.rating.map(|rating| rating.parse()).transpose().map_err(damaged)?,
            evidence: serde_json::from_str(&row.evidence).map_err(damaged)?,
            successor: row.successor,
        };
        let act = row.kind.parse().map_err(damaged)?;
        one.history.push(Step { at: row.at, side, person: row.person, act, said, text });
    }
    Ok(one)
}

/// All commitments, those that are due first first.
///
/// # Errors
/// When the database fails.
pub async fn commitments(authority: &Authority) -> Result<Vec<Commitment>> {
    let db = authority.store().read();
    let events = commitment_event::Entity::find()
        .filter(commitment_event::Column::Authority.eq(authority.code()))
        .order_by_asc(commitment_event::Column::Number);
    let mut histories = BTreeMap::<String, Vec<commitment_event::Model>>::new();
    for event in events.all(db).await? {
        histories.entry(event.commitment.clone()).or_default().push(event);
    }
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority.code()));
    let mut list = Vec::new();
    for row in find.order_by_asc(table::Column::Id).all(db).await? {
        let history = histories.remove(&row.id).unwrap_or_default();
        list.push(read(row, history)?);
    }
    list.sort_by_key(|one| one.text.due_on);
    Ok(list)
}

/// One commitment.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn commitment(authority: &Authority, id: &str) -> Result<Commitment> {
    commitment_in(authority.store().read(), authority.code(), id).await
}

async fn row_in(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("commitment {id}")))
}

async fn history_in(
    db: &impl ConnectionTrait,
    authority: &str,
    id: &str,
) -> Result<Vec<commitment_event::Model>> {
    let find = commitment_event::Entity::find()
        .filter(commitment_event::Column::Authority.eq(authority))
        .filter(commitment_event::Column::Commitment.eq(id));
    Ok(find.order_by_asc(commitment_event::Column::Number).all(db).await?)
}

async fn commitment_in(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Commitment> {
    let row = row_in(db, authority, id).await?;
    read(row, history_in(db, authority, id).await?)
}

/// Who acts: the person, and the organisation they belong to.
fn acting(actor: &Actor) -> Result<(String, String)> {
    let person = actor.somebody()?.to_owned();
    let organisation = actor.organisation.clone();
    let organisation = organisation.ok_or_else(|| Refusal::new("Only an organisation promises", SIDES))?;
    Ok((person, organisation))
}

/// Begins a change of one that was seen in a version: the side that acts, and the person.
async fn begin(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
) -> Result<(enough_store::Change, Commitment, table::ActiveModel, (Side, String))> {
    let (person, organisation) = acting(actor)?;
    let change = authority.begin(actor).await?;
    let row = row_in(change.tx(), authority.code(), id).await?;
    let now = row.version;
    let mut model = row.clone().into_active_model();
    let one = read(row, history_in(change.tx(), authority.code(), id).await?)?;
    // Whoever may not act is told so, whatever they have seen.
    let side = one.side_of(&organisation);
    let side = side.ok_or_else(|| Refusal::new("Your organisation is not one of the two sides", SIDES))?;
    if now != seen {
        return Err(StoreError::Conflict { what: subject(id), seen, now });
    }
    one_side(&one, side, &person)?;
    model.version = Set(now + 1);
    Ok((change, one, model, (side, person)))
}

/// Adds a step to what happened.
async fn put(
    change: &enough_store::Change,
    id: &str,
    organisation: &str,
    (number, step): (usize, &Step),
) -> Result<()> {
    let text = step.text.as_ref().map(serde_json::to_string).transpose().map_err(damaged)?;
    let row = commitment_event::ActiveModel {
        authority: Set(change.authority().to_owned()),
        commitment: Set(id.to_owned()),
        number: Set(number as i32),
        at: Set(step.at),
        organisation: Set(organisation.to_owned()),
        person: Set(step.person.clone()),
        kind: Set(step.act.to_string()),
        words: Set(step.said.words.trim().to_owned()),
        rating: Set(step.said.rating.map(|rating| rating.to_string())),
        evidence: Set(serde_json::to_string(&step.said.evidence).map_err(damaged)?),
        successor: Set(step.said.successor.clone()),
        text: Set(text),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Whether the objective that a commitment names is one of a plan that everybody sees.
async fn is_for_something(authority: &Authority, text: &Text) -> Result<()> {
    let Some(key) = &text.objective else { return Ok(()) };
    if crate::objectives(authority).await?.contains_key(key) {
        return Ok(());
    }
    Err(Refusal::of_form("Choose an objective of a plan that is public, or none").at("objective").into())
}

/// Writes down what one organisation promises another, for whichever of the two whoever acts belongs to: that side agrees by writing.
/// Gives its id.
///
/// # Errors
/// Refused to whoever belongs to neither, and when it does not say what it must.
pub async fn add_commitment(
    authority: &Authority,
    actor: &Actor,
    (made_by, made_to): (&str, &str),
    text: &Text,
) -> Result<String> {
    let (person, organisation) = acting(actor)?;
    let known = authority.organisations().await?;
    let is_open = |id: &str| known.iter().any(|one| one.id == id && one.closed_at.is_none());
    let wrong = [("made_by", made_by), ("made_to", made_to)].into_iter().find(|one| !is_open(one.1));
    if let Some((at, _)) = wrong {
        return Err(Refusal::of_form("Choose the organisation that promises, and to which").at(at).into());
    }
    if made_by == made_to {
        return Err(Refusal::of_form("Choose two organisations: one promises to another")
            .at("made_to")
            .into());
    }
    let side = match organisation.as_str() {
        own if own == made_by => Side::Maker,
        own if own == made_to => Side::Receiver,
        _ => {
            return Err(Refusal::new("One of the two organisations is your own", SIDES).at("made_by").into());
        }
    };
    is_for_something(authority, text).await?;
    let mut change = authority.begin(actor).await?;
    well_formed(text, day_in_england(change.now()))?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        made_by: Set(made_by.to_owned()),
        made_to: Set(made_to.to_owned()),
        state: Set(State::Recorded.to_string()),
        version: Set(1),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        agreed_at: Set(None),
    };
    row.insert(change.tx()).await?;
    let step = written((change.now(), side, person), Act::Record, "", text);
    put(&change, &id, &organisation, (1, &step)).await?;
    change
        .log(Event::new("commitment.record", subject(&id)).with("made_by", made_by).with("made_to", made_to));
    change.commit().await?;
    Ok(id)
}

/// A step that writes what a commitment says.
fn written((at, side, person): (DateTime<Utc>, Side, String), act: Act, words: &str, text: &Text) -> Step {
    let said = Said { words: words.to_owned(), ..Said::default() };
    Step { at, side, person, act, said, text: Some(text.clone()) }
}

/// Changes one that both have not agreed to yet: the side that changes it agrees to it as it is then, and the other is asked again.
///
/// # Errors
/// A conflict when somebody has changed it since; refused once both agreed, to whoever belongs to neither side, and without what changed.
pub async fn change_commitment(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    text: &Text,
    why: &str,
) -> Result<()> {
    is_for_something(authority, text).await?;
    let (mut change, one, mut row, (side, person)) = begin(authority, actor, place).await?;
    let today = day_in_england(change.now());
    next_state(one.standing(today), side, Act::Change)?;
    well_formed(text, today)?;
    given("why", why, "what changed and why: the other side reads it", 2000)?;
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.update(change.tx()).await?;
    let step = written((change.now(), side, person), Act::Change, why, text);
    put(&change, &one.id, one.organisation(side), (one.history.len() + 1, &step)).await?;
    change.log(Event::new("commitment.change", subject(place.0)).because(why.trim()));
    change.commit().await
}

/// Takes a step for the side that whoever acts belongs to.
///
/// # Errors
/// A conflict when somebody has changed it since; refused with the rule, to whoever belongs to neither side, and to whoever has acted
/// for the other one.
pub async fn take_step(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    act: Act,
    said: &Said,
) -> Result<()> {
    let (mut change, one, mut row, (side, person)) = begin(authority, actor, place).await?;
    let state = next_state(one.standing(day_in_england(change.now())), side, act)?;
    if matches!(act, Act::Record | Act::Change) {
        return Err(Refusal::of_form("What it says is changed with its whole text").into());
    }
    complete(&one, (side, act), said)?;
    let said = Said {
        // What is missed is not met, as the side sees it that says so.
        rating: if act == Act::Miss { Some(Rating::NotMet) } else { said.rating },
        successor: successor(&change, &one, act, said).await?,
        ..said.clone()
    };
    if act == Act::Agree {
        row.agreed_at = Set(Some(change.now()));
    }
    row.state = Set(state.to_string());
    row.update(change.tx()).await?;
    let step = Step { at: change.now(), side, person, act, said, text: None };
    put(&change, &one.id, one.organisation(side), (one.history.len() + 1, &step)).await?;
    let mut event = Event::new(&format!("commitment.{act}"), subject(&one.id)).with("state", state.key());
    if let Some(rating) = step.said.rating {
        event = event.with("rating", rating.key());
    }
    if let Some(other) = &step.said.successor {
        event = event.with("successor", other.as_str());
    }
    change.log(event);
    change.commit().await
}

/// The commitment that is to take the place of one, if a step is about that: it must still stand.
async fn successor(
    change: &enough_store::Change,
    one: &Commitment,
    act: Act,
    said: &Said,
) -> Result<Option<String>> {
    let id = match act {
        Act::Propose => said.successor.as_deref().unwrap_or_default(),
        Act::Supersede => one.proposal().map_or("", |(_, id)| id),
        _ => return Ok(None),
    };
    let other = match commitment_in(change.tx(), change.authority(), id).await {
        Err(StoreError::NotFound(_)) => None,
        found => Some(found?),
    };
    let other = other
        .ok_or_else(|| Refusal::of_form("Choose the commitment that takes its place").at("successor"))?;
    replaceable(one, &other)?;
    Ok(Some(other.id))
}
