//! Opens the tables that are published (CSV, gzip, XLSX, ODS, Parquet) and gives their rows by the headings a reader asks
//! for. Knows formats, encodings and rejects; knows nothing about what the tables mean.

mod budget;
mod columns;
mod csv_out;
mod csv_rows;
mod dates;
mod error;
mod headings;
mod number;
mod pairs;
mod parquet_rows;
mod plain;
mod rejects;
mod sheet;
#[cfg(test)]
mod sheet_tests;
mod size;
mod sparse;
mod text;
mod workbook;

pub use budget::{Budget, MOST_BUILT, ROW};
pub use columns::{NamedColumn, Values, write_columns};
pub use csv_out::{CsvTable, harmless};
pub use error::TableError;
pub use headings::{Column, Encoding, Spec};
pub use number::parse_number;
pub use pairs::{Index, read_pairs};
pub use parquet_rows::read_note;
pub use plain::{Points, Quantities, read_points, read_quantities};
pub use rejects::{Reject, Rejected, Rejects};
pub use sheet::{Cell, Read, Row, read_rows};
pub use size::check_size;
pub use text::{open_text, read_whole_text};
