//! Rows that could not be used: every one is counted by reason and kept with its line, so that nothing is dropped in silence.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use enough_kernel::words::plural;

use crate::CsvTable;

/// The most characters that are kept of what a row says.
const LONGEST: usize = 300;

/// Why one row, or a part of it, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The reason, the same text for every row with the same problem, so that it can be counted.
    pub reason: &'static str,
    /// What the row says there.
    pub value: String,
    /// Whether the rest of the row is used.
    pub is_part: bool,
}

impl Reject {
    /// A reason and the offending value.
    pub fn new(reason: &'static str, value: impl Into<String>) -> Self {
        let mut value: String = value.into();
        if let Some((end, _)) = value.char_indices().nth(LONGEST) {
            value.truncate(end);
        }
        Self { reason, value, is_part: false }
    }

    /// The same where the rest of the row is used.
    pub fn part(reason: &'static str, value: impl Into<String>) -> Self {
        Self { is_part: true, ..Self::new(reason, value) }
    }
}

/// A rejected row and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Index into the list of files.
    file: usize,
    /// The line, or for Parquet and sheets the row, from 1; 0 where it is not known.
    pub line: u64,
    /// Why.
    pub reject: Reject,
}

/// The rejects of all files read so far, and what is to be told of files as a whole.
#[derive(Debug, Clone, Default)]
pub struct Rejects {
    files: Vec<PathBuf>,
    rows: Vec<Rejected>,
    told: Vec<(PathBuf, String)>,
}

impl Rejects {
    /// Adds one.
    pub fn push(&mut self, file: &Path, line: u64, reject: Reject) {
        let file = self.files.iter().position(|known| known == file).unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        });
        self.rows.push(Rejected { file, line, reject });
    }

    /// Tells what is to be known of a file as a whole: a part of a sentence, as in "it has no column 'x'". The same is told once.
    pub fn tell(&mut self, file: &Path, what: String) {
        let one = (file.to_owned(), what);
        if !self.told.contains(&one) {
            self.told.push(one);
        }
    }

    /// What was told of files as a whole, in the order they were read.
    pub fn told(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.told.iter().map(|(file, what)| (file.as_path(), what.as_str()))
    }

    /// How many rows of a file were rejected, by reason, and whether only in part.
    pub fn counts(&self) -> BTreeMap<(&Path, &'static str, bool), usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            let (reason, is_part) = (row.reject.reason, row.reject.is_part);
            *counts.entry((self.files[row.file].as_path(), reason, is_part)).or_insert(0) += 1;
        }
        counts
    }

    /// What was not used, and what is to be told of files as a whole: a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let name = |file: &Path| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let told = self.told().map(|(file, what)| format!("{}: {what}.", name(file)));
        let counted = self.counts().into_iter().map(|((file, reason, is_part), rows)| {
            let rows = plural(rows, "row", "rows");
            let used = if is_part { "used without a part" } else { "not used" };
            format!("{}: {rows} {used}: {reason}.", name(file))
        });
        told.chain(counted).collect()
    }

    /// The rejected rows of a file, in the order they were met.
    pub fn of(&self, file: &Path) -> impl Iterator<Item = &Rejected> {
        let number = self.files.iter().position(|known| known == file);
        self.rows.iter().filter(move |row| Some(row.file) == number)
    }

    /// All rejected rows, in the order they were met.
    pub fn rows(&self) -> &[Rejected] {
        &self.rows
    }

    /// Whether every row could be used.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes `file,line,reason,value`; what is told of a whole file has no line.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut out = CsvTable::new(file, ["file", "line", "reason", "value"])?;
        for (file, what) in self.told() {
            out.row([file.file_name().unwrap_or_default().to_string_lossy().as_ref(), "", what, ""])?;
        }
        for row in &self.rows {
            let file = self.files[row.file].file_name().unwrap_or_default().to_string_lossy();
            let line = if row.line == 0 { String::new() } else { row.line.to_string() };
            out.row([file.as_ref(), &line, row.reject.reason, &row.reject.value])?;
        }
        out.end()?.flush()
    }
}
