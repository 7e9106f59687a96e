//! What may happen in co-design, and when. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use enough_kernel::{Refusal, given};

use super::{Comment, Final, Round, RoundState, Sector};
use crate::facts::fact;
use crate::intentions::State;

const STATES: &str =
    "states of co-design: a round is to come, open, closed, answered; a text is draft or final";
const ANSWERED: &str = "a rule of Enough: every comment has an answer with a reason before the text is final";

/// The longest comment or answer, in characters.
const LONGEST: usize = 5000;
/// How far ahead a round may end, in days.
const LONGEST_ROUND: i64 = 366;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 100_000;

pub(super) fn going_on(state: State) -> Result<(), Refusal> {
    if state == State::InCodesign {
        return Ok(());
    }
    Err(Refusal::new(
        format!(
            "The text is designed with others while the plan is being designed; it is now {}",
            state.label().to_lowercase()
        ),
        STATES,
    ))
}

fn not_final(text: Option<&Final>) -> Result<(), Refusal> {
    match text {
        None => Ok(()),
        Some(_) => Err(Refusal::new("The text is final: it does not change any more", STATES)),
    }
}

/// Whether a new version may be saved: not while people comment on the one before, nor after the text is final.
pub(super) fn changeable_text(
    state: State,
    (rounds, text): (&[Round], Option<&Final>),
    (typed, why): (&str, &str),
    on: NaiveDate,
) -> Result<(), Refusal> {
    if !matches!(state, State::Draft | State::Published | State::InCodesign) {
        going_on(state)?;
    }
    not_final(text)?;
    if rounds.iter().any(|round| matches!(round.state(on), RoundState::Open | RoundState::Scheduled)) {
        return Err(Refusal::new(
            "The text stays as it is until the round has closed: people comment on it",
            STATES,
        ));
    }
    match typed.trim().chars().count() {
        0 => return Err(Refusal::of_form("Write the specification").at("text")),
        1..=LONGEST_TEXT => {}
        _ => {
            let rule = format!("Write the specification in at most {LONGEST_TEXT} characters");
            return Err(Refusal::of_form(rule).at("text"));
        }
    }
    given("because", why, "what changed and why", LONGEST)
}

/// Whether a round may be set, on the version that is newest.
///
/// Twelve weeks is the Compact's (an agreement between government and the voluntary sector); a shorter round needs a reason that
/// everybody reads.
pub(super) fn roundable(
    state: State,
    (rounds, text, version): (&[Round], Option<&Final>, i32),
    (opens_on, closes_on, short): (NaiveDate, NaiveDate, &str),
    on: NaiveDate,
) -> Result<(), Refusal> {
    going_on(state)?;
    not_final(text)?;
    if version == 0 {
        return Err(Refusal::new("Write the specification first", STATES));
    }
    if rounds.iter().any(|round| round.responded_at.is_none()) {
        return Err(Refusal::new("Answer the round before first", STATES));
    }
    if opens_on < on {
        return Err(Refusal::new("The first day of the round has passed", STATES).at("opens_on"));
    }
    if (closes_on - on).num_days() > LONGEST_ROUND {
        return Err(Refusal::of_form("The last day of the round must be within a year").at("closes_on"));
    }
    if closes_on <= opens_on {
        let rule = "The last day of the round must be after its first";
        return Err(Refusal::new(rule, STATES).at("closes_on"));
    }
    long_enough(opens_on, closes_on, short)
}

fn long_enough(opens_on: NaiveDate, closes_on: NaiveDate, short: &str) -> Result<(), Refusal> {
    let Some(rule) = fact("consultation", opens_on) else { return Ok(()) };
    if (closes_on - opens_on).num_days() < rule.value && short.trim().is_empty() {
        return Err(Refusal::new(
            format!("A round is open for {} days; say why this one is shorter", rule.value),
            "the Compact: 12 weeks",
        )
        .at("short"));
    }
    Ok(())
}

/// Whether the last day of a round may become a later one: before it has closed, for everybody.
pub(super) fn extendable(round: &Round, closes_on: NaiveDate, on: NaiveDate) -> Result<(), Refusal> {
    if !matches!(round.state(on), RoundState::Scheduled | RoundState::Open) {
        return Err(Refusal::new("The round has closed", STATES));
    }
    if (closes_on - on).num_days() > LONGEST_ROUND {
        return Err(Refusal::of_form("The last day of the round must be within a year").at("closes_on"));
    }
    if closes_on <= round.closes_on {
        return Err(Refusal::new(
            "A round is made longer, never shorter: people count on its last day",
            STATES,
        )
        .at("closes_on"));
    }
    Ok(())
}

/// Whether somebody may say something in a round.
pub(super) fn commentable(round: &Round, text: &str, on: NaiveDate) -> Result<(), Refusal> {
    match round.state(on) {
        RoundState::Open => given("text", text, "what you think", LONGEST),
        RoundState::Scheduled => Err(Refusal::new("The round is not open yet", STATES)),
        RoundState::Closed | RoundState::Responded => Err(Refusal::new("The round has closed", STATES)),
    }
}

/// Whether a comment may be answered so.
pub(super) fn answerable(round: &Round, reason: &str) -> Result<(), Refusal> {
    if round.responded_at.is_some() {
        return Err(Refusal::new("What came of this round was published: its answers stay", STATES));
    }
    given("reason", reason, "why, so that whoever said it understands", LONGEST)
}

/// Whether it may be published what came of a round.
pub(super) fn responded(round: &Round, response: &str, on: NaiveDate) -> Result<(), Refusal> {
    match round.state(on) {
        // One that is to come is not held; nobody has said anything yet.
        RoundState::Closed | RoundState::Scheduled => {}
        RoundState::Responded => return Err(Refusal::new("What came of this round was published", STATES)),
        RoundState::Open => {
            return Err(Refusal::new("The round has not closed yet", STATES));
        }
    }
    let left: Vec<&Comment> = round.comments.iter().filter(|one| one.answer.is_none()).collect();
    if !left.is_empty() {
        let numbers: Vec<String> = left.iter().take(10).map(|one| one.number.to_string()).collect();
        return Err(Refusal::new(
            format!("Every comment is answered first; without an answer: {}", numbers.join(", ")),
            ANSWERED,
        ));
    }
    given("response", response, "what the comments changed, and what they did not", LONGEST)
}

/// Whether the text may become final.
pub(super) fn final_text(
    state: State,
    (rounds, text, version): (&[Round], Option<&Final>, i32),
    unasked: &str,
) -> Result<(), Refusal> {
    going_on(state)?;
    not_final(text)?;
    if version == 0 {
        return Err(Refusal::new("Write the specification first", STATES));
    }
    if rounds.iter().any(|round| round.responded_at.is_none()) {
        return Err(Refusal::new("A round is not answered yet", ANSWERED));
    }
    if rounds.iter().all(Round::was_not_held) && unasked.trim().is_empty() {
        let rule = "Nobody was asked about this text; say why that cannot wait";
        return Err(Refusal::new(rule, ANSWERED).at("unasked"));
    }
    Ok(())
}

/// How many comments came from each sector, from organisations of each size, and about each area.
pub fn heard(
    rounds: &[Round],
) -> (BTreeMap<Sector, usize>, BTreeMap<super::Size, usize>, BTreeMap<String, usize>) {
    let (mut sectors, mut sizes, mut areas) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for voice in rounds.iter().flat_map(|round| &round.comments).map(|comment| &comment.voice) {
        *sectors.entry(voice.sector).or_insert(0) += 1;
        if let Some(size) = voice.size {
            *sizes.entry(size).or_insert(0) += 1;
        }
        if let Some(area) = &voice.area {
            *areas.entry(area.clone()).or_insert(0) += 1;
        }
    }
    (sectors, sizes, areas)
}
