//! Agreements: what was promised in return for money, and what happened. From the award of a tender, a grant or another arrangement over
//! measures, reports, visits, what has to improve, payments and changes to a review that sets the measured effect beside the expected one.

mod all;
mod award;
mod direct;
mod improvements;
mod keep;
mod payments;
mod performance;
mod proposals;
mod records;
mod reviews;
mod rules;
mod thread;

pub use all::{Notes, Reported, all_improvements, all_payments, all_proposals, all_reported, reviewed};
pub use award::{Without, add_agreement, give_up_agreement, sign_agreement};
pub(crate) use award::{
    awarded, called_off, from, is_pending, last_day, promised, promised_otherwise, signed, write_agreement,
};
pub use direct::{Direct, Justification};
pub use improvements::{
    Asked, Cause, Consequence, Followed, IMPROVE_WITHIN, Improvement, ImprovementState, Verdict,
    answer_improvement, ask_to_improve, decide_improvement, improvements,
};
pub use keep::{
    Change, agreement, agreement_changes, agreements, agreements_for, agreements_of_tender, agreements_with,
};
pub(crate) use keep::{agreement_in, called_off_from};
pub(crate) use payments::spent_in;
pub use payments::{Payment, pay, payments};
pub use performance::{
    Performance, Period, Rated, Report, Visit, agree, note_visit, performance, rate, report, visits,
};
pub use proposals::{
    Answer, HEARD_WITHIN, Kind as ProposalKind, Proposal, ProposalState, Proposed, answer_proposal,
    decide_proposal, proposals, propose, withdraw_proposal,
};
pub use reviews::{Next, Review, Said, add_review, reviews};
pub(crate) use rules::read_day;
pub use rules::{Phase, REPORT_WITHIN, periods};
pub use thread::{Effect, Serving, effect, lessons, serving, spent};

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::Pence;
use enough_plans::{Better, Figure, ObjectiveKey, Unit};
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// How far an agreement is, as it is kept; what the clock alone changes, [`Phase`] says.
    State {
        Pending = "pending", "Awarded, not signed yet";
        Active = "active", "Signed";
        Ending = "ending", "Notice was given";
        Cancelled = "cancelled", "Never signed";
    }
}

names! {
    /// What an agreement is.
    Kind {
        Contract = "contract", "Contract";
        Grant = "grant", "Grant";
        CallOff = "call-off", "Call-off";
        InHouse = "in-house", "Arrangement within the authority";
        Partnership = "partnership", "Partnership arrangement";
    }
}

names! {
    /// What a measure asks, as results-based accountability does (Friedman, Trying Hard Is Not Good Enough, 2005).
    Asks {
        HowMuch = "how-much", "How much was done";
        HowWell = "how-well", "How well it was done";
        BetterOff = "better-off", "Whether anybody is better off";
    }
}

names! {
    /// How often a measure is reported.
    Every {
        Month = "month", "Every month";
        Quarter = "quarter", "Every three months";
        HalfYear = "half-year", "Every six months";
        Year = "year", "Every year";
    }
}

impl Every {
    /// Of how many months a report is.
    pub fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

names! {
    /// How well a provider did, in the ratings of contract performance notices (The Procurement Regulations 2024; UK9).
    Rating {
        Good = "good", "Good";
        Approaching = "approachingTarget", "Approaching target";
        RequiresImprovement = "requiresImprovement", "Requires improvement";
        Inadequate = "inadequate", "Inadequate";
        Other = "other", "Other";
    }
}

names! {
    /// How an agreement comes to an end before its last day (Procurement Act 2023 s80: termination).
    Ground {
        Termination = "termination", "Ended by the authority or the provider";
        Discharge = "discharge", "Discharged: it cannot be carried out any more";
        Rescission = "rescission", "Rescinded";
        SetAside = "set-aside", "Set aside by a court";
    }
}

/// How much, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// At most so much in all, with VAT.
    pub value: Pence,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// A key performance indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What is counted or measured.
    pub title: String,
    /// What it asks.
    pub asks: Asks,
    /// In what.
    pub unit: Unit,
    /// Whether more of it is better.
    pub better: Better,
    /// What it should be in each period; of a share of children, in percent.
    pub target: Figure,
    /// How often it is reported.
    pub every: Every,
    /// The objective that it serves.
    pub objective: Option<ObjectiveKey>,
    /// Why it serves none, if it serves none.
    pub no_objective: String,
}

/// What an agreement should change for all children of its areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// How many places the areas of the plan should be short of once it has its effect.
    pub short: Figure,
    /// Why that many.
    pub how: String,
}

/// What is agreed beside the money.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agreed {
    /// The key performance indicators, numbered from 1 in this order.
    pub measures: Vec<Measure>,
    /// What should change, if that can be told in places.
    pub expected: Option<Expected>,
}

/// An agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: String,
    /// The intention that it answers.
    pub intention: String,
    /// The tender and the lot that it came from.
    pub tender: Option<(String, i32)>,
    /// What it is.
    pub kind: Kind,
    /// With whom: the id of an organisation.
    pub organisation: String,
    /// What it is called.
    pub title: String,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// How much, from when to when, as it is agreed now.
    pub terms: Terms,
    /// The same as it was signed.
    pub first: Terms,
    /// What its value can never be more than.
    pub ceiling: Pence,
    /// What its last day can never be after.
    pub last_day: NaiveDate,
    /// Where to ask.
    pub contact: String,
    /// Why there was no tender, if there was none.
    pub without: String,
    /// What is agreed beside the money.
    pub agreed: Agreed,
    /// The ids of those who wrote it, where there was no tender.
    pub written_by: BTreeSet<String>,
    /// The day on which it was signed.
    pub signed_on: Option<NaiveDate>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// The id of the framework or dynamic market that it is called off from, if it is.
    pub framework: Option<String>,
    /// Why it was awarded directly, if it was.
    pub direct: Option<Direct>,
}
