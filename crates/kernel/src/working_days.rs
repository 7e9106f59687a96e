//! Working days in England: Monday to Friday but for bank holidays (`reference/bank-holidays.csv`: those of England and Wales as
//! published on <https://www.gov.uk/bank-holidays>, under the Banking and Financial Dealings Act 1971). The table begins with 2022; of
//! other years nothing is known here.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::London;

const TABLE: &str = include_str!("../../../reference/bank-holidays.csv");

/// Whether a day that somebody typed can be meant: from 2000 to 2200. A year such as 0026 is a slip, and no database keeps all that a
/// calendar can count.
pub fn is_plausible(day: NaiveDate) -> bool {
    (2000..=2200).contains(&day.year())
}

/// The day that it is in England at a moment: days of the law begin and end there, in summer an hour before those of UTC.
///
/// ```
/// use enough_kernel::day_in_england;
/// let at = "2027-07-02T23:30:00Z".parse().unwrap();
/// assert_eq!(day_in_england(at).to_string(), "2027-07-03");
/// ```
pub fn day_in_england(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// What clocks in England show at a moment.
///
/// ```
/// use enough_kernel::{clocks_in_england, moment_in_england};
/// let at = "2027-07-02T11:30:00Z".parse().unwrap();
/// assert_eq!(clocks_in_england(at).to_string(), "2027-07-02 12:30:00");
/// assert_eq!(moment_in_england(clocks_in_england(at)), Some(at));
/// ```
pub fn clocks_in_england(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&London).naive_local()
}

/// The moment at which clocks in England show this: the first of two when they go back, nothing in the hour that they leave out.
///
/// ```
/// use enough_kernel::moment_in_england;
/// assert_eq!(moment_in_england("2027-03-28T01:30:00".parse().unwrap()), None);
/// let twice = moment_in_england("2027-10-31T01:30:00".parse().unwrap()).unwrap();
/// assert_eq!(twice.to_rfc3339(), "2027-10-31T00:30:00+00:00");
/// ```
pub fn moment_in_england(clocks: NaiveDateTime) -> Option<DateTime<Utc>> {
    London.from_local_datetime(&clocks).earliest().map(|at| at.with_timezone(&Utc))
}

/// The days of the table.
fn holidays() -> impl Iterator<Item = NaiveDate> {
    TABLE.lines().skip(1).filter_map(|line| line.split(',').next()?.parse().ok())
}

/// Whether a day is a working day; nothing in years whose bank holidays are not known here.
///
/// ```
/// use chrono::NaiveDate;
/// use enough_kernel::is_working_day;
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// assert_eq!(is_working_day(day("2026-12-24")), Some(true));
/// assert_eq!(is_working_day(day("2026-12-28")), Some(false)); // Boxing Day was a Saturday
/// assert_eq!(is_working_day(day("2099-01-02")), None);
/// ```
pub fn is_working_day(day: NaiveDate) -> Option<bool> {
    if !holidays().any(|holiday| holiday.year() == day.year()) {
        return None;
    }
    let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    Some(!is_weekend && holidays().all(|holiday| holiday != day))
}

/// The last of so many working days, the first of which is the day given, or the next working day if it is none; nothing where bank
/// holidays are not known here, or for no days.
///
/// ```
/// use chrono::NaiveDate;
/// use enough_kernel::last_working_day;
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// // Eight working days from Monday 21 December 2026 end after Christmas and New Year.
/// assert_eq!(last_working_day(day("2026-12-21"), 8), Some(day("2027-01-04")));
/// ```
pub fn last_working_day(first: NaiveDate, count: u32) -> Option<NaiveDate> {
    let (mut day, mut left) = (first, count.checked_sub(1)?);
    loop {
        if is_working_day(day)? {
            if left == 0 {
                return Some(day);
            }
            left -= 1;
        }
        day = day.checked_add_days(Days::new(1))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// So many working days after a day, which itself does not count.
    fn after(first: &str, count: u32) -> Option<NaiveDate> {
        last_working_day(day(first) + Days::new(1), count)
    }

    #[test]
    fn the_coronation_was_a_bank_holiday() {
        assert_eq!(after("2023-05-02", 10), Some(day("2023-05-17")));
    }

    #[test]
    fn one_working_day_after_a_saturday_is_the_monday() {
        assert_eq!(after("2026-05-09", 1), Some(day("2026-05-11")));
    }

    #[test]
    fn bank_holidays_that_were_once_count() {
        for once in ["2022-06-03", "2022-09-19", "2023-05-08"] {
            assert_eq!(is_working_day(day(once)), Some(false), "{once}");
        }
        // Eight working days from Tuesday 13 September 2022 end after the State Funeral.
        assert_eq!(last_working_day(day("2022-09-13"), 8), Some(day("2022-09-23")));
    }

    #[test]
    fn nothing_is_known_outside_the_table() {
        assert_eq!(
            (is_working_day(day("2021-12-31")), is_working_day(day("2022-01-01"))),
            (None, Some(false))
        );
        assert_eq!(
            (is_working_day(day("2028-12-29")), is_working_day(day("2029-01-02"))),
            (Some(true), None)
        );
        assert_eq!(last_working_day(day("2021-12-29"), 2), None);
        assert_eq!(
            last_working_day(day("2028-12-28"), 3),
            None,
            "its last day is in a year that is not known"
        );
    }

    #[test]
    fn every_year_of_the_table_has_its_bank_holidays_and_every_line_is_read() {
        assert_eq!(holidays().count(), TABLE.lines().count() - 1);
        let days: Vec<_> = holidays().collect();
        assert!(days.windows(2).all(|two| two[0] < two[1]), "in order, none twice");
        for year in 2022..=2028 {
            let of: Vec<_> = days.iter().filter(|day| day.year() == year).collect();
            // Two were added in 2022, one in 2023.
            let once = match year {
                2022 => 2,
                2023 => 1,
                _ => 0,
            };
            assert_eq!(of.len(), 8 + once, "{year}");
            assert!(of.iter().all(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)), "{year}");
        }
    }
}
