//! What funds commit to agreements, and the payments out of it.

use enough_kernel::{Pence, Refusal, given};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::ActiveModelTrait;
use enough_store::{Authority, Result};

use super::keep::{begin, enter, funds, funds_in, hand_back, must_be_open, subject};
use super::panels::{not_voted_on, waits};
use super::rules::COVERED;
use super::{Account, Fund, PanelState, State, split};
use crate::agreements::{Agreement, agreement_in, spent_in};

/// What a fund has committed to an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backing {
    /// The id of the fund.
    pub fund: String,
    /// What it is called.
    pub name: String,
    /// What is committed and not paid.
    pub left: Pence,
    /// What was paid out of it.
    pub paid: Pence,
}

impl Backing {
    /// What was committed in all.
    pub fn committed(&self) -> Pence {
        Pence::new(self.left.get() + self.paid.get())
    }
}

fn backing_of(one: &Fund, agreement: &str) -> Option<Backing> {
    let (books, id) = (one.books(), agreement.to_owned());
    let (left, paid) = (books.on(&Account::Committed(id.clone())), books.on(&Account::Paid(id)));
    // A fund that released all of it does not pay it any more.
    let backs = left > Pence::default() || paid > Pence::default();
    backs.then(|| Backing { fund: one.id.clone(), name: one.text.name.clone(), left, paid })
}

/// The funds that an agreement is paid from, with what they committed; none, if it is paid from elsewhere.
///
/// # Errors
/// When the database fails.
pub async fn backing(authority: &Authority, agreement: &str) -> Result<Vec<Backing>> {
    let funds = funds(authority).await?;
    Ok(funds.iter().filter_map(|one| backing_of(one, agreement)).collect())
}

/// What funds committed to an agreement in all, paid or not, and what of it they paid.
async fn committed_so_far(change: &enough_store::Change, agreement: &str) -> Result<(Pence, Pence)> {
    let all = funds_in(change.tx(), change.authority()).await?;
    let all: Vec<Backing> = all.iter().filter_map(|one| backing_of(one, agreement)).collect();
    let committed = all.iter().map(|one| one.committed().get()).sum();
    Ok((Pence::new(committed), Pence::new(all.iter().map(|one| one.paid.get()).sum())))
}

/// Whether so much more may be committed to an agreement: it is to be paid, and not for more than it is worth.
pub(super) async fn may_commit(change: &enough_store::Change, one: &Agreement, amount: Pence) -> Result<()> {
    one.may_be_funded()?;
    if amount <= Pence::default() {
        return Err(Refusal::of_form("Say how much").at("commit_amount").into());
    }
    let (before, by_funds) = committed_so_far(change, &one.id).await?;
    let elsewhere = spent_in(change, &one.id).await?.get() - by_funds.get();
    let left = Pence::new((one.terms.value.get() - elsewhere - before.get()).max(0));
    if amount > left {
        return Err(Refusal::new(
            format!(
                "The agreement is worth {} in all: {left} of it are neither committed nor paid from elsewhere",
                one.terms.value
            ),
            COVERED,
        )
        .at("commit_amount")
        .into());
    }
    Ok(())
}

/// Commits money of a fund to an agreement: from then on it is paid from there.
///
/// # Errors
/// Refused for more than is free, and for more than the agreement is worth.
pub async fn commit(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    (agreement, amount): (&str, Pence),
) -> Result<()> {
    actor.somebody()?;
    let (mut change, mut one, row) = begin(authority, actor, place).await?;
    must_be_open(&one)?;
    let of = agreement_in(&change, agreement).await?;
    of.not_theirs(actor)?;
    if waits(&change, agreement).await? {
        return Err(Refusal::of_form("A panel has this agreement before it: wait for its votes")
            .at("commit_to")
            .into());
    }
    may_commit(&change, &of, amount).await?;
    let free = one.books().on(&Account::Free);
    if amount > free {
        return Err(Refusal::new(format!("{free} are free in this fund"), COVERED)
            .at("commit_amount")
            .into());
    }
    let accounts = (Account::Free, Account::Committed(of.id.clone()));
    let what = format!("Committed: {}", of.title);
    enter(&change, &mut one, accounts, amount, (&what, Some(&of.id), None)).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.commit", subject(place.0)).with("agreement", agreement).with("pence", amount.get()),
    );
    change.commit().await
}

async fn free_again(
    change: &enough_store::Change,
    one: &mut Fund,
    (agreement, amount): (&str, Pence),
    why: &str,
) -> Result<()> {
    let committed = Account::Committed(agreement.to_owned());
    let mut rest = amount;
    // What a panel gave goes back to the panel, as long as it decides.
    for number in one
        .panels
        .iter()
        .filter(|of| of.state == PanelState::Delegated)
        .map(|of| of.number)
        .collect::<Vec<_>>()
    {
        let panel = Account::Panel(number);
        let moved = |gives: &Account, takes: &Account| -> i64 {
            let of = one.entries.iter().filter(|entry| entry.gives == *gives && entry.takes == *takes);
            of.map(|entry| entry.amount.get()).sum()
        };
        let part = Pence::new(moved(&panel, &committed) - moved(&committed, &panel)).min(rest);
        enter(change, one, (committed.clone(), panel), part, (why, Some(agreement), None)).await?;
        rest = Pence::new(rest.get() - part.get());
    }
    enter(change, one, (committed, Account::Free), rest, (why, Some(agreement), None)).await?;
    if one.state == State::Closed {
        hand_back(change, one).await?;
    }
    Ok(())
}

/// Releases what was committed to an agreement and not paid, or a part of it, with a reason.
///
/// # Errors
/// Refused for more than is left, and without a reason.
pub async fn release(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    (agreement, amount): (&str, Pence),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, mut one, row) = begin(authority, actor, place).await?;
    let of = agreement_in(&change, agreement).await?;
    of.not_theirs(actor)?;
    given("why", why, "why it is released", 500)?;
    let left = one.books().on(&Account::Committed(agreement.to_owned()));
    if amount <= Pence::default() || amount > left {
        return Err(Refusal::new(format!("{left} are committed to it and not paid"), COVERED)
            .at("release_amount")
            .into());
    }
    free_again(&change, &mut one, (agreement, amount), &format!("Released: {}", why.trim())).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.release", subject(place.0))
            .because(why.trim())
            .with("agreement", agreement)
            .with("pence", amount.get()),
    );
    change.commit().await
}

/// A payment under an agreement, or what came back of it, is taken from the funds that committed money to it: in proportion to what is
/// left with each, or to what was paid out of each, to the penny. What comes back of what was paid from elsewhere they do not have.
pub(crate) async fn pay_from(
    change: &enough_store::Change,
    one: &Agreement,
    (number, amount, what): (i32, Pence, &str),
) -> Result<()> {
    let mut all = funds_in(change.tx(), change.authority()).await?;
    all.retain(|fund| backing_of(fund, &one.id).is_some());
    // What funds that are closed have paid out in full is paid from elsewhere from then on.
    let is_over = |fund: &Fund| {
        fund.state == State::Closed && backing_of(fund, &one.id).is_none_or(|of| of.left == Pence::default())
    };
    if all.is_empty() || (amount > Pence::default() && all.iter().all(is_over)) {
        return Ok(());
    }
    let (committed, paid) = (Account::Committed(one.id.clone()), Account::Paid(one.id.clone()));
    let is_payment = amount > Pence::default();
    let (gives, takes) = if is_payment { (committed, paid) } else { (paid, committed) };
    let can: Vec<Pence> = all.iter().map(|fund| fund.books().on(&gives)).collect();
    let all_can = Pence::new(can.iter().map(|one| one.get()).sum());
    let theirs = Pence::new(amount.get().abs());
    let theirs = if is_payment { theirs } else { theirs.min(all_can) };
    let parts = split(theirs, &can).ok_or_else(|| {
        let rule = format!("{all_can} of what funds committed to it are left: commit more first");
        Refusal::new(rule, COVERED)
    })?;
    for (fund, part) in all.iter_mut().zip(parts) {
        let accounts = (gives.clone(), takes.clone());
        enter(change, fund, accounts, part, (what, Some(&one.id), Some(number))).await?;
        if fund.state == State::Closed && !is_payment {
            free_again(change, fund, (&one.id, part), "Came back after the fund was closed").await?;
        }
    }
    Ok(())
}

/// An agreement is never signed: what was committed to it is free again.
pub(crate) async fn given_up(change: &enough_store::Change, agreement: &str) -> Result<()> {
    not_voted_on(change, agreement).await?;
    for mut one in funds_in(change.tx(), change.authority()).await? {
        let left = one.books().on(&Account::Committed(agreement.to_owned()));
        free_again(change, &mut one, (agreement, left), "The agreement is never signed").await?;
    }
    Ok(())
}
