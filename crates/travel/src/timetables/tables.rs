//! The tables of a feed, row by row: a row that cannot be read is reported and left out.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use zip::ZipArchive;

use super::feed::FeedError;
use super::report::FeedReport;

/// The tables of a zip file.
pub(super) struct Tables {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
}

impl Tables {
    pub fn open(path: &Path) -> Result<Self, FeedError> {
        let wrong = |problem: String| FeedError::Read { path: path.to_owned(), problem };
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { path: path.to_owned(), zip })
    }

    pub fn none(&self, table: &'static str) -> FeedError {
        FeedError::NoTable { path: self.path.clone(), table }
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
        let inside = |name: &&str| {
            *name == table || name.strip_suffix(table).is_some_and(|folder| folder.ends_with('/'))
        };
        let Some(name) = self.zip.file_names().find(inside).map(str::to_owned) else { return Ok(false) };
        let mut text = Vec::new();
        self.zip
            .by_name(&name)
            .map_err(|error| wrong(error.to_string()))?
            .read_to_end(&mut text)
            .map_err(|error| wrong(error.to_string()))?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
        let headings = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return Ok(true),
                Ok(true) => {}
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
