//! How much a reader may build in memory of one file. A file within all limits of size may stand for far more than it has: a sheet with one
//! cell at its far corner, a row that is repeated a million times, a word that a column names again and again.

use std::path::Path;

use crate::TableError;

/// The most that a reader builds of one file, in bytes as [`Budget`] counts them. The largest published table that is read, the ONS Postcode
/// Directory with 2.7 million rows, comes to about 250 MB.
pub const MOST_BUILT: u64 = 512 << 20;
/// What a row costs beside its text: that there is one.
pub const ROW: u64 = 64;

/// What is left of the most that may be built.
#[derive(Debug, Clone)]
pub struct Budget {
    most: u64,
    left: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(MOST_BUILT)
    }
}

impl Budget {
    /// So many bytes.
    pub fn new(most: u64) -> Self {
        Self { most, left: most }
    }

    /// Counts what is built.
    ///
    /// # Errors
    /// When it is more than may be.
    pub fn spend(&mut self, path: &Path, bytes: u64) -> Result<(), TableError> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| self.spent(path))?;
        Ok(())
    }

    /// How much is left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    pub(crate) fn spent(&self, path: &Path) -> TableError {
        TableError::TooMuch { path: path.to_owned(), most: self.most >> 20 }
    }
}
