//! What is agreed by a day, to the penny. Pure.

use chrono::{Days, NaiveDate};
use enough_kernel::{Pence, day_in_england};

use super::rules::notice_days;
use super::{Entry, Every, Terms, What};

impl Every {
    fn after(self, begins: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Weekly => begins.checked_add_days(Days::new(7)),
            Self::FourWeekly => begins.checked_add_days(Days::new(28)),
            Self::Once => None,
        }
    }
}

impl Terms {
    /// The days on which money is due, from the first to the last: each period is paid at its start.
    pub fn due_on(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let (until, every) = (self.until, self.every);
        let next = move |day: &NaiveDate| every.after(*day);
        std::iter::successors(Some(self.from), next).take_while(move |day| *day <= until)
    }

    /// The day after a period that begins on a day; none for what is paid once.
    fn after(&self, begins: NaiveDate) -> Option<NaiveDate> {
        self.every.after(begins)
    }
}

/// The days on which payments were suspended and went on; the last may not have gone on yet.
pub(super) fn pauses(entries: &[Entry]) -> Vec<(NaiveDate, NaiveDate)> {
    let (mut list, mut since) = (Vec::new(), None);
    for entry in entries {
        let day = day_in_england(entry.at);
        match &entry.what {
            What::Suspend(_) => since = since.or(Some(day)),
            What::Review(review) if !review.goes_on => since = since.or(Some(day)),
            What::Resume(_) | What::Review(_) => list.extend(since.take().map(|since| (since, day))),
            _ => {}
        }
    }
    list.extend(since.map(|since| (since, NaiveDate::MAX)));
    list
}

/// What happened to the terms: when the family agreed, other amounts, pauses, an earlier last day.
struct Changes {
    /// The day on which the family agreed: what was over by then is not owed.
    agreed: NaiveDate,
    /// The day after which an amount holds, for the periods that begin later.
    amounts: Vec<(NaiveDate, Pence)>,
    pauses: Vec<(NaiveDate, NaiveDate)>,
    last: NaiveDate,
}

impl Changes {
    fn of(terms: &Terms, entries: &[Entry]) -> Self {
        let mut changes =
            Self { agreed: NaiveDate::MIN, amounts: Vec::new(), pauses: pauses(entries), last: terms.until };
        let mut proposed = None;
        for entry in entries {
            let day = day_in_england(entry.at);
            match &entry.what {
                What::Accept(answer) => changes.agreed = answer.on,
                What::Review(review) => proposed = review.amount,
                What::Agree(answer) => {
                    let newest = changes.amount(terms, day);
                    if let Some(amount) = proposed.take() {
                        // A family that has less has time to prepare for it.
                        let notice = Days::new(if amount < newest { notice_days(day) } else { 0 });
                        let told = answer.on.checked_add_days(notice).unwrap_or(NaiveDate::MAX);
                        changes.amounts.push((day.max(told), amount));
                    }
                }
                What::Notice(ending) => changes.last = terms.until.min(ending.last_day),
                // Whoever ends it late gives no more than the family was told.
                What::End(ending) => changes.last = changes.last.min(ending.last_day),
                What::Withdraw(_) => changes.last = terms.until,
                _ => {}
            }
        }
        changes
    }

    /// The amount each time that holds on a day.
    fn amount(&self, terms: &Terms, on: NaiveDate) -> Pence {
        let newest = self.amounts.iter().rev().find(|(day, _)| *day <= on);
        newest.map_or(terms.amount, |(_, amount)| *amount)
    }

    /// What is due for a period, from its first day to its last: nothing for one that was over before the family agreed, or that began
    /// and was over while payments were suspended; of one that is cut short by the last agreed day, as many days as there are.
    fn due(&self, terms: &Terms, begins: NaiveDate) -> Pence {
        let after = terms.after(begins).unwrap_or(NaiveDate::MAX);
        let is_over = |day: NaiveDate| after <= day;
        if is_over(self.agreed) || self.pauses.iter().any(|(since, until)| *since < begins && is_over(*until))
        {
            return Pence::default();
        }
        let amount = begins.pred_opt().map_or(terms.amount, |before| self.amount(terms, before));
        let (all, there) = ((after - begins).num_days(), (terms.until - begins).num_days() + 1);
        if terms.every == Every::Once || there >= all {
            return amount;
        }
        Pence::new((2 * amount.get() * there + all) / (2 * all))
    }
}

/// The amount each time that holds on a day.
pub(super) fn amount_on(terms: &Terms, entries: &[Entry], on: NaiveDate) -> Pence {
    Changes::of(terms, entries).amount(terms, on)
}

/// What is agreed for all periods that have begun by a day, with what is paid once, in pence: no more is ever paid in all. A period
/// that begins and is over while payments are suspended is not paid, nor one that was over when the family agreed; another amount holds from
/// the first period after the day on which it was agreed to, less of it 28 days after the family was told. So what was due stays due,
/// whatever happens later.
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
    use crate::direct_payments::{Answer, Ending, Review, Stop};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn entry(on: &str, what: What) -> Entry {
        Entry { by: "ann".to_owned(), at: format!("{on}T10:00:00Z").parse().unwrap(), what }
    }

    fn less_of(entries: &[Entry]) -> Review {
        let review = entries.iter().find_map(|entry| match &entry.what {
            What::Review(review) => Some(review.clone()),
            _ => None,
        });
        review.unwrap()
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
        let answer = |on: &str| Answer { by: "Pat".to_owned(), on: day(on), words: String::new() };
        let more = Review { amount: Some(Pence::new(6_000)), ..review.clone() };
        let agreed = entry("2027-01-11", What::Agree(answer("2027-01-11")));
        let reviewed = [entry("2027-01-10", What::Review(more)), agreed.clone()];
        assert_eq!(by(&reviewed[..1], "2027-01-18"), 25_003, "one proposes, and nobody has agreed to it");
        assert_eq!(by(&reviewed, "2027-01-11"), 20_002, "what was due that day stays");
        assert_eq!(by(&reviewed, "2027-01-18"), 26_002);
        let less = [entry("2027-01-10", What::Review(review)), agreed];
        assert_eq!(by(&less, "2027-02-08"), 10_000 + 6 * 5_001, "28 days after the family was told");
        assert_eq!(by(&less, "2027-02-15"), 10_000 + 6 * 5_001 + 1);
        // A cut that does not hold yet is no ground for another with less time.
        let first = Review { amount: Some(Pence::new(2_000)), ..less_of(&less) };
        let then = Review { amount: Some(Pence::new(4_000)), ..first.clone() };
        let twice = [
            entry("2027-01-10", What::Review(first)),
            entry("2027-01-11", What::Agree(answer("2027-01-11"))),
            entry("2027-01-12", What::Review(then)),
            entry("2027-01-13", What::Agree(answer("2027-01-13"))),
        ];
        assert_eq!(by(&twice, "2027-02-07"), 10_000 + 5 * 5_001);
        assert_eq!(by(&twice, "2027-02-15"), 10_000 + 6 * 5_001 + 4_000);
        let told =
            Ending { ground: Stop::Other, why: "Other".to_owned(), asked: None, last_day: day("2027-01-12") };
        let told = entry("2027-01-05", What::Notice(told));
        assert_eq!(by(std::slice::from_ref(&told), "2027-12-01"), 20_002);
        let late =
            Ending { ground: Stop::Other, why: "Other".to_owned(), asked: None, last_day: day("2027-02-20") };
        let ended = [told.clone(), entry("2027-02-20", What::End(late))];
        assert_eq!(by(&ended, "2027-03-01"), 20_002, "who ends it late gives no more");
        let stays = [told, entry("2027-01-06", What::Withdraw("We were wrong".to_owned()))];
        assert_eq!(by(&stays, "2027-01-24"), 25_003, "it goes on after all");
        let late = [entry("2027-01-19", What::Accept(answer("2027-01-19")))];
        assert_eq!(by(&late, "2027-01-24"), 15_001, "the weeks before the family agreed are over");
        // Suspended from Sunday to Tuesday: the week that begins in between is still to be paid.
        let short = [
            entry("2027-01-10", What::Suspend("Ill".to_owned())),
            entry("2027-01-12", What::Resume("Well".to_owned())),
        ];
        assert_eq!(by(&short, "2027-01-17"), 20_002);
        let cut = Terms { until: day("2027-01-12"), ..terms.clone() };
        assert_eq!(agreed_by(&cut, &[], day("2027-02-01")).get(), 15_001 + 1_429, "two days of seven");
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
