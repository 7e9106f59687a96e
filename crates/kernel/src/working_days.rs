//! Working days in England: Monday to Friday but for bank holidays (`reference/bank-holidays.csv`: those of England and Wales as
//! published on <https://www.gov.uk/bank-holidays>, under the Banking and Financial Dealings Act 1971).

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
