//! What is agreed by a day, to the penny. Pure.

use chrono::{Days, NaiveDate};
use enough_kernel::{Pence, day_in_england};

use super::{Entry, Every, Terms, What};

impl Terms {
    /// The days on which money is due, from the first to the last: each period is paid at its start.
    pub fn due_on(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let (until, every) = (self.until, self.every);
        let next = move |day: &NaiveDate| match every {
            Every::Weekly => day.checked_add_days(Days::new(7)),
            Every::FourWeekly => day.checked_add_days(Days::new(28)),
            Every::Once => None,
        };
        std::iter::successors(Some(self.from), next).take_while(move |day| *day <= until)
    }
}

/// What happened to the terms: other amounts, pauses, an earlier last day.
struct Changes {
    /// The day of the review, and the amount from the next period on.
    amounts: Vec<(NaiveDate, Pence)>,
    /// The days on which it was suspended and went on.
    pauses: Vec<(NaiveDate, NaiveDate)>,
    last: NaiveDate,
}

impl Changes {
    fn of(terms: &Terms, entries: &[Entry]) -> Self {
        let mut changes = Self { amounts: Vec::new(), pauses: Vec::new(), last: terms.until };
        let mut since = None;
        for entry in entries {
            let day = day_in_england(entry.at);
            let (stops, goes_on) = match &entry.what {
                What::Suspend(_) => (true, false),
                What::Resume(_) => (false, true),
                What::Review(review) => {
                    changes.amounts.extend(review.amount.map(|amount| (day, amount)));
                    (!review.goes_on, review.goes_on)
                }
                What::Notice(ending) => {
                    changes.last = terms.until.min(ending.last_day);
                    (false, false)
                }
                _ => (false, false),
            };
            if stops {
                since = since.or(Some(day));
            } else if goes_on && let Some(since) = since.take() {
                changes.pauses.push((since, day));
            }
        }
        changes.pauses.extend(since.map(|since| (since, NaiveDate::MAX)));
        changes
    }

    /// What is due at the start of a period.
    fn due(&self, terms: &Terms, begins: NaiveDate) -> Pence {
        if self.pauses.iter().any(|(since, until)| *since < begins && begins < *until) {
            return Pence::default();
        }
        let newest = self.amounts.iter().rev().find(|(day, _)| *day < begins);
        newest.map_or(terms.amount, |(_, amount)| *amount)
    }
}

/// What is agreed for all periods that have begun by a day, with what is paid once, in pence: no more is ever paid in all. A period
/// that begins while payments are suspended is not paid; another amount holds from the first period after the day of its review. So
/// what was due stays due, whatever happens later.
pub fn agreed_by(terms: &Terms, entries: &[Entry], on: NaiveDate) -> Pence {
    let changes = Changes::of(terms, entries);
    let last = changes.last.min(on);
    if terms.from > last {
        return Pence::default();
    }
    let periods = terms.due_on().take_while(|begins| *begins <= last);
    let sum: i64 = periods.map(|begins| changes.due(terms, begins).get()).sum();
    Pence::new(terms.once.get() + sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::direct_payments::{Ending, Review, Stop};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(on: &str, what: What) -> Entry {
        Entry { by: "ann".to_owned(), at: format!("{on}T10:00:00Z").parse().unwrap(), what }
    }

    #[test]
    fn periods_that_have_begun_are_agreed_and_no_others() {
        let terms = Terms {
            amount: Pence::new(5_001),
            every: Every::Weekly,
            once: Pence::new(10_000),
            from: day("2027-01-04"),
            until: day("2027-12-26"),
        };
        let by = |entries: &[Entry], on: &str| agreed_by(&terms, entries, day(on)).get();
        assert_eq!(by(&[], "2027-01-03"), 0);
        assert_eq!(by(&[], "2027-01-04"), 15_001, "with what is paid once");
        assert_eq!(by(&[], "2027-01-17"), 20_002);
        assert_eq!(by(&[], "2099-01-01"), 10_000 + 51 * 5_001, "the last begins on 20 December");
        // Weeks that begin on 11 and 18 January are not paid; the one of the day it goes on is.
        let paused = [
            entry("2027-01-10", What::Suspend("Ill".to_owned())),
            entry("2027-01-25", What::Resume("Well".to_owned())),
        ];
        assert_eq!(by(&paused, "2027-01-31"), 10_000 + 2 * 5_001);
        assert_eq!(by(&paused[..1], "2027-12-31"), 15_001);
        let review = Review {
            found: "More".to_owned(),
            amount: Some(Pence::new(1)),
            goes_on: true,
            again_on: day("2028-01-01"),
        };
        let reviewed = [entry("2027-01-11", What::Review(review))];
        assert_eq!(by(&reviewed, "2027-01-11"), 20_002, "what was due that day stays");
        assert_eq!(by(&reviewed, "2027-01-18"), 20_003);
        let told = Ending { ground: Stop::Other, why: "Other".to_owned(), last_day: day("2027-01-12") };
        assert_eq!(by(&[entry("2027-01-05", What::Notice(told))], "2027-12-01"), 20_002);
    }

    #[test]
    fn what_is_paid_once_is_paid_once() {
        let terms = Terms {
            amount: Pence::new(30_000),
            every: Every::Once,
            once: Pence::default(),
            from: day("2027-01-04"),
            until: day("2027-06-30"),
        };
        assert_eq!(agreed_by(&terms, &[], day("2027-06-30")).get(), 30_000);
        assert_eq!(terms.due_on().count(), 1);
    }
}
