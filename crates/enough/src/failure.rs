//! Every way a command can fail, and the exit code each has.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use enough_assessments::AssessError;
use enough_store::StoreError;
use enough_tables::TableError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Failure {
    #[error(transparent)]
    Assess(#[from] AssessError),
    #[error("{0}")]
    Input(String),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Check(String),
    #[error("cannot write {path}: {problem}")]
    Write { path: PathBuf, problem: String },
}

/// What goes wrong below goes wrong with an assessment, or as it would.
macro_rules! from_below {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Assess(error.into())
            }
        })*
    };
}

from_below!(TableError, StoreError);

impl Failure {
    pub fn write(path: &Path, problem: impl ToString) -> Self {
        Self::Write { path: path.to_owned(), problem: problem.to_string() }
    }

    #[allow(clippy::print_stderr)]
    pub fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        ExitCode::from(match self {
            Self::Write { .. }
            | Self::Assess(AssessError::Store(StoreError::Database(_) | StoreError::Program(_))) => 1,
            Self::Check(_) | Self::Assess(AssessError::Store(StoreError::Damaged(_))) => 4,
            Self::Usage(_) | Self::Assess(AssessError::Usage(_)) => 2,
            Self::Assess(_) | Self::Input(_) => 3,
        })
    }
}
