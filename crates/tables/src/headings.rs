//! Which columns a reader wants, under which headings, and where they stand in a table.

use std::path::Path;

use crate::{Rejects, TableError};

/// What stands in a spelling for the year of a heading: `lad{year}cd` is `LAD24CD`, `lad26cd` and `LAD2026CD`.
const YEAR: &str = "{year}";

/// A column that a reader wants.
#[derive(Debug, Clone)]
pub struct Column {
    spellings: Vec<String>,
    role: Role,
}

#[derive(Debug, Clone, Copy)]
enum Role {
    /// Without it the table is another kind of table.
    Needed,
    /// Without it the answer means something else, which is told.
    Optional(&'static str),
    /// One of several ways to say a thing; the reader says what it means that none is there.
    Alternative,
}

impl Column {
    /// A column without which the table is another kind of table. A spelling may have `{year}`, for a year of two or four digits; where
    /// headings of several years are there, the newest is taken.
    pub fn needed(spellings: &[&str]) -> Self {
        Self { spellings: spellings.iter().map(|&s| s.to_owned()).collect(), role: Role::Needed }
    }

    /// A column that some editions of the table have, and what it means for the answer where it is not there: a part of a sentence, as in
    /// "providers that have closed count as open".
    pub fn optional(spellings: &[&str], without: &'static str) -> Self {
        Self { role: Role::Optional(without), ..Self::needed(spellings) }
    }

    /// One of several columns that say the same. Whoever reads the table asks [`crate::Read::has`] whether one was there.
    pub fn alternative(spellings: &[&str]) -> Self {
        Self { role: Role::Alternative, ..Self::needed(spellings) }
    }

    fn find(&self, headings: &[String]) -> Option<usize> {
        self.spellings.iter().find_map(|spelling| {
            let years =
                headings.iter().enumerate().filter_map(|(at, heading)| Some((year(spelling, heading)?, at)));
            // Of two with the same name the first, which is then told.
            years.max_by_key(|&(year, at)| (year, std::cmp::Reverse(at))).map(|(_, at)| at)
        })
    }

    /// As people write its heading.
    fn shown(&self) -> String {
        let spellings: Vec<String> =
            self.spellings.iter().map(|spelling| spelling.replace(YEAR, "26")).collect();
        format!("'{}'", spellings.join("' or '"))
    }
}

/// The year of a heading in plain form, if it is spelled so: 0 where the spelling has none.
fn year(spelling: &str, heading: &str) -> Option<u32> {
    let Some((before, after)) = spelling.split_once(YEAR) else {
        return (heading == plain(spelling)).then_some(0);
    };
    let digits = heading.strip_prefix(&plain(before))?.strip_suffix(&plain(after))?.trim_matches('_');
    let number: u32 =
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok()? } else { return None };
    match digits.len() {
        2 => Some(2000 + number),
        4 => Some(number),
        _ => None,
    }
}

/// What to do with text that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Refuse it: tables that people make for this command are UTF-8.
    Utf8,
    /// Read the row as Windows-1252: Ofsted and GIAS publish in it.
    Windows1252Too,
}

/// A kind of table.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What it is, for messages: "the Ofsted register of childcare providers".
    pub what: String,
    /// Columns in the order the reader will ask for them.
    pub columns: Vec<Column>,
    /// Encodings that are read.
    pub encoding: Encoding,
}

/// Lower case, and every run of other characters than letters and digits as one underscore.
pub(crate) fn plain(heading: &str) -> String {
    let mut plain = String::with_capacity(heading.len());
    for character in heading.trim().chars() {
        if character.is_alphanumeric() {
            plain.extend(character.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

/// How many lines may stand before the headings: Nomis and ONS put titles there.
pub(crate) const MOST_PREAMBLE: usize = 30;

/// Where the wanted columns stand in a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bound {
    /// For each wanted column its place, if it is there.
    pub at: Vec<Option<usize>>,
    /// The headings as they are written.
    pub headings: Vec<String>,
    /// The sheet of a workbook, and the others that have the same headings.
    pub sheet: Option<(String, Vec<String>)>,
}

impl Bound {
    /// Tells what it means for the answer that columns are not there, and which sheet was read.
    pub fn tell(&self, path: &Path, spec: &Spec, rejects: &mut Rejects) {
        for (column, at) in spec.columns.iter().zip(&self.at) {
            if let (Role::Optional(without), None) = (column.role, at) {
                rejects.tell(path, format!("it has no column {}: {without}", column.shown()));
            }
        }
        if let Some((sheet, others)) = &self.sheet
            && !others.is_empty()
        {
            let others = others.join("', '");
            rejects.tell(
                path,
                format!("its sheet '{sheet}' was read, and not '{others}', which have the same headings"),
            );
        }
    }
}

/// Looks for the headings from row to row, and remembers the row that looks most like them.
#[derive(Default)]
pub(crate) struct Headings {
    best: Vec<String>,
    looked_at: usize,
}

impl Headings {
    /// Whether to look no further.
    pub fn is_over(&self) -> bool {
        self.looked_at >= MOST_PREAMBLE
    }

    /// Another sheet: what was best stays.
    pub fn begin(&mut self) {
        self.looked_at = 0;
    }

    /// Where each wanted column stands, if these are the headings.
    pub fn bind(&mut self, spec: &Spec, row: Vec<String>) -> Option<Bound> {
        self.looked_at += 1;
        let plain: Vec<String> = row.iter().map(|heading| plain(heading)).collect();
        let at: Vec<Option<usize>> = spec.columns.iter().map(|column| column.find(&plain)).collect();
        let is_needed = |column: &Column| matches!(column.role, Role::Needed);
        if spec.columns.iter().zip(&at).all(|(column, at)| !is_needed(column) || at.is_some()) {
            return Some(Bound { at, headings: row, sheet: None });
        }
        let filled = |row: &[String]| row.iter().filter(|heading| !heading.trim().is_empty()).count();
        if filled(&row) > filled(&self.best) {
            self.best = row;
        }
        None
    }

    /// The error for a table that has no such headings.
    pub fn wrong(self, path: &Path, spec: &Spec) -> TableError {
        let there: Vec<String> = self.best.iter().map(|heading| plain(heading)).collect();
        let missing = spec
            .columns
            .iter()
            .filter(|column| matches!(column.role, Role::Needed) && column.find(&there).is_none());
        let found: Vec<&str> =
            self.best.iter().map(|heading| heading.trim()).filter(|heading| !heading.is_empty()).collect();
        let shown: Vec<String> =
            found.iter().take(12).map(|heading| heading.chars().take(40).collect()).collect();
        let mut shown = shown.join(", ");
        if found.len() > 12 {
            shown.push_str(" and others");
        }
        TableError::WrongHeadings {
            path: path.to_owned(),
            expected: spec.what.clone(),
            missing: missing.map(Column::shown).collect(),
            found: shown,
        }
    }
}

/// A wanted heading that stands in the table more than once: which column is meant cannot be known.
pub(crate) fn given_twice(bound: &Bound) -> Option<&str> {
    let names: Vec<String> = bound.headings.iter().map(|heading| plain(heading)).collect();
    let is_twice = |at: &&usize| names.iter().filter(|name| **name == names[**at]).count() > 1;
    let twice = bound.at.iter().flatten().find(is_twice)?;
    Some(bound.headings[*twice].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(spelling: &str, headings: &[&str]) -> Option<usize> {
        let headings: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
        Column::needed(&[spelling]).find(&headings)
    }

    #[test]
    fn a_heading_of_any_year_is_found_and_the_newest_is_taken() {
        for heading in ["LAD26CD", "lad2026cd", " LAD23CD "] {
            assert_eq!(at("LAD{year}CD", &["x", heading]), Some(1), "{heading}");
        }
        for heading in ["LAD 2026 Code", "LAD 26 code", "lad_2026_code"] {
            assert_eq!(at("LAD {year} Code", &[heading]), Some(0), "{heading}");
        }
        assert_eq!(at("LAD{year}CD", &["LAD22CD", "LAD26CD", "LAD24CD"]), Some(1));
        for heading in ["LADCD", "LAD1CD", "LADxxCD", "LAD26NM", "WLAD26CD", "LAD20261CD"] {
            assert_eq!(at("LAD{year}CD", &[heading]), None, "{heading}");
        }
    }
}
