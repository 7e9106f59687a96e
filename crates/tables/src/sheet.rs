//! Rows by heading: a reader says which columns it wants under which spellings, and gets the cells in that order.

use std::borrow::Cow;
use std::path::Path;

use crate::budget::ROW;
use crate::number::{is_blank, parse_number};
use crate::{Budget, Reject, Rejects, TableError, parquet_rows, text, workbook};

/// A column that a reader wants.
#[derive(Debug, Clone)]
pub struct Column {
    spellings: Vec<String>,
    needed: bool,
}

impl Column {
    /// A column without which the table is another kind of table.
    pub fn needed(spellings: &[&str]) -> Self {
        Self { spellings: spellings.iter().map(|&s| s.to_owned()).collect(), needed: true }
    }

    /// A column that some editions of the table have.
    pub fn optional(spellings: &[&str]) -> Self {
        Self { needed: false, ..Self::needed(spellings) }
    }

    fn find(&self, headings: &[String]) -> Option<usize> {
        self.spellings
            .iter()
            .find_map(|spelling| headings.iter().position(|heading| *heading == plain(spelling)))
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
}

impl Row<'_> {
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

/// Reads a table of any format and hands each row to `each`; what `each` refuses goes to the rejects. Returns the rows seen.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is not this kind of table.
pub fn read_rows(
    path: &Path,
    spec: &Spec,
    rejects: &mut Rejects,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Reject>,
) -> Result<u64, TableError> {
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
) -> Result<u64, TableError> {
    let (mut rows, mut refused) = (0, 0_u64);
    let whole = budget.clone();
    let mut take = |row: &Row<'_>| {
        rows += 1;
        budget.spend(path, row.cost())?;
        if let Err(reject) = each(row) {
            refused += 1;
            if refused <= MOST_REJECTS {
                rejects.push(path, row.line, reject);
            }
        }
        Ok(())
    };
    let name = path.to_string_lossy().to_ascii_lowercase();
    if name.ends_with(".parquet") {
        parquet_rows::read(path, spec, &mut take)?;
    } else if name.ends_with(".xlsx") || name.ends_with(".ods") {
        workbook::read(path, spec, whole, &mut take)?;
    } else {
        for (line, reject) in read_text(path, spec, &mut take)? {
            rows += 1;
            rejects.push(path, line, reject);
        }
    }
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
    Ok(rows)
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

/// Where each wanted column stands, if the headings have all that are needed.
pub(crate) fn bind(spec: &Spec, headings: &[String]) -> Option<Vec<Option<usize>>> {
    let headings: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let at: Vec<Option<usize>> = spec.columns.iter().map(|column| column.find(&headings)).collect();
    spec.columns.iter().zip(&at).all(|(column, at)| !column.needed || at.is_some()).then_some(at)
}

/// A wanted heading that stands in the table more than once: which column is meant cannot be known.
fn given_twice<'a>(at: &[Option<usize>], headings: &'a [String]) -> Option<&'a str> {
    let names: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let twice =
        at.iter().flatten().find(|&&at| names.iter().filter(|name| **name == names[at]).count() > 1)?;
    Some(headings[*twice].trim())
}

/// The error for a table whose headings are these.
pub(crate) fn wrong_headings(path: &Path, spec: &Spec, headings: &[String]) -> TableError {
    let there: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let missing = spec.columns.iter().filter(|column| column.needed && column.find(&there).is_none());
    let found: Vec<&str> =
        headings.iter().map(|heading| heading.trim()).filter(|heading| !heading.is_empty()).collect();
    let mut shown = found
        .iter()
        .take(12)
        .map(|heading| heading.chars().take(40).collect())
        .collect::<Vec<String>>()
        .join(", ");
    if found.len() > 12 {
        shown.push_str(" and others");
    }
    TableError::WrongHeadings {
        path: path.to_owned(),
        expected: spec.what.clone(),
        missing: missing.map(|column| format!("'{}'", column.spellings.join("' or '"))).collect(),
        found: shown,
    }
}

/// How many lines may stand before the headings: Nomis and ONS put titles there.
pub(crate) const MOST_PREAMBLE: usize = 30;

/// A row of a published table may break inside a quoted cell, but not this often: beyond, a stray quote swallows other rows.
const MOST_LINES_OF_A_ROW: u64 = 3;

fn read_text(path: &Path, spec: &Spec, take: &mut Take<'_>) -> Result<Vec<(u64, Reject)>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(text::open_text(path)?);
    let mut bound: Option<(Vec<Option<usize>>, usize)> = None;
    let mut first = None;
    let mut record = csv::ByteRecord::new();
    let mut rejected = Vec::new();
    let mut preamble = 0;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|error| csv_error(path, error, reader.position().line()))?;
        if !more {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        if reader.position().line() > line + MOST_LINES_OF_A_ROW {
            let problem = "a quote opens here and is not closed on the same line; mend the file";
            return Err(TableError::Row { path: path.to_owned(), line, problem: problem.to_owned() });
        }
        let Some((at, width)) = &bound else {
            let headings: Vec<String> = record
                .iter()
                .map(|cell| decode(cell, spec.encoding).unwrap_or_default().into_owned())
                .collect();
            if let Some(at) = bind(spec, &headings) {
                if let Some(twice) = given_twice(&at, &headings) {
                    let problem =
                        format!("the heading '{twice}' stands there twice; remove the one that is not meant");
                    return Err(TableError::Row { path: path.to_owned(), line, problem });
                }
                bound = Some((at, headings.len()));
            } else {
                preamble += 1;
                first.get_or_insert(headings);
                if preamble > MOST_PREAMBLE {
                    break;
                }
            }
            continue;
        };
        if record.len() != *width {
            let blank = record.iter().all(<[u8]>::is_empty);
            if !blank {
                let value = format!("{} cells under {width} headings", record.len());
                rejected.push((
                    line,
                    Reject::new("the row has another number of cells than the headings", value),
                ));
            }
            continue;
        }
        let mut cells = Vec::with_capacity(at.len());
        for at in at {
            let cell = at.map_or(&b""[..], |at| &record[at]);
            let text = decode(cell, spec.encoding).ok_or(TableError::Encoding {
                path: path.to_owned(),
                line,
                hint: "",
            })?;
            cells.push(cell_of(text));
        }
        take(&Row { line, cells })?;
    }
    match (bound, first) {
        (Some(_), _) => Ok(rejected),
        (None, Some(headings)) => Err(wrong_headings(path, spec, &headings)),
        (None, None) => Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() }),
    }
}

fn cell_of(text: Cow<'_, str>) -> Cell<'_> {
    let trimmed = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    if trimmed.is_empty() { Cell::Empty } else { Cell::Text(trimmed) }
}

fn decode(cell: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match (std::str::from_utf8(cell), encoding) {
        (Ok(text), _) => Some(Cow::Borrowed(text)),
        (Err(_), Encoding::Windows1252Too) => {
            Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0)
        }
        (Err(_), Encoding::Utf8) => None,
    }
}

/// Says what an error of the CSV reader means.
pub(crate) fn csv_error(path: &Path, error: csv::Error, line: u64) -> TableError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.to_string() == text::TOO_LONG => {
            TableError::LineTooLong { path: path.to_owned(), line, limit: text::LONGEST_LINE }
        }
        csv::ErrorKind::Io(source) => text::read_error(path, source),
        other => TableError::Format { path: path.to_owned(), format: "CSV", problem: format!("{other:?}") },
    }
}
