//! What a notice that is due says, and how its days are counted.

use chrono::{Datelike, Days, Months, NaiveDate};
use enough_kernel::Pence;

use super::Notice;
use crate::facts::{Fact, fact};

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Where it is read: the path of its page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The id of what is a process of its own in our releases: its record is the draft.
    pub process: Option<String>,
}

/// A notice that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub notice: Notice,
    /// About what.
    pub subject: Subject,
    /// Which of several about the same: a payment, a year, a change.
    pub part: String,
    /// Before which day it can not have been published, if that is known.
    pub earliest: Option<NaiveDate>,
    /// By which day; none for "as soon as it can be".
    pub by: Option<NaiveDate>,
    /// Whether it may be published and need not: it is never late.
    pub optional: bool,
    /// The rule in words.
    pub rule: String,
    /// Where it is written.
    pub source: String,
}

impl Due {
    /// What names it for good: of the same notice about the same there is one.
    pub fn key(&self) -> String {
        key(self.notice, &self.subject.path, &self.part)
    }
}

/// What names a notice about something, and the part of it, for good.
pub(super) fn key(notice: Notice, path: &str, part: &str) -> String {
    // Without a space at the end: a form takes it away.
    format!("{notice} {path} {part}").trim_end().to_owned()
}

pub(super) fn due(
    notice: Notice,
    subject: &Subject,
    part: impl Into<String>,
    by: Option<NaiveDate>,
    rule: (&str, &str),
) -> Due {
    Due {
        notice,
        subject: subject.clone(),
        part: part.into(),
        earliest: None,
        by,
        optional: false,
        rule: rule.0.to_owned(),
        source: rule.1.to_owned(),
    }
}

pub(super) fn by_fact(
    notice: Notice,
    subject: &Subject,
    part: impl Into<String>,
    by: Option<NaiveDate>,
    rule: &Fact,
) -> Due {
    due(notice, subject, part, by, (&rule.rule, &rule.source))
}

/// The last day of a period of days that begins with a day, as the Act counts them.
pub(super) fn after(day: NaiveDate, rule: &Fact) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(rule.value.unsigned_abs()))?.pred_opt()
}

/// The last day of the quarter of the calendar that a day is in.
pub(super) fn quarter_end(day: NaiveDate) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?;
    first.checked_add_months(Months::new(3))?.pred_opt()
}

/// The half of the financial year that a day is in: April to September, or October to March.
///
/// ```
/// use enough_commissioning::notices::half_year;
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// assert_eq!(half_year(day("2026-11-22")), Some((day("2026-10-01"), day("2027-03-31"))));
/// assert_eq!(half_year(day("2027-02-01")), Some((day("2026-10-01"), day("2027-03-31"))));
/// assert_eq!(half_year(day("2026-04-01")), Some((day("2026-04-01"), day("2026-09-30"))));
/// ```
pub fn half_year(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let (year, month) = match day.month() {
        1..=3 => (day.year() - 1, 10),
        4..=9 => (day.year(), 4),
        _ => (day.year(), 10),
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, first.checked_add_months(Months::new(6))?.pred_opt()?))
}

/// Whether a contract below the threshold that is worth so much is notifiable.
pub(super) fn is_notifiable(worth: Pence, on: NaiveDate) -> bool {
    fact("notifiable-below-threshold", on).is_some_and(|rule| worth >= rule.pence())
}

/// What a notifiable contract below the threshold asks for once it is signed.
pub(super) fn details_below_threshold(subject: &Subject, signed: NaiveDate) -> Due {
    let rule = (
        "As soon as reasonably practicable after a notifiable contract below the threshold is signed",
        "Procurement Act 2023 s87(3)",
    );
    due(Notice::Details, subject, "", Some(signed), rule)
}
