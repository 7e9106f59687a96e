//! The steps of a case, each by somebody who is named with it.

use chrono::{Days, Months, NaiveDate};
use enough_kernel::{Refusal, given};
use enough_store::accounts::Role;
use enough_store::audit::Actor;
use enough_store::sea_orm::ActiveValue::Set;
use enough_store::{Authority, Result};

use super::keep::begin;
use super::rules::{
    Act, FIRST_PAYMENT_WITHIN, SUSPENDED_WITHIN, answered, complete, may_agree, may_offer, may_pay,
    may_resume, may_review, may_stop, not_over, notice_days, review_months,
};
use super::{Answer, Assessment, Case, Ending, Payment, Review, What};

/// Changes the assessment before it is offered. Whoever does has assessed, too.
///
/// # Errors
/// Refused once it is offered, and to whoever is not named; a conflict when somebody has changed it since.
pub async fn change_assessment(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    assessment: &Assessment,
) -> Result<()> {
    let turn = begin(authority, actor, place, Act::Assess).await?;
    complete(assessment, turn.today())?;
    if turn.case.assessment() == Some(assessment) {
        return Err(Refusal::of_form("Nothing is changed, and so nobody has assessed it").into());
    }
    turn.keep(authority, What::Assess(assessment.clone())).await
}

/// Offers what was assessed: by somebody who did not assess.
///
/// # Errors
/// Refused to whoever assessed.
pub async fn offer(authority: &Authority, actor: &Actor, place: (&str, i32)) -> Result<()> {
    let mut turn = begin(authority, actor, place, Act::Offer).await?;
    may_offer(&turn.case, &turn.person.id)?;
    not_over(&turn.case, turn.today())?;
    turn.row.offered_on = Set(Some(turn.today()));
    turn.keep(authority, What::Offer).await
}

/// Writes down that the family agrees: who said so, on which day.
///
/// # Errors
/// Refused without both.
pub async fn accept_offer(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    answer: &Answer,
) -> Result<()> {
    let mut turn = begin(authority, actor, place, Act::Accept).await?;
    answered(&turn.case.head, answer, true, turn.today())?;
    not_over(&turn.case, turn.today())?;
    turn.row.accepted_on = Set(Some(answer.on));
    // Until it is paid for the first time its clock is the day of that.
    let soon = answer.on.checked_add_days(Days::new(FIRST_PAYMENT_WITHIN)).unwrap_or(answer.on);
    let first = turn.case.assessment().map_or(soon, |one| soon.max(one.terms.from));
    turn.row.next_review_on = Set(Some(first));
    turn.keep(authority, What::Accept(answer.clone())).await
}

/// Writes down that the family does not want it: the case ends.
///
/// # Errors
/// Refused without who said so, when and why.
pub async fn decline_offer(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    answer: &Answer,
) -> Result<()> {
    let mut turn = begin(authority, actor, place, Act::Decline).await?;
    answered(&turn.case.head, answer, false, turn.today())?;
    turn.row.ended_on = Set(Some(turn.today()));
    turn.keep(authority, What::Decline(answer.clone())).await
}

/// A day of a review: in time to renew what ends, if its last day comes sooner.
fn before_the_end(case: &Case, latest: NaiveDate, today: NaiveDate) -> NaiveDate {
    let until = case.assessment().map_or(latest, |one| one.terms.until);
    let ahead = until.checked_sub_days(Days::new(notice_days(today))).unwrap_or(until);
    if ahead > today { latest.min(ahead) } else { latest.min(until.max(today)) }
}

fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

/// Enters what was paid, or came back: by somebody of finance who neither assessed nor agreed to the amount.
///
/// # Errors
/// Refused above what is agreed for the periods that have begun.
pub async fn pay_family(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    payment: &Payment,
) -> Result<()> {
    let mut turn = begin(authority, actor, place, Act::Pay).await?;
    let is_finance = turn.person.roles.contains(&Role::Finance);
    may_pay(&turn.case, (&turn.person.id, is_finance), payment, turn.today())?;
    if turn.case.head.first_paid_on.is_none() {
        let (first, _) = review_months(payment.paid_on);
        turn.row.first_paid_on = Set(Some(payment.paid_on));
        let latest = months_after(payment.paid_on, first);
        turn.row.next_review_on = Set(Some(before_the_end(&turn.case, latest, turn.today())));
    }
    turn.keep(authority, What::Pay(payment.clone())).await
}

/// Suspends payments, with a reason; it is reviewed soon.
///
/// # Errors
/// Refused without a reason, and where nothing is paid.
pub async fn suspend(authority: &Authority, actor: &Actor, place: (&str, i32), why: &str) -> Result<()> {
    given("words", why, "why payments are suspended", 2000)?;
    let mut turn = begin(authority, actor, place, Act::Suspend).await?;
    let soon = turn.today().checked_add_days(Days::new(SUSPENDED_WITHIN)).unwrap_or(turn.today());
    let next = turn.case.head.next_review_on.map_or(soon, |next| next.min(soon));
    turn.row.next_review_on = Set(Some(next));
    turn.keep(authority, What::Suspend(why.trim().to_owned())).await
}

/// Lets payments go on, with a reason.
///
/// # Errors
/// Refused without a reason, and where nothing was suspended.
pub async fn resume(authority: &Authority, actor: &Actor, place: (&str, i32), why: &str) -> Result<()> {
    given("words", why, "why payments go on", 2000)?;
    let turn = begin(authority, actor, place, Act::Resume).await?;
    may_resume(&turn.case, &turn.person.id)?;
    turn.keep(authority, What::Resume(why.trim().to_owned())).await
}

/// Keeps a review: what was found, whether payments go on and with which amount, and by when it is reviewed again.
///
/// # Errors
/// Refused without what was found, and where another amount is agreed by whoever assessed or paid.
pub async fn review_case(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    review: &Review,
) -> Result<()> {
    let mut turn = begin(authority, actor, place, Act::Review { goes_on: review.goes_on }).await?;
    may_review(&turn.case, &turn.person.id, review, turn.today())?;
    turn.row.next_review_on = Set(Some(before_the_end(&turn.case, review.again_on, turn.today())));
    turn.keep(authority, What::Review(review.clone())).await
}

/// Agrees to the other amount that a review proposed: by somebody who did not assess, propose or pay, once the family was told. More holds
/// from the next period on; less 28 days after the family was told.
///
/// # Errors
/// Refused where none is proposed, and without who was told, when, and what they said.
pub async fn agree_amount(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    answer: &Answer,
) -> Result<()> {
    let turn = begin(authority, actor, place, Act::Agree).await?;
    may_agree(&turn.case, &turn.person.id, answer, turn.today())?;
    turn.keep(authority, What::Agree(answer.clone())).await
}

/// Takes back that it stops, with a reason, before its last day.
///
/// # Errors
/// Refused without a reason, and where the family was not told that it stops.
pub async fn withdraw_notice(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    why: &str,
) -> Result<()> {
    given("words", why, "why it does not stop", 2000)?;
    let mut turn = begin(authority, actor, place, Act::Withdraw).await?;
    may_resume(&turn.case, &turn.person.id)?;
    let Some(last) = turn.case.head.ended_on else {
        return Err(Refusal::of_form("The family was not told that it stops").into());
    };
    if last < turn.today() {
        return Err(
            Refusal::of_form("The day on which it stopped has passed: end it, and assess anew").into()
        );
    }
    turn.row.ended_on = Set(None);
    turn.keep(authority, What::Withdraw(why.trim().to_owned())).await
}

/// Ends a case on its last day, or tells the family before that it will. What was told is ended by saying so on the day or later.
///
/// # Errors
/// Refused without a reason, and sooner than the family must be told.
pub async fn stop(authority: &Authority, actor: &Actor, place: (&str, i32), ending: &Ending) -> Result<()> {
    let is_told_before = ending.last_day > enough_kernel::day_in_england(authority.environment().now());
    let act = if is_told_before { Act::Notice } else { Act::End };
    let mut turn = begin(authority, actor, place, act).await?;
    may_stop(&turn.case, &turn.person.id, ending, turn.today())?;
    let told = turn.case.head.ended_on.filter(|_| !is_told_before);
    turn.row.ended_on = Set(Some(told.map_or(ending.last_day, |told| told.min(ending.last_day))));
    turn.keep(authority, if is_told_before { What::Notice } else { What::End }(ending.clone())).await
}
