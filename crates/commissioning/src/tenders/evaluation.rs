//! Judging bids: each evaluator alone, with a reason for every score; then one moderated score with a reason, beside the ones it was made of.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use enough_store::audit::{Actor, Event};
use enough_store::need_to_know::Access;
use enough_store::sea_orm::sea_query::OnConflict;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Change, Result, StoreError};

use enough_store::accounts::{Action, State as PersonState};
use enough_store::audit::merkle::Hash;
use sha2::{Digest, Sha256};

use super::keep::{FEWEST_EVALUATORS, add_evaluator, begin, damaged, refused, subject};
use super::records::{submission, tender_evaluator, tender_moderation, tender_score};
use super::rules::STATES;
use super::submissions::{bidders_of, record, rows, unsealed};
use super::{Content, State, SubmissionState, Tender};

const ALONE: &str =
    "a rule of Enough: scores are given alone, each with a reason; whoever has a tie gives none";

/// What is scored: a criterion of a lot of a bid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The id of the bid.
    pub submission: String,
    /// The lot.
    pub lot: i32,
    /// The criterion.
    pub criterion: i32,
}

/// A score of one evaluator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What of.
    pub place: Place,
    /// The id of the evaluator.
    pub person: String,
    /// How many points.
    pub points: u32,
    /// Why.
    pub reason: String,
}

/// A score that was moderated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderation {
    /// How many points.
    pub points: u32,
    /// Why.
    pub reason: String,
}

/// An evaluator: what ties them to bidders, and whether they are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Their id.
    pub person: String,
    /// When they said what ties them to bidders.
    pub declared_at: Option<DateTime<Utc>>,
    /// The ids of the organisations they are tied to.
    pub conflicts: BTreeSet<String>,
    /// When they had scored everything.
    pub locked_at: Option<DateTime<Utc>>,
    /// SHA-256 of what they had scored then.
    pub hash: Option<String>,
}

impl Declared {
    fn may_score(&self, bidders: &[String]) -> bool {
        self.declared_at.is_some() && bidders.iter().all(|one| !self.conflicts.contains(one))
    }
}

/// How far the judging of a tender is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluation {
    /// The evaluators.
    pub evaluators: Vec<Declared>,
    /// What was moderated.
    pub moderated: BTreeMap<Place, Moderation>,
}

impl Evaluation {
    /// Whether every evaluator is done.
    pub fn is_locked(&self) -> bool {
        self.evaluators.iter().all(|one| one.locked_at.is_some())
    }
}

fn read_evaluator(row: tender_evaluator::Model) -> Result<Declared> {
    Ok(Declared {
        conflicts: serde_json::from_str(&row.conflicts).map_err(damaged)?,
        person: row.person,
        declared_at: row.declared_at,
        locked_at: row.locked_at,
        hash: row.hash,
    })
}

pub(super) async fn load(db: &impl ConnectionTrait, authority: &str, tender: &str) -> Result<Evaluation> {
    let evaluators = tender_evaluator::Entity::find()
        .filter(tender_evaluator::Column::Authority.eq(authority))
        .filter(tender_evaluator::Column::Tender.eq(tender))
        .order_by_asc(tender_evaluator::Column::Person)
        .all(db)
        .await?;
    let moderated = tender_moderation::Entity::find()
        .filter(tender_moderation::Column::Authority.eq(authority))
        .filter(tender_moderation::Column::Tender.eq(tender))
        .all(db)
        .await?;
    let moderation = |row: tender_moderation::Model| {
        let place = Place { submission: row.submission, lot: row.lot, criterion: row.criterion };
        (place, Moderation { points: row.points.unsigned_abs(), reason: row.reason })
    };
    Ok(Evaluation {
        evaluators: evaluators.into_iter().map(read_evaluator).collect::<Result<_>>()?,
        moderated: moderated.into_iter().map(moderation).collect(),
    })
}

/// How far the judging of a tender is.
///
/// # Errors
/// When the database fails.
pub async fn evaluation(authority: &Authority, tender: &str) -> Result<Evaluation> {
    load(authority.store().read(), authority.code(), tender).await
}

pub(super) async fn scores(db: &impl ConnectionTrait, authority: &str, tender: &str) -> Result<Vec<Score>> {
    let rows = tender_score::Entity::find()
        .filter(tender_score::Column::Authority.eq(authority))
        .filter(tender_score::Column::Tender.eq(tender))
        .order_by_asc(tender_score::Column::Person)
        .all(db)
        .await?;
    let read = |row: tender_score::Model| Score {
        place: Place { submission: row.submission, lot: row.lot, criterion: row.criterion },
        person: row.person,
        points: row.points.unsigned_abs(),
        reason: row.reason,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The scores that somebody may read: their own, and those of another once both are done; whoever moderates reads all once all are done.
///
/// # Errors
/// When the database fails.
pub async fn scores_for(authority: &Authority, tender: &Tender, person: &str) -> Result<Vec<Score>> {
    let db = authority.store().read();
    let (all, judged) =
        (scores(db, authority.code(), &tender.id).await?, load(db, authority.code(), &tender.id).await?);
    let is_done = |id: &str| judged.evaluators.iter().any(|one| one.person == id && one.locked_at.is_some());
    let moderates = tender.moderator.as_deref() == Some(person) && judged.is_locked();
    let may =
        |score: &Score| score.person == person || moderates || (is_done(person) && is_done(&score.person));
    Ok(all.into_iter().filter(may).collect())
}

/// The bids that were opened, with what they say.
pub(super) async fn opened(
    authority: &Authority,
    db: &impl ConnectionTrait,
    tender: &str,
) -> Result<Vec<(submission::Model, Content)>> {
    let mut list = Vec::new();
    for row in rows(db, authority.code(), tender).await? {
        if row.state == SubmissionState::Opened.key() {
            let content = unsealed(authority, &row)?;
            list.push((row, content));
        }
    }
    Ok(list)
}

/// Names somebody as a reader of the bids that were opened, but those of some organisations.
pub(super) async fn name_reader(
    change: &mut Change,
    tender: &str,
    person: &str,
    but: &[String],
) -> Result<()> {
    for row in rows(change.tx(), change.authority(), tender).await? {
        if row.state == SubmissionState::Opened.key() {
            let record = record(&row.id);
            let mut readers = change.readers(&record).await?;
            let was_one = readers.contains(person);
            if bidders_of(&row)?.iter().any(|one| but.contains(one)) {
                readers.remove(person);
            } else {
                readers.insert(person.to_owned());
            }
            if !readers.is_empty() {
                change.name_readers(&record, &readers).await?;
            } else if was_one {
                change.forget_readers(&record).await?;
                change.log(Event::new("reader.remove", record).with("reader", person));
            }
        }
    }
    Ok(())
}

/// Whether somebody can judge bids at all: they may come in, and work for none of the bidders.
pub(super) async fn may_judge(authority: &Authority, person: &str, bidders: &[String]) -> Result<bool> {
    let person = authority.person(person).await?;
    Ok(person.state == PersonState::Active && !bidders.contains(&person.organisation))
}

/// Whether somebody cannot judge the bids that were opened, for one of them is their own organisation's.
pub(super) async fn works_for_a_bidder(
    authority: &Authority,
    change: &Change,
    tender: &str,
    person: &str,
) -> Result<bool> {
    let bidders = bidders(change, tender).await?;
    Ok(!may_judge(authority, person, &bidders).await?)
}

/// All organisations that have bid, alone or together.
async fn bidders(change: &Change, tender: &str) -> Result<Vec<String>> {
    let mut list = Vec::new();
    for row in rows(change.tx(), change.authority(), tender).await? {
        if row.state == SubmissionState::Opened.key() {
            list.extend(bidders_of(&row)?);
        }
    }
    Ok(list)
}

/// Refuses people who may not do what they are named for in a field.
pub(super) async fn able(
    authority: &Authority,
    (field, people): (&'static str, &BTreeSet<String>),
    action: Action,
) -> Result<()> {
    for id in people {
        let person = authority.person(id).await?;
        if person.state != PersonState::Active || !action.allows(&person.roles) {
            let rule = format!("{} may not: {}", person.name, action.label().to_lowercase());
            return Err(Refusal::of_form(rule).at(field).into());
        }
    }
    Ok(())
}

/// Names who scores and who moderates, again: somebody left, or learned that a bidder is theirs. Whoever is done stays; what somebody
/// scored who is released before is void.
///
/// # Errors
/// Refused without a reason, when there are too few, the moderator is among them, or a score was moderated already.
pub async fn name_judges(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (people, moderator): (&BTreeSet<String>, &str),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if !matches!(one.state, State::Published | State::Opened) {
        return Err(Refusal::new("Who judges is named while bids are taken or judged", STATES).into());
    }
    if people.len() < FEWEST_EVALUATORS || moderator.is_empty() || people.contains(moderator) {
        return Err(Refusal::new(
            format!("Name {FEWEST_EVALUATORS} people who score, and somebody else who moderates"),
            ALONE,
        )
        .at(if people.len() < FEWEST_EVALUATORS { "evaluator" } else { "moderator" })
        .into());
    }
    if why.trim().is_empty() {
        return Err(Refusal::of_form("Say why others are named").at("why").into());
    }
    able(authority, ("evaluator", people), Action::ScoreBids).await?;
    able(authority, ("moderator", &BTreeSet::from([moderator.to_owned()])), Action::PrepareTenders).await?;
    let judged = load(change.tx(), authority.code(), id).await?;
    let before: BTreeSet<String> = judged.evaluators.iter().map(|one| one.person.clone()).collect();
    if !judged.moderated.is_empty() && before != *people {
        let rule = "Nobody begins to score, or stops, once scores are moderated";
        return Err(Refusal::new(rule, ALONE).at("evaluator").into());
    }
    for gone in before.difference(people) {
        if judged.evaluators.iter().any(|one| one.person == *gone && one.locked_at.is_some()) {
            let rule = "Whoever has locked their scores stays: they count";
            return Err(Refusal::new(rule, ALONE).at("evaluator").into());
        }
        tender_score::Entity::delete_many()
            .filter(tender_score::Column::Authority.eq(authority.code()))
            .filter(tender_score::Column::Tender.eq(id))
            .filter(tender_score::Column::Person.eq(gone))
            .exec(change.tx())
            .await?;
        let key = (authority.code().to_owned(), id.to_owned(), gone.clone());
        tender_evaluator::Entity::delete_by_id(key).exec(change.tx()).await?;
        forget_reader(&mut change, id, gone).await?;
    }
    for new in people.difference(&before) {
        add_evaluator(&change, id, new).await?;
    }
    if one.moderator.as_deref() != Some(moderator) {
        if let Some(before) = &one.moderator {
            forget_reader(&mut change, id, before).await?;
        }
        let bidders = bidders(&change, id).await?;
        if !may_judge(authority, moderator, &bidders).await? {
            let rule = "Somebody who works for a bidder does not moderate";
            return Err(Refusal::new(rule, ALONE).at("moderator").into());
        }
        name_reader(&mut change, id, moderator, &[]).await?;
        row.moderator = Set(Some(moderator.to_owned()));
    }
    row.update(change.tx()).await?;
    let names = people.iter().cloned().collect::<Vec<_>>().join(" ");
    let event = Event::new("tender.judges", subject(id)).because(why.trim());
    change.log(event.with("evaluators", names).with("moderator", moderator));
    change.commit().await
}

/// Somebody does not read the bids any more.
async fn forget_reader(change: &mut Change, tender: &str, person: &str) -> Result<()> {
    for row in rows(change.tx(), change.authority(), tender).await? {
        let record = record(&row.id);
        let mut readers = change.readers(&record).await?;
        if !readers.remove(person) {
            continue;
        }
        if readers.is_empty() {
            change.forget_readers(&record).await?;
            change.log(Event::new("reader.remove", record).with("reader", person));
        } else {
            change.name_readers(&record, &readers).await?;
        }
    }
    Ok(())
}

/// The row of an evaluator.
async fn evaluator(change: &Change, tender: &str, person: &str) -> Result<tender_evaluator::Model> {
    let key = (change.authority().to_owned(), tender.to_owned(), person.to_owned());
    let row = tender_evaluator::Entity::find_by_id(key).one(change.tx()).await?;
    row.ok_or_else(|| Refusal::new("You were not named to score these bids", ALONE).into())
}

/// An evaluator says what ties them to bidders, or that nothing does; then they read the others' bids. A tie can be added later, and what
/// they scored of that bidder is void then.
///
/// # Errors
/// Refused before the bids are opened, to who is not named, and once they are done.
pub async fn declare(
    authority: &Authority,
    actor: &Actor,
    tender: &str,
    conflicts: &BTreeSet<String>,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, tender, None).await?;
    one.in_state(State::Opened)?;
    let row = evaluator(&change, tender, &person).await?;
    if row.locked_at.is_some() {
        return Err(Refusal::new("Your scores are locked", ALONE).into());
    }
    let mut all = conflicts.clone();
    all.extend(read_evaluator(row.clone())?.conflicts);
    let bidders = bidders(&change, tender).await?;
    if !may_judge(authority, &person, &bidders).await? {
        return Err(Refusal::new(
            "Whoever works for a bidder scores no bid of this tender: ask for somebody else to be named",
            ALONE,
        )
        .into());
    }
    let mut row = row.into_active_model();
    row.declared_at = Set(Some(change.now()));
    row.conflicts = Set(serde_json::to_string(&all).map_err(damaged)?);
    row.update(change.tx()).await?;
    for bid in rows(change.tx(), authority.code(), tender).await? {
        if bidders_of(&bid)?.iter().all(|one| !all.contains(one)) {
            continue;
        }
        tender_score::Entity::delete_many()
            .filter(tender_score::Column::Authority.eq(authority.code()))
            .filter(tender_score::Column::Submission.eq(&bid.id))
            .filter(tender_score::Column::Person.eq(&person))
            .exec(change.tx())
            .await?;
    }
    let but: Vec<String> = all.into_iter().collect();
    name_reader(&mut change, tender, &person, &but).await?;
    change.log(Event::new("tender.declare", subject(tender)).with("conflicts", but.join(" ")));
    change.commit().await
}

/// Reads a bid that was opened, and says so in the log; nothing if it is closed to the person.
///
/// # Errors
/// When there is none that was opened.
pub async fn read_submission(
    authority: &Authority,
    actor: &Actor,
    (id, person): (&str, &str),
) -> Result<Option<Content>> {
    let mut change = authority.begin(actor).await?;
    let row =
        submission::Entity::find_by_id((authority.code().to_owned(), id.to_owned())).one(change.tx()).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("bid {id}")))?;
    if row.content.is_none() || change.open_record(&record(id), person).await? == Access::Closed {
        return Ok(None);
    }
    let content = unsealed(authority, &row)?;
    change.commit().await?;
    Ok(Some(content))
}

fn points_of(one: &Tender, place: &Place, points: u32, reason: &str) -> Result<()> {
    let criterion =
        one.text.lot(place.lot).and_then(|lot| lot.scored().find(|(number, _)| *number == place.criterion));
    if criterion.is_none() {
        return Err(StoreError::NotFound(format!("criterion {}.{}", place.lot, place.criterion)));
    }
    if points > one.text.scale {
        return Err(refused(format!("Give 0 to {} points", one.text.scale)));
    }
    if !(1..=5000).contains(&reason.trim().chars().count()) {
        return Err(Refusal::new(
            "Say why, referring to what the bid says, in at most 5000 characters",
            ALONE,
        )
        .into());
    }
    Ok(())
}

/// The bid that is scored; it must be for the lot.
async fn bid_of(
    authority: &Authority,
    change: &Change,
    tender: &str,
    place: &Place,
) -> Result<submission::Model> {
    let key = (authority.code().to_owned(), place.submission.clone());
    let row = submission::Entity::find_by_id(key).one(change.tx()).await?;
    let row = row.filter(|row| row.tender == tender && row.state == SubmissionState::Opened.key());
    let row = row.ok_or_else(|| StoreError::NotFound("such a bid".to_owned()))?;
    if unsealed(authority, &row)?.lots.iter().all(|lot| lot.lot != place.lot) {
        return Err(StoreError::NotFound("such a bid for this lot".to_owned()));
    }
    Ok(row)
}

/// An evaluator gives a score, or another one as long as they are not done.
///
/// # Errors
/// Refused without a reason, with a tie to the bidder, before they said that they have none, and once they are done.
pub async fn add_score(
    authority: &Authority,
    actor: &Actor,
    (tender, place): (&str, &Place),
    (points, reason): (u32, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, tender, None).await?;
    one.in_state(State::Opened)?;
    points_of(&one, place, points, reason)?;
    let own = read_evaluator(evaluator(&change, tender, &person).await?)?;
    let bid = bid_of(authority, &change, tender, place).await?;
    if !own.may_score(&bidders_of(&bid)?) {
        return Err(Refusal::new(
            "Say first what ties you to bidders; whoever has a tie gives no score",
            ALONE,
        )
        .into());
    }
    if own.locked_at.is_some() {
        return Err(Refusal::new("Your scores are locked", ALONE).into());
    }
    let row = tender_score::ActiveModel {
        authority: Set(authority.code().to_owned()),
        tender: Set(tender.to_owned()),
        submission: Set(place.submission.clone()),
        lot: Set(place.lot),
        criterion: Set(place.criterion),
        person: Set(person),
        points: Set(points as i32),
        reason: Set(reason.trim().to_owned()),
        at: Set(change.now()),
    };
    let again = OnConflict::columns([
        tender_score::Column::Authority,
        tender_score::Column::Submission,
        tender_score::Column::Lot,
        tender_score::Column::Criterion,
        tender_score::Column::Person,
    ])
    .update_columns([tender_score::Column::Points, tender_score::Column::Reason, tender_score::Column::At])
    .to_owned();
    tender_score::Entity::insert(row).on_conflict(again).exec_without_returning(change.tx()).await?;
    // Not how many and not why: somebody who reads the log may be one of those who score.
    let event = Event::new("tender.score", record(&place.submission));
    change.log(event.with("lot", place.lot).with("criterion", place.criterion));
    change.commit().await
}

/// Every place of some bids that is scored.
pub(super) fn all_places(one: &Tender, bids: &[(submission::Model, Content)]) -> Vec<Place> {
    let mut list = Vec::new();
    for (row, content) in bids {
        for lot in content.lots.iter().filter_map(|bid| one.text.lot(bid.lot)) {
            list.extend(lot.scored().map(|(criterion, _)| Place {
                submission: row.id.clone(),
                lot: lot.number,
                criterion,
            }));
        }
    }
    list
}

/// SHA-256 of scores in the order of what they are of: place, points and reason of each, as JSON.
pub(super) fn hash_of(scores: &[Score]) -> String {
    let line = |score: &Score| {
        let place = &score.place;
        serde_json::json!([place.submission, place.lot, place.criterion, score.points, score.reason])
    };
    let text = serde_json::Value::from(scores.iter().map(line).collect::<Vec<_>>()).to_string();
    Hash(Sha256::digest(text.as_bytes()).into()).to_string()
}

/// An evaluator is done: their scores do not change any more, and they may read those of others who are done.
///
/// # Errors
/// Refused while something is not scored.
pub async fn lock_scores(authority: &Authority, actor: &Actor, tender: &str) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, tender, None).await?;
    one.in_state(State::Opened)?;
    let row = evaluator(&change, tender, &person).await?;
    let own = read_evaluator(row.clone())?;
    if own.declared_at.is_none() || own.locked_at.is_some() {
        return Err(Refusal::new("Say first what ties you to bidders; scores are locked once", ALONE).into());
    }
    let mut bids = Vec::new();
    for (row, content) in opened(authority, change.tx(), tender).await? {
        if own.may_score(&bidders_of(&row)?) {
            bids.push((row, content));
        }
    }
    let mut mine = scores(change.tx(), authority.code(), tender).await?;
    mine.retain(|score| score.person == person);
    mine.sort_by(|a, b| a.place.cmp(&b.place));
    let done: BTreeSet<Place> = mine.iter().map(|score| score.place.clone()).collect();
    let left = all_places(&one, &bids).into_iter().filter(|place| !done.contains(place)).count();
    if left > 0 {
        return Err(Refusal::new(format!("{left} scores are missing"), ALONE).into());
    }
    let mut row = row.into_active_model();
    // What was scored is in the log as a hash: nobody changes it behind the log's back.
    let hash = hash_of(&mine);
    row.locked_at = Set(Some(change.now()));
    row.hash = Set(Some(hash.clone()));
    row.update(change.tx()).await?;
    change.log(Event::new("tender.lock-scores", subject(tender)).with("sha256", hash));
    change.commit().await
}

/// Whoever moderates says the score that counts, with the reason that bidders read; the scores it was made of stay.
///
/// # Errors
/// Refused before every evaluator is done, where fewer than two could score the bid, and to anybody else.
pub async fn moderate(
    authority: &Authority,
    actor: &Actor,
    (tender, place): (&str, &Place),
    (points, reason): (u32, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, tender, None).await?;
    one.in_state(State::Opened)?;
    points_of(&one, place, points, reason)?;
    let judged = load(change.tx(), authority.code(), tender).await?;
    bid_of(authority, &change, tender, place).await?;
    if one.moderator.as_deref() != Some(&person)
        || works_for_a_bidder(authority, &change, tender, &person).await?
    {
        return Err(Refusal::new(
            "Whoever was named to moderate does it, and nobody who works for a bidder",
            ALONE,
        )
        .into());
    }
    if !judged.is_locked() {
        return Err(Refusal::new("Every evaluator is done first", ALONE).into());
    }
    let mut all = scores(change.tx(), authority.code(), tender).await?;
    all.sort_by(|a, b| a.place.cmp(&b.place));
    for one in &judged.evaluators {
        let mine: Vec<Score> = all.iter().filter(|score| score.person == one.person).cloned().collect();
        if one.hash.as_ref() != Some(&hash_of(&mine)) {
            return Err(StoreError::Damaged("scores are not those that were locked".to_owned()));
        }
    }
    let of_place = all.iter().filter(|score| score.place == *place).count();
    if of_place < FEWEST_EVALUATORS {
        return Err(Refusal::new(
            format!("{of_place} people scored this; name another who has no tie to the bidder"),
            ALONE,
        )
        .into());
    }
    let row = tender_moderation::ActiveModel {
        authority: Set(authority.code().to_owned()),
        tender: Set(tender.to_owned()),
        submission: Set(place.submission.clone()),
        lot: Set(place.lot),
        criterion: Set(place.criterion),
        points: Set(points as i32),
        reason: Set(reason.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    let again = OnConflict::columns([
        tender_moderation::Column::Authority,
        tender_moderation::Column::Submission,
        tender_moderation::Column::Lot,
        tender_moderation::Column::Criterion,
    ])
    .update_columns([
        tender_moderation::Column::Points,
        tender_moderation::Column::Reason,
        tender_moderation::Column::Person,
        tender_moderation::Column::At,
    ])
    .to_owned();
    tender_moderation::Entity::insert(row).on_conflict(again).exec_without_returning(change.tx()).await?;
    let event = Event::new("tender.moderate", record(&place.submission)).because(reason.trim());
    change.log(event.with("lot", place.lot).with("criterion", place.criterion).with("points", points));
    change.commit().await
}

/// Whoever moderates takes a bid out of the comparison, or back into it: its bidder is excluded by law, broke a rule of the procedure, gave
/// a price that cannot be meant, or gave up. It is named in what is recommended; whoever decides sees it, and its bidder is told.
///
/// # Errors
/// Refused to anybody else, and once it is recommended.
pub async fn exclude(
    authority: &Authority,
    actor: &Actor,
    (tender, id): (&str, &str),
    why: Option<&str>,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, tender, None).await?;
    one.in_state(State::Opened)?;
    let why = why.map(str::trim);
    if one.moderator.as_deref() != Some(&person)
        || why.is_some_and(|why| why.is_empty() || why.len() > 2000)
        || works_for_a_bidder(authority, &change, tender, &person).await?
    {
        return Err(refused(
            "Whoever was named to moderate, and works for no bidder, takes a bid out, with a reason that its bidder reads",
        ));
    }
    let row =
        submission::Entity::find_by_id((authority.code().to_owned(), id.to_owned())).one(change.tx()).await?;
    let row = row.filter(|row| row.tender == tender && row.state == SubmissionState::Opened.key());
    let mut row = row.ok_or_else(|| StoreError::NotFound("such a bid".to_owned()))?.into_active_model();
    row.excluded = Set(why.map(str::to_owned));
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    let action = if why.is_some() { "submission.exclude" } else { "submission.include" };
    change.log(Event::new(action, record(id)).because(why.unwrap_or_default()));
    change.commit().await
}
