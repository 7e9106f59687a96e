//! Searches within a limit: how long from one point to all, from many to many, and the shape of what is within reach.

mod isochrone;
mod many;
mod nearest;

pub use isochrone::{Direction, isochrones};
pub use many::{Journey, Journeys, many_to_many, many_to_many_telling};
pub use nearest::Searcher;

use enough_kernel::Minutes;

/// The longest limit of a search: 90 minutes.
pub const LONGEST: Minutes = Minutes::new(90.0);

pub(crate) fn milliseconds(minutes: Minutes) -> u32 {
    (minutes.get().min(LONGEST.get()) * 60_000.0).floor() as u32
}

pub(crate) fn minutes(milliseconds: u32) -> Minutes {
    Minutes::new(f64::from(milliseconds) / 60_000.0)
}
