//! What calls and applications must be, and when. Pure.

use chrono::{DateTime, Duration, Utc};
use enough_kernel::{Pence, day_in_england, is_plausible};
use enough_store::Refusal;

use super::{Answers, Call, State, Text};
pub(super) use crate::agreements::{given, read_day};
use crate::facts::fact;
use crate::intentions::Intention;
use crate::tenders::words;

/// The bounds of a form, and the order of steps, need no source.
pub(super) const FORM: &str = "";
pub(super) const DUTIES: &str = "separation of duties";
pub(super) const BLIND: &str =
    "a rule of Enough: views are given alone, each with a reason; whoever has a tie gives none";
const PLANNED: &str = "a rule of Enough: no more is given than the published plan said";

/// The most points of a view.
pub const MOST_POINTS: u32 = 5;
/// How many views an application needs before it is decided.
pub const VIEWS: usize = 2;

/// How far a call is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not published.
    Draft,
    /// Applications are taken.
    Open,
    /// Applications are read.
    Closed,
    /// Those who applied have heard.
    Decided,
    /// Ended without a decision.
    Cancelled,
}

impl Phase {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Open => "Open for applications",
            Self::Closed => "Closed, being decided",
            Self::Decided => "Decided",
            Self::Cancelled => "Cancelled",
        }
    }
}

impl Call {
    /// How far it is at a moment.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        match self.state {
            State::Draft => Phase::Draft,
            State::Open if now < self.text.closes_at => Phase::Open,
            State::Open => Phase::Closed,
            State::Decided => Phase::Decided,
            State::Cancelled => Phase::Cancelled,
        }
    }

    pub(super) fn must_be(&self, phase: Phase, now: DateTime<Utc>) -> Result<(), Refusal> {
        let is = self.phase(now);
        if is == phase {
            return Ok(());
        }
        Err(Refusal::new(
            format!("The call is now: {}. That step does not follow from there", is.label()),
            FORM,
        ))
    }
}

/// What any call, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given(&text.title, "what it is called", 150)?;
    let days = [day_in_england(text.closes_at), text.heard_by, text.starts_on, text.ends_on];
    if days.into_iter().any(|day| !is_plausible(day)) {
        return Err(Refusal::new("Give dates between 2000 and 2200", FORM));
    }
    if [&text.what, &text.who].into_iter().any(|text| text.chars().count() > 5000) {
        return Err(Refusal::new(
            "Say what it is for, and who can apply, in at most 5000 characters each",
            FORM,
        ));
    }
    if text.questions.len() > 20 || text.words() > 10_000 {
        return Err(Refusal::new("A call asks at most 20 questions and 10,000 words: each is work", FORM));
    }
    for one in &text.questions {
        given(&one.asks, "what the question is", 500)?;
        if !(1..=2000).contains(&one.words) {
            return Err(Refusal::new(format!("“{}” needs a limit of 1 to 2000 words", one.asks), FORM));
        }
    }
    Ok(())
}

/// What a call must say before everybody reads it, for a plan, with so much promised to others.
pub(super) fn complete(
    text: &Text,
    plan: &Intention,
    taken: Pence,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    well_formed(text)?;
    given(&text.what, "what the money is for", 5000)?;
    given(&text.who, "who can apply, and what is looked for", 5000)?;
    given(&text.contact, "where to ask: the e-mail address of a team", 254)?;
    if text.questions.is_empty() {
        return Err(Refusal::new("Ask at least one question", FORM));
    }
    if text.most <= Pence::default() || text.total < text.most {
        return Err(Refusal::new("Say how much is given in all, and to one at most", FORM));
    }
    let left = Pence::new((plan.text.most.get() - taken.get()).max(0));
    if text.total > left {
        return Err(Refusal::new(format!("Of what the plan announced, {left} are left"), PLANNED));
    }
    let is_early = plan.text.starts_on.is_some_and(|first| text.starts_on < first);
    if is_early || plan.ends_on().is_some_and(|last| text.ends_on > last) {
        return Err(Refusal::new("What is funded begins and ends when the plan said, or within", PLANNED));
    }
    if text.ends_on <= text.starts_on {
        return Err(Refusal::new("What is funded ends after it begins", FORM));
    }
    long_enough(text, now)?;
    hears(text)
}

/// Whether those who apply have long enough from a moment.
pub(super) fn long_enough(text: &Text, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(rule) = fact("call-period", day_in_england(now)) else { return Ok(()) };
    if text.closes_at >= now + Duration::days(rule.value) {
        return Ok(());
    }
    Err(Refusal::new(
        format!("Those who apply have {} days from when the call is published", rule.value),
        "a rule of Enough: small organisations have time",
    ))
}

/// Whether those who applied hear after it closes, and before what is funded begins.
pub(super) fn hears(text: &Text) -> Result<(), Refusal> {
    if text.heard_by <= day_in_england(text.closes_at) || text.heard_by > text.starts_on {
        return Err(Refusal::new(
            "Those who applied hear after it closes, and before what is funded begins",
            FORM,
        ));
    }
    Ok(())
}

/// Whether an application answers a call.
pub(super) fn answers(text: &Text, given_to: &Answers) -> Result<(), Refusal> {
    given(&given_to.title, "what you would do, in a line", 150)?;
    if given_to.amount <= Pence::default() || given_to.amount > text.most {
        return Err(Refusal::new(format!("Ask for an amount of at most {}", text.most), FORM));
    }
    if given_to.answers.len() != text.questions.len() {
        return Err(Refusal::new("The questions changed: read the call again", FORM));
    }
    for (number, (asked, answer)) in (1..).zip(text.questions.iter().zip(&given_to.answers)) {
        match words(answer) {
            0 => return Err(Refusal::new(format!("Answer question {number}"), FORM)),
            many if many > asked.words as usize => {
                return Err(Refusal::new(
                    format!("The answer to question {number} has {many} words, and may have {}", asked.words),
                    FORM,
                ));
            }
            _ => {}
        }
    }
    if given_to.partners.chars().count() > 2000 {
        return Err(Refusal::new("Say with whom you would do it in at most 2000 characters", FORM));
    }
    Ok(())
}
