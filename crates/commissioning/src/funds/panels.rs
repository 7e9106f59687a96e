//! Panels near the families: people who know a patch, young people among them, decide over a part of a fund.

use enough_kernel::{Pence, Refusal, given};
use enough_store::accounts::State as AccountState;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::commitments::may_commit;
use super::keep::{begin, begin_any, damaged, enter, must_be_open, subject};
use super::records::{fund_panel as table, panel_case, panel_vote};
use super::rules::{COVERED, DUTIES, a_panel, decided};
use super::{Account, Case, CaseState, Fund, Panel, PanelState, PanelText, Vote};
use crate::agreements::{Agreement, agreement_in};

const TIES: &str = "a rule of Enough: whoever has a tie does not vote";

/// The panels of a fund.
pub(super) async fn panels_in(db: &impl ConnectionTrait, authority: &str, fund: &str) -> Result<Vec<Panel>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Fund.eq(fund))
        .order_by_asc(table::Column::Number)
        .all(db)
        .await?;
    let cases = panel_case::Entity::find()
        .filter(panel_case::Column::Authority.eq(authority))
        .filter(panel_case::Column::Fund.eq(fund))
        .order_by_asc(panel_case::Column::At)
        .order_by_asc(panel_case::Column::Agreement)
        .all(db)
        .await?;
    let votes = panel_vote::Entity::find()
        .filter(panel_vote::Column::Authority.eq(authority))
        .filter(panel_vote::Column::Fund.eq(fund))
        .order_by_asc(panel_vote::Column::At)
        .order_by_asc(panel_vote::Column::Person)
        .all(db)
        .await?;
    let vote = |row: &panel_vote::Model| Vote {
        person: row.person.clone(),
        yes: row.yes,
        reason: row.reason.clone(),
        at: row.at,
    };
    let case = |row: &panel_case::Model| {
        let is_of = |vote: &&panel_vote::Model| vote.panel == row.panel && vote.agreement == row.agreement;
        Ok(Case {
            agreement: row.agreement.clone(),
            state: row.state.parse().map_err(damaged)?,
            voters: row.voters.split_whitespace().map(str::to_owned).collect(),
            votes: votes.iter().filter(is_of).map(vote).collect(),
            why: row.why.clone(),
        })
    };
    let panel = |row: table::Model| {
        Ok(Panel {
            text: serde_json::from_str(&row.text).map_err(damaged)?,
            state: row.state.parse().map_err(damaged)?,
            cases: cases.iter().filter(|case| case.panel == row.number).map(case).collect::<Result<_>>()?,
            number: row.number,
            written_by: row.written_by,
        })
    };
    rows.into_iter().map(panel).collect()
}

/// Proposes a panel. Gives its number.
///
/// # Errors
/// Refused without three members, and in a fund that is not open.
pub async fn add_panel(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    text: &PanelText,
) -> Result<i32> {
    let person = actor.somebody()?.to_owned();
    a_panel(text)?;
    let known = authority.people().await?;
    let is_active = |id: &String| known.iter().any(|one| one.id == *id && one.state == AccountState::Active);
    if !text.members.iter().all(is_active) {
        return Err(Refusal::of_form("Choose members whose account is open").at("member").into());
    }
    let (mut change, one, row) = begin(authority, actor, place).await?;
    must_be_open(&one)?;
    let number = one.panels.len() as i32 + 1;
    let panel = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        fund: Set(place.0.to_owned()),
        number: Set(number),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        state: Set(PanelState::Proposed.to_string()),
        written_by: Set(person),
        agreed_by: Set(None),
        changed_at: Set(change.now()),
    };
    panel.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.add-panel", subject(place.0)).with("panel", number).with("pence", text.limit.get()),
    );
    change.commit().await?;
    Ok(number)
}

fn panel(one: &Fund, number: i32, state: PanelState) -> Result<&Panel> {
    let of = one.panel(number).ok_or_else(|| StoreError::NotFound(format!("panel {number}")))?;
    if of.state == state {
        return Ok(of);
    }
    Err(Refusal::of_form(format!("The panel is now: {}", of.state.label())).into())
}

async fn set_state(
    change: &enough_store::Change,
    (fund, number): (&str, i32),
    (state, agreed_by): (PanelState, Option<String>),
) -> Result<()> {
    let key = (change.authority().to_owned(), fund.to_owned(), number);
    let row = table::Entity::find_by_id(key).one(change.tx()).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("panel {number}")))?.into_active_model();
    row.state = Set(state.to_string());
    if agreed_by.is_some() {
        row.agreed_by = Set(agreed_by);
    }
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    Ok(())
}

/// Agrees to a panel: somebody who did not propose it. What it decides over is set aside for it.
///
/// # Errors
/// Refused to whoever proposed it, and for more than is free.
pub async fn agree_panel(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    number: i32,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, mut one, row) = begin(authority, actor, place).await?;
    must_be_open(&one)?;
    let of = panel(&one, number, PanelState::Proposed)?.clone();
    if of.written_by == person {
        return Err(Refusal::new("Somebody agrees who did not propose it", DUTIES).into());
    }
    let free = one.books().on(&Account::Free);
    if of.text.limit > free {
        return Err(Refusal::new(format!("{free} are free in this fund"), COVERED).into());
    }
    let what = format!("Set aside: {}", of.text.name);
    enter(&change, &mut one, (Account::Free, Account::Panel(number)), of.text.limit, (&what, None, None))
        .await?;
    set_state(&change, (place.0, number), (PanelState::Delegated, Some(person))).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("fund.agree-panel", subject(place.0)).with("panel", number));
    change.commit().await
}

/// Ends a panel: what it has not committed is free again.
///
/// # Errors
/// Refused while something waits for its votes.
pub async fn end_panel(authority: &Authority, actor: &Actor, place: (&str, i32), number: i32) -> Result<()> {
    actor.somebody()?;
    let (mut change, mut one, row) = begin(authority, actor, place).await?;
    let of = one.panel(number).ok_or_else(|| StoreError::NotFound(format!("panel {number}")))?.clone();
    if of.state == PanelState::Ended || of.cases.iter().any(|case| case.state == CaseState::Open) {
        return Err(Refusal::of_form("It has ended, or something waits for its votes").into());
    }
    let left = one.books().on(&Account::Panel(number));
    let what = format!("Given back: {}", of.text.name);
    enter(&change, &mut one, (Account::Panel(number), Account::Free), left, (&what, None, None)).await?;
    set_state(&change, (place.0, number), (PanelState::Ended, None)).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("fund.end-panel", subject(place.0)).with("panel", number));
    change.commit().await
}

/// Puts an agreement that waits for its signature to a panel.
///
/// # Errors
/// Refused for more than the panel decides over, for one of a tender, and when fewer than two members have no tie.
pub async fn put_to_panel(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    (number, agreement): (i32, &str),
) -> Result<()> {
    actor.somebody()?;
    let people = authority.people().await?;
    let (mut change, one, row) = begin(authority, actor, place).await?;
    let of = panel(&one, number, PanelState::Delegated)?;
    let about = agreement_in(&change, agreement).await?;
    about.not_theirs(actor)?;
    if about.tender.is_some() || about.is_signed() {
        return Err(Refusal::of_form("A panel decides on what has no tender and is not signed yet")
            .at("agreement")
            .into());
    }
    if !cases_of(&change, agreement).await?.is_empty() {
        return Err(Refusal::of_form("A panel has or had this agreement before it").at("agreement").into());
    }
    may_commit(&change, &about, about.terms.value).await?;
    let waiting = waiting_with(&change, of).await?;
    let left = Pence::new(one.books().on(&Account::Panel(number)).get() - waiting);
    if about.terms.value > left {
        return Err(Refusal::new(format!("The panel has {left} left to decide over"), COVERED)
            .at("agreement")
            .into());
    }
    let has_tie = |id: &String| {
        let own = people.iter().any(|one| one.id == *id && one.organisation == about.organisation);
        own || about.written_by.contains(id)
    };
    let is_active =
        |id: &&String| people.iter().any(|one| one.id == **id && one.state == AccountState::Active);
    let members = of.text.members.iter().filter(is_active);
    let voters: Vec<String> = members.filter(|id| !has_tie(id)).cloned().collect();
    if voters.len() < 2 {
        return Err(Refusal::new("Fewer than two members have no tie with it", TIES).at("agreement").into());
    }
    let case = panel_case::ActiveModel {
        authority: Set(authority.code().to_owned()),
        fund: Set(place.0.to_owned()),
        panel: Set(number),
        agreement: Set(agreement.to_owned()),
        state: Set(CaseState::Open.to_string()),
        voters: Set(voters.join(" ")),
        why: Set(None),
        at: Set(change.now()),
    };
    case.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.put-to-panel", subject(place.0)).with("panel", number).with("agreement", agreement),
    );
    change.commit().await
}

/// What the agreements are worth that wait for the votes of a panel, in pence.
async fn waiting_with(change: &enough_store::Change, of: &Panel) -> Result<i64> {
    let mut sum = 0;
    for case in of.cases.iter().filter(|case| case.state == CaseState::Open) {
        sum += agreement_in(change, &case.agreement).await?.terms.value.get();
    }
    Ok(sum)
}

async fn set_case(
    change: &enough_store::Change,
    (fund, number, agreement): (&str, i32, &str),
    (state, why): (CaseState, Option<&str>),
) -> Result<()> {
    let key = (change.authority().to_owned(), fund.to_owned(), number, agreement.to_owned());
    let row = panel_case::Entity::find_by_id(key).one(change.tx()).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("{agreement} before a panel")))?;
    let mut row = row.into_active_model();
    row.state = Set(state.to_string());
    row.why = Set(why.map(str::to_owned));
    row.update(change.tx()).await?;
    Ok(())
}

fn open_case(of: &Panel, agreement: &str) -> Result<Case> {
    let case = of.cases.iter().find(|case| case.agreement == agreement && case.state == CaseState::Open);
    Ok(case.cloned().ok_or_else(|| Refusal::of_form("It does not wait for votes of this panel"))?)
}

/// Takes an agreement back from a panel that has not decided, with a reason that everybody reads who reads of the case. Votes stay.
///
/// # Errors
/// Refused once it has decided, and without a reason.
pub async fn take_from_panel(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    (number, agreement): (i32, &str),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, row) = begin(authority, actor, place).await?;
    open_case(panel(&one, number, PanelState::Delegated)?, agreement)?;
    given("why", why, "why it is taken back", 500)?;
    set_case(&change, (place.0, number, agreement), (CaseState::Withdrawn, Some(why.trim()))).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.take-from-panel", subject(place.0))
            .because(why.trim())
            .with("panel", number)
            .with("agreement", agreement),
    );
    change.commit().await
}

/// Votes on an agreement that waits, with a reason. With the majority of all who may vote it is agreed to, and the money committed.
///
/// # Errors
/// Refused to who is no member or has a tie, without a reason, and twice.
pub async fn vote(
    authority: &Authority,
    actor: &Actor,
    fund: &str,
    (number, agreement): (i32, &str),
    (yes, reason): (bool, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    // Of two members who vote at once both count.
    let (mut change, mut one, row) = begin_any(authority, actor, fund).await?;
    let of = panel(&one, number, PanelState::Delegated)?.clone();
    let mut case = open_case(&of, agreement)?;
    let about = agreement_in(&change, agreement).await?;
    // A tie may have come since it was put to the panel.
    let tied = about.written_by.contains(&person) || actor.organisation.as_ref() == Some(&about.organisation);
    if tied || !case.voters.contains(&person) {
        let rule = "Members vote who have no tie with it: who wrote it or works for the other side has one";
        return Err(Refusal::new(rule, TIES).into());
    }
    if case.votes.iter().any(|vote| vote.person == person) {
        return Err(Refusal::of_form("You have voted: a vote stays").into());
    }
    given("reason", reason, "why: whoever asked for the money reads it", 2000)?;
    let vote = panel_vote::ActiveModel {
        authority: Set(authority.code().to_owned()),
        fund: Set(fund.to_owned()),
        panel: Set(number),
        agreement: Set(agreement.to_owned()),
        person: Set(person.clone()),
        yes: Set(yes),
        reason: Set(reason.trim().to_owned()),
        at: Set(change.now()),
    };
    vote.insert(change.tx()).await?;
    case.votes.push(Vote { person, yes, reason: reason.trim().to_owned(), at: change.now() });
    match decided(case.count(), case.voters.len()) {
        Some(true) => {
            may_commit(&change, &about, about.terms.value).await?;
            let accounts = (Account::Panel(number), Account::Committed(about.id.clone()));
            let what = format!("{} agreed: {}", of.text.name, about.title);
            enter(&change, &mut one, accounts, about.terms.value, (&what, Some(&about.id), None)).await?;
            set_case(&change, (fund, number, agreement), (CaseState::Adopted, None)).await?;
        }
        Some(false) => {
            set_case(&change, (fund, number, agreement), (CaseState::TurnedDown, None)).await?;
        }
        None => {}
    }
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.vote", subject(fund))
            .because(reason.trim())
            .with("panel", number)
            .with("agreement", agreement)
            .with("yes", yes),
    );
    change.commit().await
}

/// The cases of an agreement, before whatever panel of whatever fund.
async fn cases_of(change: &enough_store::Change, agreement: &str) -> Result<Vec<panel_case::Model>> {
    let find = panel_case::Entity::find()
        .filter(panel_case::Column::Authority.eq(change.authority()))
        .filter(panel_case::Column::Agreement.eq(agreement));
    Ok(find.all(change.tx()).await?)
}

/// Whether an agreement waits for the votes of a panel.
pub(super) async fn waits(change: &enough_store::Change, agreement: &str) -> Result<bool> {
    Ok(cases_of(change, agreement).await?.iter().any(|row| row.state == CaseState::Open.key()))
}

/// An agreement is never signed: no panel votes on it any more.
pub(super) async fn not_voted_on(change: &enough_store::Change, agreement: &str) -> Result<()> {
    for row in cases_of(change, agreement).await? {
        if row.state == CaseState::Open.key() {
            let case = (row.fund.as_str(), row.panel, agreement);
            set_case(change, case, (CaseState::Withdrawn, Some("It is given up"))).await?;
        }
    }
    Ok(())
}

/// Refuses the signature of an agreement that a panel has before it or turned down.
pub(crate) async fn has_agreed(change: &enough_store::Change, one: &Agreement) -> Result<()> {
    for row in cases_of(change, &one.id).await? {
        match row.state.parse::<CaseState>().map_err(damaged)? {
            CaseState::Open => {
                return Err(
                    Refusal::of_form("A panel has this agreement before it: wait for its votes").into()
                );
            }
            CaseState::TurnedDown => {
                return Err(Refusal::new("A panel turned this agreement down", DUTIES).into());
            }
            CaseState::Adopted | CaseState::Withdrawn => {}
        }
    }
    Ok(())
}
