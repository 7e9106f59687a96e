//! The engine's table of pairs: `area,setting,minutes`, from CSV or Parquet, tens of millions of rows.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use rayon::prelude::*;

use crate::headings::Bound;
use crate::parquet_rows::{bind, text_at, wrong};
use crate::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

/// Finds the number of an id.
#[derive(Debug)]
pub struct Index(HashMap<String, u32, foldhash::fast::FixedState>);

impl Index {
    /// Numbers the ids in their order.
    pub fn new(ids: &[String]) -> Self {
        Self(ids.iter().enumerate().map(|(number, id)| (id.clone(), number as u32)).collect())
    }

    /// The number of the id.
    pub fn get(&self, id: &str) -> Option<u32> {
        self.0.get(id).copied()
    }
}

const UNKNOWN_AREA: &str = "the pair names an area that is not in the demand table";
const UNKNOWN_SETTING: &str = "the pair names a setting that is not in the supply table";
const NOT_A_TIME: &str = "the minutes are not a number of zero or more";

/// Hands every pair to `keep` as area number, setting number and minutes; returns how many there are.
///
/// # Errors
/// [`TableError`] naming the first row with an unknown id or an impossible time.
pub fn read_pairs(
    path: &Path,
    areas: &Index,
    settings: &Index,
    keep: &mut dyn FnMut(u32, u32, f64),
) -> Result<u64, TableError> {
    let spec = Spec {
        what: "a table with the headings area,setting,minutes".to_owned(),
        columns: ["area", "setting", "minutes"].map(|name| Column::needed(&[name])).to_vec(),
        encoding: Encoding::Utf8,
    };
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        return parquet_pairs(path, &spec, areas, settings, keep);
    }
    let mut rejects = Rejects::default();
    let read = read_rows(path, &spec, &mut rejects, &mut |row: &Row<'_>| {
        let (area, setting) = (row.text(0), row.text(1));
        let area = areas.get(&area).ok_or_else(|| Reject::new(UNKNOWN_AREA, area))?;
        let setting = settings.get(&setting).ok_or_else(|| Reject::new(UNKNOWN_SETTING, setting))?;
        let minutes = row.needed_number(2, NOT_A_TIME)?;
        if minutes < 0.0 {
            return Err(Reject::new(NOT_A_TIME, minutes.to_string()));
        }
        keep(area, setting, minutes + 0.0);
        Ok(())
    })?;
    rejects
        .rows()
        .first()
        .map_or(Ok(read.rows), |first| Err(row_error(path, first.line, &first.reject, rejects.rows().len())))
}

fn row_error(path: &Path, line: u64, reject: &Reject, count: usize) -> TableError {
    let more = if count > 1 { format!(" ({count} such rows in all)") } else { String::new() };
    let problem = format!("{}: '{}'{more}", reject.reason, reject.value);
    TableError::Row { path: path.to_owned(), line, problem }
}

/// A row group with ids already numbered.
struct Group {
    area: Vec<u32>,
    setting: Vec<u32>,
    minutes: Vec<f64>,
}

fn parquet_pairs(
    path: &Path,
    spec: &Spec,
    areas: &Index,
    settings: &Index,
    keep: &mut dyn FnMut(u32, u32, f64),
) -> Result<u64, TableError> {
    let open = || File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source });
    let metadata = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::default())
        .map_err(|error| wrong(path, error))?;
    let Bound { at, headings, .. } = bind(path, spec, metadata.schema())?;
    let at: Vec<usize> = at.into_iter().flatten().collect();
    let groups: Vec<usize> = (0..metadata.metadata().num_row_groups()).collect();
    let mut rows = 0u64;
    // A few row groups at a time, so that only they are in memory beside what is kept.
    for some in groups.chunks(rayon::current_num_threads().max(1)) {
        let firsts = some.iter().map(|&group| {
            metadata.metadata().row_groups()[..group].iter().map(|g| g.num_rows() as u64).sum::<u64>()
        });
        let jobs: Vec<(usize, u64)> = some.iter().copied().zip(firsts).collect();
        let read: Vec<Result<Vec<Group>, TableError>> = jobs
            .into_par_iter()
            .map(|(group, first)| {
                let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(open()?, metadata.clone());
                let mask = ProjectionMask::roots(builder.parquet_schema(), at.iter().copied());
                let reader = builder
                    .with_projection(mask)
                    .with_row_groups(vec![group])
                    .with_batch_size(1 << 21)
                    .build()
                    .map_err(|error| wrong(path, error))?;
                let mut line = first;
                let mut done = Vec::new();
                for batch in reader {
                    let batch = batch.map_err(|error| wrong(path, error))?;
                    let column = |name: &str| {
                        batch.column_by_name(name).map_or_else(|| Err(wrong(path, "a column is gone")), Ok)
                    };
                    let area = numbers(path, column(&headings[at[0]])?, areas, UNKNOWN_AREA, line)?;
                    let setting = numbers(path, column(&headings[at[1]])?, settings, UNKNOWN_SETTING, line)?;
                    let minutes = times(path, column(&headings[at[2]])?, line)?;
                    line += minutes.len() as u64;
                    done.push(Group { area, setting, minutes });
                }
                Ok(done)
            })
            .collect();
        for groups in read {
            for group in groups? {
                rows += group.area.len() as u64;
                for ((&area, &setting), &minutes) in group.area.iter().zip(&group.setting).zip(&group.minutes)
                {
                    keep(area, setting, minutes);
                }
            }
        }
    }
    if rows == 0 {
        return Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() });
    }
    Ok(rows)
}

/// The numbers of a column of ids. A dictionary is looked up once for each word, not once for each row.
fn numbers(
    path: &Path,
    ids: &ArrayRef,
    index: &Index,
    unknown: &'static str,
    first: u64,
) -> Result<Vec<u32>, TableError> {
    const NONE: u32 = u32::MAX;
    let refuse = |row: usize, id: &str| row_error(path, first + row as u64 + 1, &Reject::new(unknown, id), 1);
    if let DataType::Dictionary(keys, _) = ids.data_type()
        && **keys == DataType::Int32
    {
        let dictionary = ids.as_dictionary::<Int32Type>();
        let words = dictionary.values();
        let known: Vec<u32> = (0..words.len())
            .map(|word| text_at(words, word).and_then(|id| index.get(id)).unwrap_or(NONE))
            .collect();
        return (0..ids.len())
            .map(|row| match dictionary.key(row).map(|key| known[key]) {
                Some(number) if number != NONE => Ok(number),
                _ => Err(refuse(row, text_at(ids, row).unwrap_or_default())),
            })
            .collect();
    }
    let whole = match ids.data_type() {
        DataType::Int64 => Some(ids.as_primitive::<Int64Type>().clone()),
        DataType::Int32 => Some(ids.as_primitive::<Int32Type>().unary(i64::from)),
        _ => None,
    };
    if let Some(plain) = whole {
        return (0..ids.len())
            .map(|row| {
                let id = if plain.is_null(row) { String::new() } else { plain.value(row).to_string() };
                index.get(&id).ok_or_else(|| refuse(row, &id))
            })
            .collect();
    }
    if !matches!(
        ids.data_type(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)
    ) {
        return Err(wrong(path, format!("ids must be text or whole numbers, not {}", ids.data_type())));
    }
    // Sorted files repeat an id many times in a row.
    let (mut last, mut last_number) = (None, NONE);
    (0..ids.len())
        .map(|row| {
            let id = text_at(ids, row);
            if id.is_none() || id != last {
                last_number =
                    id.and_then(|id| index.get(id)).ok_or_else(|| refuse(row, id.unwrap_or_default()))?;
                last = id;
            }
            Ok(last_number)
        })
        .collect()
}

fn times(path: &Path, minutes: &ArrayRef, first: u64) -> Result<Vec<f64>, TableError> {
    let times: Vec<Option<f64>> = match minutes.data_type() {
        DataType::Float32 => minutes.as_primitive::<Float32Type>().iter().map(|t| t.map(f64::from)).collect(),
        DataType::Float64 => minutes.as_primitive::<Float64Type>().iter().collect(),
        DataType::Int32 => minutes.as_primitive::<Int32Type>().iter().map(|t| t.map(f64::from)).collect(),
        DataType::Int64 => minutes.as_primitive::<Int64Type>().iter().map(|t| t.map(|t| t as f64)).collect(),
        other => return Err(wrong(path, format!("minutes must be numbers, not {other}"))),
    };
    times
        .into_iter()
        .enumerate()
        .map(|(row, time)| match time {
            Some(time) if time.is_finite() && time >= 0.0 => Ok(time + 0.0),
            other => {
                let value = other.map_or_else(|| "nothing".to_owned(), |time| time.to_string());
                Err(row_error(path, first + row as u64 + 1, &Reject::new(NOT_A_TIME, value), 1))
            }
        })
        .collect()
}
