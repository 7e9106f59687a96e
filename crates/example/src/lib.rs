//! The example authority: a made-up town and its neighbour, written as the files that are published about real ones, under
//! their official headings, so that the same readers read them. Deterministic: the same seed gives the same bytes.
//!
//! Everything is invented. Codes look like real ones and belong to nobody; the folder carries [`MARK`], and whatever reads it
//! labels its figures as made up.

pub mod people;
mod random;
pub mod round;
mod settings;
mod streets;
mod town;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use enough_tables::CsvTable;

/// The file that marks a folder as made up.
pub const MARK: &str = "MADE-UP-EXAMPLE.txt";
/// Code of the example authority, Brindleford.
pub const AUTHORITY: &str = "E06999001";
/// The seed that is used unless another is given.
pub const SEED: u64 = 20061;

/// Writes the example into a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, seed: u64) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let town = town::Town::build(seed);
    town.write(folder)?;
    settings::write(folder, &town, seed)?;
    streets::write(folder, seed)?;
    std::fs::write(
        folder.join(MARK),
        "Everything in this folder is made up by the program: places, people, settings. It describes no real town.\n",
    )
}

/// Writes a CSV file.
fn table<C: AsRef<str>, R: IntoIterator<Item: AsRef<str>>>(
    path: &Path,
    headings: impl IntoIterator<Item = C>,
    rows: impl IntoIterator<Item = R>,
) -> io::Result<()> {
    let mut out = CsvTable::of_ids(BufWriter::new(File::create(path)?), headings)?;
    for row in rows {
        out.row(row)?;
    }
    out.end()?.flush()
}

fn words(headings: &[&str]) -> Vec<String> {
    headings.iter().map(|&heading| heading.to_owned()).collect()
}
