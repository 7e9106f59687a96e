//! The tables of a feed, row by row: a row that cannot be read is reported and left out.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use zip::ZipArchive;

use super::error::FeedError;
use super::folders::{Folders, choose, plain};
use super::report::FeedReport;

/// The tables of a zip file, all of one folder of it.
pub(super) struct Tables {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    folders: Folders,
    left: u64,
}

/// What the rows of a feed may take in memory, in bytes. Those of a region come to about 1.5 GB, of which most is let go once the trips are
/// made; all of England is more than one authority needs.
pub(super) const MOST_BUILT: u64 = 4 << 30;
/// What a row takes beside its text.
const ROW: u64 = 256;

impl Tables {
    pub fn open(path: &Path, most: u64) -> Result<Self, FeedError> {
        let wrong = |problem: String| FeedError::Read { path: path.to_owned(), problem };
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(error.to_string()))?;
        let folders = choose(zip.file_names());
        Ok(Self { path: path.to_owned(), zip, folders, left: most })
    }

    /// Other places in the file that could be a feed, and that are not read.
    pub fn others(&self) -> &[String] {
        &self.folders.others
    }

    /// Counts what is made of rows.
    pub fn spend(&mut self, bytes: u64) -> Result<(), FeedError> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| FeedError::Read {
            path: self.path.clone(),
            problem: "its trips take more memory than is given to a feed; cut it to the area that is needed"
                .to_owned(),
        })?;
        Ok(())
    }

    pub fn none(&self, table: &'static str) -> FeedError {
        FeedError::NoTable { path: self.path.clone(), table, others: self.folders.others.clone() }
    }

    /// Hands each row that can be read to `take`; whether the table is there.
    pub fn each<T: DeserializeOwned>(
        &mut self,
        table: &'static str,
        report: &mut FeedReport,
        mut take: impl FnMut(T, u64, &mut FeedReport),
    ) -> Result<bool, FeedError> {
        let path = self.path.clone();
        let wrong =
            |problem: String| FeedError::Read { path: path.clone(), problem: format!("{table}: {problem}") };
        let inside = |name: &&str| plain(name).strip_prefix(&self.folders.chosen) == Some(table);
        let Some(name) = self.zip.file_names().find(inside).map(str::to_owned) else { return Ok(false) };
        let (most, mut left) = (self.left, self.left);
        let too_much = || {
            wrong(format!(
                "its rows take more than {} MB; cut the feed to the area that is needed",
                most >> 20
            ))
        };
        let part = self.zip.by_name(&name).map_err(|error| wrong(error.to_string()))?;
        // A row is as long as what is left at most: quotes that do not close must not fill the memory.
        let mut text = BufReader::new(part.take(left));
        if text.fill_buf().map_err(|error| wrong(error.to_string()))?.starts_with(b"\xef\xbb\xbf") {
            text.consume(3);
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
        let headings = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => {
                    if reader.get_ref().get_ref().limit() == 0 {
                        return Err(too_much());
                    }
                    self.left = left;
                    return Ok(true);
                }
                Ok(true) => {
                    let cost = ROW + record.as_slice().len() as u64;
                    left = left.checked_sub(cost).ok_or_else(too_much)?;
                }
                // Text that cannot be unpacked ends the reading; what is no text costs its row.
                Err(error) if error.is_io_error() => return Err(wrong(error.to_string())),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    report.note(table, line, "the row is not UTF-8 text", "");
                    continue;
                }
            }
            let line = record.position().map_or(0, csv::Position::line);
            if let Some(time) = beyond_a_week(&headings, &record) {
                report.note(table, line, "the time is beyond a week", time);
                continue;
            }
            match record.deserialize(Some(&headings)) {
                Ok(row) => take(row, line, report),
                Err(error) => {
                    let problem = match error.into_kind() {
                        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                        other => format!("{other:?}"),
                    };
                    report.note(table, line, "the row cannot be read", problem);
                }
            }
        }
    }
}

/// A time of more hours than a week has. Such hours would wrap round to a small time when they are counted in seconds.
fn beyond_a_week<'a>(headings: &csv::StringRecord, record: &'a csv::StringRecord) -> Option<&'a str> {
    let times = headings.iter().zip(record).filter(|(heading, _)| heading.ends_with("_time"));
    times.map(|(_, time)| time).find(|time| {
        let hours = time.split(':').next().unwrap_or_default();
        hours.len() > 3 || hours.parse::<u32>().is_ok_and(|hours| hours > 7 * 24)
    })
}
