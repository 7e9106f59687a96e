//! Spreadsheets: the first sheet with the headings that are wanted, wherever they stand in it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{Data, DataRef, Ods, Range, Reader, Xlsx};
use zip::ZipArchive;

use crate::csv_rows::twice_there;
use crate::headings::{Bound, Headings, MOST_PREAMBLE, Spec, given_twice};
use crate::sheet::{Cell, Row, Take};
use crate::{Budget, TableError, dates, sparse};

/// What a cell of a sheet takes that is read as a whole, in bytes.
const CELL: u64 = size_of::<Data>() as u64;

pub(crate) fn wrong(path: &Path, problem: impl ToString) -> TableError {
    TableError::Format { path: path.to_owned(), format: "a spreadsheet", problem: problem.to_string() }
}

/// Reads an XLSX or ODS file.
pub(crate) fn read(
    path: &Path,
    spec: &Spec,
    budget: Budget,
    take: &mut Take<'_>,
) -> Result<Bound, TableError> {
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

/// Of the sheets that have the headings the one to read: that of the newest year in its name, if all have one, or else the first. ONS publishes several years
/// in one workbook.
fn choose(found: Vec<(String, Bound)>) -> Option<(String, Bound)> {
    let years = |name: &str| -> Vec<u32> {
        let runs = name.split(|character: char| !character.is_ascii_digit());
        runs.filter(|run| run.len() == 4).filter_map(|run| run.parse().ok()).collect()
    };
    let all_have_years = found.iter().all(|(name, _)| !years(name).is_empty());
    let years = |name: &str| if all_have_years { years(name) } else { Vec::new() };
    let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
    let (at, (name, mut bound)) =
        found.into_iter().enumerate().max_by_key(|(at, (name, _))| (years(name), std::cmp::Reverse(*at)))?;
    let others =
        names.into_iter().enumerate().filter(|(other, _)| *other != at).map(|(_, name)| name).collect();
    bound.sheet = Some((name.clone(), others));
    Some((name, bound))
}

/// A sheet cell by cell: one row of it is in memory, and the words that cells share.
fn read_xlsx(path: &Path, spec: &Spec, take: &mut Take<'_>) -> Result<Bound, TableError> {
    let mut book = Xlsx::new(open(path)?).map_err(|error| wrong(path, error))?;
    let mut headings = Headings::default();
    let mut found = Vec::new();
    for name in book.sheet_names() {
        headings.begin();
        let mut bound = None;
        rows(path, &mut book, &name, &mut |row, line| {
            bound = look(path, spec, &mut headings, row, line)?;
            Ok(bound.is_none() && !headings.is_over())
        })?;
        found.extend(bound.map(|bound| (name, bound)));
    }
    let Some((name, bound)) = choose(found) else { return Err(headings.wrong(path, spec)) };
    let mut is_below = false;
    rows(path, &mut book, &name, &mut |row, line| {
        if is_below {
            give(&bound.at, row, line, take)?;
        }
        is_below |= row.iter().map(ToString::to_string).eq(bound.headings.iter().cloned());
        Ok(true)
    })?;
    Ok(bound)
}

/// Looks whether a row is that of the headings.
fn look(
    path: &Path,
    spec: &Spec,
    headings: &mut Headings,
    row: &[Data],
    line: u32,
) -> Result<Option<Bound>, TableError> {
    let bound = headings.bind(spec, row.iter().map(ToString::to_string).collect());
    match bound.as_ref().and_then(given_twice) {
        Some(twice) => Err(twice_there(path, u64::from(line) + 1, twice)),
        None => Ok(bound),
    }
}

/// What takes the rows of a sheet, each with its number from 0; it says whether it wants more.
type Each<'a> = dyn FnMut(&[Data], u32) -> Result<bool, TableError> + 'a;

/// Shows each row of a sheet that has cells, with its number from 0, as long as somebody wants more.
fn rows(
    path: &Path,
    book: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    each: &mut Each<'_>,
) -> Result<(), TableError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| wrong(path, error))?;
    let (mut row, mut line): (Vec<Data>, u32) = (Vec::new(), 0);
    loop {
        let cell = cells.next_cell().map_err(|error| wrong(path, error))?;
        let next = cell.as_ref().map(calamine::Cell::get_position);
        if next.is_none_or(|(at, _)| at != line) && !row.is_empty() {
            if !each(&row, line)? {
                return Ok(());
            }
            row.clear();
        }
        let (Some(cell), Some((at, column))) = (cell, next) else { return Ok(()) };
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
}

fn owned(value: &DataRef<'_>) -> Data {
    value.clone().into()
}

/// A sheet as a whole, after it was looked at how large it would be.
fn read_ods(path: &Path, spec: &Spec, mut budget: Budget, take: &mut Take<'_>) -> Result<Bound, TableError> {
    let (cells, text) = sparse::measure(path)?;
    budget.spend(path, cells.saturating_mul(CELL).saturating_add(text))?;
    let mut book = Ods::new(open(path)?).map_err(|error| wrong(path, error))?;
    let mut headings = Headings::default();
    let mut found = Vec::new();
    for name in book.sheet_names() {
        let sheet: Range<Data> = book.worksheet_range(&name).map_err(|error| wrong(path, error))?;
        let top = sheet.start().map_or(0, |(row, _)| row);
        for (row, line) in sheet.rows().zip(top..).take(MOST_PREAMBLE) {
            if let Some(bound) = look(path, spec, &mut headings, row, line)? {
                found.push((name, bound, line));
                break;
            }
        }
    }
    let lines: Vec<u32> = found.iter().map(|(.., line)| *line).collect();
    let names: Vec<String> = found.iter().map(|(name, ..)| name.clone()).collect();
    let chosen = choose(found.into_iter().map(|(name, bound, _)| (name, bound)).collect());
    let Some((name, bound)) = chosen else { return Err(headings.wrong(path, spec)) };
    let sheet: Range<Data> = book.worksheet_range(&name).map_err(|error| wrong(path, error))?;
    let top = sheet.start().map_or(0, |(row, _)| row);
    let below = names.iter().position(|other| *other == name).map_or(0, |at| lines[at] + 1);
    for (row, line) in sheet.rows().zip(top..).filter(|(_, line)| *line >= below) {
        give(&bound.at, row, line, take)?;
    }
    Ok(bound)
}

/// Gives a row of a sheet on, from 0, unless there is nothing in it.
fn give(at: &[Option<usize>], row: &[Data], line: u32, take: &mut Take<'_>) -> Result<(), TableError> {
    let wanted = |at: &Option<usize>| at.and_then(|at| row.get(at)).map_or(Cell::Empty, cell);
    let cells: Vec<Cell<'_>> = at.iter().map(wanted).collect();
    if cells.iter().all(|cell| *cell == Cell::Empty) {
        return Ok(());
    }
    take(&Row::new(u64::from(line) + 1, cells))
}

fn cell(data: &Data) -> Cell<'_> {
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::String(text) if text.trim().is_empty() => Cell::Empty,
        Data::String(text) => Cell::Text(Cow::Borrowed(text.trim())),
        Data::DateTime(moment) => Cell::Text(Cow::Owned(dates::shown(moment))),
        Data::DurationIso(time) => Cell::Text(Cow::Owned(dates::clock(time).unwrap_or_else(|| time.clone()))),
        // What went wrong in a formula is shown as the spreadsheet does, and is no number.
        Data::Bool(_) | Data::Error(_) | Data::DateTimeIso(_) => Cell::Text(Cow::Owned(data.to_string())),
    }
}
