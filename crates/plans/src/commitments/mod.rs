//! Commitments: what one organisation promises another, in its own words, kept in public until the other has verified it. Both sides
//! say how well it was kept; where they differ, that is shown and not settled.

mod keep;
mod records;
mod rules;

pub use keep::{add_commitment, change_commitment, commitment, commitments, take_step};
pub use rules::{Standing, Turn, next_state};

use chrono::{DateTime, NaiveDate, Utc};
use enough_store::names;
use serde::{Deserialize, Serialize};

use super::ObjectiveKey;

names! {
    /// How far a commitment is.
    State {
        Recorded = "recorded", "Written down, not agreed by both yet";
        AgreedByBoth = "agreed_by_both", "Agreed by both";
        InProgress = "in_progress", "Begun";
        Claimed = "claimed", "Said to be kept, waits for the other side";
        Verified = "verified", "Verified by the other side";
        Disputed = "disputed", "Disputed";
        Missed = "missed", "Missed";
        Superseded = "superseded", "Another took its place";
    }
}

names! {
    /// The two sides of a commitment.
    Side {
        Maker = "maker", "Who made it";
        Receiver = "receiver", "To whom it was made";
    }
}

names! {
    /// How well a commitment was kept, as one side sees it.
    Rating {
        NotMet = "not-met", "Not met";
        PartlyMet = "partly-met", "Partly met";
        Met = "met", "Met";
        Exceeded = "exceeded", "Exceeded";
    }
}

names! {
    /// What a side can do.
    Act {
        Record = "record", "Written down";
        Change = "change", "Changed";
        Agree = "agree", "Agreed";
        Begin = "begin", "Begun";
        Note = "note", "Progress noted";
        Claim = "claim", "Said to be kept";
        Verify = "verify", "Verified";
        Dispute = "dispute", "Disputed";
        Miss = "miss", "Said to be missed";
        Answer = "answer", "Answered";
        Propose = "propose", "Another proposed in its place";
        Supersede = "supersede", "Agreed that another takes its place";
    }
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Maker => Self::Receiver,
            Self::Receiver => Self::Maker,
        }
    }
}

/// What a commitment says. It stays as it is once both have agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The promise, word for word.
    pub promise: String,
    /// The document or meeting in which it was made.
    pub source: String,
    /// The day of that.
    pub source_on: NaiveDate,
    /// The post that leads on the side that made it.
    pub maker_lead: String,
    /// The post that leads on the side to which it was made.
    pub receiver_lead: String,
    /// By when it is to be kept.
    pub due_on: NaiveDate,
    /// What tells that it is kept.
    pub measure: String,
    /// The objective that it is for.
    pub objective: Option<ObjectiveKey>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is.
    pub what: String,
    /// Where it can be read: an address with https, or nothing.
    pub link: String,
}

/// What a side says with a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In its own words.
    pub words: String,
    /// How well it was kept.
    pub rating: Option<Rating>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// The id of the commitment that is to take its place.
    pub successor: Option<String>,
}

/// Something that happened to a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// Which side did it.
    pub side: Side,
    /// The id of the person who did it.
    pub person: String,
    /// What was done.
    pub act: Act,
    /// What was said.
    pub said: Said,
    /// What the commitment said from then on, if that was written.
    pub text: Option<Text>,
}

/// A commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Its id.
    pub id: String,
    /// The id of the organisation that promised.
    pub made_by: String,
    /// The id of the organisation to which it promised.
    pub made_to: String,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// What it says.
    pub text: Text,
    /// When both had agreed.
    pub agreed_at: Option<DateTime<Utc>>,
    /// What happened to it, oldest first.
    pub history: Vec<Step>,
}

impl Commitment {
    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.agreed_at.is_some()
    }

    /// Which side an organisation is, if it is one.
    pub fn side_of(&self, organisation: &str) -> Option<Side> {
        match organisation {
            one if one == self.made_by => Some(Side::Maker),
            one if one == self.made_to => Some(Side::Receiver),
            _ => None,
        }
    }

    /// The id of the organisation that is a side.
    pub fn organisation(&self, side: Side) -> &str {
        match side {
            Side::Maker => &self.made_by,
            Side::Receiver => &self.made_to,
        }
    }

    /// What happened since both had agreed: what they said to each other before is theirs.
    pub fn since_agreed(&self) -> &[Step] {
        let agreed = self.history.iter().position(|step| step.act == Act::Agree);
        agreed.and_then(|at| self.history.get(at..)).unwrap_or_default()
    }

    /// The newest step of a kind.
    pub fn last(&self, act: Act) -> Option<&Step> {
        self.history.iter().rev().find(|step| step.act == act)
    }

    /// The side that wrote what it says now, and agrees to it by that.
    pub fn written_by(&self) -> Side {
        let writes = |step: &&Step| matches!(step.act, Act::Record | Act::Change);
        self.history.iter().rev().find(writes).map_or(Side::Maker, |step| step.side)
    }

    /// The side that claimed last that it is kept.
    pub fn claimed_by(&self) -> Option<Side> {
        self.last(Act::Claim).map(|step| step.side)
    }

    /// The newest proposal that another takes its place: by which side, and the other's id.
    pub fn proposal(&self) -> Option<(Side, &str)> {
        let step = self.last(Act::Propose)?;
        Some((step.side, step.said.successor.as_deref()?))
    }

    /// How a side rated it last: in the step that has its reason.
    pub fn rating(&self, side: Side) -> Option<&Step> {
        self.history.iter().rev().find(|step| step.side == side && step.said.rating.is_some())
    }

    /// What a side said last of how well it was kept, in words.
    pub fn rated(&self, side: Side) -> &'static str {
        self.rating(side).and_then(|step| step.said.rating).map_or("No rating yet", Rating::label)
    }

    /// Whether its day has passed, and nobody has claimed that it is kept.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        today > self.text.due_on && matches!(self.state, State::AgreedByBoth | State::InProgress)
    }

    /// Where it stands on a day, for the rules.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        Standing {
            state: self.state,
            written_by: self.written_by(),
            claimed_by: self.claimed_by(),
            proposed_by: self.proposal().map(|(side, _)| side),
            is_past_due: today > self.text.due_on,
        }
    }
}
