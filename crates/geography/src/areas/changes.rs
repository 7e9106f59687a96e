//! From the LSOAs of 2011 to those of 2021.

use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Rejects, TableError, read_rows};

use super::lookups::{code, spec};

/// One line of the lookup: part or all of an LSOA of 2011 is part or all of an LSOA of 2021.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// LSOA of 2011.
    pub old: AreaCode,
    /// LSOA of 2021.
    pub new: AreaCode,
}

/// Reads the lookup. An old area that was split stands on several lines, a new one that was merged too.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_changes(path: &Path, rejects: &mut Rejects) -> Result<Vec<Change>, TableError> {
    let needed: &[&[&str]] = &[&["lsoa11_code", "LSOA11CD"], &["lsoa21_code", "LSOA21CD"]];
    let mut changes = Vec::new();
    read_rows(path, &spec("the lookup from LSOA (2011) to LSOA (2021)", needed, &[]), rejects, &mut |row| {
        let change = Change { old: code(row, 0)?, new: code(row, 1)? };
        if change.old.is_english() {
            changes.push(change);
        }
        Ok(())
    })?;
    Ok(changes)
}
