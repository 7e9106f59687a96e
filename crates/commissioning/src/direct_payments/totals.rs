//! What everybody may know of direct payments: totals of whole years, after disclosure control. Pure, but for the reading.
//!
//! A year is told once, three months after it has ended, when nothing of it changes any more: of numbers that grow from day to day,
//! whoever looks twice could tell when one family began. Three years are told, so that what is removed when its term has passed
//! changes none of them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use enough_kernel::{Pence, day_in_england, is_few};
use enough_store::{Authority, Result};

use super::keep::all;
use super::{Case, What};

/// What the totals need to know of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The number of the child.
    pub child: String,
    /// What was paid, and when.
    pub paid: Vec<(NaiveDate, Pence)>,
}

/// The numbers of a year, as they are; never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Children with a payment.
    pub with: u64,
    /// Of these, with none in the year before.
    pub began: u64,
    /// What was paid.
    pub paid: Pence,
}

/// A year as everybody reads it; what is kept back is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    /// The year in which it began, on 1 April.
    pub year: i32,
    /// Children with a payment.
    pub with: Option<u64>,
    /// Of these, with none in the year before.
    pub began: Option<u64>,
    /// Children with a payment in the year before, and none in this.
    pub ended: Option<u64>,
    /// What was paid, to the nearest thousand, in thousands of pounds.
    pub thousands: Option<i64>,
}

/// A line of what is published, from the numbers of a year and of the year before it.
///
/// 1. Where the children with a payment are few, nothing of the year is told, money included.
/// 2. Otherwise how many they are and what was paid is told. How many began and ended is told if neither is few, nor those who had a
///    payment in both years; otherwise both are kept back, for each follows from the other: the children of this year are those of
///    the year before, less those who ended, and those who began.
///
/// There is no other number of children that could be worked out: who began, who ended and who had a payment in both years are all
/// that two years are made of. A line depends on its year and the one before alone, so it stays as it is when older years go.
///
/// ```
/// use enough_commissioning::direct_payments::{Counts, line};
/// use enough_kernel::Pence;
/// let counts = |with, began| Counts { with, began, paid: Pence::new(1_234_567) };
/// let told = line(2026, &counts(20, 20), &counts(22, 8));
/// assert_eq!((told.with, told.began, told.ended, told.thousands), (Some(22), Some(8), Some(6), Some(12)));
/// let one_began = line(2026, &counts(20, 20), &counts(21, 1));
/// assert_eq!((one_began.with, one_began.began, one_began.ended), (Some(21), None, None));
/// assert_eq!(line(2026, &Counts::default(), &counts(5, 5)).thousands, None);
/// ```
pub fn line(year: i32, before: &Counts, now: &Counts) -> Line {
    if is_few(now.with) {
        return Line { year, with: None, began: None, ended: None, thousands: None };
    }
    let both = now.with.saturating_sub(now.began);
    let ended = before.with.saturating_sub(both);
    let told = [now.began, both, ended].into_iter().all(|count| !is_few(count));
    Line {
        year,
        with: Some(now.with),
        began: told.then_some(now.began),
        ended: told.then_some(ended),
        thousands: Some((now.paid.get() + 50_000).div_euclid(100_000)),
    }
}

/// The year, from 1 April, that a day is in.
fn year_of(day: NaiveDate) -> i32 {
    if day.month() < 4 { day.year() - 1 } else { day.year() }
}

/// Each child counts once, however many cases it has, if more was paid for it in the year than came back in it.
fn counts(cases: &[Known], year: i32) -> Counts {
    let with = |year: i32| -> BTreeMap<&str, i64> {
        let mut paid = BTreeMap::new();
        for case in cases {
            let in_year = case.paid.iter().filter(|(on, _)| year_of(*on) == year);
            *paid.entry(case.child.as_str()).or_insert(0) +=
                in_year.map(|(_, amount)| amount.get()).sum::<i64>();
        }
        paid.retain(|_, paid| *paid > 0);
        paid
    };
    let (now, before) = (with(year), with(year - 1));
    Counts {
        with: now.len() as u64,
        began: now.keys().filter(|child| !before.contains_key(*child)).count() as u64,
        paid: Pence::new(now.values().sum()),
    }
}

/// What everybody reads on a day: the last three years that are told by then, the newest first. From cases to what is published,
/// nothing else is.
pub fn totals_of(cases: &[Known], on: NaiveDate) -> Vec<Line> {
    // A year is told from 1 July after it ended.
    let newest = if on.month() < 7 { on.year() - 2 } else { on.year() - 1 };
    // Of years before the first payment nobody kept anything here, and who had one then is not known.
    let first = cases.iter().flat_map(|case| &case.paid).map(|(on, _)| year_of(*on)).min();
    let years: BTreeMap<i32, Counts> =
        (newest - 3..=newest).map(|year| (year, counts(cases, year))).collect();
    let pairs = years.iter().zip(years.iter().skip(1));
    let told = pairs.filter(|(_, (year, _))| first.is_some_and(|first| first <= **year));
    let of = |((_, before), (year, now)): ((&i32, &Counts), (&i32, &Counts))| {
        let told = line(*year, before, now);
        if first == Some(*year) { Line { began: None, ended: None, ..told } } else { told }
    };
    let mut lines: Vec<Line> = told.map(of).collect();
    lines.reverse();
    lines
}

/// The number of a child, however it was written: `C-4711` and `c 4711` are one child.
fn of_child(reference: &str) -> String {
    reference.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn known(case: &Case) -> Known {
    let paid = case.entries.iter().filter_map(|entry| match &entry.what {
        What::Pay(payment) => Some((payment.paid_on, payment.amount)),
        _ => None,
    });
    Known {
        child: case.assessment().map(|one| of_child(&one.reference)).unwrap_or_default(),
        paid: paid.collect(),
    }
}

/// The totals of the authority, for everybody.
///
/// # Errors
/// When the database fails, or a case was sealed with other keys.
pub async fn totals(authority: &Authority) -> Result<Vec<Line>> {
    let cases: Vec<Known> = all(authority).await?.iter().map(known).collect();
    Ok(totals_of(&cases, day_in_england(authority.environment().now())))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;

    fn of(with: u64, began: u64) -> Counts {
        Counts { with, began, paid: Pence::default() }
    }

    /// What two years are made of, and could be worked out: children with a payment, who began, had one in both, and ended.
    fn derived(before: &Counts, now: &Counts) -> [u64; 4] {
        let both = now.with - now.began;
        [now.with, now.began, both, before.with - both]
    }

    /// All that the year after can be, up to so many children.
    fn after(before: Counts, most: u64) -> impl Iterator<Item = Counts> {
        (0..=most)
            .flat_map(move |with| (with.saturating_sub(before.with)..=with).map(move |began| of(with, began)))
    }

    /// Whoever reads the table, and knows by which rules it was made, works out no number of 1 to 5 children: wherever one of the
    /// worlds that make this table has such a number, another world that makes the same table has another in its place.
    #[test]
    fn no_few_children_follow_from_what_is_published() {
        let most = 13;
        let mut tables = HashMap::<[Line; 3], Vec<BTreeSet<u64>>>::new();
        for first in (0..=most).map(|with| of(with, with)) {
            for second in after(first, most) {
                for third in after(second, most) {
                    let years = [Counts::default(), first, second, third];
                    let pairs = [0, 1, 2].map(|at| (years[at], years[at + 1]));
                    let table = pairs.map(|(before, now)| line(1, &before, &now));
                    for one in &table {
                        for count in [one.with, one.began, one.ended].into_iter().flatten() {
                            assert!(!is_few(count), "{years:?}");
                        }
                        assert_eq!(
                            one.with.is_some(),
                            one.thousands.is_some(),
                            "money goes with the children"
                        );
                    }
                    let known = tables.entry(table).or_insert_with(|| vec![BTreeSet::new(); 12]);
                    let numbers = pairs.iter().flat_map(|(before, now)| derived(before, now));
                    for (values, value) in known.iter_mut().zip(numbers) {
                        values.insert(value);
                    }
                }
            }
        }
        let told = tables.keys().filter(|table| table.iter().all(|one| one.began.is_some())).count();
        assert!(told > 50, "{told}: the test sees tables in which all is told");
        for (table, known) in &tables {
            for values in known {
                let worked_out = values.len() == 1 && values.iter().all(|value| is_few(*value));
                assert!(!worked_out, "{table:?}: {known:?}");
            }
        }
    }

    #[test]
    fn a_child_is_one_however_its_number_is_written() {
        assert!(["c4711", "C 4711", "C-4711 "].iter().all(|number| of_child(number) == "c4711"));
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn case(child: usize, paid: &[&str]) -> Known {
        let paid = paid.iter().map(|on| (day(on), Pence::new(30_000))).collect();
        Known { child: format!("C{child}"), paid }
    }

    #[test]
    fn children_are_counted_once_in_years_that_are_over() {
        let mut cases: Vec<Known> = (0..8).map(|child| case(child, &["2026-05-01", "2027-03-31"])).collect();
        // Another case of the same child is no other child.
        cases.push(case(7, &["2027-03-01"]));
        let on = |cases: &[Known], text: &str| totals_of(cases, day(text))[0];
        assert_eq!(totals_of(&cases, day("2027-06-30")), [], "not before July");
        let told = on(&cases, "2027-07-01");
        // Whether they had a payment before it was kept here nobody knows.
        assert_eq!((told.year, told.with, told.began, told.ended), (2026, Some(8), None, None));
        assert_eq!(told.thousands, Some(5), "17 payments of £300 are £5,100");
        let few = on(&cases[..5], "2027-07-01");
        assert_eq!((few.with, few.thousands), (None, None));
        let mut back = cases.clone();
        back[0].paid.push((day("2027-02-01"), Pence::new(-60_000)));
        assert_eq!(on(&back, "2027-07-01").with, Some(7), "what came back whole was no payment");
        cases.extend((2..8).map(|child| case(child, &["2027-05-01"])));
        let next = on(&cases, "2028-07-01");
        assert_eq!((next.with, next.began, next.ended), (Some(6), None, None), "two ended");
    }

    #[test]
    fn what_is_removed_when_its_term_has_passed_changes_nothing_that_is_told() {
        for (month, newest) in [(4, 2030), (6, 2030), (7, 2031), (12, 2031)] {
            let today = NaiveDate::from_ymd_opt(2032, month, 30).unwrap();
            let ended = today.checked_sub_months(chrono::Months::new(12 * super::super::KEPT_YEARS)).unwrap();
            let old = [case(1, &["2020-05-01"])];
            let years: Vec<i32> = totals_of(&old, today).iter().map(|line| line.year).collect();
            assert_eq!(years, [newest, newest - 1, newest - 2]);
            assert_eq!(totals_of(&[], today), [], "nothing is told of years in which nothing was kept");
            // The first year that a line depends on is after the last in which an old case can have been paid.
            let paid = ended.checked_add_months(chrono::Months::new(super::super::ENTER_AFTER_END)).unwrap();
            assert!(newest - 3 > year_of(paid), "{today}");
        }
    }
}
