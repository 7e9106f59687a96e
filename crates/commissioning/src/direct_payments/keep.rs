//! Cases in the database: who may read one, what is sealed, and when it goes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use enough_kernel::{Refusal, day_in_england};
use enough_store::accounts::{Action, Person, State as Account};
use enough_store::audit::{Actor, Event};
use enough_store::need_to_know::Access;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Change, Result, StoreError};

use super::records::{direct_payment as table, direct_payment_entry as entries};
use super::rules::{Act, complete, next_state};
use super::{Assessment, Case, Entry, Head, State, What};

/// How many years a case is kept after it ended.
pub const KEPT_YEARS: u32 = 6;

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a direct payment: {}", error.to_string()))
}

/// The record of a case, as the log and need-to-know name it.
pub fn record(id: &str) -> String {
    format!("direct-payment:{id}")
}

fn head(row: &table::Model) -> Result<Head> {
    Ok(Head {
        id: row.id.clone(),
        state: row.state.parse().map_err(damaged)?,
        version: row.version,
        author: row.author.clone(),
        assessed_on: row.assessed_on,
        offered_on: row.offered_on,
        accepted_on: row.accepted_on,
        first_paid_on: row.first_paid_on,
        next_review_on: row.next_review_on,
        ended_on: row.ended_on,
    })
}

/// What a line is sealed for: its case and its number.
fn place(id: &str, number: i32) -> String {
    format!("{}/{number}", record(id))
}

fn unsealed(authority: &Authority, row: &entries::Model) -> Result<Entry> {
    let place = place(&row.direct_payment, row.number);
    let bytes = authority.store().keys().unseal(&row.sealed, &place)?;
    serde_json::from_slice(&bytes).map_err(damaged)
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("case {id}")))
}

async fn case_in(db: &impl ConnectionTrait, authority: &Authority, row: &table::Model) -> Result<Case> {
    let find = entries::Entity::find()
        .filter(entries::Column::Authority.eq(authority.code()))
        .filter(entries::Column::DirectPayment.eq(row.id.as_str()));
    let rows = find.order_by_asc(entries::Column::Number).all(db).await?;
    let entries = rows.iter().map(|row| unsealed(authority, row)).collect::<Result<_>>()?;
    Ok(Case { head: head(row)?, entries })
}

/// All cases, opened: for the totals, which tell nothing of one.
pub(super) async fn all(authority: &Authority) -> Result<Vec<Case>> {
    let db = authority.store().read();
    let find = entries::Entity::find().filter(entries::Column::Authority.eq(authority.code()));
    let mut lines = BTreeMap::<String, Vec<Entry>>::new();
    for row in find.order_by_asc(entries::Column::Number).all(db).await? {
        lines.entry(row.direct_payment.clone()).or_default().push(unsealed(authority, &row)?);
    }
    let rows = table::Entity::find().filter(table::Column::Authority.eq(authority.code())).all(db).await?;
    let case = |row: &table::Model| {
        let entries = lines.remove(&row.id).unwrap_or_default();
        Ok(Case { head: head(row)?, entries })
    };
    rows.iter().map(case).collect()
}

/// Whether somebody can be named with a case.
pub fn may_keep_cases(person: &Person) -> bool {
    person.state == Account::Active && Action::KeepDirectPayments.allows(&person.roles)
}

async fn may_be_named(
    authority: &Authority,
    readers: &BTreeSet<String>,
    before: &BTreeSet<String>,
) -> Result<()> {
    for id in readers.difference(before) {
        let person = authority.person(id).await?;
        if !may_keep_cases(&person) {
            return Err(Refusal::of_form(format!("{} may be named with no case", person.name))
                .at("reader")
                .into());
        }
    }
    Ok(())
}

/// The cases that a person is named with, in no order that tells anything.
///
/// # Errors
/// When the database fails.
pub async fn cases(authority: &Authority, person: &str) -> Result<Vec<Head>> {
    let known = authority.records_of(person).await?;
    let ids = known.iter().filter_map(|record| record.strip_prefix("direct-payment:"));
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::Id.is_in(ids));
    find.order_by_asc(table::Column::Id).all(authority.store().read()).await?.iter().map(head).collect()
}

/// What is open of a case.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn case_head(authority: &Authority, id: &str) -> Result<Head> {
    head(&find(authority.store().read(), authority.code(), id).await?)
}

/// Opens a case, and says so in the log: how it stands to the person, and the case unless it is closed to them.
///
/// # Errors
/// When there is none, the database fails, or it was sealed with other keys.
pub async fn open_case(
    authority: &Authority,
    actor: &Actor,
    (id, person): (&str, &str),
) -> Result<(Access, Option<Case>)> {
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let access = change.open_record(&record(id), person).await?;
    if access == Access::Closed {
        return Ok((access, None));
    }
    let case = case_in(change.tx(), authority, &row).await?;
    change.commit().await?;
    Ok((access, Some(case)))
}

/// A change of a case under way, by somebody who is named with it.
pub(super) struct Turn {
    pub(super) change: Change,
    pub(super) case: Case,
    pub(super) row: table::ActiveModel,
    pub(super) person: Person,
}

/// Begins a change of a case that was seen in a version, if the state allows the act.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    act: Act,
) -> Result<Turn> {
    let person = authority.person(actor.somebody()?).await?;
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let access = change.open_record(&record(id), &person.id).await?;
    if access != Access::Named || !may_keep_cases(&person) {
        return Err(StoreError::refused("Only those who are named with a case change it"));
    }
    if row.version != seen {
        return Err(StoreError::Conflict { what: record(id), seen, now: row.version });
    }
    let case = case_in(change.tx(), authority, &row).await?;
    let state = next_state(case.head.state, act)?;
    let mut row = row.into_active_model();
    row.version = Set(seen + 1);
    row.state = Set(state.to_string());
    Ok(Turn { change, case, row, person })
}

impl Turn {
    pub(super) fn today(&self) -> NaiveDate {
        day_in_england(self.change.now())
    }

    /// Ends the change with a line of what happened. Nothing of the line is in the log but its kind.
    pub(super) async fn keep(self, authority: &Authority, what: What) -> Result<()> {
        let Self { mut change, case, row, person } = self;
        let number = case.entries.len() as i32 + 1;
        let key = what.key();
        row.update(change.tx()).await?;
        add_line(
            authority,
            &change,
            (&case.head.id, number),
            Entry { by: person.id, at: change.now(), what },
        )
        .await?;
        change.log(Event::new(&format!("direct-payment.{key}"), record(&case.head.id)));
        change.commit().await
    }
}

async fn add_line(
    authority: &Authority,
    change: &Change,
    (id, number): (&str, i32),
    entry: Entry,
) -> Result<()> {
    let text = serde_json::to_vec(&entry).map_err(damaged)?;
    let row = entries::ActiveModel {
        authority: Set(authority.code().to_owned()),
        direct_payment: Set(id.to_owned()),
        number: Set(number),
        sealed: Set(authority.store().keys().seal(&text, &place(id, number), authority.environment())),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Keeps a new case; gives its id. Whoever assessed is named with it.
///
/// # Errors
/// Refused where the assessment is not complete, and where somebody is named who may not be.
pub async fn add_case(
    authority: &Authority,
    actor: &Actor,
    assessment: &Assessment,
    readers: &BTreeSet<String>,
) -> Result<String> {
    let person = actor.somebody()?.to_owned();
    complete(assessment, day_in_england(authority.environment().now()))?;
    let mut readers = readers.clone();
    readers.insert(person.clone());
    may_be_named(authority, &readers, &BTreeSet::new()).await?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        state: Set(State::Assessed.to_string()),
        version: Set(1),
        author: Set(person.clone()),
        assessed_on: Set(day_in_england(change.now())),
        offered_on: Set(None),
        accepted_on: Set(None),
        first_paid_on: Set(None),
        next_review_on: Set(None),
        ended_on: Set(None),
    };
    row.insert(change.tx()).await?;
    let entry = Entry { by: person, at: change.now(), what: What::Assess(assessment.clone()) };
    add_line(authority, &change, (&id, 1), entry).await?;
    change.log(Event::new("direct-payment.add", record(&id)));
    change.name_readers(&record(&id), &readers).await?;
    change.commit().await?;
    Ok(id)
}

/// Whether nobody who is named with a case can read it any more: then whoever opened it in an emergency may name others.
///
/// # Errors
/// When the database fails.
pub async fn is_left(authority: &Authority, id: &str) -> Result<bool> {
    for reader in authority.readers(&record(id)).await? {
        if may_keep_cases(&authority.person(&reader).await?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Names the people who need to know a case, and nobody else.
///
/// # Errors
/// Refused to whoever is not named with it, and where somebody is named who may not be; a conflict when somebody has changed it since.
pub async fn name_people(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    readers: &BTreeSet<String>,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    may_be_named(authority, readers, &authority.readers(&record(id)).await?).await?;
    let is_left = is_left(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let access = change.open_record(&record(id), &person).await?;
    if access != Access::Named && !(is_left && access != Access::Closed) {
        return Err(StoreError::refused("Only those who are named with a case name others"));
    }
    if row.version != seen {
        return Err(StoreError::Conflict { what: record(id), seen, now: row.version });
    }
    let mut row = row.into_active_model();
    row.version = Set(seen + 1);
    row.update(change.tx()).await?;
    change.name_readers(&record(id), readers).await?;
    change.commit().await
}

/// Removes the cases that ended, were to end, or were never agreed to more than [`KEPT_YEARS`] ago, with all that is sealed of them; gives how many. Nothing is logged when
/// there was none.
///
/// # Errors
/// When the database fails; nothing is removed then.
pub async fn sweep_cases(authority: &Authority, actor: &Actor) -> Result<u64> {
    let mut change = authority.begin(actor).await?;
    let today = day_in_england(change.now());
    let before = today.checked_sub_months(Months::new(12 * KEPT_YEARS)).unwrap_or(NaiveDate::MIN);
    let waits = |state: State| Condition::all().add(table::Column::State.eq(state.key()));
    let old = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(
            Condition::any()
                .add(table::Column::EndedOn.lt(before))
                // What nobody has looked at for so long goes, too.
                .add(
                    Condition::all()
                        .add(table::Column::State.ne(State::Ended.key()))
                        .add(table::Column::NextReviewOn.lt(before)),
                )
                .add(waits(State::Assessed).add(table::Column::AssessedOn.lt(before)))
                .add(waits(State::Offered).add(table::Column::OfferedOn.lt(before))),
        )
        .all(change.tx())
        .await?;
    for row in &old {
        entries::Entity::delete_many()
            .filter(entries::Column::Authority.eq(authority.code()))
            .filter(entries::Column::DirectPayment.eq(row.id.as_str()))
            .exec(change.tx())
            .await?;
        table::Entity::delete_by_id((authority.code().to_owned(), row.id.clone())).exec(change.tx()).await?;
        change.forget_readers(&record(&row.id)).await?;
        change.log(Event::new("direct-payment.remove", record(&row.id)));
    }
    if !old.is_empty() {
        let event = Event::new("retention.sweep", "authority");
        change.log(event.with("direct-payments", old.len()));
        change.commit().await?;
    }
    Ok(old.len() as u64)
}
