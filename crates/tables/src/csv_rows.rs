//! CSV, also compressed: rows from the headings on, wherever they stand.

use std::borrow::Cow;
use std::path::Path;

use crate::headings::{Bound, Encoding, Headings, Spec, given_twice};
use crate::sheet::{Cell, Row, Take};
use crate::{Reject, TableError, text};

/// A row of a published table may break inside a quoted cell, but not this often: beyond, a stray quote swallows other rows.
const MOST_LINES_OF_A_ROW: u64 = 3;

/// Rows that have another number of cells than the headings are given back with their lines.
pub(crate) fn read(
    path: &Path,
    spec: &Spec,
    take: &mut Take<'_>,
) -> Result<(Bound, Vec<(u64, Reject)>), TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(text::open_text(path)?);
    let mut headings = Headings::default();
    let mut bound: Option<Bound> = None;
    let mut record = csv::ByteRecord::new();
    let mut rejected = Vec::new();
    let mut is_empty = true;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|error| csv_error(path, error, reader.position().line()))?;
        if !more {
            break;
        }
        is_empty = false;
        let line = record.position().map_or(0, csv::Position::line);
        if reader.position().line() > line + MOST_LINES_OF_A_ROW {
            let problem = "a quote opens here and is not closed on the same line; mend the file";
            return Err(TableError::Row { path: path.to_owned(), line, problem: problem.to_owned() });
        }
        let Some(bound) = &bound else {
            let cells =
                record.iter().map(|cell| decode(cell, spec.encoding).unwrap_or_default().into_owned());
            bound = headings.bind(spec, cells.collect());
            if let Some(twice) = bound.as_ref().and_then(given_twice) {
                return Err(twice_there(path, line, twice));
            }
            if bound.is_none() && headings.is_over() {
                break;
            }
            continue;
        };
        // Spreadsheets write rows of nothing but commas where a table ended once.
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let width = bound.headings.len();
        if record.len() != width {
            let value = format!("{} cells under {width} headings", record.len());
            rejected
                .push((line, Reject::new("the row has another number of cells than the headings", value)));
            continue;
        }
        let mut cells = Vec::with_capacity(bound.at.len());
        for at in &bound.at {
            let cell = at.map_or(&b""[..], |at| &record[at]);
            let text = decode(cell, spec.encoding).ok_or(TableError::Encoding {
                path: path.to_owned(),
                line,
                hint: "; save it as CSV UTF-8 and try again",
            })?;
            cells.push(cell_of(text));
        }
        take(&Row::new(line, cells))?;
    }
    match bound {
        Some(bound) => Ok((bound, rejected)),
        None if is_empty => Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() }),
        None => Err(headings.wrong(path, spec)),
    }
}

/// The error for a heading that stands there twice.
pub(crate) fn twice_there(path: &Path, line: u64, heading: &str) -> TableError {
    let problem = format!("the heading '{heading}' stands there twice; remove the one that is not meant");
    TableError::Row { path: path.to_owned(), line, problem }
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
