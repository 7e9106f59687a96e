//! What can go wrong with the database, in words.

use std::path::{Path, PathBuf};

/// Why the store could not do what was asked. Nothing is written when one of these is returned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused, or could not be reached.
    #[error("the database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The address of the database is none that can be opened.
    #[error("{address}: {reason}")]
    Address {
        /// What was given, without its password.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no database yet where one was to be opened.
    #[error("{0}: there is no database here; 'enough serve' and 'enough load' make one")]
    Missing(String),
    /// A newer program made the database.
    #[error("the database was made by a newer version of this program (it has had {0}); use that version")]
    Newer(String),
    /// The database contradicts itself.
    #[error("the database is damaged: {0}; restore the last backup ('enough restore')")]
    Damaged(String),
    /// A change that would not be in the audit log.
    #[error("a change must be in the audit log, and this one was not")]
    Unlogged,
    /// Somebody else changed the record meanwhile.
    #[error(
        "{what} was changed by somebody else meanwhile: it is at version {now}, the change was made to version {seen}"
    )]
    Conflict {
        /// Kind and id of the record.
        what: String,
        /// The version that the change was made to.
        seen: i32,
        /// The version it is at.
        now: i32,
    },
    /// A record that is not there, or not for this authority.
    #[error("there is no {0}")]
    NotFound(String),
    /// A rule of the accounts forbids it.
    #[error("{0}")]
    Refused(String),
    /// The file of keys is not one.
    #[error("{file}: {reason}", file = file.display())]
    Keys {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("{file}: {source}", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A program of the database server failed.
    #[error("{0}")]
    Program(String),
}

impl StoreError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = path.to_owned();
        move |source| Self::File { file, source }
    }
}

/// What the store returns.
pub type Result<T> = std::result::Result<T, StoreError>;
