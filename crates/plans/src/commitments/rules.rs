//! What commitments must say, and which side may do what when. Pure.

use chrono::NaiveDate;
use enough_kernel::{Refusal, given, is_plausible};

use super::{Act, Commitment, Evidence, Rating, Said, Side, State, Text};

pub(super) const SIDES: &str = "a rule of Enough: the two sides of a commitment act on it, and nobody else";
const ONE_SIDE: &str = "a rule of Enough: nobody acts for both sides of a commitment";
const FROZEN: &str = "a rule of Enough: what both agreed to stays as it was agreed";
const VERIFIED: &str =
    "a rule of Enough: a commitment is verified only by the side that did not claim that it is kept";
const BOTH: &str = "a rule of Enough: what both agreed to is replaced when both agree";
const LATE: &str =
    "a rule of Enough: a commitment is missed when its day has passed and nobody claims that it is kept";

/// Where a commitment stands, as far as the next step depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How far it is.
    pub state: State,
    /// The side that wrote what it says now.
    pub written_by: Side,
    /// The side that claimed last that it is kept.
    pub claimed_by: Option<Side>,
    /// The side that proposed last that another takes its place.
    pub proposed_by: Option<Side>,
    /// Whether its day has passed.
    pub is_past_due: bool,
}

/// A step that a side can take now, and whether the commitment waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The step.
    pub act: Act,
    /// Whether nothing goes on without it.
    pub is_awaited: bool,
}

/// The state that follows when a side takes a step.
///
/// # Errors
/// With the rule that says no.
pub fn next_state(at: Standing, side: Side, act: Act) -> Result<State, Refusal> {
    use State::{AgreedByBoth, Claimed, Disputed, InProgress, Missed, Recorded, Superseded, Verified};
    let no = |rule: &str, source| Err(Refusal::new(rule, source));
    match (act, at.state) {
        (Act::Change, Recorded) => Ok(Recorded),
        (Act::Agree, Recorded) if side == at.written_by => {
            no("Your side wrote it as it is now: the other side agrees to it", SIDES)
        }
        (Act::Agree, Recorded) => Ok(AgreedByBoth),
        (Act::Change | Act::Agree, _) => no("Both have agreed to it already", FROZEN),
        (Act::Begin, AgreedByBoth) if side == Side::Receiver => {
            no("Who made it says that it has begun", SIDES)
        }
        (Act::Begin, AgreedByBoth) => Ok(InProgress),
        (Act::Claim, InProgress | Disputed) => Ok(Claimed),
        (Act::Verify | Act::Dispute, Claimed | Disputed) if at.claimed_by == Some(side) => {
            no("Your side claimed that it is kept: the other side says whether it is", VERIFIED)
        }
        (Act::Verify, Claimed | Disputed) => Ok(Verified),
        (Act::Dispute, Claimed) => Ok(Disputed),
        (Act::Miss, AgreedByBoth | InProgress | Disputed) if side == Side::Maker => {
            no("The side to which it was made says that it was missed", LATE)
        }
        (Act::Miss, AgreedByBoth | InProgress | Disputed) if at.is_past_due => Ok(Missed),
        (Act::Miss, AgreedByBoth | InProgress | Disputed) => no("Its day has not passed yet", LATE),
        (Act::Miss, Claimed) => no("It is claimed to be kept: say whether it is", LATE),
        (Act::Answer, Missed) if side == Side::Receiver => no("Who made it answers", SIDES),
        (Act::Answer, Missed) => Ok(Missed),
        (Act::Note, InProgress | Claimed | Disputed)
        | (Act::Propose, AgreedByBoth | InProgress | Claimed | Disputed) => Ok(at.state),
        (Act::Supersede, AgreedByBoth | InProgress | Claimed | Disputed) => match at.proposed_by {
            None => no("Nobody has proposed another in its place", BOTH),
            Some(by) if by == side => no("Your side proposed it: the other side agrees to it", BOTH),
            Some(_) => Ok(Superseded),
        },
        _ => {
            let rule =
                format!("It stands so now: {}. That step does not follow from there", at.state.label());
            Err(Refusal::of_form(rule))
        }
    }
}

impl Standing {
    /// The steps that a side can take now: those that are waited for come first.
    pub fn turns(self, side: Side) -> Vec<Turn> {
        let can = |act: &&Act| next_state(self, side, **act).is_ok();
        let turn = |act: &Act| Turn { act: *act, is_awaited: self.awaits(side, *act) };
        let mut list: Vec<Turn> = Act::ALL.iter().filter(can).map(turn).collect();
        list.sort_by_key(|turn| !turn.is_awaited);
        list
    }

    /// Whether the commitment waits for a step that a side can take.
    fn awaits(self, side: Side, act: Act) -> bool {
        match act {
            Act::Agree | Act::Begin | Act::Supersede | Act::Miss => true,
            Act::Verify => self.state == State::Claimed,
            Act::Claim => match self.state {
                State::Disputed => self.claimed_by == Some(side),
                _ => side == Side::Maker,
            },
            _ => false,
        }
    }
}

/// What a commitment must say; `today` is the day in England.
pub(super) fn well_formed(text: &Text, today: NaiveDate) -> Result<(), Refusal> {
    given("promise", &text.promise, "what is promised, word for word", 2000)?;
    given("source", &text.source, "in which document or meeting it was promised", 300)?;
    if !is_plausible(text.source_on) || text.source_on > today {
        return Err(Refusal::of_form("The document or meeting is of a day that has come").at("source_on"));
    }
    given("maker_lead", &text.maker_lead, "which post leads on the side that promises", 200)?;
    given("receiver_lead", &text.receiver_lead, "which post leads on the other side", 200)?;
    if !is_plausible(text.due_on) || text.due_on < text.source_on {
        return Err(Refusal::of_form("It is due on the day on which it was promised, or later").at("due_on"));
    }
    given("measure", &text.measure, "what will tell that it is kept", 1000)
}

/// What must be said with a step.
pub(super) fn complete(one: &Commitment, (side, act): (Side, Act), said: &Said) -> Result<(), Refusal> {
    match act {
        Act::Agree | Act::Supersede if said.words.trim().is_empty() => {}
        Act::Begin => given("words", &said.words, "what has begun: everybody reads it", 2000)?,
        Act::Note => given("words", &said.words, "how far it is: everybody reads it", 2000)?,
        Act::Claim => given("words", &said.words, "what was done: everybody reads it", 2000)?,
        _ => given("words", &said.words, "why: everybody reads it", 2000)?,
    }
    said.evidence.iter().try_for_each(readable)?;
    if said.evidence.len() > 10 {
        return Err(Refusal::of_form("Give at most ten pieces of evidence at once").at("evidence"));
    }
    let may_rate = matches!(act, Act::Claim | Act::Verify | Act::Dispute | Act::Miss | Act::Answer);
    let may_show =
        matches!(act, Act::Note | Act::Claim | Act::Verify | Act::Dispute | Act::Miss | Act::Answer);
    if said.rating.is_some() && !may_rate || !said.evidence.is_empty() && !may_show {
        return Err(Refusal::of_form("This step has no rating and no evidence"));
    }
    if act == Act::Claim {
        let known = |piece: &Evidence| one.history.iter().any(|step| step.said.evidence.contains(piece));
        if said.evidence.iter().all(known) {
            let new = if one.claimed_by().is_some() { " that was not given before" } else { "" };
            return Err(Refusal::new(
                format!("Give a piece of evidence{new}"),
                "a rule of Enough: who claims that a commitment is kept shows it",
            )
            .at("evidence"));
        }
    }
    rated(one, (side, act), said.rating)
}

/// The rating that a step has.
fn rated(one: &Commitment, (side, act): (Side, Act), rating: Option<Rating>) -> Result<(), Refusal> {
    let theirs = one.rating(side.other()).and_then(|step| step.said.rating);
    match (act, rating) {
        (Act::Claim | Act::Verify | Act::Dispute | Act::Answer, None) => {
            Err(Refusal::of_form("Choose your rating: how well it was kept").at("rating"))
        }
        (Act::Claim, Some(Rating::NotMet)) => {
            Err(Refusal::of_form("With the rating “Not met” nothing is claimed to be kept").at("rating"))
        }
        (Act::Verify, Some(Rating::NotMet)) => {
            Err(Refusal::of_form("With the rating “Not met” it is not verified: dispute it").at("rating"))
        }
        (Act::Dispute, rating) if rating == theirs => {
            Err(Refusal::of_form("Your rating is that of the other side: that is no dispute, so verify it")
                .at("rating"))
        }
        (Act::Miss, Some(Rating::Met | Rating::Exceeded | Rating::PartlyMet)) => {
            Err(Refusal::of_form("With the rating of what is missed it is “Not met”").at("rating"))
        }
        _ => Ok(()),
    }
}

fn readable(piece: &Evidence) -> Result<(), Refusal> {
    given("evidence", &piece.what, "what each piece of evidence is", 500)?;
    let link = piece.link.as_str();
    if link.is_empty() {
        return Ok(());
    }
    let rest = link.strip_prefix("https://").unwrap_or_default();
    let has_host = rest.chars().next().is_some_and(char::is_alphanumeric);
    let is_plain = link.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"'\\".contains(c));
    if has_host && is_plain && link.chars().count() <= 500 {
        return Ok(());
    }
    Err(Refusal::of_form("The link of a piece of evidence begins with https:// and has no spaces")
        .at("evidence"))
}

/// Whether somebody may act for a side: not who has acted for the other one before.
pub(super) fn one_side(one: &Commitment, side: Side, person: &str) -> Result<(), Refusal> {
    if one.history.iter().any(|step| step.person == person && step.side != side) {
        return Err(Refusal::new(
            "You acted for the other side of it before: somebody else of your organisation does this",
            ONE_SIDE,
        ));
    }
    Ok(())
}

/// Whether another commitment can take the place of one.
pub(super) fn replaceable(one: &Commitment, by: &Commitment) -> Result<(), Refusal> {
    let same = |a: Side, b: Side| one.organisation(a) == by.organisation(b);
    let are_same = same(Side::Maker, Side::Maker) && same(Side::Receiver, Side::Receiver)
        || same(Side::Maker, Side::Receiver) && same(Side::Receiver, Side::Maker);
    let stands = by.is_public() && !matches!(by.state, State::Missed | State::Superseded);
    if by.id != one.id && are_same && stands {
        return Ok(());
    }
    Err(Refusal::new("Choose another commitment between the same two, to which both have agreed", BOTH)
        .at("successor"))
}
