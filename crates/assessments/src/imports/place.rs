//! A place on disk for files that people brought, for the readers.

use std::path::{Path, PathBuf};

use enough_tables::check_size;
use tempfile::TempDir;

use super::DataFile;
use crate::data::Data;
use crate::{AssessError, data};

/// The most that a file may become when it is unpacked, in bytes.
const LARGEST: u64 = 1 << 30;
/// The longest name of a file, in characters.
const LONGEST: usize = 100;

/// The name of a file without what leads to it; refused if there are signs in it that a published file has no need of.
pub fn checked(name: &str) -> Result<String, String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-()&,+".contains(c);
    if name.is_empty()
        || name.starts_with('.')
        || name.chars().count() > LONGEST
        || !name.chars().all(is_plain)
    {
        return Err(format!(
            "Give the file a name of letters, digits, spaces, dots and dashes, at most {LONGEST} of them"
        ));
    }
    if !data::ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)) {
        return Err(format!("The name must end with one of {}", data::ENDINGS.join(", ")));
    }
    Ok(name.to_owned())
}

/// Files on disk for as long as this is there.
#[derive(Debug)]
pub struct Places {
    folder: TempDir,
    files: Vec<(&'static str, PathBuf)>,
}

impl Places {
    /// Writes files to a folder that nobody else may read.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new(files: &[(DataFile, Vec<u8>)]) -> Result<Self, AssessError> {
        let cannot = |error: std::io::Error| AssessError::Input(format!("a file cannot be written: {error}"));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let mut places = Self { folder: builder.tempdir().map_err(cannot)?, files: Vec::new() };
        for (number, (file, content)) in files.iter().enumerate() {
            // Dates are read from the names of file and folder: this folder's name says none.
            let inner = places.folder.path().join(format!("file-{number}"));
            std::fs::create_dir(&inner).map_err(cannot)?;
            let path = inner.join(&file.name);
            std::fs::write(&path, content).map_err(cannot)?;
            places.files.push((file.kind.name, path));
        }
        Ok(places)
    }

    /// Refuses files that are too large when they are unpacked.
    ///
    /// # Errors
    /// When one is, or cannot be unpacked.
    pub fn check(&self) -> Result<(), AssessError> {
        self.files.iter().try_for_each(|(_, path)| Ok(check_size(path, LARGEST)?))
    }

    /// The data of a folder, with these files before others of their kind.
    pub fn over(&self, data: &Data) -> Data {
        data.with(&self.files)
    }

    /// Where the file of a kind is.
    pub fn of(&self, kind: &str) -> Option<&Path> {
        self.files.iter().find(|(known, _)| *known == kind).map(|(_, path)| path.as_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere() {
        for (given, kept) in [
            ("Childcare providers 2026-08-31.csv", "Childcare providers 2026-08-31.csv"),
            ("C:\\fakepath\\providers.XLSX", "providers.XLSX"),
            ("../../etc/providers.csv.gz", "providers.csv.gz"),
        ] {
            assert_eq!(checked(given).as_deref(), Ok(kept));
        }
        for bad in ["", "..", ".csv", "providers.exe", "a\0.csv", "..\\", "x;.csv", &"a".repeat(200)] {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }
}
