//! What calls and applications must be, and when. Pure.

use chrono::{DateTime, Duration, Utc};
use enough_kernel::{Pence, Refusal, day_in_england, given, is_plausible};

use super::{Answers, Call, State, Text};
pub(super) use crate::agreements::read_day;
use crate::facts::fact;
use crate::intentions::Intention;
use crate::tenders::words;

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
        Err(Refusal::of_form(format!(
            "The call is now: {}. That step does not follow from there",
            is.label()
        )))
    }
}

/// What any call, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given("title", &text.title, "what it is called", 150)?;
    for (at, day) in [
        ("closes_at", day_in_england(text.closes_at)),
        ("heard_by", text.heard_by),
        ("starts_on", text.starts_on),
        ("ends_on", text.ends_on),
    ] {
        if !is_plausible(day) {
            return Err(Refusal::of_form("Give a date between 2000 and 2200").at(at));
        }
    }
    for (at, long, what) in [("what", &text.what, "what it is for"), ("who", &text.who, "who can apply")] {
        if long.chars().count() > 5000 {
            return Err(Refusal::of_form(format!("Say {what} in at most 5000 characters")).at(at));
        }
    }
    if text.questions.len() > 20 || text.words() > 10_000 {
        return Err(Refusal::of_form("A call asks at most 20 questions and 10,000 words: each is work")
            .at("questions"));
    }
    for one in &text.questions {
        given("questions", &one.asks, "what the question is", 500)?;
        if !(1..=2000).contains(&one.words) {
            return Err(
                Refusal::of_form(format!("“{}” needs a limit of 1 to 2000 words", one.asks)).at("questions")
            );
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
    given("what", &text.what, "what the money is for", 5000)?;
    given("who", &text.who, "who can apply, and what is looked for", 5000)?;
    given("contact", &text.contact, "where to ask: the e-mail address of a team", 254)?;
    if text.questions.is_empty() {
        return Err(Refusal::of_form("Ask at least one question").at("questions"));
    }
    if text.most <= Pence::default() || text.total < text.most {
        let at = if text.most <= Pence::default() { "most" } else { "total" };
        return Err(Refusal::of_form("Say how much is given in all, and to one at most").at(at));
    }
    let left = Pence::new((plan.text.most.get() - taken.get()).max(0));
    if text.total > left {
        return Err(Refusal::new(format!("Of what the plan announced, {left} are left"), PLANNED).at("total"));
    }
    let is_early = plan.text.starts_on.is_some_and(|first| text.starts_on < first);
    if is_early || plan.ends_on().is_some_and(|last| text.ends_on > last) {
        let what = "What is funded begins and ends when the plan said, or within";
        return Err(Refusal::new(what, PLANNED).at(if is_early { "starts_on" } else { "ends_on" }));
    }
    if text.ends_on <= text.starts_on {
        return Err(Refusal::of_form("What is funded ends after it begins").at("ends_on"));
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
    )
    .at("closes_at"))
}

/// Whether those who applied hear after it closes, and before what is funded begins.
pub(super) fn hears(text: &Text) -> Result<(), Refusal> {
    if text.heard_by <= day_in_england(text.closes_at) || text.heard_by > text.starts_on {
        return Err(Refusal::of_form(
            "Those who applied hear after it closes, and before what is funded begins",
        )
        .at("heard_by"));
    }
    Ok(())
}

/// Whether an application answers a call.
pub(super) fn answers(text: &Text, given_to: &Answers) -> Result<(), Refusal> {
    given("title", &given_to.title, "what you would do, in a line", 150)?;
    if given_to.amount <= Pence::default() || given_to.amount > text.most {
        return Err(Refusal::of_form(format!("Ask for an amount of at most {}", text.most)).at("amount"));
    }
    if given_to.answers.len() != text.questions.len() {
        return Err(Refusal::of_form("The questions changed: read the call again").at("questions"));
    }
    for (number, (asked, answer)) in (1..).zip(text.questions.iter().zip(&given_to.answers)) {
        match words(answer) {
            0 => return Err(Refusal::of_form(format!("Answer question {number}")).at("questions")),
            many if many > asked.words as usize => {
                return Err(Refusal::of_form(format!(
                    "The answer to question {number} has {many} words, and may have {}",
                    asked.words
                ))
                .at("questions"));
            }
            _ => {}
        }
    }
    if given_to.partners.chars().count() > 2000 {
        return Err(
            Refusal::of_form("Say with whom you would do it in at most 2000 characters").at("partners")
        );
    }
    Ok(())
}
