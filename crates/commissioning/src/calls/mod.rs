//! Calls for applications: grants, and call-offs from a framework or a dynamic market. Questions and money are published before anybody
//! applies; nobody here reads an application before the closing time; each has views of two people with reasons, and a decision by a third.

mod applications;
mod decisions;
mod keep;
mod records;
mod retention;
mod rules;

pub use applications::{Answers, Application, applications, apply, own_applications, withdraw_application};
pub use decisions::{Decision, Given, View, decide_call, decisions, give_view, views};
pub use keep::{
    Change, add_call, call, call_changes, calls, calls_for, cancel_call, change_call, extend_call,
    publish_call, remove_call,
};
pub(crate) use keep::{in_open_calls, is_open};
pub use retention::sweep_applications;
pub use rules::{MOST_POINTS, Phase, VIEWS};

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::Pence;
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// How far a call is, as it is kept; what the clock alone changes, [`Phase`] says.
    State {
        Draft = "draft", "Draft";
        Open = "open", "Published";
        Decided = "decided", "Decided";
        Cancelled = "cancelled", "Cancelled";
    }
}

/// A question to those who apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub asks: String,
    /// At most so many words.
    pub words: u32,
}

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it is called.
    pub title: String,
    /// What the money is for.
    pub what: String,
    /// Who can apply, and what is looked for.
    pub who: String,
    /// How much is given in all.
    pub total: Pence,
    /// How much to one at most.
    pub most: Pence,
    /// What is asked, numbered from 1 in this order.
    pub questions: Vec<Question>,
    /// When applications must have come: what comes at this moment is late.
    pub closes_at: DateTime<Utc>,
    /// By which day those who applied hear.
    pub heard_by: NaiveDate,
    /// The first day of what is funded.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Where to ask: an address of a team.
    pub contact: String,
}

impl Text {
    /// The most words that an application may have.
    pub fn words(&self) -> u64 {
        self.questions.iter().map(|one| u64::from(one.words)).sum()
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// The intention that it answers.
    pub intention: String,
    /// The framework or dynamic market whose members alone may apply, if it is for members.
    pub framework: Option<String>,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// What it says.
    pub text: Text,
    /// The ids of those who wrote it.
    pub written_by: BTreeSet<String>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

impl Call {
    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.published_at.is_some()
    }
}
