//! On which days a trip runs: `calendar.txt` and `calendar_dates.txt`.

use std::collections::{BTreeMap, BTreeSet};

use gtfs_structures::{Calendar, CalendarDate, Exception};
use jiff::civil::Date;

/// The days of one service.
#[derive(Debug, Clone, Default)]
pub(super) struct Service {
    /// The week and its first and last day, if it has one.
    week: Option<([bool; 7], Date, Date)>,
    added: BTreeSet<Date>,
    removed: BTreeSet<Date>,
}

impl Service {
    pub fn runs_on(&self, date: Date) -> bool {
        if self.removed.contains(&date) {
            return false;
        }
        let day = date.weekday().to_monday_zero_offset() as usize;
        self.added.contains(&date)
            || self.week.is_some_and(|(days, from, to)| days[day] && (from..=to).contains(&date))
    }

    /// The first and the last day on which it may run.
    pub fn days(&self) -> Option<(Date, Date)> {
        let week = self.week.filter(|(days, ..)| days.contains(&true)).map(|(_, from, to)| (from, to));
        let first = self.added.first().copied().into_iter().chain(week.map(|week| week.0)).min()?;
        let last = self.added.last().copied().into_iter().chain(week.map(|week| week.1)).max()?;
        Some((first, last))
    }
}

/// Services by their id.
#[derive(Debug, Default)]
pub(super) struct Services(BTreeMap<String, Service>);

impl Services {
    /// Takes a row of `calendar.txt`; the id if the service had one before.
    pub fn week(&mut self, row: Calendar) -> Option<String> {
        let days =
            [row.monday, row.tuesday, row.wednesday, row.thursday, row.friday, row.saturday, row.sunday];
        let service = self.0.entry(row.id.clone()).or_default();
        service.week.replace((days, row.start_date, row.end_date)).map(|_| row.id)
    }

    pub fn exception(&mut self, row: CalendarDate) {
        let service = self.0.entry(row.service_id).or_default();
        match row.exception_type {
            Exception::Added => service.added.insert(row.date),
            Exception::Deleted => service.removed.insert(row.date),
        };
    }

    /// The services in order of id, and where each is.
    pub fn list(self) -> (Vec<Service>, BTreeMap<String, u32>) {
        let (ids, list): (Vec<String>, Vec<Service>) = self.0.into_iter().unzip();
        (list, ids.into_iter().zip(0..).collect())
    }
}

/// A day written `YYYY-MM-DD`.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("'{text}' is not a day written as 2020-05-19"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_win_over_the_week() {
        let date = |text: &str| parse_date(text).unwrap();
        let service = Service {
            week: Some((
                [true, true, true, true, true, false, false],
                date("2020-05-18"),
                date("2020-07-17"),
            )),
            added: [date("2020-05-24")].into(),
            removed: [date("2020-05-25")].into(),
        };
        for (day, runs) in [
            ("2020-05-17", false),
            ("2020-05-18", true),
            ("2020-05-23", false),
            ("2020-05-24", true),
            ("2020-05-25", false),
            ("2020-07-17", true),
            ("2020-07-20", false),
        ] {
            assert_eq!(service.runs_on(date(day)), runs, "{day}");
        }
        assert_eq!(service.days(), Some((date("2020-05-18"), date("2020-07-17"))));
        assert!(parse_date("2020-02-30").is_err());
    }
}
