//! Writing Parquet, by columns.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, DictionaryArray, Float64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

/// A column of a result.
pub enum Values {
    /// Words, each stored once, and which of them stands in each row.
    Words(Vec<u32>, Arc<StringArray>),
    /// Text.
    Text(Vec<String>),
    /// Numbers, or nothing.
    Numbers(Vec<Option<f64>>),
    /// Bytes, such as a geometry.
    Bytes(Vec<Vec<u8>>),
}

impl Values {
    fn array(self) -> Result<ArrayRef, arrow_schema::ArrowError> {
        Ok(match self {
            Self::Words(rows, words) => {
                let keys =
                    arrow_array::Int32Array::from_iter_values(rows.into_iter().map(|word| word as i32));
                Arc::new(DictionaryArray::try_new(keys, words)?)
            }
            Self::Text(rows) => Arc::new(StringArray::from(rows)),
            Self::Numbers(rows) => Arc::new(Float64Array::from(rows)),
            Self::Bytes(rows) => Arc::new(BinaryArray::from_iter_values(rows)),
        })
    }
}

/// A named column.
pub type NamedColumn = (&'static str, Values);

/// Writes batches of named columns as Parquet; `notes` become key-value metadata of the file.
///
/// # Errors
/// When there is no batch, the columns of one are not equally long, or writing fails.
pub fn write_columns(
    out: impl Write + Send,
    notes: &[(&str, String)],
    mut batches: impl Iterator<Item = Vec<NamedColumn>>,
) -> Result<(), Box<dyn Error>> {
    let notes: Vec<KeyValue> =
        notes.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_key_value_metadata((!notes.is_empty()).then_some(notes))
        .build();
    let Some(first) = batches.next() else { return Err("there is nothing to write".into()) };
    let first = batch(first)?;
    let mut writer = ArrowWriter::try_new(out, first.schema(), Some(properties))?;
    writer.write(&first)?;
    for columns in batches {
        writer.write(&batch(columns)?)?;
    }
    writer.close()?;
    Ok(())
}

fn batch(columns: Vec<(&'static str, Values)>) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (name, values) in columns {
        let array = values.array()?;
        fields.push(Field::new(
            name,
            array.data_type().clone(),
            array.null_count() > 0 || matches!(array.data_type(), arrow_schema::DataType::Float64),
        ));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}
