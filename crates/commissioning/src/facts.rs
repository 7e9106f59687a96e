//! Facts that law or guidance can change: `reference/procurement.csv`, looked up by date.

use chrono::NaiveDate;
use enough_kernel::Pence;

const TABLE: &str = include_str!("../../../reference/procurement.csv");

/// A fact that holds at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its value, in its unit: pence, days, working days, months.
    pub value: i64,
    /// The rule in words.
    pub rule: String,
    /// Where it is written.
    pub source: String,
}

impl Fact {
    /// Its value, where its unit is pence.
    pub fn pence(&self) -> Pence {
        Pence::new(self.value)
    }
}

/// The rows of the table.
fn rows() -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(TABLE.as_bytes()).into_records().filter_map(Result::ok)
}

/// The fact of this name that holds on a day; nothing before its first day or after its last.
///
/// ```
/// use chrono::NaiveDate;
/// use enough_commissioning::facts::fact;
/// let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
/// assert_eq!(fact("light-touch-threshold", day).unwrap().value, 66_354_000);
/// assert!(fact("light-touch-threshold", NaiveDate::from_ymd_opt(2000, 1, 1).unwrap()).is_none());
/// ```
pub fn fact(name: &str, on: NaiveDate) -> Option<Fact> {
    rows().find_map(|row| {
        let [id, value, _, from, until, rule, source] = row.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let over = until.parse::<NaiveDate>().is_ok_and(|until| on > until);
        if id != name || over || on < from.parse().ok()? {
            return None;
        }
        Some(Fact { value: value.parse().ok()?, rule: rule.to_owned(), source: source.to_owned() })
    })
}

/// Whether services for children (light touch) that are worth so much with VAT are at or above the threshold of the day on which they begin
/// to be bought; nothing where the threshold of that day is not known here (Procurement Act 2023, Schedule 1).
///
/// ```
/// use chrono::NaiveDate;
/// use enough_commissioning::facts::above_threshold;
/// use enough_kernel::Pence;
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// assert_eq!(above_threshold(Pence::new(66_354_000), day("2026-11-22")), Some(true));
/// assert_eq!(above_threshold(Pence::new(66_353_999), day("2026-11-22")), Some(false));
/// // It changes on 1 January 2028.
/// assert_eq!(above_threshold(Pence::new(66_354_000), day("2028-01-01")), None);
/// ```
pub fn above_threshold(worth: Pence, on: NaiveDate) -> Option<bool> {
    Some(worth >= fact("light-touch-threshold", on)?.pence())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_fact() {
        assert_eq!(rows().count(), TABLE.lines().count() - 1);
        for row in rows() {
            assert!(row[1].parse::<i64>().is_ok() && !row[6].is_empty(), "{row:?}");
            assert!(["pence", "days", "working days", "months"].contains(&&row[2]), "{row:?}");
            assert!(fact(&row[0], row[3].parse().unwrap()).is_some(), "{row:?}");
        }
    }

    #[test]
    fn sources_are_the_law_and_the_government_never_an_address_of_somebody_else() {
        let published = ["Act 2023 (c. 54)", "Regulations", "Code 2015", "uidance", "Compact"];
        let own = ["founding document", "docs/commissioning.md"];
        for row in rows() {
            let source = &row[6];
            assert!(!source.contains("://"), "{row:?}");
            assert!(published.iter().chain(&own).any(|known| source.contains(known)), "{row:?}");
            // What is our own says so.
            assert!(
                !own.iter().any(|known| source.contains(known)) || row[5].contains("our own rule"),
                "{row:?}"
            );
        }
    }
}
