//! The command, run as people run it. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod assess;
mod assess_on_streets;
mod bad_input;
mod town;
mod travel_by_timetable;
mod travel_on_streets;
