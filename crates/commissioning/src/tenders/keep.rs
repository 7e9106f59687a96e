//! Tenders in the database: written, approved by somebody else, published with a key that nobody holds, changed, cancelled.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Utc};
use enough_kernel::{Pence, Refusal, day_in_england};
use enough_store::accounts::Action;
use enough_store::audit::{Actor, Event};
use enough_store::mail::Told;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::award::works_for_none;
use super::evaluation::able;
use super::lists::tenders_in;
use super::marks::{KEY, fingerprint, is_own, of_tender};
use super::records::{
    opener_key, submission, tender as table, tender_change, tender_evaluator, tender_opener, tender_question,
};
use super::reserved::reservable;
use super::rules::{STATES, amendable, complete, long_enough, of_lot, well_formed};
use super::submissions::bidders_of;
use super::{Formula, Lot, State, SubmissionState, Tender, Text, seal};
use crate::agreements::{called_off, promised_otherwise};
use crate::codesign::{Design, codesign};
use crate::intentions::{Intention, Route, State as IntentionState, happened, intention, intention_in};
use crate::providers::interested;
use serde::Serialize;

/// The fewest openers: two open, and a third so that one who is away or has forgotten loses no bid.
pub const FEWEST_OPENERS: usize = 3;
/// The fewest evaluators.
pub const FEWEST_EVALUATORS: usize = 2;

/// Something that happened to a tender since it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
    /// What it said before, if that changed.
    pub before: Option<Text>,
}

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a tender: {}", error.to_string()))
}

pub(super) fn refused(why: impl Into<String>) -> StoreError {
    StoreError::refused(why)
}

pub(super) fn read(row: table::Model) -> Result<Tender> {
    Ok(Tender {
        specification: row.specification.zip(row.hash),
        unspecified: row.unspecified,
        state: row.state.parse().map_err(damaged)?,
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        outcome: row.outcome.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?,
        id: row.id,
        intention: row.intention,
        version: row.version,
        written_by: row.written_by.split_whitespace().map(str::to_owned).collect(),
        approved_by: row.approved_by,
        published_at: row.published_at,
        key: row.key,
        moderator: row.moderator,
        opened_at: row.opened_at,
        recommended_by: row.recommended_by,
        notified_at: row.notified_at,
        award_at: row.award_at,
        award_noticed_on: row.award_noticed_on,
        signed_on: row.signed_on,
        changed_at: row.changed_at,
    })
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("tender {id}")))
}

/// A tender's row, as a change sees it.
pub(super) async fn row_of(change: &enough_store::Change, id: &str) -> Result<table::Model> {
    find(change.tx(), change.authority(), id).await
}

/// Begins a change about a tender that leaves the tender as it is.
pub(super) async fn begin_about(
    authority: &Authority,
    actor: &Actor,
    id: &str,
) -> Result<(enough_store::Change, Tender, table::Model)> {
    let change = authority.begin(actor).await?;
    let row = row_of(&change, id).await?;
    Ok((change, read(row.clone())?, row))
}

/// Begins a change of a tender; of one that was seen in a version, if that is said.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    seen: Option<i32>,
) -> Result<(enough_store::Change, Tender, table::ActiveModel)> {
    let (change, one, row) = begin_about(authority, actor, id).await?;
    if let Some(seen) = seen.filter(|seen| *seen != row.version) {
        return Err(StoreError::Conflict { what: format!("tender {id}"), seen, now: row.version });
    }
    let mut model = row.into_active_model();
    model.changed_at = Set(change.now());
    model.version = Set(one.version + 1);
    Ok((change, one, model))
}

/// Tells everybody of something that happened to a tender.
pub(super) async fn tell(
    change: &enough_store::Change,
    (id, version): (&str, i32),
    what: String,
    before: Option<&Text>,
) -> Result<()> {
    let row = tender_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        tender: Set(id.to_owned()),
        version: Set(version),
        at: Set(change.now()),
        what: Set(what.clone()),
        before: Set(before.map(serde_json::to_string).transpose().map_err(damaged)?),
    };
    row.insert(change.tx()).await?;
    write(change, id, &what).await
}

/// Writes to whoever may want to act on it: who is interested in the plan, has asked, or has bid; all the same, so that a letter does not
/// tell which of these somebody did.
async fn write(change: &enough_store::Change, id: &str, what: &str) -> Result<()> {
    let one = find(change.tx(), change.authority(), id).await?;
    let text: Text = serde_json::from_str(&one.text).map_err(damaged)?;
    let mut all = interested(change, &one.intention).await?;
    let asked = tender_question::Entity::find()
        .filter(tender_question::Column::Authority.eq(change.authority()))
        .filter(tender_question::Column::Tender.eq(id));
    all.extend(asked.all(change.tx()).await?.into_iter().map(|row| row.organisation));
    let bids = submission::Entity::find()
        .filter(submission::Column::Authority.eq(change.authority()))
        .filter(submission::Column::Tender.eq(id));
    for row in bids.all(change.tx()).await? {
        all.extend(bidders_of(&row)?);
    }
    let told = Told {
        about: &text.title,
        what,
        page: &format!("/tenders/{id}"),
        because: "You get this letter because your organisation is interested in the plan, has asked about the tender, or has bid.",
    };
    change.write_to(&all, Action::Bid, &told).await?;
    Ok(())
}

pub(super) fn subject(id: &str) -> String {
    format!("tender:{id}")
}

/// A tender, and what happened to it since it was published, oldest first.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn tender(authority: &Authority, id: &str) -> Result<(Tender, Vec<Change>)> {
    let db = authority.store().read();
    let one = read(find(db, authority.code(), id).await?)?;
    let changes = tender_change::Entity::find()
        .filter(tender_change::Column::Authority.eq(authority.code()))
        .filter(tender_change::Column::Tender.eq(id))
        .order_by_asc(tender_change::Column::Version)
        .all(db)
        .await?;
    let change = |row: tender_change::Model| {
        let before = row.before.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
        Ok(Change { at: row.at, what: row.what, before })
    };
    Ok((one, changes.into_iter().map(change).collect::<Result<_>>()?))
}

/// Begins a tender for an intention, with what is known from it: one lot, to be completed. Gives its id.
///
/// # Errors
/// When there is no such intention; refused when it is a draft, or finished.
pub async fn add_tender(authority: &Authority, actor: &Actor, of: &str) -> Result<String> {
    let person = actor.somebody()?.to_owned();
    let (plan, _) = intention(authority, of).await?;
    if matches!(plan.state, IntentionState::Draft | IntentionState::Fulfilled | IntentionState::Withdrawn) {
        return Err(Refusal::new("A tender answers a plan that is public and not finished", STATES).into());
    }
    if plan.text.route.is_some_and(|route| route != Route::Contract) {
        return Err(Refusal::new("The plan says that it is not bought after a tender", STATES).into());
    }
    let mut change = authority.begin(actor).await?;
    let now = change.now();
    let closes_at = now.checked_add_days(Days::new(35)).unwrap_or(now);
    let text = Text {
        title: plan.text.title.clone(),
        what: plan.text.what.clone(),
        lots: vec![Lot {
            number: 1,
            title: plan.text.title.clone(),
            ceiling: plan.text.most.max(Pence::default()),
            formula: Formula::Relative,
            criteria: Vec::new(),
            costs: false,
        }],
        scale: 5,
        questions_until: now.checked_add_days(Days::new(21)).unwrap_or(now),
        closes_at,
        starts_on: plan.text.starts_on.unwrap_or_else(|| day_in_england(closes_at)),
        months: plan.text.months,
        extension: 0,
        framework: None,
        reserved: None,
        contact: plan.text.contact.clone(),
    };
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        intention: Set(of.to_owned()),
        state: Set(State::Draft.to_string()),
        version: Set(1),
        text: Set(serde_json::to_string(&text).map_err(damaged)?),
        written_by: Set(person),
        changed_at: Set(now),
        ..Default::default()
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("tender.add", subject(&id)).with("intention", of));
    change.commit().await?;
    Ok(id)
}

/// Changes a tender that was seen in a version. A draft or an approved one becomes a draft again. A published one says what changed and
/// why; bids that are here wait for their bidders to confirm them, if it is material.
///
/// # Errors
/// A conflict when somebody has changed it since; refused with the rule, also once it has closed.
pub async fn change_tender(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    text: &Text,
    why: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    if matches!(one.state, State::Draft | State::Approved) {
        well_formed(text)?;
        row.state = Set(State::Draft.to_string());
        // Whoever wrote any of it since it was approved last does not approve it.
        let mut writers: BTreeSet<String> = one.written_by.clone();
        if one.state == State::Approved {
            writers.clear();
        }
        writers.insert(person);
        row.written_by = Set(writers.into_iter().collect::<Vec<_>>().join(" "));
        row.approved_by = Set(None);
    } else {
        let plan = intention_in(&change, &one.intention).await?;
        let before = |lot: &Lot| one.text.lot(lot.number).map_or(Pence::default(), |before| before.ceiling);
        let raised = text.lots.iter().find(|lot| lot.ceiling > before(lot));
        within(&change, (id, text), &plan, raised).await?;
        let material = amendable(&one, text, why, change.now())?;
        reservable(text, plan.text.most, day_in_england(change.now()))?;
        let what = if material {
            format!(
                "Changed materially: {}\nA bid that was sent before is out, unless its bidder confirms or replaces it before the closing time.",
                why.trim()
            )
        } else {
            format!("Changed: {}", why.trim())
        };
        tell(&change, (id, seen + 1), what, Some(&one.text)).await?;
        if material {
            submission::Entity::update_many()
                .col_expr(submission::Column::State, SubmissionState::NeedsReconfirm.key().into())
                .col_expr(submission::Column::ChangedAt, change.now().into())
                .filter(submission::Column::Authority.eq(authority.code()))
                .filter(submission::Column::Tender.eq(id))
                .filter(submission::Column::State.eq(SubmissionState::Sealed.key()))
                .exec(change.tx())
                .await?;
        }
    }
    row.update(change.tx()).await?;
    change.log(Event::new("tender.change", subject(id)).because(why.trim()));
    change.commit().await
}

/// A tender is about no more than its plan announced, with what else answers it. A refusal is about the lot that was raised, if one was.
async fn within(
    change: &enough_store::Change,
    (id, text): (&str, &Text),
    plan: &Intention,
    raised: Option<&Lot>,
) -> Result<()> {
    let others = tenders_in(change.tx(), change.authority(), &plan.id).await?;
    let live = others.iter().filter(|one| {
        one.id != id && one.is_public() && !matches!(one.state, State::Unsuccessful | State::Cancelled)
    });
    let tenders: i64 = live.map(|one| one.binds().get()).sum();
    let taken = tenders + promised_otherwise(change, &plan.id).await?.get();
    if text.worth().get() + taken <= plan.text.most.get() {
        return Ok(());
    }
    let beside = if taken > 0 {
        format!(" beside {} of other tenders and agreements", Pence::new(taken))
    } else {
        String::new()
    };
    let refusal = Refusal::new(
        format!(
            "The plan that was published is about {} at most, and this is {}{beside}",
            plan.text.most,
            text.worth()
        ),
        "a rule of Enough: priorities communicated in advance, with how much",
    );
    Err(match raised {
        Some(lot) => refusal.at(of_lot(lot, "ceiling")).into(),
        None => refusal.into(),
    })
}

/// Approves a draft: by somebody else than who wrote it.
///
/// # Errors
/// Refused when it is not complete, or by who wrote it.
pub async fn approve(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Draft)?;
    complete(&one.text)?;
    if one.written_by.contains(&person) {
        return Err(
            Refusal::new("Somebody else than who wrote it approves it", "separation of duties").into()
        );
    }
    row.state = Set(State::Approved.to_string());
    row.approved_by = Set(Some(person));
    row.update(change.tx()).await?;
    change.log(Event::new("tender.approve", subject(id)));
    change.commit().await
}

/// Throws a tender away that nobody has seen.
///
/// # Errors
/// Refused once it is published: then it is cancelled, with a reason.
pub async fn remove_tender(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, _) = begin(authority, actor, id, Some(seen)).await?;
    if one.is_public() {
        return Err(Refusal::new("A tender that was published is cancelled, with a reason", STATES).into());
    }
    table::Entity::delete_by_id((authority.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
    change.log(Event::new("tender.remove", subject(id)).with("title", one.text.title));
    change.commit().await
}

/// Who is named when a tender is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The ids of those who open the bids.
    pub openers: BTreeSet<String>,
    /// The ids of those who score them.
    pub evaluators: BTreeSet<String>,
    /// The id of who moderates the scores.
    pub moderator: String,
    /// Why bids are asked for without a final specification; it says nothing where there is one.
    pub unspecified: String,
}

/// Why bids are asked for without a final specification, where there is none.
fn unspecified(design: &Design, why: &str) -> std::result::Result<Option<String>, Refusal> {
    match (&design.last, why.trim()) {
        (Some(_), _) => Ok(None),
        (None, "") => Err(Refusal::new(
            "The specification is final before bids are asked for; or say why it is not: everybody reads it",
            "a rule of Enough: bidders read a text that cannot change",
        )
        .at("unspecified")),
        (None, why) => Ok(Some(why.to_owned())),
    }
}

/// Publishes an approved tender: makes its key and splits it between the openers.
///
/// # Errors
/// Refused with the rule: the intention is open, its specification is final or it is said why not, bidders have long enough, there are three openers with a key of their own and two
/// evaluators, none of whom moderates.
pub async fn publish(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    named: &Named,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Approved)?;
    let plan = intention_in(&change, &one.intention).await?;
    if plan.state != IntentionState::Procuring {
        return Err(Refusal::new(
            "A tender opens once its plan is open to bids: public long enough, or sooner with a reason",
            "a rule of Enough: plans are public before money is given out",
        )
        .into());
    }
    if plan.text.route != Some(Route::Contract) {
        return Err(Refusal::new("The plan says that it is not bought after a tender", STATES).into());
    }
    complete(&one.text)?;
    within(&change, (id, &one.text), &plan, None).await?;
    let design = codesign(authority, &one.intention).await?;
    let unspecified = unspecified(&design, &named.unspecified)?;
    long_enough(&one.text, change.now())?;
    reservable(&one.text, plan.text.most, day_in_england(change.now()))?;
    if named.openers.len() < FEWEST_OPENERS {
        return Err(Refusal::new(
            format!(
                "Name {FEWEST_OPENERS} people who can open the bids: two open, and none is lost if one cannot"
            ),
            "a rule of Enough: two openers",
        )
        .at("opener")
        .into());
    }
    if named.evaluators.len() < FEWEST_EVALUATORS {
        return Err(Refusal::new(
            format!("Name {FEWEST_EVALUATORS} people who score the bids, each on their own"),
            "a rule of Enough: independent scores",
        )
        .at("evaluator")
        .into());
    }
    if named.moderator.is_empty() || named.evaluators.contains(&named.moderator) {
        return Err(Refusal::new(
            "Name somebody who moderates the scores and gives none",
            "separation of duties",
        )
        .at("moderator")
        .into());
    }
    able(authority, ("opener", &named.openers), Action::OpenBids).await?;
    able(authority, ("evaluator", &named.evaluators), Action::ScoreBids).await?;
    able(authority, ("moderator", &BTreeSet::from([named.moderator.clone()])), Action::PrepareTenders)
        .await?;
    let mut keys = Vec::new();
    for person in &named.openers {
        let key = opener_key::Entity::find_by_id((authority.code().to_owned(), person.clone()))
            .one(change.tx())
            .await?;
        let key = key.ok_or_else(|| {
            Refusal::of_form("Everybody who opens bids first sets a passphrase for it").at("opener")
        })?;
        if !is_own(authority.store().keys(), &key) {
            let who = authority.person(person).await?.name;
            let what = format!(
                "{who} sets their passphrase anew first: the key that is kept for it has no mark that this service made it"
            );
            return Err(Refusal::new(
                what,
                "a rule of Enough: shares are sealed to keys of the openers' own",
            )
            .at("opener")
            .into());
        }
        keys.push(key);
    }
    let public: Vec<_> = keys.iter().map(|key| (key.person.clone(), key.public.clone())).collect();
    let (key, shares) = seal::new_tender(id, &public, authority.environment())?;
    row.state = Set(State::Published.to_string());
    row.published_at = Set(Some(change.now()));
    row.mark = Set(Some(of_tender(authority.store().keys(), authority.code(), id, &key)));
    row.key = Set(Some(key.clone()));
    row.moderator = Set(Some(named.moderator.clone()));
    row.specification = Set(design.last.as_ref().map(|last| last.version));
    row.hash = Set(design.last.map(|last| last.hash));
    row.unspecified = Set(unspecified.clone());
    row.update(change.tx()).await?;
    for (key, (person, share)) in keys.into_iter().zip(shares) {
        let row = tender_opener::ActiveModel {
            authority: Set(authority.code().to_owned()),
            tender: Set(id.to_owned()),
            person: Set(person),
            public: Set(key.public),
            locked: Set(key.locked),
            share: Set(share),
            given: Set(None),
            given_at: Set(None),
        };
        row.insert(change.tx()).await?;
    }
    for person in &named.evaluators {
        add_evaluator(&change, id, person).await?;
    }
    let said = match &unspecified {
        Some(why) => format!("Published, without a final specification: {why}"),
        None => "Published".to_owned(),
    };
    tell(&change, (id, seen + 1), said, None).await?;
    happened(&change, &plan, format!("Bids are asked for: {}", one.text.title)).await?;
    let mut event = Event::new("tender.publish", subject(id));
    if let Some(why) = unspecified {
        event = event.because(why);
    }
    change.log(
        event
            .with(KEY, fingerprint(&key))
            .with("openers", named.openers.iter().cloned().collect::<Vec<_>>().join(" "))
            .with("evaluators", named.evaluators.iter().cloned().collect::<Vec<_>>().join(" "))
            .with("moderator", named.moderator.as_str()),
    );
    change.commit().await
}

pub(super) async fn add_evaluator(change: &enough_store::Change, tender: &str, person: &str) -> Result<()> {
    let row = tender_evaluator::ActiveModel {
        authority: Set(change.authority().to_owned()),
        tender: Set(tender.to_owned()),
        person: Set(person.to_owned()),
        declared_at: Set(None),
        conflicts: Set("[]".to_owned()),
        locked_at: Set(None),
        hash: Set(None),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Cancels a published tender, with a reason that everybody reads (UK12).
///
/// # Errors
/// Refused without a reason, and once it is signed.
pub async fn cancel(authority: &Authority, actor: &Actor, (id, seen): (&str, i32), why: &str) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    works_for_none(authority, &change, id, &person).await?;
    if !one.is_public() || matches!(one.state, State::Complete | State::Unsuccessful | State::Cancelled) {
        return Err(Refusal::new("Only a tender that is public and not finished is cancelled", STATES).into());
    }
    if why.trim().is_empty() {
        return Err(Refusal::of_form("Say why it is cancelled: every bidder reads it").at("reason").into());
    }
    row.state = Set(State::Cancelled.to_string());
    row.update(change.tx()).await?;
    tell(&change, (id, seen + 1), format!("Cancelled: {}", why.trim()), None).await?;
    called_off(&mut change, (id, None), why.trim()).await?;
    change.log(Event::new("tender.cancel", subject(id)).because(why.trim()));
    change.commit().await
}
