//! A case as it is read: what is open of it, and its lines.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Pence, day_in_england};
use serde::{Deserialize, Serialize};

use super::money::{amount_on, pauses};
use super::{Assessment, Payment, State, Stop, What, agreed_by};

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

    /// The ids of those who said what is needed: who assessed, and who proposed another amount in a review.
    pub fn assessed_by(&self) -> BTreeSet<&str> {
        self.by(|what| match what {
            What::Assess(_) => true,
            What::Review(review) => review.amount.is_some(),
            _ => false,
        })
    }

    /// The ids of those who agreed to an amount for the authority: who offered it, and who agreed to another.
    pub fn approved_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Offer | What::Agree(_)))
    }

    /// The ids of those who wrote down that the family agreed.
    pub fn accepted_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Accept(_)))
    }

    /// The ids of those who paid; who enters that the bank sent something back does not.
    pub fn paid_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Pay(payment) if !payment.undelivered))
    }

    /// The other amount that a review proposed and nobody has agreed to yet, and the day of that review.
    pub fn proposed(&self) -> Option<(Pence, NaiveDate)> {
        let newest = self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Agree(_) => Some(None),
            What::Review(review) => Some(review.amount.map(|amount| (amount, day_in_england(entry.at)))),
            _ => None,
        });
        newest.flatten()
    }

    /// Whether payments were suspended on a day: from the day after they were until the day before they went on.
    pub fn is_paused(&self, on: NaiveDate) -> bool {
        pauses(&self.entries).iter().any(|(since, until)| *since < on && on < *until)
    }

    /// What was paid in all, less what came back.
    pub fn paid(&self) -> Pence {
        let amounts = self.entries.iter().map(|entry| match &entry.what {
            What::Pay(payment) => payment.amount.get(),
            _ => 0,
        });
        Pence::new(amounts.sum())
    }

    /// What was paid out in all: what the family gave back was paid, what the bank could not deliver was not.
    pub fn paid_out(&self) -> Pence {
        let amounts = self.entries.iter().map(|entry| match &entry.what {
            What::Pay(payment) if payment.undelivered => payment.amount.get(),
            What::Pay(payment) => payment.amount.get().max(0),
            _ => 0,
        });
        Pence::new(amounts.sum())
    }

    /// What is agreed by a day.
    pub fn agreed_by(&self, on: NaiveDate) -> Pence {
        self.assessment().map_or(Pence::default(), |one| agreed_by(&one.terms, &self.entries, on))
    }

    /// The day on which the family was told first that it stops on a day or sooner, and not told since that it goes on.
    pub fn told_on(&self, last_day: NaiveDate) -> Option<NaiveDate> {
        let withdrawn = self.entries.iter().rposition(|entry| matches!(entry.what, What::Withdraw(_)));
        let mut standing: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for entry in self.entries.iter().skip(withdrawn.map_or(0, |at| at + 1)) {
            // What the family asked for, or misuse, needs no time and gives none.
            if let What::Notice(ending) = &entry.what
                && matches!(ending.ground, Stop::Other | Stop::AsAgreed)
            {
                // A later day takes the place of a sooner one.
                standing.retain(|(_, last)| *last >= ending.last_day);
                standing.push((day_in_england(entry.at), ending.last_day));
            }
        }
        standing.into_iter().filter(|(_, last)| *last <= last_day).map(|(told, _)| told).min()
    }

    /// The amount each time that holds on a day.
    pub fn amount_on(&self, on: NaiveDate) -> Pence {
        self.assessment().map_or(Pence::default(), |one| amount_on(&one.terms, &self.entries, on))
    }

    /// The ids of those who said that payments go on: in a review, after a suspension, or against a notice.
    pub fn kept_going_by(&self) -> BTreeSet<&str> {
        self.by(|what| matches!(what, What::Review(_) | What::Resume(_) | What::Withdraw(_)))
    }

    /// Whether a payment of this amount and number was made that the bank has not sent back yet.
    pub fn is_out(&self, amount: Pence, reference: &str) -> bool {
        let same = |payment: &Payment| payment.reference.trim().eq_ignore_ascii_case(reference.trim());
        let out = self.entries.iter().map(|entry| match &entry.what {
            What::Pay(payment) if !payment.undelivered && payment.amount == amount && same(payment) => 1,
            What::Pay(payment)
                if payment.undelivered && payment.amount.get() == -amount.get() && same(payment) =>
            {
                -1
            }
            _ => 0,
        });
        out.sum::<i64>() > 0
    }
}
