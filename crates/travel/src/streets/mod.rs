//! Streets: read from OpenStreetMap, made into a network for one mode, kept on disk, and found near a point.

mod build;
mod cache;
mod chains;
mod cut;
mod error;
mod map;
pub(crate) mod network;
mod numbering;
mod osm;
mod parts;
mod places;
mod rules;
pub(crate) mod snap;
mod tags;
mod turns;

pub use cache::{Origin, prepare};
pub use error::StreetsError;
pub use map::{MISSING, MapNotes, Restriction, StreetMap, Via, Way};
pub use network::{BuildNotes, Network, Step};
pub use osm::read_streets;
pub use rules::{Kind, Mode, Pace, Passage, Profile, Stop, WALKING};
pub use snap::Snap;
pub use tags::Tags;
