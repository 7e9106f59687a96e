//! What was wrong in a feed: every row that could not be used is counted by file and reason, the first with its line.

use std::collections::BTreeMap;

/// Rows of one file that could not be used for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How many.
    pub rows: usize,
    /// The line of the first, from 1.
    pub line: u64,
    /// What it says there.
    pub example: String,
}

/// What a feed has, and what of it could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedReport {
    /// Stops that trips call at.
    pub stops: usize,
    /// Trips that can be used.
    pub trips: usize,
    /// The first and the last day on which any trip runs, as `YYYY-MM-DD`.
    pub days: Option<(String, String)>,
    /// Problems by file and reason.
    pub problems: BTreeMap<(&'static str, &'static str), Problem>,
}

impl FeedReport {
    pub(super) fn note(
        &mut self,
        file: &'static str,
        line: u64,
        reason: &'static str,
        example: impl Into<String>,
    ) {
        self.problems
            .entry((file, reason))
            .and_modify(|problem| problem.rows += 1)
            .or_insert_with(|| Problem { rows: 1, line, example: example.into() });
    }

    /// One sentence a problem.
    pub fn sentences(&self) -> Vec<String> {
        self.problems
            .iter()
            .map(|((file, reason), problem)| {
                let more =
                    if problem.rows > 1 { format!(", and {} more", problem.rows - 1) } else { String::new() };
                format!("{file}, line {}: {reason}: '{}'{more}", problem.line, problem.example)
            })
            .collect()
    }
}
