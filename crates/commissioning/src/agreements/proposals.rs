//! Changes of the terms, and endings: proposed by one, decided by another, within what was announced, and with notice.

use chrono::{DateTime, Days, NaiveDate, Utc};
use enough_kernel::{Refusal, day_in_england, given};
use enough_store::accounts::OrganisationKind;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, names};
use serde::{Deserialize, Serialize};

use super::keep::{begin, damaged, json, subject, tell, write};
use super::payments::{paid, payments_in};
use super::records::agreement_proposal as table;
use super::rules::{STATES, is_cut, proposable, read_day};
use super::{Agreement, Ground, Kind as AgreementKind, State, Terms};

const BOTH: &str = "a rule of Enough: an agreement changes when both sides agree, or with notice";
/// How many days a provider has to answer a proposal that takes something away.
pub const HEARD_WITHIN: u64 = 14;

names! {
    /// What is proposed.
    Kind {
        Vary = "vary", "Another value or last day";
        End = "end", "Ending before its last day";
    }
}

names! {
    /// How far a proposal is.
    ProposalState {
        Open = "open", "Waits for a decision";
        Agreed = "agreed", "Agreed";
        TurnedDown = "turned-down", "Turned down";
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// What.
    pub kind: Kind,
    /// How much, from when to when after it.
    pub after: Terms,
    /// From which day.
    pub effective_on: NaiveDate,
    /// On which ground it ends, if it ends.
    pub ground: Option<Ground>,
    /// What changes and why.
    pub why: String,
    /// How and when those who use it are told, if it takes something away.
    pub told: String,
    /// What children have instead, if it takes something away.
    pub instead: String,
    /// Why children are not safe there, if it cannot wait for the notice that voluntary organisations have.
    pub unsafe_now: Option<String>,
}

/// What the provider says to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether it agrees.
    pub agrees: bool,
    /// Why, or what would be better.
    pub words: String,
    /// The id of who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A proposal, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What.
    pub proposed: Proposed,
    /// How much, from when to when before.
    pub before: Terms,
    /// How far it is.
    pub state: ProposalState,
    /// The id of who proposed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was decided so.
    pub decision: Option<String>,
    /// What the provider says to it: who proposes it for the provider agrees.
    pub answer: Option<Answer>,
}

impl Proposal {
    /// Whether the provider proposed it.
    pub fn is_theirs(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.by == self.by)
    }

    /// Whether it takes money or time away.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.before, &self.proposed.after)
    }
}

pub(super) fn read(row: table::Model) -> Result<Proposal> {
    Ok(Proposal {
        proposed: serde_json::from_str(&row.proposed).map_err(damaged)?,
        before: serde_json::from_str(&row.before).map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
        answer: row.answer.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?,
        number: row.number,
        by: row.proposed_by,
        at: row.proposed_at,
        decided_at: row.decided_at,
        decision: row.decision,
    })
}

async fn rows(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<table::Model>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Agreement.eq(id));
    Ok(find.order_by_asc(table::Column::Number).all(db).await?)
}

/// The proposals for an agreement, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn proposals(authority: &Authority, id: &str) -> Result<Vec<Proposal>> {
    rows(authority.store().read(), authority.code(), id).await?.into_iter().map(read).collect()
}

/// Whether a change may be proposed or agreed now.
async fn check(
    authority: &Authority,
    change: &enough_store::Change,
    one: &Agreement,
    proposed: &Proposed,
) -> Result<()> {
    let spent = paid(&payments_in(change.tx(), authority.code(), &one.id).await?);
    let with = authority.organisations().await?.into_iter().find(|with| with.id == one.organisation);
    let is_voluntary = with.is_some_and(|with| with.kind == OrganisationKind::Voluntary);
    proposable(one, proposed, (spent, is_voluntary), day_in_england(change.now()))?;
    Ok(())
}

/// Whether somebody acts for the provider; within the authority there is no other side.
async fn is_provider(authority: &Authority, one: &Agreement, actor: &Actor) -> Result<bool> {
    if one.kind != AgreementKind::InHouse && actor.organisation.as_ref() == Some(&one.organisation) {
        return Ok(true);
    }
    let known = authority.organisations().await?;
    let of = known.iter().find(|with| actor.organisation.as_ref() == Some(&with.id));
    if of.is_some_and(|of| of.kind == OrganisationKind::Authority) {
        return Ok(false);
    }
    Err(Refusal::new("Only the two sides of an agreement propose changes of it", "separation of duties")
        .into())
}

/// Proposes another value or last day, or an ending: the authority or the provider. Gives its number.
///
/// # Errors
/// Refused above the ceiling, after the longest term, without the notice that a voluntary organisation has, and while another waits.
pub async fn propose(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    proposed: &Proposed,
) -> Result<i32> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    let own = is_provider(authority, &one, actor).await?;
    check(authority, &change, &one, proposed).await?;
    let before = rows(change.tx(), authority.code(), id).await?;
    if before.iter().any(|one| one.state == ProposalState::Open.key()) {
        return Err(Refusal::new("Another proposal waits for a decision", STATES).into());
    }
    let number = before.len() as i32 + 1;
    let at = change.now();
    let answer = own.then(|| Answer { agrees: true, words: String::new(), by: person.clone(), at });
    let proposal = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        number: Set(number),
        proposed: Set(json(proposed)?),
        before: Set(json(&one.terms)?),
        state: Set(ProposalState::Open.to_string()),
        proposed_by: Set(person),
        proposed_at: Set(change.now()),
        decided_by: Set(None),
        decided_at: Set(None),
        decision: Set(None),
        answer: Set(answer.as_ref().map(json).transpose()?),
    };
    proposal.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    write(&change, &one, "A change or an end is proposed. Read it on the page, once you have signed in, and say what you think of it.")
        .await?;
    change.log(
        Event::new("agreement.propose", subject(id)).with("kind", proposed.kind.key()).with("number", number),
    );
    change.commit().await?;
    Ok(number)
}

/// The proposal of an agreement that waits for a decision.
async fn waiting(change: &enough_store::Change, id: &str) -> Result<table::Model> {
    let all = rows(change.tx(), change.authority(), id).await?;
    let open = all.into_iter().find(|one| one.state == ProposalState::Open.key());
    Ok(open.ok_or_else(|| Refusal::new("No proposal waits for a decision", STATES))?)
}

/// Says for the provider what it thinks of the proposal that waits; once more says it anew.
///
/// # Errors
/// Refused to others, and without a reason when it does not agree.
pub async fn answer_proposal(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (agrees, words): (bool, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    if !is_provider(authority, &one, actor).await? {
        return Err(Refusal::new("The provider answers", "separation of duties").into());
    }
    let open = waiting(&change, id).await?;
    if read(open.clone())?.is_theirs() {
        return Err(Refusal::new("Your side proposed it: it waits for the authority", STATES).into());
    }
    if !agrees || !words.trim().is_empty() {
        given("words", words, "why, or what would be better", 2000)?;
    }
    let answer = Answer { agrees, words: words.trim().to_owned(), by: person, at: change.now() };
    let number = open.number;
    let mut open = open.into_active_model();
    open.answer = Set(Some(json(&answer)?));
    open.update(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("agreement.answer", subject(id)).with("number", number).with("agrees", agrees));
    change.commit().await
}

/// Takes back a proposal that waits: by who proposed it.
///
/// # Errors
/// Refused to others.
pub async fn withdraw_proposal(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, _, row) = begin(authority, actor, id, Some(seen)).await?;
    let open = waiting(&change, id).await?;
    if open.proposed_by != person {
        return Err(Refusal::new("Who proposed it withdraws it", STATES).into());
    }
    let number = open.number;
    let mut open = open.into_active_model();
    open.state = Set(ProposalState::Withdrawn.to_string());
    open.update(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("agreement.withdraw-proposal", subject(id)).with("number", number));
    change.commit().await
}

/// Whether both sides had their say: more than was signed binds nobody who does not agree, and who has less is heard first.
fn heard(one: &Agreement, of: &Proposal, today: NaiveDate) -> std::result::Result<(), Refusal> {
    let is_urgent = of.proposed.unsafe_now.is_some();
    let (before, after) = (&of.before, &of.proposed.after);
    // Less money for longer is more of something, too.
    let takes_only = after.value <= before.value && after.ends_on <= before.ends_on;
    match &of.answer {
        _ if one.kind == AgreementKind::InHouse => Ok(()),
        Some(answer) if answer.agrees || takes_only => Ok(()),
        Some(_) => Err(Refusal::new("The provider does not agree to it", BOTH)),
        None if !takes_only => Err(Refusal::new("The provider has not agreed to it yet", BOTH)),
        None if is_urgent || today >= day_in_england(of.at) + Days::new(HEARD_WITHIN) => Ok(()),
        None => Err(Refusal::new(
            format!("The provider has {HEARD_WITHIN} days to say what it thinks, or what would be better"),
            "Best Value Statutory Guidance 2011",
        )),
    }
}

/// Decides the proposal that waits: by somebody else than who proposed it, with a reason. What is agreed is told to everybody.
///
/// # Errors
/// Refused to whoever proposed it, without a reason, before the provider agreed or, where it loses something, was heard, and when the
/// rules do not allow it any more.
pub async fn decide_proposal(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (agree, reason): (bool, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    let open = waiting(&change, id).await?;
    one.not_theirs(actor)?;
    if open.proposed_by == person {
        return Err(Refusal::new("Somebody decides who did not propose it", "separation of duties").into());
    }
    given("reason", reason, "why", 2000)?;
    let proposal = read(open.clone())?;
    if agree {
        heard(&one, &proposal, day_in_england(change.now()))?;
    }
    let mut open = open.into_active_model();
    open.decided_by = Set(Some(person));
    open.decided_at = Set(Some(change.now()));
    open.decision = Set(Some(reason.trim().to_owned()));
    let state = if agree { ProposalState::Agreed } else { ProposalState::TurnedDown };
    open.state = Set(state.to_string());
    open.update(change.tx()).await?;
    if agree {
        // Notice runs from the decision: what was long enough when it was proposed may not be any more.
        check(authority, &change, &one, &proposal.proposed).await?;
        row.terms = Set(json(&proposal.proposed.after)?);
        if proposal.proposed.kind == Kind::End {
            row.state = Set(State::Ending.to_string());
        }
        tell(&change, &one, said(&proposal), None).await?;
    }
    row.update(change.tx()).await?;
    change.log(
        Event::new("agreement.decide", subject(id))
            .because(reason.trim())
            .with("number", proposal.number)
            .with("state", state.key()),
    );
    change.commit().await
}

/// What everybody reads of a change that is agreed.
fn said(one: &Proposal) -> String {
    let (was, is) = (&one.before, &one.proposed.after);
    let mut parts = Vec::new();
    if was.value != is.value {
        parts.push(format!("{} instead of {}", is.value, was.value));
    }
    if was.ends_on != is.ends_on {
        parts.push(format!("its last day is {}, before {}", read_day(is.ends_on), read_day(was.ends_on)));
    }
    let mut said = match one.proposed.kind {
        Kind::Vary => format!(
            "Changed from {}: {}. {}",
            read_day(one.proposed.effective_on),
            parts.join(", "),
            one.proposed.why.trim()
        ),
        Kind::End => {
            format!("Notice given: it ends after {}. {}", read_day(is.ends_on), one.proposed.why.trim())
        }
    };
    if one.is_cut() {
        said = format!(
            "{said}\nHow families are told: {}\nWhat children have instead: {}",
            one.proposed.told.trim(),
            one.proposed.instead.trim()
        );
    }
    if let Some(reason) = &one.proposed.unsafe_now {
        said = format!("{said}\nWhy the notice is shorter: {}", reason.trim());
    }
    if let Some(answer) = one.answer.as_ref().filter(|answer| !answer.agrees) {
        said = format!("{said}\nThe provider does not agree: {}", answer.words);
    }
    said
}
