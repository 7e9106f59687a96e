//! Days and times as published tables and spreadsheets write them.

use calamine::ExcelDateTime;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// The days that a bare number in a column of days may stand for: those of 1990 to 2099, as a spreadsheet counts them.
const SERIAL: std::ops::Range<f64> = 32_874.0..73_051.0;

/// A day: `2026-06-30`, `30/06/2026`, either with a time behind it, or the number that a spreadsheet shows where a cell lost its form
/// (43599 is 14 May 2019: ECMA-376 part 1, 18.17.4.1, the 1900 date system).
pub(crate) fn parse_day(text: &str) -> Option<NaiveDate> {
    if let Some(day) = text.parse().ok().and_then(day_of_serial) {
        return Some(day);
    }
    let (day, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let is_of_time = |letter: char| letter.is_ascii_digit() || ":.+-Z".contains(letter);
    if !rest.chars().all(is_of_time) {
        return None;
    }
    let form = if day.contains('/') { "%d/%m/%Y" } else { "%Y-%m-%d" };
    // Years of two digits are of two centuries.
    let has_whole_year = day.split(['/', '-']).any(|part| part.len() == 4);
    NaiveDate::parse_from_str(day, form).ok().filter(|_| has_whole_year)
}

pub(crate) fn day_of_serial(number: f64) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    SERIAL.contains(&number).then(|| first.checked_add_days(Days::new(number as u64))).flatten()
}

/// A cell of a spreadsheet with a day, a time or both, as text.
pub(crate) fn shown(cell: &ExcelDateTime) -> String {
    let time = |time: NaiveTime| time.format("%H:%M:%S").to_string();
    // What is shorter than a day is a time of it.
    let is_time = cell.is_duration() || (0.0..1.0).contains(&cell.as_f64());
    match cell.as_datetime() {
        Some(moment) if is_time => time(moment.time()),
        Some(moment) => whole(moment),
        None => cell.as_f64().to_string(),
    }
}

fn whole(moment: NaiveDateTime) -> String {
    let form = if moment.time() == NaiveTime::MIN { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S" };
    moment.format(form).to_string()
}

/// A time of `OpenDocument`, `PT09H30M00S`, as a clock shows it.
pub(crate) fn clock(duration: &str) -> Option<String> {
    let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split('.').next()?;
    let [hours, minutes, seconds] = [hours, minutes, seconds].map(|part| part.parse().ok());
    Some(NaiveTime::from_hms_opt(hours?, minutes?, seconds?)?.format("%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_published() {
        for text in
            ["2019-05-14", "14/05/2019", "2019-05-14 00:00:00", "2019-05-14T09:30:00", "43599", "14/5/2019"]
        {
            assert_eq!(parse_day(text), NaiveDate::from_ymd_opt(2019, 5, 14), "{text}");
        }
        for text in [
            "",
            "05/14/2019",
            "14/05/19",
            "2019",
            "31/02/2019",
            "14/05/2019 to 16/05/2019",
            "soon",
            "1e999",
            "12",
        ] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_times() {
        assert_eq!(clock("PT09H30M00S").as_deref(), Some("09:30:00"));
        assert_eq!(clock("PT25H00M00S"), None);
    }
}
