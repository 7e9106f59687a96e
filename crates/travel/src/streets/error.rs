//! What can be wrong with a map of streets.

use std::path::PathBuf;

use thiserror::Error;

/// Why streets cannot be read or prepared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StreetsError {
    /// The file cannot be opened, read, or understood.
    #[error("{path} cannot be read as OpenStreetMap streets (.osm.pbf): {problem}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system or the reader said.
        problem: String,
    },
    /// A readable map on which nobody of the mode can travel.
    #[error("{path} has no streets for the mode {mode}: is it an extract without roads?")]
    NoStreets {
        /// Which file.
        path: PathBuf,
        /// The mode.
        mode: &'static str,
    },
    /// More streets than the numbers of a network can count.
    #[error(
        "{path} has too many streets for one network: cut the extract to the area of the study and its surroundings"
    )]
    TooLarge {
        /// Which file.
        path: PathBuf,
    },
}
