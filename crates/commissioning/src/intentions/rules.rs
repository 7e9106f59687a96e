//! What may become of an intention, and when. Pure.

use chrono::{DateTime, Days, Utc};
use enough_kernel::{Pence, Refusal, day_in_england, given, is_plausible};

use super::ways::chosen;
use super::{Draft, State};
use crate::facts::fact;

/// What somebody wants to become of an intention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Everybody shall see it.
    Publish,
    /// It is designed with those who know.
    Design,
    /// Bids or applications are asked for; with a reason if it must be sooner than the rule says.
    Open {
        /// Why it cannot wait.
        sooner: Option<String>,
    },
    /// What was meant is bought or funded.
    Fulfil,
    /// It is not meant any more.
    Withdraw {
        /// Why.
        reason: String,
    },
}

const COMPLETE: &str =
    "a rule of Enough: priorities communicated in advance, with why, what, when and how much";

/// The longest text, in characters.
const LONGEST: usize = 5000;

/// That it is said is a rule; how long it may be is none.
fn said(at: &'static str, text: &str, what: &str, most: usize) -> Result<(), Refusal> {
    given(at, text, what, most)
        .map_err(|refusal| Refusal { source: text.trim().is_empty().then_some(COMPLETE), ..refusal })
}

/// What any intention, also a draft, must be.
pub fn well_formed(text: &Draft) -> Result<(), Refusal> {
    said("title", &text.title, "what it is called", 150)?;
    for (at, long, what) in [("why", &text.why, "why"), ("what", &text.what, "what is bought or funded")] {
        if long.chars().count() > LONGEST {
            return Err(Refusal::of_form(format!("Say {what} in at most {LONGEST} characters")).at(at));
        }
    }
    if text.case.reason.chars().count() > 2000 {
        return Err(
            Refusal::of_form("Say in at most 2000 characters why it is done in this way").at("reason")
        );
    }
    if text.least < Pence::default() || text.most < text.least {
        return Err(Refusal::of_form("The lower value must not be more than the higher").at("least"));
    }
    for (at, day) in [("opens_on", text.opens_on), ("starts_on", text.starts_on)] {
        if day.is_some_and(|day| !is_plausible(day)) {
            let rule = "Give dates between 2000 and 2200: when bids are asked for, and when it starts";
            return Err(Refusal::of_form(rule).at(at));
        }
    }
    if text.months > 240 {
        return Err(Refusal::of_form("Give the length in months, at most 240").at("months"));
    }
    if let (Some(opens), Some(starts)) = (text.opens_on, text.starts_on)
        && starts < opens
    {
        let rule = "It cannot start before bids or applications are asked for";
        return Err(Refusal::of_form(rule).at("starts_on"));
    }
    Ok(())
}

/// What an intention must say before everybody sees it.
pub fn complete(text: &Draft) -> Result<(), Refusal> {
    well_formed(text)?;
    said("why", &text.why, "why it is needed", LONGEST)?;
    said("what", &text.what, "what is bought or funded", LONGEST)?;
    said("contact", &text.contact, "where to ask", 254)?;
    if !text.contact.contains('@') {
        return Err(Refusal::new("Give the e-mail address of a team to ask", COMPLETE).at("contact"));
    }
    let (at, missing) = match () {
        () if text.areas.is_empty() => ("area", "Choose where it is for"),
        () if text.most == Pence::default() => ("most", "Say how much money it is about"),
        () if text.route.is_none() => ("route", "Choose how it is bought or funded"),
        () if text.opens_on.is_none() => ("opens_on", "Say when bids or applications are asked for"),
        () if text.starts_on.is_none() => ("starts_on", "Say when it starts"),
        () if text.months == 0 => ("months", "Say for how many months"),
        () => ("", ""),
    };
    match text.route {
        Some(route) if missing.is_empty() => chosen(route, &text.case),
        _ => Err(Refusal::new(missing, COMPLETE).at(at)),
    }
}

/// What may be said anew of an intention that everybody sees: all that it must say, and no opening day that has passed.
pub fn said_anew(before: &Draft, text: &Draft, now: DateTime<Utc>) -> Result<(), Refusal> {
    complete(text)?;
    if text.opens_on == before.opens_on { Ok(()) } else { not_passed(text, now) }
}

fn not_passed(text: &Draft, now: DateTime<Utc>) -> Result<(), Refusal> {
    if text.opens_on.is_some_and(|opens| opens < day_in_england(now)) {
        let rule = "The day on which bids or applications are asked for has passed";
        return Err(Refusal::new(rule, COMPLETE).at("opens_on"));
    }
    Ok(())
}

/// The state after a move, or why it may not be. `said_at` is since when everybody reads what it says now.
///
/// # Errors
/// A refusal that names the rule and where it comes from.
pub fn next(
    (state, text, said_at): (State, &Draft, Option<DateTime<Utc>>),
    step: &Move,
    now: DateTime<Utc>,
) -> Result<State, Refusal> {
    match (state, step) {
        (State::Draft, Move::Publish) => {
            complete(text)?;
            not_passed(text, now)?;
            Ok(State::Published)
        }
        (State::Published, Move::Design) => Ok(State::InCodesign),
        (State::Published | State::InCodesign, Move::Open { sooner }) => {
            let Some(said_at) = said_at else {
                return Err(Refusal::of_form("It was never published"));
            };
            let is_said = sooner.as_deref().is_some_and(|reason| !reason.trim().is_empty());
            if text.opens_on.is_some_and(|opens| day_in_england(now) < opens) && !is_said {
                return Err(Refusal::new(
                    "It was said that it opens later than today; say why it cannot wait until then",
                    COMPLETE,
                )
                .at("reason"));
            }
            if let Some(rule) = fact("intention-public", day_in_england(now)) {
                let from = said_at.checked_add_days(Days::new(rule.value.unsigned_abs()));
                if from.is_some_and(|from| now < from) && !is_said {
                    return Err(Refusal::new(
                        format!(
                            "What a plan says is public for {} days before bids or applications are asked for; say why this one cannot wait",
                            rule.value
                        ),
                        "a rule of Enough: plans are public before money is given out",
                    )
                    .at("reason"));
                }
            }
            Ok(State::Procuring)
        }
        (State::Procuring, Move::Fulfil) => Ok(State::Fulfilled),
        (State::Published | State::InCodesign | State::Procuring, Move::Withdraw { reason }) => {
            said("reason", reason, "why it is withdrawn", 2000)?;
            Ok(State::Withdrawn)
        }
        (state, _) => Err(Refusal::of_form(format!(
            "The plan is now: {}. That step does not follow from there",
            state.label()
        ))),
    }
}
