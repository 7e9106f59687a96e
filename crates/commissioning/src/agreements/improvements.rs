//! What does not go as agreed: the provider is asked to improve by a day, says what it does, and somebody who did not ask decides whether
//! it did. What a public contract failed in is told to everybody, as the Procurement Act asks.

use chrono::{DateTime, Days, NaiveDate, Utc};
use enough_kernel::{Pence, Refusal, day_in_england, given};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, names};
use serde::{Deserialize, Serialize};

use super::keep::{begin, damaged, json, subject, write};
use super::records::agreement_improvement as table;
use super::rules::STATES;
use super::{Agreement, Kind};

const DUTIES: &str = "separation of duties";
const CHANCE: &str =
    "Procurement Act 2023 s71(4): a proper opportunity to improve; 14 days is a rule of Enough";
const FAILED: &str = "Procurement Act 2023 s71(3) and (4)";

/// How many days a provider has to improve at least, unless waiting would harm children.
pub const IMPROVE_WITHIN: u64 = 14;

names! {
    /// What is wrong.
    Cause {
        Unsatisfied = "not-satisfied", "It is not done to our satisfaction";
        Breach = "breach", "It breaks what was agreed";
    }
}

names! {
    /// How far it is.
    ImprovementState {
        Open = "open", "To be improved";
        Improved = "improved", "It has improved";
        Failed = "failed", "It has not improved";
        TakenBack = "taken-back", "Taken back";
    }
}

names! {
    /// What followed from a breach. What ends a contract whole has a notice of its own.
    Consequence {
        Part = "part", "A part of the contract was ended";
        Damages = "damages", "Damages were awarded";
        Settlement = "settlement", "Both sides settled it";
    }
}

/// What is asked of the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What is wrong.
    pub cause: Cause,
    /// What was agreed and is not done.
    pub agreed: String,
    /// What happened, since when, and what it means for children.
    pub happened: String,
    /// By which day it is to be better.
    pub until: NaiveDate,
    /// Why children would be harmed by waiting as long as the rule says, if so.
    pub sooner: String,
}

/// What followed from a breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// What.
    pub what: Consequence,
    /// On which day.
    pub on: NaiveDate,
    /// How much the provider pays; nothing where it pays nothing.
    pub amount: Pence,
    /// Why, by whom and when it was added, if that was after the decision.
    #[serde(default)]
    pub added: Option<(String, String, DateTime<Utc>)>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What is so now.
    pub state: ImprovementState,
    /// Why.
    pub why: String,
    /// What followed from a breach, if something did.
    pub followed: Option<Followed>,
}

/// Something that the provider was asked to improve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Improvement {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What is asked.
    pub asked: Asked,
    /// The id of who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the provider says it does, and since when it says so.
    pub answer: Option<(String, DateTime<Utc>)>,
    /// What was decided, and when.
    pub verdict: Option<(Verdict, DateTime<Utc>)>,
}

impl Improvement {
    /// How far it is.
    pub fn state(&self) -> ImprovementState {
        self.verdict.as_ref().map_or(ImprovementState::Open, |(verdict, _)| verdict.state)
    }

    /// Whether what followed from a breach can still be added: a court takes longer than the provider had.
    pub fn may_follow(&self) -> bool {
        let is_without = self.verdict.as_ref().is_some_and(|(verdict, _)| verdict.followed.is_none());
        self.asked.cause == Cause::Breach && self.state() == ImprovementState::Failed && is_without
    }

    /// The days from which a public contract has to tell everybody of it: when it was decided that it has not improved, and when something
    /// followed from it; none where it has improved. Of what followed before it was decided there is one.
    pub fn noticed_on(&self) -> Vec<NaiveDate> {
        let Some((verdict, at)) = self.verdict.as_ref() else { return Vec::new() };
        if verdict.state != ImprovementState::Failed {
            return Vec::new();
        }
        match &verdict.followed {
            Some(followed) if followed.added.is_none() => vec![followed.on.min(day_in_england(*at))],
            Some(followed) => vec![day_in_england(*at), followed.on],
            None => vec![day_in_england(*at)],
        }
    }
}

/// Whether so much can be asked on a day.
fn may_ask(one: &Agreement, asked: &Asked, on: NaiveDate) -> std::result::Result<(), Refusal> {
    given("agreed", &asked.agreed, "what was agreed and is not done", 2000)?;
    given("happened", &asked.happened, "what happened, since when, and what it means for children", 5000)?;
    if one.terms.ends_on < on {
        return Err(Refusal::new("The agreement is over", STATES));
    }
    let latest = on.checked_add_days(Days::new(366));
    if asked.until <= on || latest.is_none_or(|latest| asked.until > latest) {
        return Err(Refusal::of_form("It is to be better on a day to come, within a year").at("until"));
    }
    let soonest = on.checked_add_days(Days::new(IMPROVE_WITHIN));
    if asked.sooner.chars().count() > 2000 {
        return Err(Refusal::of_form(
            "Say in at most 2000 characters why children would be harmed by waiting",
        )
        .at("sooner"));
    }
    if soonest.is_none_or(|soonest| asked.until < soonest) && asked.sooner.trim().is_empty() {
        return Err(Refusal::new(
            format!("It has {IMPROVE_WITHIN} days at least: say why children would be harmed by waiting"),
            CHANCE,
        )
        .at("sooner"));
    }
    Ok(())
}

/// Whether it can be decided so on a day, by this person.
fn may_decide(
    one: &Agreement,
    of: &Improvement,
    (person, verdict): (&str, &Verdict),
    on: NaiveDate,
) -> std::result::Result<(), Refusal> {
    let adds = of.may_follow() && verdict.state == ImprovementState::Failed && verdict.followed.is_some();
    if of.state() != ImprovementState::Open && !adds {
        return Err(Refusal::new("It is decided already", STATES));
    }
    given("why", &verdict.why, "why", 5000)?;
    match (verdict.state, &verdict.followed) {
        (ImprovementState::Open, _) => {
            return Err(Refusal::of_form("Say whether it has improved").at("state"));
        }
        (ImprovementState::Failed, _) => {}
        (_, Some(_)) => {
            return Err(
                Refusal::of_form("Something followed from it only if it has not improved").at("followed")
            );
        }
        _ => return Ok(()),
    }
    if of.by == person {
        return Err(Refusal::new("Somebody decides that it failed who did not ask", DUTIES));
    }
    if on <= of.asked.until && (verdict.followed.is_none() || of.answer.is_none()) {
        return Err(Refusal::new(
            "The provider has until the day that was said to improve it; sooner only once it has answered and something followed",
            CHANCE,
        ).at("state"));
    }
    let Some(followed) = &verdict.followed else { return Ok(()) };
    if of.asked.cause != Cause::Breach {
        return Err(Refusal::new("These follow from a breach only: ask anew, as one", FAILED).at("followed"));
    }
    if followed.on > on || one.signed_on.is_none_or(|signed| followed.on < signed) {
        return Err(Refusal::of_form("What followed was on a day that has come, after the signature")
            .at("followed_on"));
    }
    let least = i64::from(followed.what == Consequence::Damages);
    if followed.amount.get() < least || followed.amount > one.ceiling {
        return Err(Refusal::of_form("Say how much the provider pays, at most what the agreement is worth")
            .at("amount"));
    }
    Ok(())
}

pub(super) fn read(row: table::Model) -> Result<Improvement> {
    let verdict: Option<Verdict> =
        row.verdict.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
    Ok(Improvement {
        number: row.number,
        asked: serde_json::from_str(&row.asked).map_err(damaged)?,
        by: row.asked_by,
        at: row.asked_at,
        answer: row.answer.zip(row.answered_at),
        verdict: verdict.zip(row.decided_at),
    })
}

async fn rows(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<table::Model>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Agreement.eq(id));
    Ok(find.order_by_asc(table::Column::Number).all(db).await?)
}

/// What the provider of an agreement was asked to improve, in order.
///
/// # Errors
/// When the database fails.
pub async fn improvements(authority: &Authority, id: &str) -> Result<Vec<Improvement>> {
    rows(authority.store().read(), authority.code(), id).await?.into_iter().map(read).collect()
}

async fn number(change: &enough_store::Change, id: &str, number: i32) -> Result<table::Model> {
    let all = rows(change.tx(), change.authority(), id).await?;
    let found = all.into_iter().find(|row| row.number == number);
    found.ok_or_else(|| enough_store::StoreError::NotFound(format!("improvement {number} of agreement {id}")))
}

/// Asks the provider to improve something by a day. Gives its number.
///
/// # Errors
/// Refused before the signature and after the last day, without what was agreed and what happened, and for sooner than the rule says.
pub async fn ask_to_improve(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    asked: &Asked,
) -> Result<i32> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be_signed()?;
    one.not_theirs(actor)?;
    may_ask(&one, asked, day_in_england(change.now()))?;
    let number = rows(change.tx(), authority.code(), id).await?.len() as i32 + 1;
    let new = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        number: Set(number),
        asked: Set(json(asked)?),
        asked_by: Set(person),
        asked_at: Set(change.now()),
        answer: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
        verdict: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
    };
    new.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    write(&change, &one, "You are asked to improve something. What, and by which day, is on the page once you have signed in; say there what you do about it.")
        .await?;
    change.log(
        Event::new("agreement.ask-to-improve", subject(id))
            .with("number", number)
            .with("cause", asked.cause.key()),
    );
    change.commit().await?;
    Ok(number)
}

/// Says for the provider what it does about it; once more says it anew, until it is decided.
///
/// # Errors
/// Refused to others, without words, and once it is decided.
pub async fn answer_improvement(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (of, words): (i32, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    if one.kind == Kind::InHouse || actor.organisation.as_ref() != Some(&one.organisation) {
        return Err(Refusal::new("The provider answers", DUTIES).into());
    }
    let found = number(&change, id, of).await?;
    if read(found.clone())?.state() != ImprovementState::Open {
        return Err(Refusal::new("It is decided already", STATES).into());
    }
    given("words", words, "what you do about it, or why it is not so", 5000)?;
    let mut found = found.into_active_model();
    found.answer = Set(Some(words.trim().to_owned()));
    found.answered_by = Set(Some(person));
    found.answered_at = Set(Some(change.now()));
    found.update(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("agreement.answer-improvement", subject(id)).with("number", of));
    change.commit().await
}

/// Decides whether it has improved, or takes it back. That it has not is decided by somebody who did not ask, after the day by which it was
/// to be better. What follows from a breach later is added by deciding once more.
///
/// # Errors
/// Refused without a reason, to whoever asked where it failed, and before the provider had its chance.
pub async fn decide_improvement(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (of, verdict): (i32, &Verdict),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    one.not_theirs(actor)?;
    let found = number(&change, id, of).await?;
    let is = read(found.clone())?;
    may_decide(&one, &is, (&person, verdict), day_in_england(change.now()))?;
    let mut found = found.into_active_model();
    if let Some((before, _)) = &is.verdict {
        // The decision stays as it was; what followed is added to it.
        let added = Some((verdict.why.trim().to_owned(), person, change.now()));
        let followed = verdict.followed.clone().map(|followed| Followed { added, ..followed });
        found.verdict = Set(Some(json(&Verdict { followed, ..before.clone() })?));
    } else {
        found.verdict = Set(Some(json(verdict)?));
        found.decided_by = Set(Some(person));
        found.decided_at = Set(Some(change.now()));
    }
    found.update(change.tx()).await?;
    row.update(change.tx()).await?;
    write(
        &change,
        &one,
        "It was decided whether something has improved. Read it on the page, once you have signed in.",
    )
    .await?;
    change.log(
        Event::new("agreement.decide-improvement", subject(id))
            .with("number", of)
            .with("state", verdict.state.key()),
    );
    change.commit().await
}
