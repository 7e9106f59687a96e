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
    /// Other places in its file that could be a feed, such as an old copy in a folder: none of them is read.
    pub others: Vec<String>,
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
        let others = (!self.others.is_empty()).then(|| {
            format!(
                "tables are taken from one place in the file; not read: {}; give another timetable as a file of its own",
                self.others.join(", ")
            )
        });
        let problems = self.problems.iter().map(|((file, reason), problem)| {
            let more =
                if problem.rows > 1 { format!(", and {} more", problem.rows - 1) } else { String::new() };
            format!("{file}, line {}: {reason}: '{}'{more}", problem.line, problem.example)
        });
        problems.chain(others).collect()
    }
}
