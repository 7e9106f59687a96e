//! Frameworks and dynamic markets: who is in, on which conditions, and what is called off within which limit. A framework's members stay
//! those it began with; a dynamic market takes applications all its life (Procurement Act 2023 Part 3, chapters 4 and 5).

mod keep;
mod members;
mod records;
mod rules;
mod set_up;

pub use keep::{
    Change, Framework, add_framework, change_framework, close_framework, framework, framework_changes,
    frameworks, frameworks_of_tender, publish_framework,
};
pub use members::{Member, Step, decide_member, join, left};
pub(crate) use members::{callable, is_kind, is_member, members_in};
pub(crate) use set_up::set_up;

use chrono::NaiveDate;
use enough_kernel::Pence;
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// What it is.
    Kind {
        Framework = "framework", "Framework";
        Market = "dynamic-market", "Dynamic market";
    }
}

names! {
    /// How far it is.
    State {
        Draft = "draft", "Draft";
        Open = "open", "Open";
        Closed = "closed", "Closed";
    }
}

names! {
    /// How somebody stands with it.
    Standing {
        Applied = "applied", "Applied, not decided yet";
        Admitted = "admitted", "Member";
        TurnedDown = "turned-down", "Not admitted";
        Suspended = "suspended", "Suspended";
        Removed = "removed", "Not a member any more";
    }
}

/// What a framework or a dynamic market says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it is called.
    pub title: String,
    /// What can be called off.
    pub what: String,
    /// Who set it up and how: the tender, the notice and its number.
    pub basis: String,
    /// What all call-offs together can be worth at most; a dynamic market need not say.
    pub ceiling: Option<Pence>,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day; a dynamic market need not say.
    pub until: Option<NaiveDate>,
    /// On which grounds one member may be chosen without the others; empty where members always compete.
    pub direct: String,
    /// What members must show.
    pub conditions: String,
    /// Where to ask: an address of a team.
    pub contact: String,
}
