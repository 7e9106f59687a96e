//! Spreadsheets: the first sheet with the headings that are wanted, wherever they stand in it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{Data, DataRef, Ods, Range, Reader, Xlsx};
use zip::ZipArchive;

use crate::sheet::{Cell, MOST_PREAMBLE, Row, Spec, Take, bind, wrong_headings};
use crate::{Budget, TableError, sparse};

/// What a cell of a sheet takes that is read as a whole, in bytes.
const CELL: u64 = size_of::<Data>() as u64;

pub(crate) fn wrong(path: &Path, problem: impl ToString) -> TableError {
    TableError::Format { path: path.to_owned(), format: "a spreadsheet", problem: problem.to_string() }
}

/// Reads an XLSX or ODS file.
pub(crate) fn read(path: &Path, spec: &Spec, budget: Budget, take: &mut Take<'_>) -> Result<(), TableError> {
    check_parts(path, &budget)?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ods")) {
        read_ods(path, spec, budget, take)
    } else {
        read_xlsx(path, spec, take)
    }
}

fn open(path: &Path) -> Result<BufReader<File>, TableError> {
    let file = File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    Ok(BufReader::new(file))
}

/// What is built of a part that is kept as a whole, for each byte of it, at most: of a word without letters 24 for five.
const BUILT: u64 = 6;

/// Each part of the archive is read as a text: none may be larger than what may be built of it, whatever the archive says that it is. Sheets
/// are read row by row, or measured first; words, styles and the like are kept.
fn check_parts(path: &Path, budget: &Budget) -> Result<(), TableError> {
    let mut archive = ZipArchive::new(open(path)?).map_err(|error| wrong(path, error))?;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| wrong(path, error))?;
        let is_sheet = part.name().starts_with("xl/worksheets/") || part.name() == sparse::CONTENT;
        let most = if is_sheet { budget.left() } else { budget.left() / BUILT };
        let bytes = std::io::copy(&mut part.take(most + 1), &mut std::io::sink())
            .map_err(|error| wrong(path, error))?;
        if bytes > most {
            return Err(budget.spent(path));
        }
    }
    Ok(())
}

/// What stands in the first rows of the sheets: where the headings are, or what is there instead.
#[derive(Default)]
struct Headings {
    best: Vec<String>,
}

impl Headings {
    /// Where each wanted column stands, if these are the headings.
    fn bind(&mut self, spec: &Spec, row: Vec<String>) -> Option<Vec<Option<usize>>> {
        let at = bind(spec, &row);
        let filled = |row: &[String]| row.iter().filter(|heading| !heading.is_empty()).count();
        if at.is_none() && filled(&row) > filled(&self.best) {
            self.best = row;
        }
        at
    }
}

/// A sheet cell by cell: one row of it is in memory, and the words that cells share.
fn read_xlsx(path: &Path, spec: &Spec, take: &mut Take<'_>) -> Result<(), TableError> {
    let mut book = Xlsx::new(open(path)?).map_err(|error| wrong(path, error))?;
    let mut headings = Headings::default();
    for name in book.sheet_names() {
        let mut cells = book.worksheet_cells_reader(&name).map_err(|error| wrong(path, error))?;
        let mut bound: Option<Vec<Option<usize>>> = None;
        let (mut row, mut line, mut looked_at): (Vec<Data>, u32, usize) = (Vec::new(), 0, 0);
        loop {
            let cell = cells.next_cell().map_err(|error| wrong(path, error))?;
            let next = cell.as_ref().map(calamine::Cell::get_position);
            if next.is_none_or(|(at, _)| at != line) && !row.is_empty() {
                if let Some(at) = &bound {
                    give(at, &row, line, take)?;
                } else if looked_at < MOST_PREAMBLE {
                    looked_at += 1;
                    bound = headings.bind(spec, row.iter().map(ToString::to_string).collect());
                } else {
                    break;
                }
                row.clear();
            }
            let (Some(cell), Some((at, column))) = (cell, next) else { break };
            if at < line {
                return Err(wrong(path, format!("row {} comes after row {}", at + 1, line + 1)));
            }
            line = at;
            let column = column as usize;
            if column >= row.len() {
                row.resize(column + 1, Data::Empty);
            }
            row[column] = owned(cell.get_value());
        }
        if bound.is_some() {
            return Ok(());
        }
    }
    Err(wrong_headings(path, spec, &headings.best))
}

fn owned(value: &DataRef<'_>) -> Data {
    value.clone().into()
}

/// A sheet as a whole, after it was looked at how large it would be.
fn read_ods(path: &Path, spec: &Spec, mut budget: Budget, take: &mut Take<'_>) -> Result<(), TableError> {
    let (cells, text) = sparse::measure(path)?;
    budget.spend(path, cells.saturating_mul(CELL).saturating_add(text))?;
    let mut book = Ods::new(open(path)?).map_err(|error| wrong(path, error))?;
    let mut headings = Headings::default();
    for name in book.sheet_names() {
        let sheet: Range<Data> = book.worksheet_range(&name).map_err(|error| wrong(path, error))?;
        let top = sheet.start().map_or(0, |(row, _)| row);
        for (index, row) in sheet.rows().enumerate().take(MOST_PREAMBLE) {
            let Some(at) = headings.bind(spec, row.iter().map(ToString::to_string).collect()) else {
                continue;
            };
            for (below, row) in sheet.rows().enumerate().skip(index + 1) {
                give(&at, row, top + below as u32, take)?;
            }
            return Ok(());
        }
    }
    Err(wrong_headings(path, spec, &headings.best))
}

/// Gives a row of a sheet on, from 0, unless there is nothing in it.
fn give(at: &[Option<usize>], row: &[Data], line: u32, take: &mut Take<'_>) -> Result<(), TableError> {
    let wanted = |at: &Option<usize>| at.and_then(|at| row.get(at)).map_or(Cell::Empty, cell);
    let cells: Vec<Cell<'_>> = at.iter().map(wanted).collect();
    if cells.iter().all(|cell| *cell == Cell::Empty) {
        return Ok(());
    }
    take(&Row { line: u64::from(line) + 1, cells })
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
