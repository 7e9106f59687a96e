//! What was paid under agreements, and how soon.

use chrono::NaiveDate;
use enough_kernel::{Pence, Refusal, day_in_england, given, is_plausible};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};

use super::keep::{begin, subject};
use super::records::agreement_payment as table;
use super::rules::{CEILING, read_day};
use crate::facts::fact;
use crate::funds::pay_from;

/// A payment, or what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// How much; less than nothing for what came back.
    pub amount: Pence,
    /// What for.
    pub what: String,
    /// When a valid invoice, or what stands for one, was there.
    pub asked_on: NaiveDate,
    /// When it was paid.
    pub paid_on: NaiveDate,
}

impl Payment {
    /// In how many days it was paid.
    pub fn days(&self) -> i64 {
        (self.paid_on - self.asked_on).num_days()
    }

    /// Whether it was paid in time.
    pub fn is_in_time(&self) -> bool {
        fact("payment-days", self.paid_on).is_none_or(|rule| self.days() <= rule.value)
    }

    /// Whether it is published on its own (UK8).
    pub fn is_noticed(&self) -> bool {
        fact("payment-notice", self.paid_on).is_some_and(|rule| self.amount > rule.pence())
    }
}

pub(super) fn read(row: table::Model) -> Payment {
    Payment { amount: Pence::new(row.amount), what: row.what, asked_on: row.asked_on, paid_on: row.paid_on }
}

pub(super) async fn payments_in(
    db: &impl ConnectionTrait,
    authority: &str,
    id: &str,
) -> Result<Vec<Payment>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Agreement.eq(id))
        .order_by_asc(table::Column::Number)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The payments under an agreement, in the order in which they were entered.
///
/// # Errors
/// When the database fails.
pub async fn payments(authority: &Authority, id: &str) -> Result<Vec<Payment>> {
    payments_in(authority.store().read(), authority.code(), id).await
}

/// What was paid under an agreement as a change sees it, less what came back.
pub(crate) async fn spent_in(change: &enough_store::Change, id: &str) -> Result<Pence> {
    Ok(paid(&payments_in(change.tx(), change.authority(), id).await?))
}

/// The sum of payments.
pub(super) fn paid(payments: &[Payment]) -> Pence {
    Pence::new(payments.iter().map(|one| one.amount.get()).sum())
}

/// Enters a payment, or with an amount below nothing what came back; funds that committed money to the agreement bear it.
///
/// # Errors
/// Refused above the value of the agreement or what funds committed to it, for more back than was paid, before the signature, and for days to come.
pub async fn pay(authority: &Authority, actor: &Actor, id: &str, payment: &Payment) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    one.must_be_signed()?;
    one.not_theirs(actor)?;
    given("what", &payment.what, "what it is for", 200)?;
    if payment.amount == Pence::default() {
        return Err(Refusal::of_form("Say how much").at("amount").into());
    }
    let signed_on = one.signed_on.unwrap_or(NaiveDate::MIN);
    let wrong = if payment.paid_on < signed_on {
        Some(("paid_on", format!("It was paid after the signature, {}, or on that day", read_day(signed_on))))
    } else if payment.paid_on > day_in_england(change.now()) {
        Some(("paid_on", "It was paid on a day that has come".to_owned()))
    } else if payment.asked_on > payment.paid_on || !is_plausible(payment.asked_on) {
        Some(("asked_on", "It was asked for before it was paid".to_owned()))
    } else {
        None
    };
    if let Some((at, wrong)) = wrong {
        return Err(Refusal::of_form(wrong).at(at).into());
    }
    let before = payments_in(change.tx(), authority.code(), id).await?;
    let same = |one: &Payment| {
        (one.amount, one.asked_on, one.paid_on, one.what.as_str())
            == (payment.amount, payment.asked_on, payment.paid_on, payment.what.trim())
    };
    if before.iter().any(same) {
        return Err(Refusal::of_form(
            "This payment is entered already; of two that are the same, say of each what it is for",
        )
        .at("what")
        .into());
    }
    let after = paid(&before).get() + payment.amount.get();
    if after > one.terms.value.get() {
        let left = Pence::new(one.terms.value.get() - paid(&before).get());
        return Err(Refusal::new(
            format!("Of the agreed value, {left} are left: agree a change first"),
            CEILING,
        )
        .at("amount")
        .into());
    }
    if after < 0 {
        return Err(Refusal::of_form("No more can come back than was paid").at("amount").into());
    }
    let number = before.len() as i32 + 1;
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        number: Set(number),
        amount: Set(payment.amount.get()),
        what: Set(payment.what.trim().to_owned()),
        asked_on: Set(payment.asked_on),
        paid_on: Set(payment.paid_on),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    pay_from(&change, &one, (number, payment.amount, payment.what.trim())).await?;
    change.log(
        Event::new("agreement.pay", subject(id)).with("pence", payment.amount.get()).with("number", number),
    );
    change.commit().await
}
