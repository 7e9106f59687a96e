//! What may happen to a case, when, and by whom. Pure.

use chrono::{Days, Months, NaiveDate};
use enough_kernel::{Pence, Refusal, given, is_plausible};

use super::{Answer, Assessment, Case, Ending, Every, Ground, Head, Payment, Review, State, Stop, Terms};
pub(super) use crate::facts::fact;

pub(super) const DUTIES: &str = "separation of duties";
const AGREED: &str = "a rule of Enough: no more is paid than was agreed for the time that has passed";
const NOTICE: &str = "a rule of Enough: a family has 28 days before a payment stops, unless it asks for it or money was misused";
const CONSENT: &str = "a rule of Enough: nobody has a direct payment who did not agree to it";
const REVIEWS: &str = "a rule of Enough: it is reviewed again within 12 months";
const ENTERED: &str = "a rule of Enough: what was paid is entered within 28 days, so that the totals of a year stay as they are";

/// In how many days after the assessment the family has an offer, or is told that there is none.
pub const OFFER_WITHIN: u64 = 28;
/// After how many days the family is asked again whether it wants what was offered.
pub const ANSWER_WITHIN: u64 = 28;
/// In how many days after the family agreed the first money is paid.
pub const FIRST_PAYMENT_WITHIN: u64 = 14;
/// In how many days a case that was suspended is reviewed.
pub const SUSPENDED_WITHIN: u64 = 28;
/// In how many days after its day a payment is entered.
pub const ENTER_WITHIN: u64 = 28;
/// For how many months after the end of a case what was due before, or comes back, is entered.
pub const ENTER_AFTER_END: u32 = 3;
/// How many days ago the first day of what is assessed can be.
const BACK: u64 = 31;
/// The most that is agreed at a time, in pence: more is a slip.
const MOST: i64 = 10_000_000;

/// What can be done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Change the assessment.
    Assess,
    /// Offer what was assessed.
    Offer,
    /// Write down that the family agrees.
    Accept,
    /// Write down that the family does not want it.
    Decline,
    /// Enter what was paid.
    Pay,
    /// Suspend payments.
    Suspend,
    /// Let payments go on.
    Resume,
    /// Agree to the other amount that a review proposed.
    Agree,
    /// Review it: payments go on, or are suspended.
    Review {
        /// Whether they go on.
        goes_on: bool,
    },
    /// Tell the family that it stops.
    Notice,
    /// Tell the family that it does not stop after all.
    Withdraw,
    /// End it.
    End,
}

/// The state that an act leads to.
///
/// # Errors
/// Refused where the act does not follow from the state.
pub fn next_state(from: State, act: Act) -> Result<State, Refusal> {
    use State::{Accepted, Assessed, Ended, Offered, Paying, Reviewed, Suspended};
    match (from, act) {
        (Assessed, Act::Assess) => Ok(Assessed),
        (Assessed, Act::Offer) => Ok(Offered),
        (Offered, Act::Accept) => Ok(Accepted),
        (Accepted | Paying | Reviewed, Act::Pay) | (Suspended, Act::Resume) => Ok(Paying),
        // What was paid before is entered, and what comes back.
        (Suspended | Ended, Act::Pay)
        | (Paying | Reviewed | Suspended, Act::Agree)
        | (Accepted | Paying | Reviewed | Suspended, Act::Notice | Act::Withdraw) => Ok(from),
        (Paying | Reviewed | Suspended, Act::Review { goes_on: true }) => Ok(Reviewed),
        (Paying | Reviewed, Act::Suspend)
        | (Paying | Reviewed | Suspended, Act::Review { goes_on: false }) => Ok(Suspended),
        (Offered, Act::Decline)
        | (Assessed | Offered | Accepted | Paying | Reviewed | Suspended, Act::End) => Ok(Ended),
        _ => Err(Refusal::of_form(format!(
            "The case is now: {}. That step does not follow from there",
            from.label()
        ))),
    }
}

/// In how many months after the first payment a case is reviewed, and in how many after each review; from the facts of the day.
pub fn review_months(on: NaiveDate) -> (u32, u32) {
    let months = |name: &str, otherwise: u32| {
        fact(name, on).and_then(|fact| u32::try_from(fact.value).ok()).unwrap_or(otherwise)
    };
    (months("direct-payment-first-review", 3), months("direct-payment-review", 12))
}

/// How many days a family has before a payment stops.
pub fn notice_days(on: NaiveDate) -> u64 {
    fact("direct-payment-notice", on).and_then(|fact| u64::try_from(fact.value).ok()).unwrap_or(28)
}

pub(super) fn well_formed(terms: &Terms) -> Result<(), Refusal> {
    let in_bounds = |amount: Pence| amount.get() <= MOST;
    if terms.amount <= Pence::default() || !in_bounds(terms.amount) {
        return Err(Refusal::of_form("Say how much is paid each time, up to £100,000").at("amount"));
    }
    if terms.once < Pence::default() || !in_bounds(terms.once) {
        return Err(
            Refusal::of_form("Say what is paid once beside it, up to £100,000, or nothing").at("once")
        );
    }
    if terms.every == Every::Once && terms.once != Pence::default() {
        return Err(
            Refusal::of_form("What is paid once beside it is for what is paid again and again").at("once")
        );
    }
    let plausible = is_plausible(terms.from) && is_plausible(terms.until);
    let longest = terms.from.checked_add_months(Months::new(60));
    if !plausible || terms.until < terms.from || longest.is_none_or(|longest| terms.until > longest) {
        return Err(
            Refusal::of_form("Its last day is not before its first, and within five years of it").at("until")
        );
    }
    Ok(())
}

/// What an assessment must say on a day.
pub(super) fn complete(assessment: &Assessment, on: NaiveDate) -> Result<(), Refusal> {
    let earliest = on.checked_sub_days(Days::new(BACK));
    given("reference", &assessment.reference, "the number under which you know the child", 60)?;
    if !assessment.reference.chars().any(char::is_alphanumeric) {
        return Err(Refusal::of_form("Say the number under which you know the child").at("reference"));
    }
    given("initials", &assessment.initials, "the child's initials", 10)?;
    given("payee", &assessment.payee, "who is paid", 200)?;
    given("needs", &assessment.needs, "which needs are to be met", 5000)?;
    given("plan", &assessment.plan, "how the money meets them", 5000)?;
    given("spending", &assessment.spending, "what it may be spent on", 5000)?;
    given("support", &assessment.support, "who helps the family", 2000)?;
    if earliest.is_none_or(|earliest| assessment.terms.from < earliest) {
        return Err(Refusal::of_form(format!("Its first day is at most {BACK} days ago")).at("from"));
    }
    well_formed(&assessment.terms)
}

/// Whether there is something left of what was assessed.
pub(super) fn not_over(case: &Case, on: NaiveDate) -> Result<(), Refusal> {
    if case.assessment().is_some_and(|one| one.terms.until < on) {
        return Err(Refusal::of_form("Its last day has passed: assess anew").at("until"));
    }
    Ok(())
}

/// Whether somebody may offer it: not whoever assessed.
pub(super) fn may_offer(case: &Case, person: &str) -> Result<(), Refusal> {
    if case.assessed_by().contains(person) {
        return Err(Refusal::new("Somebody offers it who did not assess", DUTIES));
    }
    Ok(())
}

/// Whether the family answered so.
pub(super) fn answered(head: &Head, answer: &Answer, agrees: bool, on: NaiveDate) -> Result<(), Refusal> {
    let refused = |rule: &str, at: &'static str| {
        Err(Refusal { source: agrees.then_some(CONSENT), ..Refusal::of_form(rule) }.at(at))
    };
    if answer.by.trim().is_empty() || answer.by.chars().count() > 200 {
        return refused("Say who in the family said it", "by");
    }
    if answer.on > on || head.offered_on.is_none_or(|offered| answer.on < offered) {
        return refused("The day on which they said it is not before the offer, and has come", "on");
    }
    if agrees && answer.words.chars().count() > 2000 {
        return Err(Refusal::of_form("Say what they said in at most 2000 characters").at("words"));
    }
    if !agrees {
        given("words", &answer.words, "why they do not want it", 2000)?;
    }
    Ok(())
}

/// Whether this may be paid, and entered by this person.
pub(super) fn may_pay(
    case: &Case,
    (person, is_finance): (&str, bool),
    payment: &Payment,
    on: NaiveDate,
) -> Result<(), Refusal> {
    let amount = payment.amount.get();
    if payment.undelivered {
        if case.paid_by().contains(person) || amount >= 0 {
            let rule = "What the bank could not deliver came back, and somebody enters it who did not pay";
            return Err(Refusal::new(rule, DUTIES));
        }
    } else if !is_finance {
        return Err(Refusal::new("Somebody of finance enters what was paid", DUTIES));
    } else if [case.approved_by(), case.assessed_by(), case.accepted_by(), case.kept_going_by()]
        .iter()
        .any(|of| of.contains(person))
    {
        let rule = "Whoever assessed, agreed to the amount, wrote down the family's answer or said that it goes on does not pay";
        return Err(Refusal::new(rule, DUTIES));
    }
    given("reference", &payment.reference, "under which number it was paid", 100)?;
    if payment.undelivered && !case.is_out(Pence::new(-amount), &payment.reference) {
        let rule = "The amount and the number are those of a payment that has not come back";
        return Err(Refusal::new(rule, AGREED).at("amount"));
    }
    let first = on.checked_sub_days(Days::new(ENTER_WITHIN)).unwrap_or(on);
    if payment.paid_on > on || payment.paid_on < first {
        return Err(Refusal::new("It was paid today or in the last 28 days", ENTERED).at("on"));
    }
    // What is told of a year stays as it is when the case is removed.
    let late = case.head.ended_on.filter(|_| case.head.state == State::Ended);
    let late = late.and_then(|ended| ended.checked_add_months(Months::new(ENTER_AFTER_END)));
    if late.is_some_and(|late| payment.paid_on > late) {
        return Err(Refusal::new(
            format!("It was paid in the {ENTER_AFTER_END} months after its end"),
            ENTERED,
        )
        .at("on"));
    }
    if case.head.accepted_on.is_none_or(|accepted| payment.paid_on < accepted) {
        return Err(Refusal::new("It was paid after the family agreed", CONSENT).at("on"));
    }
    if amount == 0 || amount.abs() > MOST {
        return Err(Refusal::of_form("Say the amount that was paid, up to £100,000").at("amount"));
    }
    if case.paid().get() + amount < 0 {
        return Err(
            Refusal::of_form(format!("The amount that comes back is at most {}", case.paid())).at("amount")
        );
    }
    if amount < 0 {
        return Ok(());
    }
    if case.is_paused(payment.paid_on) {
        return Err(Refusal::new("It was paid on a day on which payments were suspended", AGREED).at("on"));
    }
    // What the family gave back was paid: it is no reason to pay it again.
    let (paid, agreed) = (case.paid_out().get(), case.agreed_by(payment.paid_on).get());
    if paid + amount > agreed {
        let left = Pence::new((agreed - paid).max(0));
        return Err(
            Refusal::new(format!("The amount that was due on that day is {left}"), AGREED).at("amount")
        );
    }
    Ok(())
}

/// Whether a review may say so.
pub(super) fn may_review(case: &Case, person: &str, review: &Review, on: NaiveDate) -> Result<(), Refusal> {
    given("words", &review.found, "what the review found", 5000)?;
    if case.paid_by().contains(person) {
        return Err(Refusal::new("Whoever pays does not review", DUTIES));
    }
    let (_, months) = review_months(on);
    let (latest, within) = if review.goes_on {
        (on.checked_add_months(Months::new(months)), format!("{months} months"))
    } else {
        let latest = on.checked_add_days(Days::new(SUSPENDED_WITHIN));
        (latest, format!("{SUSPENDED_WITHIN} days while it is suspended"))
    };
    if review.again_on <= on || latest.is_none_or(|latest| review.again_on > latest) {
        return Err(Refusal::new(format!("Review it again within {within}"), REVIEWS).at("on"));
    }
    let Some(amount) = review.amount else { return Ok(()) };
    if case.assessment().is_some_and(|one| one.terms.every == Every::Once) {
        return Err(Refusal::of_form("Another amount is for what is paid again and again").at("amount"));
    }
    if !(1..=MOST).contains(&amount.get()) {
        return Err(Refusal::of_form(
            "Say the other amount, up to £100,000; stop it if nothing is to be paid",
        )
        .at("amount"));
    }
    if case.approved_by().contains(person) {
        return Err(Refusal::new("Another amount is proposed by somebody who agreed to none", DUTIES));
    }
    Ok(())
}

/// Whether somebody may agree to the other amount that a review proposed, and the family was told so.
pub(super) fn may_agree(case: &Case, person: &str, answer: &Answer, on: NaiveDate) -> Result<(), Refusal> {
    let Some((_, reviewed)) = case.proposed() else {
        return Err(Refusal::of_form("No other amount is proposed"));
    };
    if case.assessed_by().contains(person) || case.paid_by().contains(person) {
        return Err(Refusal::new("Somebody agrees to it who did not assess, propose or pay", DUTIES));
    }
    if answer.by.trim().is_empty() || answer.by.chars().count() > 200 {
        return Err(Refusal::new("Say who in the family was told", CONSENT).at("by"));
    }
    if answer.on > on || answer.on < reviewed {
        return Err(Refusal::new(
            "The day on which they were told is not before the review, and has come",
            CONSENT,
        )
        .at("on"));
    }
    given("words", &answer.words, "what they said", 2000)
}

/// Whether somebody may let suspended payments go on.
pub(super) fn may_resume(case: &Case, person: &str) -> Result<(), Refusal> {
    if case.paid_by().contains(person) {
        return Err(Refusal::new("Whoever pays does not let payments go on", DUTIES));
    }
    Ok(())
}

/// Whether it may stop so, and by this person. What was told before counts from when it was told.
pub(super) fn may_stop(case: &Case, person: &str, ending: &Ending, on: NaiveDate) -> Result<(), Refusal> {
    given("words", &ending.why, "why it stops", 2000)?;
    if case.head.state == State::Assessed && case.assessed_by().contains(person) {
        return Err(Refusal::new("Somebody says that there is no offer who did not assess", DUTIES));
    }
    if ending.ground == Stop::Misused && case.paid_by().contains(person) {
        return Err(Refusal::new("Whoever pays does not say that money was misused", DUTIES));
    }
    if ending.ground == Stop::FamilyAsks {
        let (by, day) = ending.asked.clone().unwrap_or_default();
        if by.trim().is_empty() || by.chars().count() > 200 {
            return Err(Refusal::new("Say who in the family asked for it", CONSENT).at("by"));
        }
        if day > on || case.head.assessed_on > day {
            return Err(Refusal::new("The day on which they asked has come, after the assessment", CONSENT)
                .at("said_on"));
        }
    }
    if ending.ground == Stop::Declined {
        return Err(
            Refusal::of_form("Say why it stops: the family agreed to it, or has not answered").at("ground")
        );
    }
    let latest = on.checked_add_months(Months::new(12));
    if ending.last_day < on || latest.is_none_or(|latest| ending.last_day > latest) {
        return Err(Refusal::of_form("Its last day is today or within a year").at("on"));
    }
    let is_early = matches!(case.head.state, State::Assessed | State::Offered);
    let is_over = case.assessment().is_some_and(|one| ending.last_day >= one.terms.until);
    let at_once = matches!(ending.ground, Stop::FamilyAsks | Stop::Misused);
    let has_come = ending.ground == Stop::AsAgreed && is_over;
    if ending.ground == Stop::AsAgreed && !is_over {
        return Err(Refusal::of_form(
            "Its last agreed day has not come: give another reason for its last day",
        )
        .at("ground"));
    }
    let told = case.told_on(ending.last_day).unwrap_or(on);
    let soonest = told.checked_add_days(Days::new(notice_days(on)));
    if is_early || at_once || has_come || soonest.is_some_and(|soonest| ending.last_day >= soonest) {
        return Ok(());
    }
    let soonest = soonest.map_or_else(String::new, |soonest| soonest.format(" %-d %B %Y").to_string());
    Err(Refusal::new(format!("The soonest last day is{soonest}"), NOTICE).at("on"))
}

/// What is to be done next with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// In words.
    pub what: &'static str,
    /// The rule.
    pub rule: &'static str,
    /// By when.
    pub due: NaiveDate,
}

/// What is to be done next, by which rule and by when; nothing for what has ended.
pub fn next_step(head: &Head) -> Option<NextStep> {
    let after = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
    let step = |what, rule, due| Some(NextStep { what, rule, due });
    let ends = head.ended_on.filter(|_| head.state != State::Ended);
    if let Some(due) = ends.filter(|due| head.next_review_on.is_none_or(|review| *due <= review)) {
        return step("End it on its last day", "The family was told that it stops", due);
    }
    match head.state {
        State::Assessed => step(
            "Offer it, or tell the family why not",
            "A rule of Enough: within 28 days of the assessment, by somebody who did not assess",
            after(head.assessed_on, OFFER_WITHIN),
        ),
        State::Offered => step(
            "Write down the family's answer, or ask them again",
            "A rule of Enough: ask again after 28 days; an offer does not run out",
            after(head.offered_on.unwrap_or(head.assessed_on), ANSWER_WITHIN),
        ),
        State::Accepted => step(
            "Pay for the first time",
            "A rule of Enough: within 14 days of the family's answer, or on its first day if that is later",
            head.next_review_on?,
        ),
        State::Paying | State::Reviewed => step(
            "Review it, before its last day",
            "Within 3 months of the first payment: Special Educational Needs (Personal Budgets) Regulations 2014 for plans, \
             a rule of Enough for the others; then within 12 months each time, a rule of Enough",
            head.next_review_on?,
        ),
        State::Suspended => step(
            "Review it, or let it go on",
            "A rule of Enough: within 28 days of the day on which it was suspended",
            head.next_review_on?,
        ),
        State::Ended => None,
    }
}

impl Ground {
    /// The law that the ground rests on.
    pub fn law(self) -> &'static str {
        match self {
            Self::Parent | Self::DisabledParent | Self::Themself => "Children Act 1989 s17A; SI 2009/1887",
            Self::PlanBudget => "Children and Families Act 2014 s49; SI 2014/1652",
        }
    }
}
