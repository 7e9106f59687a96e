//! The street nearest to a point, and how far it is.

use std::collections::HashSet;

use enough_kernel::{LonLat, Metres};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::network::{Fixed, NEVER, Network, degrees};

/// A point on a street, and the straight way there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    /// The street, by number.
    pub street: u32,
    /// The part of the network the street belongs to, from 0, the longest first.
    pub part: u32,
    /// Share of the street's length before the point.
    pub along: f64,
    /// Straight line from the point asked for to the street.
    pub off: Metres,
    /// Milliseconds for that line.
    pub(crate) off_milliseconds: u32,
    /// The point on the street.
    pub at: LonLat,
}

/// Within so many metres of a junction a point is at the junction: positions are kept to a centimetre.
const AT_THE_END: f64 = 0.1;

/// A place on a street: metres from the point, the street, its straight piece, and the share of the piece before it.
type Found = (f64, u32, u32, f64);

/// Metres within which most points have a street.
const NARROW: f64 = 100.0;

/// A longer part of the network goes first if its street is at most so many metres farther than that of another: nobody is held on a
/// back lane that the map forgot to join.
const NEARLY_AS_NEAR: f64 = 50.0;

/// One straight piece of a street, in degrees scaled to metres at one latitude.
type Segment = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

impl Network {
    /// The nearest point of the network for each point, or `None` where none is within the limit. Of several parts of the network
    /// that of the nearest street is taken, or a longer one that is nearly as near. If only private ways or gates part it from a
    /// longer one, the streets of that go first, for who lives there may pass.
    pub fn snap(&self, points: &[LonLat], limit: Metres) -> Vec<Option<Snap>> {
        let mut snaps = vec![None; points.len()];
        let mut open: Vec<usize> = (0..points.len()).collect();
        // Most points are near a street: a narrow look first keeps the index of streets small.
        let mut radius = NARROW.min(limit.get());
        loop {
            let asked: Vec<LonLat> = open.iter().map(|&index| points[index]).collect();
            let found = self.snap_within(&asked, Metres::new(radius));
            open = open
                .into_iter()
                .zip(found)
                .filter_map(|(index, snap)| {
                    snaps[index] = snap;
                    // Beyond the radius there may be a longer part that is nearly as near.
                    let settled = snap.is_some_and(|snap| self.farthest(snap.off.get(), snap.part) <= radius);
                    (!settled).then_some(index)
                })
                .collect();
            if open.is_empty() || radius >= limit.get() {
                return snaps;
            }
            radius = limit.get();
        }
    }

    fn snap_within(&self, points: &[LonLat], limit: Metres) -> Vec<Option<Snap>> {
        let Some(plane) = Plane::around(points) else { return Vec::new() };
        // Only streets near a point are indexed: cells around the points.
        let cell = limit.get().max(50.0) * plane.stretch;
        let key = |at: [f64; 2]| ((at[0] / cell).floor() as i64, (at[1] / cell).floor() as i64);
        let mut near = HashSet::new();
        for &point in points {
            let (x, y) = key(plane.project(point));
            near.extend((x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y))));
        }
        let segments: Vec<Segment> = (0..self.streets.len())
            .into_par_iter()
            .filter(|&street| self.streets[street].no_stop == 0)
            .flat_map_iter(|street| {
                self.shape_of(street).windows(2).enumerate().filter_map({
                    let (plane, near) = (&plane, &near);
                    move |(piece, ends)| {
                        let (a, b) = (plane.project(degrees(ends[0])), plane.project(degrees(ends[1])));
                        let ((ax, ay), (bx, by)) = (key(a), key(b));
                        let touches = (ax.min(bx)..=ax.max(bx))
                            .any(|x| (ay.min(by)..=ay.max(by)).any(|y| near.contains(&(x, y))));
                        touches.then(|| Segment::new(Line::new(a, b), (street as u32, piece as u32)))
                    }
                })
            })
            .collect();
        let tree = RTree::bulk_load(segments);
        points.par_iter().map(|&point| self.nearest(&tree, &plane, point, limit)).collect()
    }

    fn nearest(&self, tree: &RTree<Segment>, plane: &Plane, point: LonLat, limit: Metres) -> Option<Snap> {
        let asked = plane.project(point);
        // The nearest of each part, and the nearest of all.
        let mut best: Vec<(u32, Found)> = Vec::new();
        let mut nearest: Option<(f64, u32)> = None;
        for segment in tree.nearest_neighbor_iter(&asked) {
            // The plane stretches distances by so much at most: what is farther in it cannot be nearer in truth.
            let least = segment.distance_2(&asked).sqrt() / plane.stretch;
            let farthest = nearest.map_or(limit.get(), |(metres, part)| self.farthest(metres, part));
            if least > farthest.min(limit.get()) {
                break;
            }
            let (street, piece) = segment.data;
            let ends = &self.shape_of(street as usize)[piece as usize..piece as usize + 2];
            let (metres, share) = to_segment(point, ends);
            if metres > limit.get() {
                continue;
            }
            let found = (metres, street, piece, share);
            let part = self.streets[street as usize].part;
            match best.iter_mut().find(|(known, _)| *known == part) {
                Some((_, known)) if found.partial_cmp(known).is_some_and(std::cmp::Ordering::is_lt) => {
                    *known = found;
                }
                Some(_) => {}
                None => best.push((part, found)),
            }
            if nearest.is_none_or(|(known, known_part)| (metres, part) < (known, known_part)) {
                nearest = Some((metres, part));
            }
        }
        let (metres, own) = nearest?;
        let farthest = self.farthest(metres, own);
        let joined = self.joined[own as usize];
        best.sort_unstable_by_key(|(part, _)| *part);
        let (part, (metres, street, piece, share)) = best.into_iter().find(|(part, found)| {
            *part == own || *part == joined || (joined == own && found.0 <= farthest)
        })?;
        let shape = self.shape_of(street as usize);
        let lengths: Vec<f64> =
            shape.windows(2).map(|ends| degrees(ends[0]).to(degrees(ends[1])).get()).collect();
        let whole: f64 = lengths.iter().sum();
        let before: f64 = lengths[..piece as usize].iter().sum::<f64>() + share * lengths[piece as usize];
        let (a, b) = (degrees(shape[piece as usize]), degrees(shape[piece as usize + 1]));
        let seconds = metres / 1000.0 / self.profile.off_street().get() * 3600.0;
        Some(Snap {
            street,
            part,
            along: if before < AT_THE_END {
                0.0
            } else if whole - before < AT_THE_END {
                1.0
            } else {
                before / whole
            },
            off: Metres::new(metres),
            off_milliseconds: (seconds * 1000.0).round() as u32,
            at: LonLat {
                longitude: a.longitude + share * (b.longitude - a.longitude),
                latitude: a.latitude + share * (b.latitude - a.latitude),
            },
        })
    }

    /// Metres within which a street of a longer part goes before the nearest, which is so far away and of this part.
    fn farthest(&self, metres: f64, part: u32) -> f64 {
        match part {
            0 => metres,
            _ if self.joined[part as usize] != part => f64::INFINITY,
            _ => metres + NEARLY_AS_NEAR,
        }
    }

    /// Where a trip from a point on a street is after leaving the street: states, and milliseconds since the start.
    pub(crate) fn departures(&self, snap: &Snap) -> Vec<(u32, u32)> {
        let street = self.streets[snap.street as usize];
        let along = [(0, 1.0 - snap.along, street.forward), (1, snap.along, street.backward)]
            .into_iter()
            .filter(|&(_, _, time)| time != NEVER)
            .map(|(side, share, time)| {
                let state = self.derived.heads[(snap.street as usize) << 1 | side];
                (state, snap.off_milliseconds + part(time, share))
            });
        // At the end of a street one stands at the junction, whatever the direction of the street.
        along.chain(self.end_of(snap).map(|junction| (junction, snap.off_milliseconds))).collect()
    }

    /// From where a trip ends at a point on a street: states, and milliseconds from there to the end.
    pub(crate) fn arrivals(&self, snap: &Snap) -> Vec<(u32, u32)> {
        let street = self.streets[snap.street as usize];
        let mut from = Vec::new();
        for (side, tail, share, time) in
            [(0, street.from, snap.along, street.forward), (1, street.to, 1.0 - snap.along, street.backward)]
        {
            if time == NEVER {
                continue;
            }
            let milliseconds = snap.off_milliseconds + part(time, share);
            from.push((tail, milliseconds));
            let side = (snap.street as usize) << 1 | side;
            let tails = self.derived.tails_first[side] as usize..self.derived.tails_first[side + 1] as usize;
            from.extend(self.derived.tails[tails].iter().map(|&state| (state, milliseconds)));
        }
        if let Some(junction) = self.end_of(snap) {
            from.extend(self.states_of(junction).map(|state| (state, snap.off_milliseconds)));
        }
        from
    }

    /// The junction at which a point on a street is, if it is at one.
    fn end_of(&self, snap: &Snap) -> Option<u32> {
        let street = self.streets[snap.street as usize];
        if snap.along <= 0.0 { Some(street.from) } else { (snap.along >= 1.0).then_some(street.to) }
    }

    /// Milliseconds between two points of one street without leaving it.
    pub(crate) fn within_street(&self, from: &Snap, to: &Snap) -> Option<u32> {
        if from.street != to.street {
            return None;
        }
        let street = self.streets[from.street as usize];
        let share = to.along - from.along;
        let ahead = (share >= 0.0 && street.forward != NEVER).then(|| part(street.forward, share));
        let back = (share <= 0.0 && street.backward != NEVER).then(|| part(street.backward, -share));
        let on = [ahead, back].into_iter().flatten().min()?;
        Some(from.off_milliseconds + on + to.off_milliseconds)
    }
}

pub(crate) fn part(time: u32, share: f64) -> u32 {
    (f64::from(time) * share).round() as u32
}

/// Distance from a point to a straight piece, and the share of the piece before the nearest point.
fn to_segment(point: LonLat, ends: &[Fixed]) -> (f64, f64) {
    let (a, b) = (degrees(ends[0]), degrees(ends[1]));
    let (east, north) = point.metres_per_degree();
    let flat = |at: LonLat| ((at.longitude - point.longitude) * east, (at.latitude - point.latitude) * north);
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    ((ax + share * dx).hypot(ay + share * dy), share)
}

/// A plane in metres, right at one latitude and stretched a little elsewhere.
struct Plane {
    middle: LonLat,
    east: f64,
    north: f64,
    /// By how much the plane may be wrong between the southernmost and the northernmost point asked for.
    stretch: f64,
}

impl Plane {
    fn around(points: &[LonLat]) -> Option<Self> {
        let south = points.iter().map(|point| point.latitude).min_by(f64::total_cmp)?;
        let north = points.iter().map(|point| point.latitude).max_by(f64::total_cmp)?;
        let middle = LonLat { longitude: points[0].longitude, latitude: f64::midpoint(south, north) };
        let (east, up) = middle.metres_per_degree();
        let ratio = [south - 0.1, north + 0.1]
            .into_iter()
            .map(|latitude| LonLat { latitude, ..middle }.metres_per_degree())
            .flat_map(|(e, u)| [e / east, east / e, u / up, up / u])
            .fold(1.0, f64::max);
        Some(Self { middle, east, north: up, stretch: ratio * 1.0001 })
    }

    fn project(&self, at: LonLat) -> [f64; 2] {
        [
            (at.longitude - self.middle.longitude) * self.east,
            (at.latitude - self.middle.latitude) * self.north,
        ]
    }
}
