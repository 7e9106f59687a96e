//! Travel for an assessment: the options that every command has, and the pairs within reach on streets and by timetable.

mod options;
mod trips;

pub use options::{MapOptions, Mode, StreetOptions, moving};
pub use trips::{Prepared, Side, Snapped, Trip, Trips, network, travel};
