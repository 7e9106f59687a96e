//! Figures as pages write them.

// Templates hand everything over by reference.
#![allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option)]

use enough_assessments::Assessment;
use enough_kernel::words::{self, count, per_hundred};
use enough_kernel::{Level, Minutes};

/// A number of children or places.
pub fn whole(number: &f64) -> String {
    count(*number)
}

/// Places that are missing or spare, rounded down: no more is claimed than there is.
pub fn whole_places(number: &f64) -> String {
    count(words::whole_places(*number))
}

/// Places for every 100 children.
pub fn per_hundred_children(level: &f64) -> String {
    per_hundred(Level::new(*level))
}

/// Places for every 100 children; a dash without children.
pub fn level(level: &Option<f64>) -> String {
    level.map_or_else(|| "\u{2013}".to_owned(), |level| per_hundred(Level::new(level)))
}

/// What is enough, for every 100 children.
pub fn of_target(assessment: &Assessment) -> String {
    per_hundred(Level::new(assessment.target))
}

/// Minutes to enough; none within the ladder.
pub fn to_enough(minutes: &Option<f64>) -> String {
    minutes.map_or_else(|| "none".to_owned(), |minutes| words::minutes(Minutes::new(minutes)))
}
