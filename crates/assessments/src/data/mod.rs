//! Where the data are: which file in a folder is which published table, told by name, checked by headings when it is read.

mod catalogue;
mod dates;

pub use catalogue::{ENDINGS, KINDS, Kind};
pub use dates::date_of;

use std::path::{Path, PathBuf};

use crate::AssessError;

/// A folder of published files.
#[derive(Debug)]
pub struct Data {
    /// The folder.
    pub folder: PathBuf,
    /// Whether the files were made up by this program.
    pub made_up: bool,
    files: Vec<(&'static Kind, Vec<PathBuf>)>,
}

impl Data {
    /// Looks through a folder and the folders in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(folder: &Path, made_up: bool) -> Result<Self, AssessError> {
        let cannot = |error: std::io::Error| {
            AssessError::Input(format!("cannot read the data folder {}: {error}", folder.display()))
        };
        let mut all = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.is_dir() {
                for inner in std::fs::read_dir(&path).map_err(cannot)? {
                    all.push(inner.map_err(cannot)?.path());
                }
            } else {
                all.push(path);
            }
        }
        let files = KINDS.iter().map(|kind| (kind, kind.choose(&all))).collect();
        Ok(Self { folder: folder.to_owned(), made_up, files })
    }

    /// The same with other files before those of the same kinds.
    #[must_use]
    pub fn with(&self, others: &[(&'static str, PathBuf)]) -> Self {
        let mut files = self.files.clone();
        for (name, path) in others {
            if let Some((_, list)) = files.iter_mut().find(|(kind, _)| kind.name == *name) {
                list.insert(0, path.clone());
            }
        }
        Self { folder: self.folder.clone(), made_up: self.made_up, files }
    }

    /// The best file of a kind.
    pub fn optional(&self, name: &str) -> Option<&Path> {
        self.all(name).first().map(PathBuf::as_path)
    }

    /// All files of a kind, best first.
    pub fn all(&self, name: &str) -> &[PathBuf] {
        self.files.iter().find(|(kind, _)| kind.name == name).map_or(&[], |(_, files)| files)
    }

    /// The best file of a kind that cannot be done without.
    ///
    /// # Errors
    /// When there is none.
    pub fn needed(&self, name: &'static str) -> Result<&Path, AssessError> {
        self.optional(name).ok_or_else(|| {
            let kind = KINDS.iter().find(|kind| kind.name == name);
            let (what, names) =
                kind.map_or((name, String::new()), |kind| (kind.what, kind.prefixes.join("* or ")));
            AssessError::Input(format!(
                "{} has no {what}: no file named {names}* was found; docs/data.md says where it is published",
                self.folder.display()
            ))
        })
    }

    /// Every kind with its best file.
    pub fn found(&self) -> impl Iterator<Item = (&'static Kind, Option<&Path>)> {
        self.files.iter().map(|(kind, files)| (*kind, files.first().map(PathBuf::as_path)))
    }
}
