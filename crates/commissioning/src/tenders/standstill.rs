//! The standstill of an award: from when until when, as far as it is known. Pages, letters, releases, evidence and the signature all ask here.

use chrono::NaiveDate;
use enough_kernel::{Refusal, day_in_england, last_working_day};
use serde::Serialize;

use super::Tender;
use super::award::LOCKED;
use crate::agreements::read_day;
use crate::facts::{above_threshold, fact};

/// What is known of the standstill of a tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Standstill {
    /// There is none: nothing is awarded yet, or it was left out.
    None,
    /// It begins with the contract award notice (UK6), and nobody has said here when that was published.
    Awaited,
    /// From the beginning of its first day until the end of its last.
    Runs {
        /// The day on which the contract award notice was published; where the law asks for none, the award here.
        from: NaiveDate,
        /// The last of its working days.
        until: NaiveDate,
    },
    /// It has begun, and the bank holidays of its days are not known here.
    Unknown,
}

impl Standstill {
    /// Its last day, if that is known.
    pub fn until(self) -> Option<NaiveDate> {
        match self {
            Self::Runs { until, .. } => Some(until),
            _ => None,
        }
    }

    /// As people read it, in letters and in what happened to the tender.
    pub(super) fn words(self) -> String {
        match self {
            Self::None => "There is no standstill".to_owned(),
            Self::Awaited => "The standstill begins on the day on which the contract award notice (UK6) is published on the central platform. You will be told when that was, and when the standstill ends".to_owned(),
            Self::Runs { until, .. } => format!("Standstill until the end of {}", read_day(until)),
            Self::Unknown => "The last day of the standstill is not known here: the bank holidays of that time are missing".to_owned(),
        }
    }
}

impl Tender {
    /// Whether what is bought is worth the threshold or more, by its value with VAT and the day on which it was published. Where the
    /// threshold of that day is not known here it is taken to be, so that nothing that the law may ask for is left out.
    pub fn is_above_threshold(&self) -> bool {
        let on = day_in_england(self.published_at.unwrap_or(self.changed_at));
        above_threshold(self.text.worth(), on) != Some(false)
    }

    /// Whether its award is published here, and it was not said yet when its contract award notice (UK6) was published: below the threshold
    /// the law asks for none.
    pub fn awaits_award_notice(&self) -> bool {
        self.award_at.is_some() && self.award_noticed_on.is_none() && self.is_above_threshold()
    }

    /// Its standstill: eight working days, the first of which is the day on which the contract award notice (UK6) was published (Procurement
    /// Act 2023 s51(2)). Light touch contracts need none, and have one here unless it was left out with a reason. Below the threshold there
    /// is no such notice: it is our own rule there, and counts from the day on which the award was published here. A notice that was published
    /// before the award is here begins it all the same.
    pub fn standstill(&self) -> Standstill {
        if self.outcome.as_ref().is_some_and(|outcome| outcome.no_standstill.is_some()) {
            return Standstill::None;
        }
        if self.awaits_award_notice() {
            return Standstill::Awaited;
        }
        let Some(from) = self.award_noticed_on.or(self.award_at.map(day_in_england)) else {
            return Standstill::None;
        };
        let days = fact("standstill", from).and_then(|rule| u32::try_from(rule.value).ok());
        match days.and_then(|days| last_working_day(from, days)) {
            Some(until) => Standstill::Runs { from, until },
            None => Standstill::Unknown,
        }
    }

    /// Refuses a day on which what was awarded cannot be signed: before its award notice, or within its standstill.
    pub(super) fn may_be_signed(&self, on: NaiveDate) -> Result<(), Refusal> {
        if self.awaits_award_notice() {
            return Err(Refusal::new(
                "Say first, in the calendar of notices, when the contract award notice (UK6) was published: nothing is signed before, and a standstill is counted from then",
                "Procurement Act 2023 s50 and s51",
            ));
        }
        if let Some(noticed) = self.award_noticed_on.filter(|noticed| on < *noticed) {
            let noticed = read_day(noticed);
            let what = format!(
                "The contract award notice (UK6) was published on {noticed}: it is signed after that"
            );
            return Err(Refusal::new(what, "Procurement Act 2023 s50").at("signed_on"));
        }
        match self.standstill() {
            Standstill::Runs { until, .. } if on <= until => Err(Refusal::new(
                format!(
                    "Nothing is signed before the standstill has ended, at the end of {}",
                    read_day(until)
                ),
                LOCKED,
            )
            .at("signed_on")),
            Standstill::Unknown => Err(Refusal::new(
                "The bank holidays of the standstill are not known here yet: add them to reference/bank-holidays.csv",
                LOCKED,
            )),
            _ => Ok(()),
        }
    }
}
