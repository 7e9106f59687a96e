//! Parquet files row by row: only the wanted columns are decoded.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, FieldRef, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use crate::TableError;
use crate::csv_rows::twice_there;
use crate::headings::{Bound, Headings, Spec, given_twice};
use crate::sheet::{Cell, Row, Take};

/// Says what an error of the Parquet reader means.
pub(crate) fn wrong(path: &Path, error: impl std::fmt::Display) -> TableError {
    TableError::Format { path: path.to_owned(), format: "Parquet", problem: error.to_string() }
}

/// Rows that are decoded at a time.
const BATCH: usize = 8192;

/// The same columns with texts as views: a word that many rows name is there once.
fn as_views(schema: &Schema) -> SchemaRef {
    let view = |field: &FieldRef| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        }
        _ => Arc::clone(field),
    };
    let fields: Vec<FieldRef> = schema.fields().iter().map(view).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Reads a Parquet file.
pub(crate) fn read(path: &Path, spec: &Spec, take: &mut Take<'_>) -> Result<Bound, TableError> {
    let file = File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    let options = ArrowReaderOptions::new();
    let metadata = ArrowReaderMetadata::load(&file, options.clone()).map_err(|error| wrong(path, error))?;
    let options = options.with_schema(as_views(metadata.schema()));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
        .map_err(|error| wrong(path, error))?;
    let bound = bind(path, spec, builder.schema())?;
    let mut wanted: Vec<usize> = bound.at.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
    let reader =
        builder.with_projection(mask).with_batch_size(BATCH).build().map_err(|error| wrong(path, error))?;
    let at: Vec<Option<usize>> =
        bound.at.iter().map(|at| at.and_then(|at| wanted.binary_search(&at).ok())).collect();
    let mut line = 0;
    for batch in reader {
        let batch: RecordBatch = batch.map_err(|error| wrong(path, error))?;
        let columns = batch
            .columns()
            .iter()
            .map(Values::new)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|t| wrong(path, t))?;
        for row in 0..batch.num_rows() {
            line += 1;
            let cells = at.iter().map(|at| at.map_or(Cell::Empty, |at| columns[at].cell(row))).collect();
            take(&Row::new(line, cells))?;
        }
    }
    Ok(bound)
}

/// Where the wanted columns stand.
pub(crate) fn bind(path: &Path, spec: &Spec, schema: &Schema) -> Result<Bound, TableError> {
    let names = schema.fields().iter().map(|field| field.name().clone()).collect();
    let mut headings = Headings::default();
    let Some(bound) = headings.bind(spec, names) else { return Err(headings.wrong(path, spec)) };
    given_twice(&bound).map_or_else(|| Ok(bound.clone()), |twice| Err(twice_there(path, 1, twice)))
}

/// What a Parquet file says of itself under a key; nothing for other formats.
///
/// # Errors
/// [`TableError`] when the file cannot be read.
pub fn read_note(path: &Path, key: &str) -> Result<Option<String>, TableError> {
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        return Ok(None);
    }
    let file = File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| wrong(path, error))?;
    let notes = builder.metadata().file_metadata().key_value_metadata();
    Ok(notes.and_then(|notes| notes.iter().find(|note| note.key == key)).and_then(|note| note.value.clone()))
}

/// A column of any of the types that published files use, as text or numbers.
enum Values {
    Text(ArrayRef),
    Numbers(arrow_array::Float64Array),
}

impl Values {
    fn new(array: &ArrayRef) -> Result<Self, String> {
        use DataType as T;
        let cast = |to: &DataType| arrow_cast::cast(array, to).map_err(|error| error.to_string());
        Ok(match array.data_type() {
            T::Utf8 | T::LargeUtf8 | T::Utf8View => Self::Text(array.clone()),
            T::Dictionary(_, values) if matches!(**values, T::Utf8 | T::LargeUtf8 | T::Utf8View) => {
                Self::Text(array.clone())
            }
            // Ids are whole numbers too, and a float would round long ones.
            T::Int64 | T::UInt64 | T::Boolean | T::Date32 | T::Date64 | T::Timestamp(..) => {
                Self::Text(cast(&T::Utf8)?)
            }
            T::Int8
            | T::Int16
            | T::Int32
            | T::UInt8
            | T::UInt16
            | T::UInt32
            | T::Float16
            | T::Float32
            | T::Float64
            | T::Decimal128(..) => Self::Numbers(cast(&T::Float64)?.as_primitive::<Float64Type>().clone()),
            other => return Err(format!("a column has the type {other}, which is not read here")),
        })
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Numbers(numbers) if numbers.is_null(row) => Cell::Empty,
            Self::Numbers(numbers) => Cell::Number(numbers.value(row)),
            Self::Text(array) => text_at(array, row)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map_or(Cell::Empty, |text| Cell::Text(Cow::Borrowed(text))),
        }
    }
}

/// The text of a row of a plain or dictionary column.
pub(crate) fn text_at(array: &dyn Array, row: usize) -> Option<&str> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let keys = dictionary.keys();
            let key = match keys.data_type() {
                DataType::Int8 => keys.as_primitive::<Int8Type>().value(row) as usize,
                DataType::Int16 => keys.as_primitive::<Int16Type>().value(row) as usize,
                DataType::Int32 => keys.as_primitive::<Int32Type>().value(row) as usize,
                DataType::Int64 => keys.as_primitive::<Int64Type>().value(row) as usize,
                DataType::UInt8 => keys.as_primitive::<UInt8Type>().value(row) as usize,
                DataType::UInt16 => keys.as_primitive::<UInt16Type>().value(row) as usize,
                DataType::UInt32 => keys.as_primitive::<UInt32Type>().value(row) as usize,
                _ => return None,
            };
            text_at(dictionary.values().as_ref(), key)
        }
        _ => None,
    }
}
