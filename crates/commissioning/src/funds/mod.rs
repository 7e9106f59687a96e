//! Money that several put together: what each promised, what is committed to agreements, what was paid and who bore it; and panels near
//! the families that decide over a part of it. Every movement is an entry that one account gives and another takes.

mod books;
mod commitments;
mod keep;
mod panels;
mod records;
mod rules;

pub use books::{Account, Books, Entry, split};
pub use commitments::{Backing, backing, commit, release};
pub(crate) use commitments::{given_up, pay_from};
pub use keep::{
    add_contribution, add_fund, agree_contribution, change_fund, close_fund, fund, funds, open_fund,
    remove_contribution,
};
pub(crate) use panels::has_agreed;
pub use panels::{add_panel, agree_panel, end_panel, put_to_panel, take_from_panel, vote};

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::Pence;
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// How money is put together.
    Kind {
        Pooled = "pooled", "Pooled: one pot, whoever put the money in";
        Aligned = "aligned", "Aligned: each keeps its own, spent together";
        Single = "single", "One body's own budget";
    }
}

names! {
    /// How far a fund is.
    State {
        Draft = "draft", "Draft: contributions are not agreed yet";
        Open = "open", "Open";
        Closed = "closed", "Closed";
    }
}

/// What a fund is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it is called.
    pub name: String,
    /// How the money is put together.
    pub kind: Kind,
    /// What it is for.
    pub purpose: String,
    /// The agreement or the law that it rests on.
    pub basis: String,
    /// The id of the organisation that keeps the books.
    pub host: String,
    /// Who bears what is spent too much, and who has what is left.
    pub risk: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// Where to ask.
    pub contact: String,
}

/// What somebody puts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Which: 1, 2, ...
    pub number: i32,
    /// The id of the organisation.
    pub organisation: String,
    /// How much.
    pub amount: Pence,
    /// The id of who wrote it down.
    pub written_by: String,
    /// Who of the organisation agreed to it, and when.
    pub agreed: Option<(String, DateTime<Utc>)>,
}

names! {
    /// How far a panel is.
    PanelState {
        Proposed = "proposed", "Waits for somebody who agrees to it";
        Delegated = "delegated", "Decides";
        Ended = "ended", "Ended";
    }
}

/// What a panel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelText {
    /// What it is called.
    pub name: String,
    /// The id of the patch that it is for, if it is for one.
    pub patch: Option<String>,
    /// How much it decides over.
    pub limit: Pence,
    /// The ids of its members.
    pub members: Vec<String>,
}

/// A panel that decides over a part of a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What it is.
    pub text: PanelText,
    /// How far it is.
    pub state: PanelState,
    /// The id of who wrote it down.
    pub written_by: String,
    /// What was put to it, oldest first.
    pub cases: Vec<Case>,
}

names! {
    /// What a panel decided.
    CaseState {
        Open = "open", "Waits for votes";
        Adopted = "adopted", "Agreed to";
        TurnedDown = "turned-down", "Turned down";
        Withdrawn = "withdrawn", "Taken back";
    }
}

/// An agreement that was put to a panel before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The id of the agreement.
    pub agreement: String,
    /// What was decided.
    pub state: CaseState,
    /// The ids of the members who may vote: those without a tie.
    pub voters: Vec<String>,
    /// The votes.
    pub votes: Vec<Vote>,
    /// Why it was taken back, if it was.
    pub why: Option<String>,
}

impl Case {
    /// Whether it waits for the vote of somebody.
    pub fn waits_for(&self, person: &str) -> bool {
        let may = self.state == CaseState::Open && self.voters.iter().any(|voter| voter == person);
        may && !self.votes.iter().any(|vote| vote.person == person)
    }

    /// How many are for it, and how many against.
    pub fn count(&self) -> (usize, usize) {
        let yes = self.votes.iter().filter(|vote| vote.yes).count();
        (yes, self.votes.len() - yes)
    }
}

/// A vote of a member of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The id of who votes.
    pub person: String,
    /// Whether for it.
    pub yes: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A fund with its books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// Its id.
    pub id: String,
    /// What it is.
    pub text: Text,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// What is put in, agreed or not.
    pub contributions: Vec<Contribution>,
    /// All that moved, oldest first.
    pub entries: Vec<Entry>,
    /// Its panels.
    pub panels: Vec<Panel>,
}

impl Fund {
    /// Whether everybody may see it: from when it is open.
    pub fn is_public(&self) -> bool {
        self.state != State::Draft
    }

    /// What is on each account.
    pub fn books(&self) -> Books {
        Books::of(&self.entries)
    }

    /// What each that put money in has agreed to, and what it has borne of what was paid so far: in proportion to what it put in, to
    /// the penny.
    pub fn borne(&self) -> Vec<(&str, Pence, Pence)> {
        let agreed: Vec<_> = self.contributions.iter().filter(|one| one.agreed.is_some()).collect();
        if self.state == State::Closed {
            // What was not handed back was borne.
            let books = self.books();
            let kept = |one: &Contribution| Pence::new(-books.on(&Account::Contribution(one.number)).get());
            return agreed
                .into_iter()
                .map(|one| (one.organisation.as_str(), one.amount, kept(one)))
                .collect();
        }
        let amounts: Vec<Pence> = agreed.iter().map(|one| one.amount).collect();
        let parts = split(self.books().paid_in_all(), &amounts);
        let parts = parts.unwrap_or_else(|| vec![Pence::default(); agreed.len()]);
        agreed
            .into_iter()
            .zip(parts)
            .map(|(one, part)| (one.organisation.as_str(), one.amount, part))
            .collect()
    }

    /// What each that put money in would bear if all were paid that is committed, in the order of [`Fund::borne`]; nothing once it is closed.
    pub fn would_bear(&self) -> Vec<Pence> {
        let amounts: Vec<Pence> =
            self.contributions.iter().filter(|one| one.agreed.is_some()).map(|one| one.amount).collect();
        let books = self.books();
        let all = Pence::new(books.paid_in_all().get() + books.committed_in_all().get());
        split(all, &amounts).filter(|_| self.state != State::Closed).unwrap_or_default()
    }

    /// A panel by its number.
    pub fn panel(&self, number: i32) -> Option<&Panel> {
        self.panels.iter().find(|one| one.number == number)
    }
}
