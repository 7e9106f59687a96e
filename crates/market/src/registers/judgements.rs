//! Judgements in Ofsted's register, in the three layouts that are about: single grades (until December 2025), and single grades beside report
//! cards (REIF: renewed education inspection framework) since March 2026.

use std::path::Path;

use enough_tables::{Column, Read, Rejects, Row};

use crate::quality::{AREAS, CardGrade, Grade, Judged, Judgements, ReportCard, Requirements, Worded};

const UNKNOWN_WORD: &str = "a judgement is none of Ofsted's words; the setting is shown without it";
const NO_DAY: &str = "the date of an inspection is no date; it is shown without one";

/// What a judgement of one kind is read from: its outcome and its date, each under the headings of all layouts.
const PAIRS: [[&[&str]; 2]; 4] = [
    [
        &[
            "EYR OEIF/CIF: Most recent: Overall effectiveness",
            "EYR OEIF: Most recent: Overall effectiveness",
            "Most recent full: Overall effectiveness",
            "overall_effectiveness",
        ],
        &[
            "EYR OEIF: Most recent: Full inspection date",
            "EYR OEIF/CIF: Most recent: Full inspection date",
            "Most recent full: Inspection date",
            "inspection_date",
        ],
    ],
    [
        &[
            "EYR OEIF NCOR: Most recent: Overall effectiveness",
            "EYR NCOR: Most recent: Overall effectiveness",
            "ncor_outcome",
        ],
        &[
            "EYR OEIF NCOR: Most recent: Inspection date",
            "EYR NCOR: Most recent: Inspection date",
            "ncor_inspection_date",
        ],
    ],
    [
        &[
            "EYR OEIF OOSC: Most recent: Overall effectiveness",
            "EYR OOSC: Most recent: Overall effectiveness",
        ],
        &["EYR OEIF OOSC: Most recent: Inspection date", "EYR OOSC: Most recent: Inspection date"],
    ],
    [
        &["CR: Compliance", "CR: Most recent: Compliance", "cr_outcome"],
        &["CR: Most recent: Inspection date", "cr_inspection_date"],
    ],
];

/// How the headings of report cards begin.
const CARD: &str = "EYR REIF: Most recent: ";

/// Headings of judgements that are known and of which nothing is shown.
const NOT_SHOWN: [&str; 12] = [
    "CCR requirements suitability",
    "VCR requirements suitability",
    "EYR REIF: Most recent: Inspection visit type",
    "EYR REIF: Most recent: Inspection number",
    "EYR OEIF: Most recent: Full inspection number",
    "EYR OEIF: Most recent: Quality of education",
    "EYR OEIF: Most recent: Behaviour and attitudes",
    "EYR OEIF: Most recent: Personal development",
    "EYR OEIF: Most recent: Safeguarding is effective?",
    "EYR OEIF/CIF: Most recent: Effectiveness of leadership and management",
    "EYR OEIF NCOR: Most recent: Inspection number",
    "EYR OEIF OOSC: Most recent: Inspection number",
];

/// Columns of judgements, the first of them at `first`.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    first: usize,
}

/// Columns of a report card: date, safeguarding, areas.
const OF_CARD: usize = 2 + AREAS.len();

impl Columns {
    /// Adds them to the columns that are read.
    pub fn add(columns: &mut Vec<Column>) -> Self {
        let first = columns.len();
        for about in ["Inspection date", "Safeguarding standards met?"].into_iter().chain(AREAS) {
            columns.push(Column::alternative(&[&format!("{CARD}{about}")]));
        }
        columns.extend(PAIRS.as_flattened().iter().map(|spellings| Column::alternative(spellings)));
        Self { first }
    }

    fn pair(self, number: usize) -> [usize; 2] {
        let outcome = self.first + OF_CARD + 2 * number;
        [outcome, outcome + 1]
    }

    /// What a row says.
    pub fn read(self, row: &Row<'_>) -> Judgements {
        Judgements {
            card: self.card(row),
            grade: self.judged::<Grade>(row, 0),
            no_children: self.judged::<Requirements>(row, 1),
            out_of_school: self.judged::<Requirements>(row, 2),
            childcare_register: self.judged::<Requirements>(row, 3),
        }
    }

    fn card(self, row: &Row<'_>) -> Option<ReportCard> {
        let safeguarding = word::<Requirements>(row, self.first + 1).map(|said| said == Requirements::Met);
        let areas = std::array::from_fn(|area| word::<CardGrade>(row, self.first + 2 + area));
        let is_there = safeguarding.is_some() || areas.iter().any(Option::is_some);
        let on = day(row, self.first);
        if let Some(on) = on.filter(|_| !is_there) {
            row.without(
                "a report card has a date and nothing that was judged; it is not shown",
                on.to_string(),
            );
        }
        is_there.then_some(ReportCard { on, safeguarding, areas })
    }

    fn judged<T: Worded>(self, row: &Row<'_>, number: usize) -> Option<Judged<T>> {
        let [outcome, date] = self.pair(number);
        Some(Judged { is: word(row, outcome)?, on: day(row, date) })
    }

    /// Tells which of the judgements the table has no columns for, and which headings are not known.
    pub fn tell(self, path: &Path, read: &Read, rejects: &mut Rejects) {
        let has_card = (0..OF_CARD).any(|column| read.has(self.first + column));
        if !has_card && !read.has(self.pair(0)[0]) {
            let what = "it has no column of grades or report cards: no setting is shown with either";
            rejects.tell(path, what.to_owned());
        }
        if has_card {
            let about =
                ["Inspection date", "Safeguarding standards met?"].into_iter().chain(AREAS).enumerate();
            for (_, about) in about.filter(|(column, _)| !read.has(self.first + column)) {
                rejects.tell(
                    path,
                    format!("it has no column '{CARD}{about}': report cards are shown without it"),
                );
            }
        }
        for (number, [outcomes, _]) in PAIRS.iter().enumerate() {
            let [outcome, date] = self.pair(number);
            if read.has(outcome) && !read.has(date) {
                rejects.tell(path, format!("it has no date of '{}': it is shown without one", outcomes[0]));
            }
        }
        let is_of_judgements = |heading: &&str| {
            let heading = heading.to_lowercase();
            ["eyr ", "cr:", "ccr", "vcr"].iter().any(|start| heading.starts_with(start))
        };
        let plain = |text: &str| -> String {
            text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
        };
        let is_known = |heading: &str| NOT_SHOWN.iter().any(|known| plain(known) == plain(heading));
        for heading in read.unused().filter(is_of_judgements).filter(|heading| !is_known(heading)) {
            rejects.tell(
                path,
                format!("the heading '{heading}' is not known: what stands under it is not shown"),
            );
        }
    }
}

fn word<T: Worded>(row: &Row<'_>, column: usize) -> Option<T> {
    let text = row.text(column);
    let found = T::of(&text);
    if found.is_none() && !text.is_empty() {
        row.without(UNKNOWN_WORD, text);
    }
    found
}

fn day(row: &Row<'_>, column: usize) -> Option<chrono::NaiveDate> {
    row.day(column, NO_DAY).unwrap_or_else(|reject| {
        row.without(reject.reason, reject.value);
        None
    })
}
