//! Writing results. A file appears whole or not at all: it is written beside its place and moved there when it is done.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use enough_tables::{CsvTable, NamedColumn, write_columns};

use crate::failure::Failure;

/// Prints a text. Whoever stops reading, as `head` does, ends the printing, not the program.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's wish; anything else has nowhere left to be told.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a file through `fill`, then puts it in its place.
pub fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<(), Box<dyn std::error::Error>>,
) -> Result<(), Failure> {
    // What is not a file, such as a pipe, is written to, not replaced; a link is followed.
    let there = fs::metadata(path);
    if there.as_ref().is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let written = (|| {
            let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
            fill(&mut out)?;
            Ok::<_, Box<dyn std::error::Error>>(out.flush()?)
        })();
        return written.map_err(|problem| Failure::write(path, problem));
    }
    let real = if there.is_ok() { fs::canonicalize(path).ok() } else { None };
    let path = real.as_deref().unwrap_or(path);
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    let written = (|| {
        let mut out = BufWriter::with_capacity(1 << 18, File::create(beside)?);
        fill(&mut out)?;
        out.flush()?;
        Ok::<_, Box<dyn std::error::Error>>(fs::rename(beside, path)?)
    })();
    written.map_err(|problem| {
        // Nothing half-written is left; if even that fails, the first problem is the one to tell.
        let _ = fs::remove_file(beside);
        Failure::write(path, problem)
    })
}

/// Writes rows of text as CSV, each with as many cells as there are headings.
pub fn write_csv<H: AsRef<str>>(
    path: &Path,
    headings: impl IntoIterator<Item = H>,
    rows: impl Iterator<Item: IntoIterator<Item = String>>,
) -> Result<(), Failure> {
    write(path, |out| filled(CsvTable::new(out, headings)?, rows))
}

/// The same for a table of ids and numbers, of which there may be millions of rows.
pub fn write_ids<H: AsRef<str>>(
    path: &Path,
    headings: impl IntoIterator<Item = H>,
    rows: impl Iterator<Item: IntoIterator<Item = String>>,
) -> Result<(), Failure> {
    write(path, |out| filled(CsvTable::of_ids(out, headings)?, rows))
}

fn filled<W: Write>(
    mut csv: CsvTable<W>,
    rows: impl Iterator<Item: IntoIterator<Item = String>>,
) -> Result<(), Box<dyn std::error::Error>> {
    for row in rows {
        csv.row(row)?;
    }
    csv.end()?;
    Ok(())
}

/// Writes a JSON document, indented.
pub fn write_json(path: &Path, document: &serde_json::Value) -> Result<(), Failure> {
    write(path, |out| {
        serde_json::to_writer_pretty(&mut *out, document)?;
        Ok(out.write_all(b"\n")?)
    })
}

/// Writes batches of named columns as Parquet; `notes` become key-value metadata of the file.
pub fn write_parquet(
    path: &Path,
    notes: &[(&str, String)],
    batches: impl Iterator<Item = Vec<NamedColumn>>,
) -> Result<(), Failure> {
    write(path, |out| write_columns(out, notes, batches))
}
