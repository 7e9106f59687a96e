//! Co-design: a draft specification is commented on paragraph by paragraph, in rounds with dates. Every comment gets an answer with a
//! reason before the text is final, what changed is shown, and who was heard is counted.

mod keep;
mod records;
mod rules;
mod text;

pub(crate) use keep::is_final;
pub(crate) use keep::talked_over;
pub use keep::{
    CommentDraft, Design, add_comment, add_round, answer, codesign, extend_round, freeze, respond, save_text,
};
pub use rules::heard;
pub use text::{Change, Difference, Paragraph, differences, hash, paragraphs, revise, whole};

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::day_in_england;
use enough_store::names;

names! {
    /// Who somebody speaks for.
    Sector {
        Family = "family", "Parent or carer";
        Young = "young", "Child or young person";
        Provider = "provider", "Childcare provider";
        Voluntary = "voluntary", "Voluntary or community organisation";
        School = "school", "School";
        Health = "health", "Health body";
        Public = "public", "Another public body";
        Other = "other", "Somebody else";
    }
}

names! {
    /// How many paid workers an organisation has: the bands of the government's business population estimates.
    Size {
        Nobody = "none", "No paid workers";
        Micro = "micro", "1 to 9 paid workers";
        Small = "small", "10 to 49 paid workers";
        Medium = "medium", "50 to 249 paid workers";
        Large = "large", "250 or more paid workers";
    }
}

names! {
    /// What became of a comment.
    Outcome {
        Taken = "taken", "The text says so now";
        PartlyTaken = "partly-taken", "The text says some of it now";
        NotTaken = "not-taken", "The text stays as it was";
        Answered = "answered", "A question, answered";
        Withheld = "withheld", "Not shown, because it tells something about a person";
    }
}

names! {
    /// How far a round is.
    RoundState {
        Scheduled = "scheduled", "To come";
        Open = "open", "Open";
        Closed = "closed", "Closed, being answered";
        Responded = "responded", "Answered";
    }
}

/// The specification as it was at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which: 1, 2, ...
    pub number: i32,
    /// Its paragraphs, in order.
    pub paragraphs: Vec<Paragraph>,
    /// When it was saved.
    pub at: DateTime<Utc>,
    /// What changed and why.
    pub said: String,
}

/// That a text is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Final {
    /// Which version.
    pub version: i32,
    /// SHA-256 of the text.
    pub hash: String,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Why nobody was asked, if nobody was.
    pub unasked: Option<String>,
}

/// A time in which everybody can comment on a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Which: 1, 2, ...
    pub number: i32,
    /// The version that it is about.
    pub version: i32,
    /// Its first day.
    pub opens_on: NaiveDate,
    /// Its last day.
    pub closes_on: NaiveDate,
    /// Why it is shorter than the rule says, if it is.
    pub short: Option<String>,
    /// When all its comments were answered and what they changed was said.
    pub responded_at: Option<DateTime<Utc>>,
    /// What the comments changed.
    pub response: Option<String>,
    /// What was said in it, in order.
    pub comments: Vec<Comment>,
}

impl Round {
    /// Whether it was given up before it opened.
    pub fn was_not_held(&self) -> bool {
        self.responded_at.is_some_and(|at| day_in_england(at) < self.opens_on)
    }

    /// How far it is on a day.
    pub fn state(&self, on: NaiveDate) -> RoundState {
        match () {
            () if self.responded_at.is_some() => RoundState::Responded,
            () if on < self.opens_on => RoundState::Scheduled,
            () if on <= self.closes_on => RoundState::Open,
            () => RoundState::Closed,
        }
    }
}

/// Who speaks, as far as they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// For whom.
    pub sector: Sector,
    /// How large the organisation is, if it is one.
    pub size: Option<Size>,
    /// The code of the area they speak about.
    pub area: Option<String>,
    /// The name that everybody may read.
    pub name: Option<String>,
}

/// What somebody said about a paragraph, or about the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Which of its round: 1, 2, ...
    pub number: i32,
    /// The id of the paragraph.
    pub paragraph: Option<i32>,
    /// What.
    pub text: String,
    /// Who.
    pub voice: Voice,
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub answer: Option<Answer>,
}

impl Comment {
    /// Whether everybody may read it: once it is answered, unless it was withheld.
    pub fn is_shown(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.outcome != Outcome::Withheld)
    }
}

/// What became of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// When it was answered.
    pub at: DateTime<Utc>,
}
