//! A case as it is read: what is open of it, and its lines.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Pence, day_in_england};
use serde::{Deserialize, Serialize};

use super::{Assessment, State, What, agreed_by};

/// What is open of a case: for its clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// The id of who began it.
    pub author: String,
    /// When it was assessed.
    pub assessed_on: NaiveDate,
    /// When it was offered.
    pub offered_on: Option<NaiveDate>,
    /// When the family agreed.
    pub accepted_on: Option<NaiveDate>,
    /// When the first money was paid.
    pub first_paid_on: Option<NaiveDate>,
    /// By when it is reviewed.
    pub next_review_on: Option<NaiveDate>,
    /// When it ended, or ends if the family was told so.
    pub ended_on: Option<NaiveDate>,
}

/// A line of a case as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The id of who wrote it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: What,
}

/// A case, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What is open of it.
    pub head: Head,
    /// What happened, oldest first.
    pub entries: Vec<Entry>,
}

impl Case {
    /// The assessment as it stands.
    pub fn assessment(&self) -> Option<&Assessment> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Assess(assessment) => Some(assessment),
            _ => None,
        })
    }

    fn by(&self, is: impl Fn(&What) -> bool) -> BTreeSet<&str> {
        self.entries.iter().filter(|entry| is(&entry.what)).map(|entry| entry.by.as_str()).collect()
    }

    /// The ids of those who assessed.
    pub fn assessed_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Assess(_)))
    }

    /// The ids of those who agreed to an amount: who offered it, and who agreed to another in a review.
    pub fn approved_by(&self) -> BTreeSet<&str> {
        self.by(|what| match what {
            What::Offer => true,
            What::Review(review) => review.amount.is_some(),
            _ => false,
        })
    }

    /// The ids of those who paid.
    pub fn paid_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Pay(_)))
    }

    /// What was paid in all, less what came back.
    pub fn paid(&self) -> Pence {
        let amounts = self.entries.iter().map(|entry| match &entry.what {
            What::Pay(payment) => payment.amount.get(),
            _ => 0,
        });
        Pence::new(amounts.sum())
    }

    /// What is agreed by a day.
    pub fn agreed_by(&self, on: NaiveDate) -> Pence {
        self.assessment().map_or(Pence::default(), |one| agreed_by(&one.terms, &self.entries, on))
    }

    /// The day on which the family was told first that it stops.
    pub fn told_on(&self) -> Option<NaiveDate> {
        let told = self.entries.iter().find(|entry| matches!(entry.what, What::Notice(_)));
        told.map(|entry| day_in_england(entry.at))
    }
}
