//! Spreadsheets: the first sheet with the headings that are wanted, wherever they stand in it.

use std::borrow::Cow;
use std::path::Path;

use calamine::{Data, Reader};

use crate::TableError;
use crate::sheet::{Cell, MOST_PREAMBLE, Row, Spec, bind, wrong_headings};

/// Reads an XLSX or ODS file.
pub(crate) fn read(path: &Path, spec: &Spec, take: &mut dyn FnMut(&Row<'_>)) -> Result<(), TableError> {
    let wrong = |error: calamine::Error| TableError::Format {
        path: path.to_owned(),
        format: "a spreadsheet",
        problem: error.to_string(),
    };
    let mut book = calamine::open_workbook_auto(path).map_err(wrong)?;
    let mut first: Option<Vec<String>> = None;
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).map_err(wrong)?;
        let top = sheet.start().map_or(0, |(row, _)| row);
        for (index, row) in sheet.rows().enumerate().take(MOST_PREAMBLE) {
            let headings: Vec<String> = row.iter().map(ToString::to_string).collect();
            let Some(at) = bind(spec, &headings) else {
                let filled = headings.iter().filter(|heading| !heading.is_empty()).count();
                if filled > first.as_ref().map_or(0, |best| best.iter().filter(|h| !h.is_empty()).count()) {
                    first = Some(headings);
                }
                continue;
            };
            for (below, row) in sheet.rows().enumerate().skip(index + 1) {
                let cells: Vec<Cell<'_>> =
                    at.iter().map(|at| at.map_or(Cell::Empty, |at| cell(&row[at]))).collect();
                if cells.iter().any(|cell| *cell != Cell::Empty) {
                    take(&Row { line: u64::from(top) + below as u64 + 1, cells });
                }
            }
            return Ok(());
        }
    }
    Err(wrong_headings(path, spec, &first.unwrap_or_default()))
}

fn cell(data: &Data) -> Cell<'_> {
    match data {
        Data::Empty | Data::Error(_) => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::String(text) if text.trim().is_empty() => Cell::Empty,
        Data::String(text) => Cell::Text(Cow::Borrowed(text.trim())),
        other => Cell::Text(Cow::Owned(other.to_string())),
    }
}
