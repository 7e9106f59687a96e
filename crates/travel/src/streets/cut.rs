//! Cuts the ways of a map into pieces where streets meet, end, or are blocked.

use std::collections::{BTreeMap, BTreeSet};

use super::chains::Piece;
use super::map::{MISSING, StreetMap};
use super::rules::{Kind, Pace, Passage, Stop};

/// Cuts ways into pieces at the points where something can happen.
pub(super) struct Cutting<'a> {
    map: &'a StreetMap,
    passages: &'a [Passage],
    blocked: &'a BTreeMap<u32, Stop>,
    /// How often each point is an end of a step along a way.
    uses: Vec<u8>,
    pub pieces: Vec<Piece>,
    pub points: Vec<u32>,
    /// Points that stand for one side of a barrier.
    pub copies: Vec<u32>,
    /// Barriers at which streets end.
    pub cuts: usize,
}

impl<'a> Cutting<'a> {
    pub fn new(map: &'a StreetMap, passages: &'a [Passage], blocked: &'a BTreeMap<u32, Stop>) -> Self {
        let mut uses = vec![0u8; map.points.len()];
        let mut cuts = BTreeSet::new();
        for way in map.ways.iter().filter(|way| passages[way.tags as usize].is_open()) {
            let kind = passages[way.tags as usize].kind;
            for step in way.points.windows(2).filter(|step| step[0] != MISSING && step[1] != MISSING) {
                for &point in step {
                    uses[point as usize] = uses[point as usize].saturating_add(1);
                    if blocked.get(&point).is_some_and(|stop| stop.holds_on(kind)) {
                        cuts.insert(point);
                    }
                }
            }
        }
        let (pieces, points, copies) = (Vec::new(), Vec::new(), Vec::new());
        Self { map, passages, blocked, uses, pieces, points, copies, cuts: cuts.len() }
    }

    pub fn cut(&mut self, keep: &[bool]) {
        for (at, way) in self.map.ways.iter().enumerate() {
            let passage = self.passages[way.tags as usize];
            if !passage.is_open() {
                continue;
            }
            let whole: f64 = way.points.windows(2).map(|step| self.metres(step[0], step[1])).sum();
            for run in way.points.split(|&point| point == MISSING) {
                let mut from = 0;
                for to in 1..run.len() {
                    let point = run[to] as usize;
                    let joint = self.uses[point] != 2 || keep[point] || self.blocked.contains_key(&run[to]);
                    if joint || to + 1 == run.len() {
                        self.piece(&run[from..=to], passage, at as u32, whole);
                        from = to;
                    }
                }
            }
        }
    }

    fn piece(&mut self, along: &[u32], passage: Passage, way: u32, whole: f64) {
        let metres: f64 = along.windows(2).map(|step| self.metres(step[0], step[1])).sum();
        let seconds = |pace: Option<Pace>| match pace {
            None => f64::INFINITY,
            Some(Pace::Speed(speed)) => metres / 1000.0 / speed.get() * 3600.0,
            Some(Pace::Crossing(minutes)) => minutes.get() * 60.0 * metres / whole.max(1e-9),
        };
        let begin = self.points.len() as u32;
        self.points.extend(along);
        let (a, b) = (self.end(along[0], passage.kind), self.end(along[along.len() - 1], passage.kind));
        self.pieces.push(Piece {
            a,
            b,
            forward: seconds(passage.forward),
            backward: seconds(passage.backward),
            metres,
            road: if passage.kind == Kind::Road { metres } else { 0.0 },
            part: 0,
            no_stop: passage.no_stop,
            way_a: way,
            way_b: way,
            shape: (begin, self.points.len() as u32),
        });
    }

    /// The node at the end of a piece: each street that ends at a barrier ends on its own side of it.
    fn end(&mut self, point: u32, kind: Kind) -> u32 {
        if !self.blocked.get(&point).is_some_and(|stop| stop.holds_on(kind)) {
            return point;
        }
        self.copies.push(point);
        (self.map.points.len() + self.copies.len() - 1) as u32
    }

    fn metres(&self, one: u32, other: u32) -> f64 {
        if one == MISSING || other == MISSING {
            return 0.0;
        }
        self.map.points[one as usize].to(self.map.points[other as usize]).get()
    }
}
