//! What can go wrong with the database, in words.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use enough_kernel::Refusal;
use sea_orm::{DbErr, RuntimeErr};

/// Why the store could not do what was asked. Nothing is written when one of these is returned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused, or could not be reached.
    #[error("the database: {0}")]
    Database(#[from] DbErr),
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
    /// The database does not answer.
    #[error("the database does not answer")]
    Away,
    /// The database said that a change was kept, and does not have it.
    #[error("the database said that it kept a change and does not have it; nothing was changed")]
    NotKept,
    /// The clock of the machine is wrong; nothing is changed until it is right.
    #[error(
        "the clock of this machine has gone {way} by {far}; nothing is changed until it is right again. If it is right now, start the service again"
    )]
    Clock {
        /// Back, or ahead.
        way: &'static str,
        /// By how much, in words.
        far: String,
    },
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
    /// A rule forbids it.
    #[error("{0}")]
    Refused(Refusal),
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
    /// A refusal by the bounds of a form, or of what can be done.
    pub fn refused(rule: impl Into<String>) -> Self {
        Self::Refused(Refusal::of_form(rule))
    }

    /// The clock has jumped so far.
    pub(crate) fn clock(jump: TimeDelta) -> Self {
        let way = if jump < TimeDelta::zero() { "back" } else { "ahead" };
        let minutes = jump.abs().num_minutes();
        let far = match minutes {
            0..120 => format!("{minutes} minutes"),
            120..2880 => format!("{} hours", minutes / 60),
            _ => format!("{} days", minutes / 1440),
        };
        Self::Clock { way, far }
    }

    /// Whether it is the database, or the machine it is on, that cannot do what was asked: it may a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Away | Self::NotKept | Self::Clock { .. } | Self::Database(DbErr::ConnectionAcquire(_)) => {
                true
            }
            Self::Database(
                DbErr::Conn(RuntimeErr::SqlxError(error))
                | DbErr::Exec(RuntimeErr::SqlxError(error))
                | DbErr::Query(RuntimeErr::SqlxError(error)),
            ) => error.as_database_error().is_none_or(|error| error.code().is_some_and(|code| passes(&code))),
            _ => false,
        }
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = path.to_owned();
        move |source| Self::File { file, source }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Whether what a database reports is about the machine and not about what was asked. SQLite: busy, locked, read-only, input or output, full,
/// cannot be opened (sqlite.org/rescode.html). PostgreSQL: connection, resources, an operator, the system, a standby (Appendix A).
fn passes(code: &str) -> bool {
    let of_sqlite = code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
    let of_postgres = code == "25006" || ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class));
    if code.len() == 5 { of_postgres } else { of_sqlite }
}

/// What the store returns.
pub type Result<T> = std::result::Result<T, StoreError>;
