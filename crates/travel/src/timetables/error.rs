//! What can be wrong with a timetable as a whole.

use std::path::PathBuf;

use thiserror::Error;

/// Why a feed cannot be used at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeedError {
    /// Not a file that can be opened and unpacked.
    #[error("{path} cannot be read as a GTFS timetable (.zip): {problem}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system or the reader said.
        problem: String,
    },
    /// A table without which there is no timetable.
    #[error("{path} is not a GTFS timetable: it has no {table}{}", beside(others))]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// The missing table.
        table: &'static str,
        /// Other places in the file where a feed may be.
        others: Vec<String>,
    },
    /// No trip that can be used.
    #[error("{path} has no trip that can be used{}", first_problem(problem.as_ref()))]
    NoTrips {
        /// Which file.
        path: PathBuf,
        /// The first thing that was wrong.
        problem: Option<String>,
    },
}

fn beside(others: &[String]) -> String {
    if others.is_empty() {
        return String::new();
    }
    format!(" in the one place that is read; give what is in {} as a file of its own", others.join(", "))
}

fn first_problem(problem: Option<&String>) -> String {
    problem.map_or_else(String::new, |problem| format!("; the first problem is {problem}"))
}
