//! What may happen to an agreement, and when. Pure.

use chrono::{Days, Months, NaiveDate};
use enough_kernel::{Pence, Refusal, given};
use enough_plans::{Figure, Objectives, Unit};
use enough_store::audit::Actor;

use super::proposals::{Kind as ProposalKind, Proposed};
use super::{Agreed, Agreement, Every, Kind, Measure, State, Terms};
use crate::facts::{above_threshold, fact};
use crate::tenders::Tender;

pub(super) const STATES: &str = "states of an agreement: awarded, signed, notice given, never signed";
pub(super) const CEILING: &str =
    "a rule of Enough: value with variations within the ceiling, end within the longest term";
const OBJECTIVES: &str =
    "a rule of Enough: every key performance indicator links to an objective or says why not";
const NOTICE: &str = "Best Value Statutory Guidance 2011";

/// In how many days after a period its report comes.
pub const REPORT_WITHIN: u64 = 28;

/// How far an agreement is when the calendar is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Awarded, not signed.
    Pending,
    /// Signed; its first day has not come.
    ToCome,
    /// Running.
    Running,
    /// Running, and notice was given.
    Ending,
    /// Its last day has passed.
    Ended,
    /// Never signed.
    Cancelled,
}

impl Phase {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Awarded, not signed yet",
            Self::ToCome => "Signed, not begun yet",
            Self::Running => "Running",
            Self::Ending => "Running, notice was given",
            Self::Ended => "Ended",
            Self::Cancelled => "Never signed",
        }
    }
}

impl Agreement {
    /// How far it is on a day.
    pub fn phase(&self, on: NaiveDate) -> Phase {
        match self.state {
            State::Pending => Phase::Pending,
            State::Cancelled => Phase::Cancelled,
            _ if on > self.terms.ends_on => Phase::Ended,
            State::Ending => Phase::Ending,
            State::Active if on < self.terms.starts_on => Phase::ToCome,
            State::Active => Phase::Running,
        }
    }

    /// Whether it was signed.
    pub fn is_signed(&self) -> bool {
        matches!(self.state, State::Active | State::Ending)
    }

    /// Whether everybody may see it: what was awarded or signed, and what is to be awarded directly, so that others can object. What is
    /// otherwise only written is for those who keep agreements.
    pub fn is_public(&self) -> bool {
        self.tender.is_some() || self.direct.is_some() || self.is_signed()
    }

    /// Whether the notices of public contracts are published of it: a contract or a call-off that is worth the threshold or more on a day. What
    /// came from a tender is valued with all that the tender bought, as it was when the tender was published. Where the threshold of the
    /// day is not known here it is taken to be one, so that nothing that the law may ask for is left out.
    pub fn is_public_contract(&self, tender: Option<&Tender>, on: NaiveDate) -> bool {
        let is_above =
            match tender.filter(|tender| self.tender.as_ref().is_some_and(|(id, _)| *id == tender.id)) {
                Some(tender) => tender.is_above_threshold(),
                None => above_threshold(self.ceiling, on) != Some(false),
            };
        matches!(self.kind, Kind::Contract | Kind::CallOff) && is_above
    }

    /// Refuses whoever works for the other side; within the authority there is none.
    pub(crate) fn not_theirs(&self, actor: &Actor) -> Result<(), Refusal> {
        if self.kind == Kind::InHouse || actor.organisation.as_ref() != Some(&self.organisation) {
            return Ok(());
        }
        Err(Refusal::new("Whoever works for the other side does not do this", "separation of duties"))
    }

    pub(super) fn must_be_signed(&self) -> Result<(), Refusal> {
        if self.is_signed() {
            return Ok(());
        }
        Err(Refusal::new(
            format!("The agreement is now: {}. That step does not follow from there", self.state.label()),
            STATES,
        ))
    }

    /// Refuses money for what is never signed.
    pub(crate) fn may_be_funded(&self) -> Result<(), Refusal> {
        if self.state == State::Cancelled {
            return Err(Refusal::new("The agreement is never signed", STATES));
        }
        Ok(())
    }

    /// A key performance indicator by its number.
    pub fn measure(&self, number: i32) -> Option<&Measure> {
        self.agreed.measures.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

/// The first and the last days of the periods that reports are of: the last may be shorter.
///
/// ```
/// use chrono::NaiveDate;
/// use enough_commissioning::agreements::{Every, Terms, periods};
/// use enough_kernel::Pence;
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let terms = Terms { value: Pence::new(1), starts_on: day("2027-01-31"), ends_on: day("2027-08-30") };
/// let quarters = [("2027-01-31", "2027-04-29"), ("2027-04-30", "2027-07-30"), ("2027-07-31", "2027-08-30")];
/// assert_eq!(periods(&terms, Every::Quarter), quarters.map(|(from, until)| (day(from), day(until))));
/// ```
pub fn periods(terms: &Terms, every: Every) -> Vec<(NaiveDate, NaiveDate)> {
    // Each begins so many months after the first day of all, so that no day of a month is lost on the way.
    let start = |number: u32| terms.starts_on.checked_add_months(Months::new(number * every.months()));
    let mut list = Vec::new();
    for number in 0.. {
        let (Some(from), Some(next)) = (start(number), start(number + 1)) else { break };
        if from > terms.ends_on {
            break;
        }
        list.push((from, next.pred_opt().map_or(terms.ends_on, |last| last.min(terms.ends_on))));
    }
    list
}

/// What measures and expected effects must say.
pub(super) fn agreeable(agreed: &Agreed, known: &Objectives) -> Result<(), Refusal> {
    if agreed.measures.len() > 30 {
        return Err(Refusal::of_form("An agreement has at most 30 key performance indicators: each is work")
            .at("measures"));
    }
    for one in &agreed.measures {
        given("measures", &one.title, "what the key performance indicator counts or measures", 200)?;
        if matches!(one.unit, Unit::Percent | Unit::ShareOfChildren) && one.target > Figure::whole(100) {
            return Err(
                Refusal::of_form(format!("The target of “{}” is 100 % at most", one.title)).at("measures")
            );
        }
        match &one.objective {
            None if one.no_objective.trim().is_empty() => {
                return Err(Refusal::new(
                    format!("Say which objective “{}” serves, or why it serves none", one.title),
                    OBJECTIVES,
                )
                .at("measures"));
            }
            Some(key) if !known.contains_key(key) => {
                return Err(Refusal::new(
                    format!("“{}” serves an objective of a plan that is public", one.title),
                    OBJECTIVES,
                )
                .at("measures"));
            }
            _ => {}
        }
        if one.no_objective.chars().count() > 500 {
            return Err(
                Refusal::of_form("Say why it serves no objective in at most 500 characters").at("measures")
            );
        }
    }
    match &agreed.expected {
        Some(expected) => given("how", &expected.how, "why the effect should be so large", 2000),
        None => Ok(()),
    }
}

/// Whether what is agreed may be changed so after the signature: what was agreed stays, and keeps its number.
pub(super) fn agreed_anew(before: &Agreed, after: &Agreed, why: &str) -> Result<(), Refusal> {
    given("because", why, "what changed and why: everybody reads it", 2000)?;
    let kept = after.measures.starts_with(&before.measures)
        && (before.expected.is_none() || before.expected == after.expected);
    if !kept {
        return Err(Refusal::new(
            "What was signed stays as it is, the indicators and the expected effect: add to it, or say in a review what was wrong",
            STATES,
        ).at("measures"));
    }
    Ok(())
}

/// Whether enough is agreed to sign an agreement of this value on a day.
pub(super) fn signable(agreed: &Agreed, value: Pence, on: NaiveDate) -> Result<(), Refusal> {
    let Some(rule) = fact("performance-indicators", on).filter(|rule| value > rule.pence()) else {
        return Ok(());
    };
    if agreed.measures.len() >= 3 {
        return Ok(());
    }
    Err(Refusal::new(
        format!(
            "Above {}, agree at least three key performance indicators before it is signed",
            rule.pence()
        ),
        "a rule of Enough, after Procurement Act 2023 s52, which exempts light touch contracts",
    ))
}

/// What of the value is for the days before a day, of equal worth each; rounded up.
pub(super) fn until_then(terms: &Terms, day: NaiveDate) -> Pence {
    let all = (terms.ends_on - terms.starts_on).num_days().max(0) + 1;
    let before = (day - terms.starts_on).num_days().clamp(0, all);
    let pence = (i128::from(terms.value.get()) * i128::from(before) + i128::from(all) - 1) / i128::from(all);
    Pence::new(i64::try_from(pence).unwrap_or(terms.value.get()))
}

impl Terms {
    /// What would be paid by the end of a day if each day were worth the same, rounded up to the penny: a yardstick, and no rule. What is
    /// bought in winter, or paid at its end, differs from it with good reason.
    ///
    /// ```
    /// use enough_commissioning::agreements::Terms;
    /// use enough_kernel::Pence;
    /// let day = |text: &str| text.parse().unwrap();
    /// let year = Terms { value: Pence::new(36_500), starts_on: day("2027-01-01"), ends_on: day("2027-12-31") };
    /// assert_eq!(year.evenly_by(day("2026-12-31")), Pence::default());
    /// assert_eq!(year.evenly_by(day("2027-01-31")), Pence::new(3_100));
    /// assert_eq!(year.evenly_by(day("2028-06-01")), year.value);
    /// ```
    pub fn evenly_by(&self, day: NaiveDate) -> Pence {
        until_then(self, day.succ_opt().unwrap_or(day))
    }
}

/// Whether it takes money or time away.
pub(super) fn is_cut(before: &Terms, after: &Terms) -> bool {
    after.value < before.value || after.ends_on < before.ends_on
}

/// Whether a change may be proposed, or agreed, on a day. `paid` is what was paid so far.
pub(super) fn proposable(
    one: &Agreement,
    change: &Proposed,
    (paid, is_voluntary): (Pence, bool),
    today: NaiveDate,
) -> Result<(), Refusal> {
    one.must_be_signed()?;
    if one.phase(today) == super::Phase::Ended {
        return Err(Refusal::new("What has ended does not change", STATES));
    }
    given("why", &change.why, "what changes and why: everybody reads it once it is agreed", 2000)?;
    let (before, after) = (&one.terms, &change.after);
    // What ends changes on its last day.
    let day = if change.kind == ProposalKind::End { "ends_on" } else { "effective_on" };
    if change.effective_on <= today {
        return Err(Refusal::of_form("It changes on a day to come").at(day));
    }
    match change.kind {
        ProposalKind::Vary if before == after => {
            return Err(Refusal::of_form("Say what changes: the value, or the last day").at("value"));
        }
        ProposalKind::End if after.ends_on >= before.ends_on || after.ends_on != change.effective_on => {
            return Err(Refusal::of_form(
                "Say on which day it ends: before the day on which it would end anyway",
            )
            .at("ends_on"));
        }
        ProposalKind::End if change.ground.is_none() => {
            return Err(Refusal::of_form("Say on which ground it ends").at("ground"));
        }
        _ => {}
    }
    if after.starts_on != before.starts_on {
        return Err(Refusal::of_form("Its first day stays"));
    }
    if after.ends_on <= after.starts_on || after.ends_on < change.effective_on {
        return Err(Refusal::of_form("It ends after it begins, and not before it changes").at("ends_on"));
    }
    if after.value > one.ceiling {
        return Err(Refusal::new(
            format!(
                "It was announced for {} at most: more is another agreement, and begins with a plan",
                one.ceiling
            ),
            CEILING,
        )
        .at("value"));
    }
    if after.ends_on > one.last_day {
        return Err(Refusal::new(
            format!(
                "It was announced until {} at most: longer is another agreement, and begins with a plan",
                one.last_day
            ),
            CEILING,
        )
        .at("ends_on"));
    }
    signable(&one.agreed, after.value, today)?;
    if after.value < paid {
        return Err(Refusal::new(format!("{paid} are paid already"), CEILING).at("value"));
    }
    if !is_cut(before, after) {
        return Ok(());
    }
    given("told", &change.told, "how and when the families who use it are told", 2000)?;
    given("instead", &change.instead, "what children have instead", 2000)?;
    let least = until_then(before, change.effective_on);
    if is_voluntary && change.unsafe_now.is_none() && after.value < least {
        return Err(Refusal::new(
            format!("Until it takes effect the money stays: {least} at least, by days of what was agreed"),
            NOTICE,
        )
        .at("value"));
    }
    if let Some(reason) = change.unsafe_now.as_deref() {
        // Children come before notice: but somebody says so with their name, another agrees, and everybody reads it.
        return given("unsafe_now", reason, "why children are not safe there", 2000);
    }
    let rule = fact("voluntary-sector-notice", today).filter(|_| is_voluntary);
    let earliest = rule.and_then(|rule| today.checked_add_months(Months::new(rule.value as u32)));
    if let Some(earliest) = earliest.filter(|earliest| change.effective_on < *earliest) {
        return Err(Refusal::new(
            format!(
                "A voluntary organisation has three months' notice before it has less or nothing: not before {earliest}"
            ),
            NOTICE,
        ).at(day));
    }
    Ok(())
}

/// A day as people read it.
pub(crate) fn read_day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The last day on which the report of a period is in time.
pub(super) fn due(until: NaiveDate) -> NaiveDate {
    until.checked_add_days(Days::new(REPORT_WITHIN)).unwrap_or(until)
}
