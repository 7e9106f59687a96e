//! The streets of a map as they are drawn: ways along points, what stops people at points, forbidden turns. Knows no mode.

use std::collections::BTreeMap;

use enough_kernel::LonLat;

use super::tags::Tags;

/// A street, path or ferry as one line of the map.
#[derive(Debug, Clone)]
pub struct Way {
    /// Number in the map.
    pub id: i64,
    /// Position of its tags in [`StreetMap::tags`].
    pub tags: u32,
    /// Its points: positions in [`StreetMap::points`], or [`MISSING`].
    pub points: Vec<u32>,
}

/// A point that the extract does not have: the way is cut there.
pub const MISSING: u32 = u32::MAX;

/// Where a forbidden or only turn is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// At a point, by position.
    Point(u32),
    /// Along ways, by number.
    Ways(Vec<i64>),
}

/// A turn that cars may not take, or the only one they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Whether it names the only turn allowed.
    pub only: bool,
    /// Whether it forbids to turn round.
    pub u_turn: bool,
    /// The ways before, by number.
    pub from: Vec<i64>,
    /// Where.
    pub via: Via,
    /// The ways after, by number.
    pub to: Vec<i64>,
}

/// What was met while reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapNotes {
    /// Ways that are streets, paths or ferries.
    pub ways: usize,
    /// Points of these ways that the extract has.
    pub points: usize,
    /// Points that ways name but the extract does not have; the ways are cut there.
    pub missing_points: usize,
    /// Turn restrictions for cars.
    pub restrictions: usize,
    /// Turn restrictions that cannot be used: they do not name a way before, one after and where, or hold at some times only.
    pub restrictions_not_used: usize,
}

/// The streets of a map.
#[derive(Debug, Clone, Default)]
pub struct StreetMap {
    /// Points of ways.
    pub points: Vec<LonLat>,
    /// Ways in the order of the map.
    pub ways: Vec<Way>,
    /// Each set of tags of a way once.
    pub tags: Vec<Tags>,
    /// Tags of barriers, kerbs and other nodes that may stop somebody, by point.
    pub barriers: BTreeMap<u32, Tags>,
    /// Turns that cars may not take.
    pub restrictions: Vec<Restriction>,
    /// What was met while reading.
    pub notes: MapNotes,
}
