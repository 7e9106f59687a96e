//! Every way a command can fail, and the exit code each has.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use enough_assessments::AssessError;
use enough_store::StoreError;
use enough_tables::TableError;
use enough_travel::streets::StreetsError;
use enough_travel::timetables::{FeedError, NoService};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Failure {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Streets(#[from] StreetsError),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error(transparent)]
    NoService(#[from] NoService),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Input(String),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Check(String),
    #[error("cannot write {path}: {problem}")]
    Write { path: PathBuf, problem: String },
}

impl From<AssessError> for Failure {
    fn from(error: AssessError) -> Self {
        match error {
            AssessError::Table(error) => Self::Table(error),
            AssessError::Streets(error) => Self::Streets(error),
            AssessError::Feed(error) => Self::Feed(error),
            AssessError::NoService(error) => Self::NoService(error),
            AssessError::Store(error) => Self::Store(error),
            AssessError::Input(text) => Self::Input(text),
            AssessError::Usage(text) => Self::Usage(text),
            AssessError::Stopped => Self::Input(error.to_string()),
        }
    }
}

impl Failure {
    pub fn write(path: &Path, problem: impl ToString) -> Self {
        Self::Write { path: path.to_owned(), problem: problem.to_string() }
    }

    #[allow(clippy::print_stderr)]
    pub fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        ExitCode::from(match self {
            Self::Write { .. } | Self::Store(StoreError::Database(_) | StoreError::Program(_)) => 1,
            Self::Check(_) | Self::Store(StoreError::Damaged(_)) => 4,
            Self::Usage(_) => 2,
            Self::Table(_)
            | Self::Streets(_)
            | Self::Feed(_)
            | Self::NoService(_)
            | Self::Store(_)
            | Self::Input(_) => 3,
        })
    }
}
