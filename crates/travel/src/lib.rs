//! How long it takes: on real streets from OpenStreetMap, and by bus and train from GTFS timetables.
//!
//! Knows files of these two formats and points in degrees; knows no area, no setting, no child.

mod rows;
pub mod search;
pub mod streets;
pub mod timetables;
