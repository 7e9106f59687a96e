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

use std::io;
use std::path::Path;

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
fn table(path: &Path, headings: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> io::Result<()> {
    let mut out = csv::Writer::from_path(path).map_err(io::Error::other)?;
    out.write_record(headings).map_err(io::Error::other)?;
    for row in rows {
        out.write_record(row).map_err(io::Error::other)?;
    }
    out.flush()
}

fn words(headings: &[&str]) -> Vec<String> {
    headings.iter().map(|&heading| heading.to_owned()).collect()
}
