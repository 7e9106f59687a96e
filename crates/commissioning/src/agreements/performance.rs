//! What is measured: agreed, reported by the provider, rated by the commissioner; and what visits found.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Refusal, day_in_england, given};
use enough_plans::{Figure, Reading, is_reading, objectives};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::keep::{begin, damaged, json, subject, tell};
use super::records::{agreement_rating, agreement_report, agreement_visit};
use super::rules::{STATES, agreeable, agreed_anew, due};
use super::{Agreed, Agreement, Rating, State, periods};

/// What the ratings mean.
const RATINGS: &str =
    "Procurement Act 2023 s71(5); Procurement Regulations 2024 (SI 2024/692) reg 39: unconfirmed";
const OWN: &str = "who reports does not rate, and who rates does not report";

/// Agrees measures and the expected effect: freely until the signature; after that what was agreed stays, and everybody reads why
/// something is added.
///
/// # Errors
/// Refused when a measure serves no objective and does not say why, and with the other rules.
pub async fn agree(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    agreed: &Agreed,
    why: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let known = objectives(authority).await?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.not_theirs(actor)?;
    agreeable(agreed, &known)?;
    match one.state {
        State::Pending => {
            let mut writers = one.written_by.clone();
            if one.tender.is_none() {
                writers.insert(person);
            }
            row.written_by = Set(writers.into_iter().collect::<Vec<_>>().join(" "));
        }
        State::Cancelled => return Err(Refusal::new("It was never signed", STATES).into()),
        State::Active | State::Ending => {
            agreed_anew(&one.agreed, agreed, why)?;
            tell(&change, &one, format!("What is measured changed: {}", why.trim()), Some(&one.agreed))
                .await?;
        }
    }
    row.agreed = Set(json(agreed)?);
    row.update(change.tx()).await?;
    change.log(
        Event::new("agreement.agree", subject(id))
            .because(why.trim())
            .with("measures", agreed.measures.len()),
    );
    change.commit().await
}

/// What a provider reported of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was counted or measured.
    pub reading: Reading,
    /// What the provider says about it.
    pub note: String,
    /// The id of who reported.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Which report of the period: a correction is another.
    pub number: i32,
    /// How it was rated, if it was.
    pub rated: Option<Rated>,
}

/// How a report was rated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// How well.
    pub rating: Rating,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A period of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Which: 1, 2, ...
    pub number: i32,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// By when its report comes.
    pub due_on: NaiveDate,
    /// The report that counts.
    pub report: Option<Report>,
    /// What it corrects, oldest first.
    pub earlier: Vec<Report>,
}

impl Period {
    /// Whether its report is late on a day.
    pub fn is_late(&self, on: NaiveDate) -> bool {
        self.report.is_none() && on > self.due_on
    }

    /// Whether its report can come on a day: once it is over.
    pub fn is_over(&self, on: NaiveDate) -> bool {
        on > self.until
    }
}

/// What is measured, and what was reported: the periods of each measure by its number.
pub type Performance = BTreeMap<i32, Vec<Period>>;

/// The reports of each period of each measure, oldest first.
pub(super) type Reports = BTreeMap<(i32, i32), Vec<Report>>;

async fn reports(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Reports> {
    let ratings = agreement_rating::Entity::find()
        .filter(agreement_rating::Column::Authority.eq(authority))
        .filter(agreement_rating::Column::Agreement.eq(id))
        .all(db)
        .await?;
    let rows = agreement_report::Entity::find()
        .filter(agreement_report::Column::Authority.eq(authority))
        .filter(agreement_report::Column::Agreement.eq(id))
        .order_by_asc(agreement_report::Column::Number)
        .all(db)
        .await?;
    read_reports(rows, &ratings)
}

/// The reports of an agreement, in the order of their numbers, with their ratings.
pub(super) fn read_reports(
    rows: Vec<agreement_report::Model>,
    ratings: &[agreement_rating::Model],
) -> Result<Reports> {
    let rated = |row: &agreement_report::Model| {
        let of = |one: &&agreement_rating::Model| {
            (one.measure, one.period, one.number) == (row.measure, row.period, row.number)
        };
        let read = |one: &agreement_rating::Model| {
            Ok(Rated { rating: one.rating.parse().map_err(damaged)?, reason: one.reason.clone(), at: one.at })
        };
        ratings.iter().find(of).map(read).transpose()
    };
    let mut all = BTreeMap::new();
    for row in rows {
        let out_of = row.out_of.and_then(|all| u32::try_from(all).ok());
        let report = Report {
            rated: rated(&row).transpose().map_or(Ok(None), |rated: Result<Rated>| rated.map(Some))?,
            reading: Reading { value: Figure::new(row.value), out_of },
            note: row.note,
            by: row.person,
            at: row.at,
            number: row.number,
        };
        all.entry((row.measure, row.period)).or_insert_with(Vec::new).push(report);
    }
    Ok(all)
}

/// What was reported and rated of an agreement.
///
/// # Errors
/// When the database fails.
pub async fn performance(authority: &Authority, one: &Agreement) -> Result<Performance> {
    Ok(periods_of(one, reports(authority.store().read(), authority.code(), &one.id).await?))
}

/// The periods of each measure with what was reported.
pub(super) fn periods_of(one: &Agreement, mut reports: Reports) -> Performance {
    let mut all = Performance::new();
    for (measure, of) in (1..).zip(&one.agreed.measures) {
        let period = |(number, (from, until)): (i32, (NaiveDate, NaiveDate))| {
            let mut earlier = reports.remove(&(measure, number)).unwrap_or_default();
            Period { number, from, until, due_on: due(until), report: earlier.pop(), earlier }
        };
        all.insert(measure, (1..).zip(periods(&one.terms, of.every)).map(period).collect());
    }
    all
}

/// Reports what was counted or measured in a period: by the provider. A correction is another report; what was said before stays.
/// `seen` is the number of the newest report that whoever reports has seen, 0 for none.
///
/// # Errors
/// A conflict when it was corrected since; refused to others than the provider, before the period is over, when it cannot be a figure
/// of the measure, and for a correction without a reason.
pub async fn report(
    authority: &Authority,
    actor: &Actor,
    (id, measure, period): (&str, i32, i32),
    seen: i32,
    reading: Reading,
    note: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    one.must_be_signed()?;
    if actor.organisation.as_deref() != Some(&one.organisation) {
        return Err(Refusal::new("Whoever provides it reports", OWN).into());
    }
    let of = one.measure(measure).ok_or_else(|| StoreError::NotFound(format!("measure {measure}")))?;
    let all = periods(&one.terms, of.every);
    let place = period.checked_sub(1).and_then(|at| usize::try_from(at).ok()).and_then(|at| all.get(at));
    let (_, until) = place.ok_or_else(|| StoreError::NotFound(format!("period {period}")))?;
    if day_in_england(change.now()) <= *until {
        return Err(Refusal::of_form(format!("The period is over after {until}")).into());
    }
    is_reading(of.unit, reading)?;
    if note.chars().count() > 2000 {
        return Err(Refusal::of_form("Say what there is to say in at most 2000 characters")
            .at("note")
            .into());
    }
    let reports = reports(change.tx(), authority.code(), id).await?;
    let before = is_newest(&reports, (measure, period), seen)?;
    if before.is_some_and(|one| one.reading == reading && one.note == note.trim()) {
        return Err(Refusal::of_form("This is reported already").into());
    }
    if before.is_some() && note.trim().is_empty() {
        return Err(Refusal::of_form("This corrects a report: there is to say why that was wrong")
            .at("note")
            .into());
    }
    let row = agreement_report::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        measure: Set(measure),
        period: Set(period),
        number: Set(seen + 1),
        value: Set(reading.value.get()),
        out_of: Set(reading.out_of.map(|all| all as i32)),
        note: Set(note.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("agreement.report", subject(id)).with("measure", measure).with("period", period));
    change.commit().await
}

/// The newest report of a period, if it is the one that was seen.
fn is_newest(
    reports: &Reports,
    (measure, period): (i32, i32),
    seen: i32,
) -> std::result::Result<Option<&Report>, StoreError> {
    let newest = reports.get(&(measure, period)).and_then(|list| list.last());
    match newest.map_or(0, |one| one.number) {
        now if now == seen => Ok(newest),
        now => Err(StoreError::Conflict { what: format!("report {measure}.{period}"), seen, now }),
    }
}

/// A rating follows what was reported: a target that is reached, in the direction that was agreed, is good, and one that is not is not.
fn follows(rating: Rating, is_reached: bool) -> Result<()> {
    let (fits, what) = if is_reached {
        (
            matches!(rating, Rating::Good | Rating::Other),
            "The target is reached: rate it as good, or as other and say why",
        )
    } else {
        (rating != Rating::Good, "The target is not reached, so it is not rated as good")
    };
    if fits { Ok(()) } else { Err(Refusal::new(what, RATINGS).into()) }
}

/// Rates the newest report of a period, with a reason that the provider reads. `seen` is the number of the report that is rated.
///
/// # Errors
/// A conflict when the report was corrected since; refused without a report or a reason, to the provider, twice, and where the rating does
/// not follow what was reported.
pub async fn rate(
    authority: &Authority,
    actor: &Actor,
    (id, measure, period): (&str, i32, i32),
    seen: i32,
    (rating, reason): (Rating, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    one.not_theirs(actor)?;
    given("reason", reason, "why: the provider reads it", 2000)?;
    let reports = reports(change.tx(), authority.code(), id).await?;
    let last = is_newest(&reports, (measure, period), seen)?;
    let last = last.ok_or_else(|| Refusal::new("Nothing is reported yet", STATES))?;
    if last.by == person {
        return Err(Refusal::new("Whoever reported it does not rate it", OWN).into());
    }
    if last.rated.is_some() {
        return Err(Refusal::new("This report is rated; a corrected one can be rated again", STATES).into());
    }
    let of = one.agreed.measures.get((measure - 1) as usize);
    if let Some(of) = of {
        follows(rating, of.better.is_reached(of.unit.figure(last.reading), of.target))?;
    }
    let row = agreement_rating::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        measure: Set(measure),
        period: Set(period),
        number: Set(last.number),
        rating: Set(rating.to_string()),
        reason: Set(reason.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new("agreement.rate", subject(id))
            .with("measure", measure)
            .with("period", period)
            .with("rating", rating.key()),
    );
    change.commit().await
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// On which day.
    pub on: NaiveDate,
    /// Whether it was announced.
    pub announced: bool,
    /// What was seen.
    pub seen: String,
    /// What follows from it.
    pub follows: String,
}

/// Notes a visit: the provider reads it, nobody else outside the authority does.
///
/// # Errors
/// Refused for a day to come, and without what was seen.
pub async fn note_visit(authority: &Authority, actor: &Actor, id: &str, visit: &Visit) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    one.must_be_signed()?;
    one.not_theirs(actor)?;
    if visit.on > day_in_england(change.now()) || one.signed_on.is_some_and(|signed| visit.on < signed) {
        return Err(Refusal::of_form("A visit was on a day that has come, after the signature").into());
    }
    given("seen", &visit.seen, "what was seen", 5000)?;
    if visit.follows.chars().count() > 5000 {
        return Err(Refusal::of_form("Say what follows in at most 5000 characters").at("follows").into());
    }
    let before = visits_in(change.tx(), authority.code(), id).await?;
    if before.iter().any(|one| one.on == visit.on && one.seen == visit.seen.trim()) {
        return Err(Refusal::of_form("This visit is noted already").into());
    }
    let number = before.len() as i32 + 1;
    let row = agreement_visit::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        number: Set(number),
        on_day: Set(visit.on),
        announced: Set(visit.announced),
        seen: Set(visit.seen.trim().to_owned()),
        follows: Set(visit.follows.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("agreement.visit", subject(id)).with("on", visit.on.to_string()));
    change.commit().await
}

async fn visits_in(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<Visit>> {
    let rows = agreement_visit::Entity::find()
        .filter(agreement_visit::Column::Authority.eq(authority))
        .filter(agreement_visit::Column::Agreement.eq(id))
        .order_by_asc(agreement_visit::Column::Number)
        .all(db)
        .await?;
    let visit = |row: agreement_visit::Model| Visit {
        on: row.on_day,
        announced: row.announced,
        seen: row.seen,
        follows: row.follows,
    };
    Ok(rows.into_iter().map(visit).collect())
}

/// The visits of an agreement, in the order in which they were noted.
///
/// # Errors
/// When the database fails.
pub async fn visits(authority: &Authority, id: &str) -> Result<Vec<Visit>> {
    visits_in(authority.store().read(), authority.code(), id).await
}
