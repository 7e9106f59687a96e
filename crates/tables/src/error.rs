//! What can be wrong with a table as a whole; what is wrong with one row is a [`crate::Reject`].

use std::path::PathBuf;

use thiserror::Error;

/// Why a table cannot be read. Every message says which file, what is wrong, and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file ends in the middle of compressed data.
    #[error(
        "{path} is cut off or damaged: its compressed data ends too early or does not match its checksum; fetch it again"
    )]
    Truncated {
        /// Which file.
        path: PathBuf,
    },
    /// The file has other headings than this kind of table.
    #[error("{path} is not {expected}: {} missing; its headings are: {found}", missing_list(missing))]
    WrongHeadings {
        /// Which file.
        path: PathBuf,
        /// The kind of table that was expected.
        expected: String,
        /// The headings that were looked for and not found, with their other spellings.
        missing: Vec<String>,
        /// The headings that are there.
        found: String,
    },
    /// No rows.
    #[error("{path} is empty: {expected} was expected, with a heading line and at least one row")]
    Empty {
        /// Which file.
        path: PathBuf,
        /// The kind of table that was expected.
        expected: String,
    },
    /// A line that no table has.
    #[error(
        "{path}, line {line}: the line is longer than {limit} bytes, which no table has; is it another kind of file?"
    )]
    LineTooLong {
        /// Which file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The longest line that is read.
        limit: usize,
    },
    /// More than is taken of a file from others.
    #[error("{path} is larger than {most} bytes when it is unpacked, and that is more than is taken")]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// The most that is taken.
        most: u64,
    },
    /// More than is built in memory of one file.
    #[error(
        "{path} stands for more than {most} MB when it is read, far more than any table that is published; delete repeated and empty rows and columns, or take only the part that is needed"
    )]
    TooMuch {
        /// Which file.
        path: PathBuf,
        /// The most that is built, in MB.
        most: u64,
    },
    /// Text in an encoding that is not read here.
    #[error("{path}, line {line}: not UTF-8 text{hint}")]
    Encoding {
        /// Which file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What it seems to be, and what to do.
        hint: &'static str,
    },
    /// A row that makes a strict table useless.
    #[error("{path}, line {line}: {problem}")]
    Row {
        /// Which file.
        path: PathBuf,
        /// The line, or for Parquet the row, from 1.
        line: u64,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Not a file of the format that its ending or first bytes say.
    #[error("{path} cannot be read as {format}: {problem}")]
    Format {
        /// Which file.
        path: PathBuf,
        /// XLSX, ODS, Parquet or CSV.
        format: &'static str,
        /// What the reader said.
        problem: String,
    },
}

fn missing_list(missing: &[String]) -> String {
    match missing {
        [one] => format!("the heading {one} is"),
        many => format!("the headings {} are", many.join(", ")),
    }
}
