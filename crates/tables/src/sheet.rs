//! Rows by heading: a reader says which columns it wants under which spellings, and gets the cells in that order.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::Path;

use chrono::NaiveDate;

use crate::budget::ROW;
use crate::headings::{Bound, Spec};
use crate::number::{is_blank, parse_number};
use crate::{Budget, Reject, Rejects, TableError, csv_rows, dates, parquet_rows, workbook};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or a mark that stands for nothing.
    Empty,
    /// Text, trimmed.
    Text(Cow<'a, str>),
    /// A number of a typed format.
    Number(f64),
}

/// One row: the cells of the wanted columns.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line of the text file, or the row of the sheet or Parquet file, from 1.
    pub line: u64,
    /// The cells, in the order of [`Spec::columns`].
    pub cells: Vec<Cell<'a>>,
    /// What of the row cannot be used, while the rest is.
    parts: RefCell<Vec<Reject>>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(line: u64, cells: Vec<Cell<'a>>) -> Self {
        Self { line, cells, parts: RefCell::default() }
    }
}

impl Row<'_> {
    /// The row is used without a part of it, which is told: "the grade is not one of Ofsted's words".
    pub fn without(&self, reason: &'static str, value: impl Into<String>) {
        self.parts.borrow_mut().push(Reject::part(reason, value));
    }

    /// What it costs to keep, in bytes.
    fn cost(&self) -> u64 {
        let text = |cell: &Cell<'_>| if let Cell::Text(text) = cell { text.len() as u64 } else { 0 };
        ROW + self.cells.iter().map(text).sum::<u64>()
    }

    /// The text of a cell; empty where there is none.
    pub fn text(&self, column: usize) -> Cow<'_, str> {
        match &self.cells[column] {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) if matches!(&**text, "-" | "NULL" | "REDACTED") => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// The text of a cell that must have one.
    ///
    /// # Errors
    /// The reason, when it is empty.
    pub fn needed_text(&self, column: usize, reason: &'static str) -> Result<Cow<'_, str>, Reject> {
        let text = self.text(column);
        if text.is_empty() { Err(Reject::new(reason, "")) } else { Ok(text) }
    }

    /// The number of a cell, if it has one.
    ///
    /// # Errors
    /// The reason, when it holds something that is neither a number nor a mark for none.
    pub fn number(&self, column: usize, reason: &'static str) -> Result<Option<f64>, Reject> {
        match &self.cells[column] {
            Cell::Empty => Ok(None),
            Cell::Number(number) if number.is_finite() => Ok(Some(*number)),
            Cell::Number(number) => Err(Reject::new(reason, number.to_string())),
            Cell::Text(text) if is_blank(text) => Ok(None),
            Cell::Text(text) => {
                parse_number(text).map(Some).ok_or_else(|| Reject::new(reason, text.as_ref()))
            }
        }
    }

    /// Whether a cell says yes: `Y`, `Yes`, `True` or 1, or no: `N`, `No`, `False` or 0, in any letter case; nothing where it is empty.
    ///
    /// # Errors
    /// The reason, when it says something else.
    pub fn flag(&self, column: usize, reason: &'static str) -> Result<Option<bool>, Reject> {
        let text = self.text(column);
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "y" | "yes" | "true" | "1" => Ok(Some(true)),
            "n" | "no" | "false" | "0" => Ok(Some(false)),
            _ => Err(Reject::new(reason, text)),
        }
    }

    /// The day of a cell, if it has one: `2026-06-30`, `30/06/2026`, or as a spreadsheet counts days.
    ///
    /// # Errors
    /// The reason, when it holds something else.
    pub fn day(&self, column: usize, reason: &'static str) -> Result<Option<NaiveDate>, Reject> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        dates::parse_day(&text).map(Some).ok_or_else(|| Reject::new(reason, text))
    }

    /// The number of a cell that must have one.
    ///
    /// # Errors
    /// The reason, when there is none.
    pub fn needed_number(&self, column: usize, reason: &'static str) -> Result<f64, Reject> {
        self.number(column, reason)?.ok_or_else(|| Reject::new(reason, self.text(column)))
    }
}

/// Rows of one file that may be refused: what is wrong in more of them is wrong with the file, and each is remembered.
const MOST_REJECTS: u64 = 1_000_000;

/// What was read of a table.
#[derive(Debug, Clone)]
pub struct Read {
    /// Rows that were seen.
    pub rows: u64,
    bound: Bound,
}

impl Read {
    /// Whether the table has the column, by its position in [`Spec::columns`].
    pub fn has(&self, column: usize) -> bool {
        self.bound.at[column].is_some()
    }

    /// The headings that no column took, as they are written.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        let is_used = |at: usize| self.bound.at.contains(&Some(at));
        let headings = self.bound.headings.iter().enumerate();
        headings.filter(move |(at, _)| !is_used(*at)).map(|(_, heading)| heading.trim())
    }

    /// The name of the sheet that was read, of a workbook.
    pub fn sheet(&self) -> Option<&str> {
        self.bound.sheet.as_ref().map(|(sheet, _)| sheet.as_str())
    }
}

/// Reads a table of any format and hands each row to `each`; what `each` refuses goes to the rejects, and what it means that the table has
/// not all columns is told there too.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is not this kind of table.
pub fn read_rows(
    path: &Path,
    spec: &Spec,
    rejects: &mut Rejects,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Reject>,
) -> Result<Read, TableError> {
    read_within(path, spec, Budget::default(), rejects, each)
}

/// What takes the rows of a file, as long as there are not too many.
pub(crate) type Take<'a> = dyn FnMut(&Row<'_>) -> Result<(), TableError> + 'a;

pub(crate) fn read_within(
    path: &Path,
    spec: &Spec,
    mut budget: Budget,
    rejects: &mut Rejects,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Reject>,
) -> Result<Read, TableError> {
    let (mut rows, mut refused) = (0, 0_u64);
    let whole = budget.clone();
    let mut take = |row: &Row<'_>| {
        rows += 1;
        budget.spend(path, row.cost())?;
        let whole = each(row).err();
        for reject in row.parts.take().into_iter().chain(whole) {
            refused += 1;
            if refused <= MOST_REJECTS {
                rejects.push(path, row.line, reject);
            }
        }
        Ok(())
    };
    let name = path.to_string_lossy().to_ascii_lowercase();
    let bound = if name.ends_with(".parquet") {
        parquet_rows::read(path, spec, &mut take)?
    } else if name.ends_with(".xlsx") || name.ends_with(".ods") {
        workbook::read(path, spec, whole, &mut take)?
    } else {
        let (bound, rejected) = csv_rows::read(path, spec, &mut take)?;
        for (line, reject) in rejected {
            rows += 1;
            rejects.push(path, line, reject);
        }
        bound
    };
    bound.tell(path, spec, rejects);
    if refused > MOST_REJECTS {
        return Err(TableError::Format {
            path: path.to_owned(),
            format: "a table",
            problem: format!("{refused} of its {rows} rows cannot be used; is it another kind of file?"),
        });
    }
    if rows == 0 {
        return Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() });
    }
    Ok(Read { rows, bound })
}
