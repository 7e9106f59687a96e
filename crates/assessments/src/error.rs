//! Every way an assessment can fail.

use std::path::Path;

use enough_geography::BoundaryError;
use enough_store::StoreError;
use enough_sufficiency::ReachError;
use enough_tables::TableError;
use enough_travel::streets::StreetsError;
use enough_travel::timetables::{FeedError, NoService};
use thiserror::Error;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum AssessError {
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A map of streets cannot be read.
    #[error(transparent)]
    Streets(#[from] StreetsError),
    /// A timetable cannot be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A timetable has nothing on the day.
    #[error(transparent)]
    NoService(#[from] NoService),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data are not what they should be.
    #[error("{0}")]
    Input(String),
    /// What was asked does not go together.
    #[error("{0}")]
    Usage(String),
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
}

impl From<BoundaryError> for AssessError {
    fn from(error: BoundaryError) -> Self {
        match error {
            BoundaryError::File(error) => Self::Table(error),
            format @ BoundaryError::Format { .. } => Self::Input(format.to_string()),
        }
    }
}

impl AssessError {
    /// Names the ids that a reach error knows only by number.
    pub fn reach(error: &ReachError, areas: &[String], settings: &[String], pairs: &Path) -> Self {
        Self::Input(match error {
            ReachError::PairedTwice { area, setting } => format!(
                "{}: area '{}' and setting '{}' are paired more than once; keep the one time that is right",
                pairs.display(),
                areas[*area as usize],
                settings[*setting as usize]
            ),
            other => format!("{}: {other}", pairs.display()),
        })
    }
}
