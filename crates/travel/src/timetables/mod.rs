//! Public transport: timetables read from GTFS feeds, the trips of one day, and journeys that walk, ride and walk.

mod error;
mod feed;
mod folders;
mod journeys;
mod lines;
mod raptor;
mod report;
mod services;
mod tables;
mod times;

pub use error::FeedError;
pub use feed::{Feed, read_feed};
pub use journeys::{Limits, Ride, Rides, Window, ride_many_to_many};
pub use lines::{NoService, Timetable};
pub use report::{FeedReport, Problem};
pub use services::parse_date;
