//! What can be wrong with releases.

/// Why releases cannot be read or merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcdsError {
    /// The text is no JSON.
    #[error("line {line}, column {column}: not JSON: {reason}")]
    Json {
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// The JSON is something else.
    #[error("{0}")]
    Other(String),
    /// A release lacks what it needs to be merged.
    #[error("release {place} has no {field}, or one that is no text")]
    Field {
        /// Which release: its place in the file, from 1, or its id.
        place: String,
        /// The field.
        field: &'static str,
    },
    /// A field is one thing in a release and another in a later one.
    #[error("{ocid}: {field} is {before} in one release and {after} in a later one")]
    Kind {
        /// The contracting process.
        ocid: String,
        /// The field.
        field: String,
        /// What it was.
        before: &'static str,
        /// What it is.
        after: &'static str,
    },
}
