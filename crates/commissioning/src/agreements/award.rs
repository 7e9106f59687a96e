//! How agreements come to be: from the award of a tender, or without one where the published route has none; and how they are signed.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use enough_kernel::{Pence, Refusal, day_in_england, given};
use enough_store::accounts::OrganisationKind;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use enough_store::{Authority, Result};

use super::direct::{Direct, Justification, is_announced, may_award};
use super::keep::{begin, find, insert, of_intention, of_tender, subject, tell};
use super::rules::{CEILING, STATES, read_day, signable};
use super::{Agreed, Agreement, Kind, State, Terms};
use crate::calls::in_open_calls;
use crate::frameworks::{Kind as FrameworkKind, callable};
use crate::funds::{given_up, has_agreed};
use crate::intentions::{Route, State as IntentionState, happened, intention_in};
use crate::tenders::{LotOutcome, Tender};

/// The last day of what starts on a day and runs so many months.
pub(crate) fn last_day(starts_on: NaiveDate, months: u32) -> NaiveDate {
    starts_on.checked_add_months(Months::new(months)).and_then(|end| end.pred_opt()).unwrap_or(starts_on)
}

/// Makes the agreements of a tender whose award is published: one for each lot that somebody won.
pub(crate) async fn awarded(
    change: &mut enough_store::Change,
    tender: &Tender,
    lots: &[LotOutcome],
) -> Result<()> {
    for won in lots {
        let (Some(winner), Some(lot)) = (won.winners.first(), tender.text.lot(won.lot)) else { continue };
        let text = &tender.text;
        let terms = Terms {
            value: winner.price.unwrap_or(lot.ceiling),
            starts_on: text.starts_on,
            ends_on: last_day(text.starts_on, text.months),
        };
        let one = Agreement {
            id: change.environment().id(),
            intention: tender.intention.clone(),
            tender: Some((tender.id.clone(), lot.number)),
            kind: Kind::Contract,
            organisation: winner.organisation.clone(),
            title: text.title_of(lot),
            state: State::Pending,
            version: 1,
            terms,
            first: terms,
            ceiling: lot.ceiling,
            last_day: last_day(text.starts_on, text.months + text.extension),
            contact: text.contact.clone(),
            without: String::new(),
            agreed: Agreed::default(),
            written_by: BTreeSet::new(),
            signed_on: None,
            changed_at: change.now(),
            framework: None,
            direct: None,
        };
        insert(change, &one).await?;
        change.log(Event::new("agreement.award", subject(&one.id)).with("tender", tender.id.as_str()));
    }
    Ok(())
}

async fn set(
    change: &mut enough_store::Change,
    one: &Agreement,
    (state, signed_on): (State, Option<NaiveDate>),
    what: String,
) -> Result<()> {
    let mut row = find(change.tx(), change.authority(), &one.id).await?.into_active_model();
    row.state = Set(state.to_string());
    row.signed_on = Set(signed_on);
    row.version = Set(one.version + 1);
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    // What is signed everybody may read, and so may a letter say.
    let one = Agreement { state, signed_on, ..one.clone() };
    tell(change, &one, what, None).await?;
    change.log(Event::new("agreement.state", subject(&one.id)).with("state", state.key()));
    Ok(())
}

/// The agreements of a tender are signed.
pub(crate) async fn signed(change: &mut enough_store::Change, tender: &str, on: NaiveDate) -> Result<()> {
    let all = of_tender(change.tx(), change.authority(), tender).await?;
    for one in all.into_iter().filter(|one| one.state == State::Pending) {
        signable(&one.agreed, one.terms.value, on)?;
        set(change, &one, (State::Active, Some(on)), format!("Signed on {}", read_day(on))).await?;
    }
    Ok(())
}

/// A tender was cancelled, or a lot of it is not signed: what was awarded never is.
pub(crate) async fn called_off(
    change: &mut enough_store::Change,
    (tender, lot): (&str, Option<i32>),
    why: &str,
) -> Result<()> {
    let said = if lot.is_some() { "It is not signed" } else { "The tender was cancelled" };
    for one in of_tender(change.tx(), change.authority(), tender).await? {
        let is_of = lot.is_none_or(|lot| one.tender.as_ref().is_some_and(|(_, of)| *of == lot));
        if !is_of || one.state != State::Pending {
            continue;
        }
        set(change, &one, (State::Cancelled, None), format!("{said}: {why}")).await?;
        given_up(change, &one.id).await?;
    }
    Ok(())
}

/// What an agreement is called off from, for a plan with this way.
pub(crate) fn from(route: Option<Route>) -> Option<FrameworkKind> {
    match route? {
        Route::CallOff => Some(FrameworkKind::Framework),
        Route::DynamicMarket => Some(FrameworkKind::Market),
        _ => None,
    }
}

/// An agreement without a tender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// The id of the organisation.
    pub organisation: String,
    /// What it is called.
    pub title: String,
    /// How much, from when to when.
    pub terms: Terms,
    /// Who was chosen how, and why: everybody reads it.
    pub how: String,
    /// The framework or dynamic market that it is called off from, where the plan says that it is.
    pub framework: Option<String>,
    /// Why a contract is awarded without a tender, where the plan says that it is a contract.
    pub direct: Option<Justification>,
}

/// Writes an agreement for an intention whose published route has no tender: a grant, a call-off, an arrangement. Gives its id.
///
/// # Errors
/// Refused for a route that needs a tender or concerns single families, before the plan is open, and above what it announced.
pub async fn add_agreement(authority: &Authority, actor: &Actor, of: &str, new: &Without) -> Result<String> {
    let mut change = authority.begin(actor).await?;
    let id = write_agreement(authority, &mut change, of, (new, false)).await?;
    change.commit().await?;
    Ok(id)
}

/// Writes an agreement as a part of a change; `competed` if all who could have it were asked for offers. Gives its id.
pub(crate) async fn write_agreement(
    authority: &Authority,
    change: &mut enough_store::Change,
    of: &str,
    (new, competed): (&Without, bool),
) -> Result<String> {
    let person = change.actor().somebody()?.to_owned();
    let plan = intention_in(change, of).await?;
    let kind = match plan.text.route {
        Some(Route::Grant) => Kind::Grant,
        Some(Route::CallOff | Route::DynamicMarket) => Kind::CallOff,
        Some(Route::InHouse) => Kind::InHouse,
        Some(Route::Partnership) => Kind::Partnership,
        Some(Route::DirectPayment) => {
            return Err(Refusal::new(
                "Direct payments are no agreements: they are kept as cases, and nothing about one family is published",
                "Children Act 1989 s17A; a rule of Enough: nothing about one family is published",
            )
            .into());
        }
        Some(Route::Contract) if new.direct.is_some() => Kind::Contract,
        Some(Route::Contract) | None => {
            let rule = "The plan says that it is bought after a tender: say why it is awarded without one";
            return Err(Refusal::new(rule, "Procurement Act 2023 ss41 to 43").at("direct").into());
        }
    };
    if new.direct.is_some() && kind != Kind::Contract {
        return Err(Refusal::new("Only a contract is awarded directly; the plan says otherwise", STATES)
            .at("direct")
            .into());
    }
    if plan.state != IntentionState::Procuring {
        return Err(Refusal::new(
            "An agreement is made once its plan is open: public long enough, or sooner with a reason",
            "a rule of Enough: plans are public before money is given out",
        )
        .into());
    }
    match (from(plan.text.route), &new.framework) {
        (Some(kind), Some(id)) => {
            callable(change, (id, kind), (&new.organisation, new.terms.value, competed)).await?;
        }
        (Some(kind), None) => {
            let rule = format!("Choose what it is called off from: a {}", kind.label().to_lowercase());
            return Err(Refusal::of_form(rule).at("framework").into());
        }
        (None, Some(_)) => {
            return Err(Refusal::new("The plan says nothing of a framework or a dynamic market", STATES)
                .at("organisation")
                .into());
        }
        (None, None) => {}
    }
    if let Some(why) = new.direct {
        may_award(change, &plan, why).await?;
    }
    given("title", &new.title, "what it is called", 150)?;
    given("how", &new.how, "who was chosen how, and why: everybody reads it", 2000)?;
    if new.terms.value <= Pence::default() {
        return Err(Refusal::of_form("Say how much it is worth at most").at("value").into());
    }
    if new.terms.ends_on <= new.terms.starts_on {
        return Err(Refusal::of_form("It ends after it begins").at("ends_on").into());
    }
    let taken = promised(change, of).await?.get() + in_open_calls(change, of).await?.get();
    let left = Pence::new((plan.text.most.get() - taken).max(0));
    if new.terms.value > left {
        return Err(Refusal::new(format!("Of what the plan announced, {left} are left"), CEILING)
            .at("value")
            .into());
    }
    if plan.ends_on().is_some_and(|last| new.terms.ends_on > last) {
        return Err(Refusal::new("It ends when the plan said, or sooner", CEILING).at("ends_on").into());
    }
    if plan.text.starts_on.is_some_and(|first| new.terms.starts_on < first) {
        return Err(Refusal::new("It starts when the plan said, or later", CEILING).at("starts_on").into());
    }
    let known = authority.organisations().await?;
    let with = known.iter().find(|one| one.id == new.organisation);
    let with = with.ok_or_else(|| Refusal::of_form("Choose with whom").at("organisation"))?;
    if (with.kind == OrganisationKind::Authority) != (kind == Kind::InHouse) {
        return Err(Refusal::new(
            "Choose with whom: within the authority only where the plan says that the authority does it itself",
            STATES,
        ).at("organisation")
        .into());
    }
    if kind != Kind::InHouse && change.actor().organisation.as_ref() == Some(&new.organisation) {
        return Err(Refusal::new(
            "Whoever works for the other side does not do this",
            "separation of duties",
        )
        .into());
    }
    let one = Agreement {
        id: authority.environment().id(),
        intention: of.to_owned(),
        tender: None,
        kind,
        organisation: new.organisation.clone(),
        title: new.title.trim().to_owned(),
        state: State::Pending,
        version: 1,
        terms: new.terms,
        first: new.terms,
        ceiling: new.terms.value,
        last_day: new.terms.ends_on,
        contact: plan.text.contact.clone(),
        without: new.how.trim().to_owned(),
        agreed: Agreed::default(),
        written_by: BTreeSet::from([person]),
        signed_on: None,
        changed_at: change.now(),
        framework: new.framework.clone(),
        direct: new.direct.map(|why| Direct { why, since: change.now() }),
    };
    insert(change, &one).await?;
    change.log(Event::new("agreement.add", subject(&one.id)).with("intention", of));
    Ok(one.id)
}

/// What the agreements that answer a plan are worth at most.
pub(crate) async fn promised(change: &enough_store::Change, of: &str) -> Result<Pence> {
    let all = of_intention(change.tx(), change.authority(), of).await?;
    Ok(Pence::new(all.iter().filter(|one| one.state != State::Cancelled).map(|one| one.ceiling.get()).sum()))
}

/// What the agreements without a tender that answer a plan are worth at most.
pub(crate) async fn promised_otherwise(change: &enough_store::Change, of: &str) -> Result<Pence> {
    let all = of_intention(change.tx(), change.authority(), of).await?;
    let counted = all.iter().filter(|one| one.tender.is_none() && one.state != State::Cancelled);
    Ok(Pence::new(counted.map(|one| one.ceiling.get()).sum()))
}

/// Signs an agreement without a tender: by somebody else than who wrote it. One of a tender is signed with the tender.
///
/// # Errors
/// Refused to whoever wrote it or works for the other side, before enough is agreed, and for a day to come.
pub async fn sign_agreement(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    on: NaiveDate,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, Some(seen)).await?;
    if one.tender.is_some() || one.state != State::Pending {
        return Err(Refusal::new(
            "An agreement of a tender is signed with the tender, any other once",
            STATES,
        )
        .into());
    }
    one.not_theirs(actor)?;
    if one.written_by.contains(&person) {
        return Err(Refusal::new("Somebody signs it who did not write it", "separation of duties").into());
    }
    let today = day_in_england(change.now());
    let plan = intention_in(&change, &one.intention).await?;
    if plan.state != IntentionState::Procuring {
        return Err(Refusal::new("Its plan is not open any more", STATES).into());
    }
    let published = plan.published_at.map(day_in_england);
    if on > today || published.is_some_and(|published| on < published) {
        return Err(Refusal::of_form("It is signed on a day that has come, after its plan was published")
            .at("signed_on")
            .into());
    }
    signable(&one.agreed, one.terms.value, today)?;
    has_agreed(&change, &one).await?;
    if let Some(direct) = one.direct {
        // What held when it was written holds still.
        may_award(&change, &plan, direct.why).await?;
    }
    is_announced(&change, &one, on).await?;
    if let (Some(kind), Some(id)) = (from(plan.text.route), &one.framework) {
        // Its own value is among what was called off; whoever was suspended meanwhile is not signed with.
        callable(&change, (id, kind), (&one.organisation, Pence::default(), true)).await?;
    }
    set(&mut change, &one, (State::Active, Some(on)), format!("Signed on {}. {}", read_day(on), one.without))
        .await?;
    happened(&change, &plan, format!("Agreed: {}", one.title)).await?;
    change.commit().await
}

/// Gives up an agreement without a tender that is not signed, with a reason.
///
/// # Errors
/// Refused without a reason, and once it is signed.
pub async fn give_up_agreement(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, _) = begin(authority, actor, id, Some(seen)).await?;
    if one.tender.is_some() || one.state != State::Pending {
        return Err(Refusal::new("Only what is written and not signed is given up", STATES).into());
    }
    given("reason", why, "why it is given up", 2000)?;
    set(&mut change, &one, (State::Cancelled, None), format!("Given up: {}", why.trim())).await?;
    given_up(&change, id).await?;
    change.commit().await
}

/// Whether an agreement of an intention waits for its signature.
pub(crate) async fn is_pending(change: &enough_store::Change, intention: &str) -> Result<bool> {
    let all = of_intention(change.tx(), change.authority(), intention).await?;
    Ok(all.iter().any(|one| one.state == State::Pending))
}
