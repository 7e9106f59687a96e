//! Plans in the database.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Refusal, day_in_england, given};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::records::{plan as table, plan_change, plan_figure};
use super::rules::{changeable, complete, known, readable, well_formed};
use super::{Figure, Indicator, Objective, ObjectiveKey, Plan, Reading, Text, Unit};

/// Something that happened to a plan since it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
    /// What it said before, if that changed.
    pub before: Option<Text>,
}

/// A figure of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of which day.
    pub on: NaiveDate,
    /// What was counted or measured.
    pub reading: Reading,
    /// What there is to say about it.
    pub note: String,
    /// When it was told.
    pub at: DateTime<Utc>,
    /// What came of it, if it does not stand any more.
    pub then: Option<Then>,
}

/// Why a figure does not stand any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Then {
    /// Whether it was taken back; it was corrected otherwise.
    pub taken_back: bool,
    /// Why.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The figures that stand, of a list of all that were told.
pub fn standing(all: &[Told]) -> impl DoubleEndedIterator<Item = &Told> {
    all.iter().filter(|told| told.then.is_none())
}

/// The figures of the indicators of a plan by objective and indicator, oldest day first, and of one day in the order in which they
/// were told: at most one of a day stands.
pub type Series = BTreeMap<(usize, usize), Vec<Told>>;

/// Objectives by their keys.
pub type Objectives = BTreeMap<ObjectiveKey, Objective>;

fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a plan: {}", error.to_string()))
}

fn read(row: table::Model) -> Result<Plan> {
    Ok(Plan {
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        id: row.id,
        version: row.version,
        published_at: row.published_at,
        changed_at: row.changed_at,
    })
}

fn subject(id: &str) -> String {
    format!("plan:{id}")
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("plan {id}")))
}

/// All plans: those that end last come first.
///
/// # Errors
/// When the database fails.
pub async fn plans(authority: &Authority) -> Result<Vec<Plan>> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority.code()));
    let rows = find.order_by_asc(table::Column::Id).all(authority.store().read()).await?;
    let mut list: Vec<Plan> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| std::cmp::Reverse(one.text.until));
    Ok(list)
}

/// The objectives of all plans that everybody sees.
///
/// # Errors
/// When the database fails.
pub async fn objectives(authority: &Authority) -> Result<Objectives> {
    let public = plans(authority).await?.into_iter().filter(Plan::is_public);
    let of = |plan: Plan| {
        let id = plan.id;
        let key = move |number| ObjectiveKey { plan: id.clone(), number };
        (1..).zip(plan.text.objectives).map(move |(number, one)| (key(number), one))
    };
    Ok(public.flat_map(of).collect())
}

/// A plan, and what happened to it since it was published, oldest first.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn plan(authority: &Authority, id: &str) -> Result<(Plan, Vec<Change>)> {
    let db = authority.store().read();
    let one = read(find(db, authority.code(), id).await?)?;
    let changes = plan_change::Entity::find()
        .filter(plan_change::Column::Authority.eq(authority.code()))
        .filter(plan_change::Column::Plan.eq(id))
        .order_by_asc(plan_change::Column::Version)
        .all(db)
        .await?;
    let change = |row: plan_change::Model| {
        let before = row.before.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
        Ok(Change { at: row.at, what: row.what, before })
    };
    Ok((one, changes.into_iter().map(change).collect::<Result<_>>()?))
}

/// The figures of the indicators of a plan.
///
/// # Errors
/// When the database fails.
pub async fn series(authority: &Authority, id: &str) -> Result<Series> {
    series_in(authority.store().read(), authority.code(), id).await
}

async fn series_in(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Series> {
    let rows = plan_figure::Entity::find()
        .filter(plan_figure::Column::Authority.eq(authority))
        .filter(plan_figure::Column::Plan.eq(id))
        .order_by_asc(plan_figure::Column::At)
        .order_by_asc(plan_figure::Column::Id)
        .all(db)
        .await?;
    let mut all = Series::new();
    for row in rows {
        let key = (row.objective.unsigned_abs() as usize, row.indicator.unsigned_abs() as usize);
        let list = all.entry(key).or_default();
        let stood = |told: &&mut Told| told.on == row.on_day && told.then.is_none();
        if let Some(before) = list.iter_mut().find(stood) {
            before.then = Some(Then { taken_back: row.taken_back, why: row.note.clone(), at: row.at });
        }
        if row.taken_back {
            continue;
        }
        let reading = Reading {
            value: Figure::new(row.value),
            out_of: row.out_of.and_then(|all| u32::try_from(all).ok()),
        };
        list.push(Told { on: row.on_day, reading, note: row.note, at: row.at, then: None });
    }
    for list in all.values_mut() {
        list.sort_by_key(|told| told.on);
    }
    Ok(all)
}

/// Keeps a draft; gives its id.
///
/// # Errors
/// Refused when it is no plan.
pub async fn add_plan(authority: &Authority, actor: &Actor, text: &Text) -> Result<String> {
    well_formed(text)?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        version: Set(1),
        published_at: Set(None),
        changed_at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("plan.add", subject(&id)).with("title", text.title.trim()));
    change.commit().await?;
    Ok(id)
}

async fn begin(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
) -> Result<(enough_store::Change, Plan, table::ActiveModel)> {
    let change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if row.version != seen {
        return Err(StoreError::Conflict { what: format!("plan {id}"), seen, now: row.version });
    }
    let mut model = row.clone().into_active_model();
    model.version = Set(seen + 1);
    model.changed_at = Set(change.now());
    Ok((change, read(row)?, model))
}

async fn tell(change: &enough_store::Change, one: &Plan, what: String, before: Option<&Text>) -> Result<()> {
    let row = plan_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        plan: Set(one.id.clone()),
        version: Set(one.version + 1),
        at: Set(change.now()),
        what: Set(what),
        before: Set(before.map(serde_json::to_string).transpose().map_err(damaged)?),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Changes a plan that was seen in a version. Once it is public, everybody reads what changed and why.
///
/// # Errors
/// A conflict when somebody has changed it since; refused with the rule.
pub async fn change_plan(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    text: &Text,
    why: &str,
) -> Result<()> {
    let (mut change, one, mut row) = begin(authority, actor, place).await?;
    if one.is_public() {
        changeable(&one.text, text, why)?;
        known(text, day_in_england(change.now()))?;
        tell(&change, &one, why.trim().to_owned(), Some(&one.text)).await?;
    } else {
        well_formed(text)?;
    }
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("plan.change", subject(place.0)).because(why.trim()));
    change.commit().await
}

/// Publishes a plan.
///
/// # Errors
/// Refused when it is not complete, or public already.
pub async fn publish_plan(authority: &Authority, actor: &Actor, place: (&str, i32)) -> Result<()> {
    let (mut change, one, mut row) = begin(authority, actor, place).await?;
    if one.is_public() {
        return Err(StoreError::refused("This plan is public already"));
    }
    complete(&one.text)?;
    known(&one.text, day_in_england(change.now()))?;
    row.published_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    tell(&change, &one, "Published".to_owned(), None).await?;
    change.log(Event::new("plan.publish", subject(place.0)));
    change.commit().await
}

/// Throws a draft away that nobody has seen.
///
/// # Errors
/// Refused once it is public.
pub async fn remove_plan(authority: &Authority, actor: &Actor, place: (&str, i32)) -> Result<()> {
    let (mut change, one, _) = begin(authority, actor, place).await?;
    if one.is_public() {
        return Err(StoreError::refused("This plan is public: it stays to be read"));
    }
    table::Entity::delete_by_id((authority.code().to_owned(), one.id.clone())).exec(change.tx()).await?;
    change.log(Event::new("plan.remove", subject(place.0)).with("title", one.text.title));
    change.commit().await
}

/// An indicator of a plan.
fn indicator(one: &Plan, (objective, number): (usize, usize)) -> Option<&Indicator> {
    one.text.objectives.get(objective.checked_sub(1)?)?.indicators.get(number.checked_sub(1)?)
}

/// Tells a figure of an indicator of a published plan. What was told before stays; of one day the newest counts.
///
/// # Errors
/// Refused when it cannot be a figure of that indicator, or of a day to come; of a day that has one, without why that was wrong.
pub async fn tell_figure(
    authority: &Authority,
    actor: &Actor,
    (id, at): (&str, (usize, usize)),
    (on, reading): (NaiveDate, Reading),
    note: &str,
) -> Result<()> {
    let (mut change, unit, stands) = begin_figure(authority, actor, (id, at), on).await?;
    readable(unit, reading, (on, day_in_england(change.now())))?;
    if stands.is_some_and(|told| told == reading) {
        return Err(Refusal::of_form("This figure is told already").into());
    }
    if stands.is_some() && note.trim().is_empty() {
        return Err(Refusal::of_form("There is a figure of that day: say why it was wrong")
            .at("note")
            .into());
    }
    if !note.trim().is_empty() {
        given("note", note, "what there is to say about it", 1000)?;
    }
    put(&mut change, (id, at), (on, reading), (note, false)).await?;
    change.commit().await
}

/// Takes the figure of a day back, with a reason that everybody reads.
///
/// # Errors
/// Refused without a reason, and when there is none of that day.
pub async fn take_back_figure(
    authority: &Authority,
    actor: &Actor,
    (id, at): (&str, (usize, usize)),
    on: NaiveDate,
    why: &str,
) -> Result<()> {
    let (mut change, _, stands) = begin_figure(authority, actor, (id, at), on).await?;
    let reading = stands.ok_or_else(|| Refusal::of_form("No figure of that day stands").at("on"))?;
    given("note", why, "why it is taken back", 1000)?;
    put(&mut change, (id, at), (on, reading), (why, true)).await?;
    change.commit().await
}

/// Begins to tell a figure: the unit, and the figure of that day that stands.
async fn begin_figure(
    authority: &Authority,
    actor: &Actor,
    (id, at): (&str, (usize, usize)),
    on: NaiveDate,
) -> Result<(enough_store::Change, Unit, Option<Reading>)> {
    let change = authority.begin(actor).await?;
    let one = read(find(change.tx(), authority.code(), id).await?)?;
    if !one.is_public() {
        return Err(Refusal::of_form("Figures are told of a plan that is public").into());
    }
    let of =
        indicator(&one, at).ok_or_else(|| StoreError::NotFound(format!("indicator {}.{}", at.0, at.1)))?;
    let all = series_in(change.tx(), authority.code(), id).await?;
    let stands = all.get(&at).and_then(|list| standing(list).find(|told| told.on == on));
    let (unit, reading) = (of.unit, stands.map(|told| told.reading));
    Ok((change, unit, reading))
}

async fn put(
    change: &mut enough_store::Change,
    (id, at): (&str, (usize, usize)),
    (on, reading): (NaiveDate, Reading),
    (note, taken_back): (&str, bool),
) -> Result<()> {
    let row = plan_figure::ActiveModel {
        authority: Set(change.authority().to_owned()),
        id: Set(change.environment().id()),
        plan: Set(id.to_owned()),
        objective: Set(at.0 as i32),
        indicator: Set(at.1 as i32),
        on_day: Set(on),
        value: Set(reading.value.get()),
        out_of: Set(reading.out_of.map(|all| all as i32)),
        note: Set(note.trim().to_owned()),
        at: Set(change.now()),
        taken_back: Set(taken_back),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new(if taken_back { "plan.take-back-figure" } else { "plan.figure" }, subject(id))
            .with("indicator", format!("{}.{}", at.0, at.1))
            .with("on", on.to_string()),
    );
    Ok(())
}
