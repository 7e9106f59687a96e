//! Changes of the terms, and endings: proposed by one, decided by another, within what was announced, and with notice.

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::day_in_england;
use enough_store::accounts::OrganisationKind;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Refusal, Result, names};
use serde::{Deserialize, Serialize};

use super::keep::{begin, damaged, json, subject, tell};
use super::payments::{paid, payments_in};
use super::records::agreement_proposal as table;
use super::rules::{STATES, given, is_cut, proposable, read_day};
use super::{Agreement, Ground, State, Terms};

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
}

impl Proposal {
    /// Whether it takes money or time away.
    pub fn is_cut(&self) -> bool {
        is_cut(&self.before, &self.proposed.after)
    }
}

fn read(row: table::Model) -> Result<Proposal> {
    Ok(Proposal {
        proposed: serde_json::from_str(&row.proposed).map_err(damaged)?,
        before: serde_json::from_str(&row.before).map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
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

/// Proposes another value or last day, or an ending. Gives its number.
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
    one.not_theirs(actor)?;
    check(authority, &change, &one, proposed).await?;
    let before = rows(change.tx(), authority.code(), id).await?;
    if before.iter().any(|one| one.state == ProposalState::Open.key()) {
        return Err(Refusal::new("Another proposal waits for a decision", STATES).into());
    }
    let number = before.len() as i32 + 1;
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
    };
    proposal.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("agreement.propose", subject(id)).with("kind", proposed.kind.key()).with("number", number),
    );
    change.commit().await?;
    Ok(number)
}

/// Decides the proposal that waits: by somebody else than who proposed it, with a reason. What is agreed is told to everybody.
///
/// # Errors
/// Refused to whoever proposed it, without a reason, and when the rules do not allow it any more.
pub async fn decide_proposal(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (agree, reason): (bool, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    let all = rows(change.tx(), authority.code(), id).await?;
    let open = all.into_iter().find(|one| one.state == ProposalState::Open.key());
    let open = open.ok_or_else(|| Refusal::new("No proposal waits for a decision", STATES))?;
    one.not_theirs(actor)?;
    if open.proposed_by == person {
        return Err(Refusal::new("Somebody decides who did not propose it", "separation of duties").into());
    }
    given(reason, "why", 2000)?;
    let proposal = read(open.clone())?;
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
        parts.push(format!("until {} instead of {}", read_day(is.ends_on), read_day(was.ends_on)));
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
        said =
            format!("{said} Families: {} Instead: {}", one.proposed.told.trim(), one.proposed.instead.trim());
    }
    if let Some(reason) = &one.proposed.unsafe_now {
        said = format!("{said} Why the notice is shorter: {}", reason.trim());
    }
    said
}
