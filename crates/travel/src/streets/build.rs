//! Makes the network of a mode from a map: who may pass, where streets meet, what hangs together, which turns are forbidden.

use std::collections::BTreeSet;

use enough_kernel::{Kilometres, LonLat};

use super::chains::{Piece, join};
use super::map::{MISSING, StreetMap, Via};
use super::network::{Arc, BuildNotes, Derived, Fixed, NEVER, Network, Street, fixed};
use super::parts::parts;
use super::rules::{Mode, Pace, Passage, Profile};
use super::turns::{Sides, forbidden, memories};

impl Network {
    /// The network of a mode; `None` if there is no street on which it may travel.
    pub fn build(map: &StreetMap, profile: Profile) -> Option<Self> {
        let passages: Vec<Passage> = map.tags.iter().map(|tags| profile.passage(tags)).collect();
        let blocked: BTreeSet<u32> = map
            .barriers
            .iter()
            .filter(|(_, tags)| profile.is_blocked_by(tags))
            .map(|(&point, _)| point)
            .collect();
        let drives = profile.mode == Mode::Car;
        let mut keep = vec![false; map.points.len()];
        if drives {
            for restriction in &map.restrictions {
                if let Via::Point(point) = restriction.via {
                    keep[point as usize] = true;
                }
            }
        }
        let mut cutting = Cutting::new(map, &passages, &blocked);
        cutting.cut(&keep);
        keep.resize(map.points.len() + cutting.copies.len(), true);
        let (mut chains, shapes) = join(&cutting.pieces, &cutting.points, keep.len(), &keep);
        chains.retain(|chain| chain.a != chain.b || chain.metres > 0.0);
        if chains.is_empty() {
            return None;
        }
        let mut notes = BuildNotes { barriers: cutting.cuts, ..largest_part(&mut chains, keep.len()) };
        let place = |node: u32| {
            let copies = (node as usize).checked_sub(map.points.len());
            map.points[copies.map_or(node, |copy| cutting.copies[copy]) as usize]
        };
        let mut network = number(&chains, &shapes, profile, place, &map.points);
        notes.junctions = network.junctions.len();
        notes.streets = network.streets.len();
        notes.points = network.shape.len() - 2 * network.streets.len() + network.junctions.len();
        network.notes = notes;
        connect(&mut network, &chains, map);
        network.derive();
        Some(network)
    }
}

/// Cuts ways into pieces at the points where something can happen.
struct Cutting<'a> {
    map: &'a StreetMap,
    passages: &'a [Passage],
    blocked: &'a BTreeSet<u32>,
    /// How often each point is an end of a step along a way.
    uses: Vec<u8>,
    pieces: Vec<Piece>,
    points: Vec<u32>,
    /// Points that stand for one side of a barrier.
    copies: Vec<u32>,
    cuts: usize,
}

impl<'a> Cutting<'a> {
    fn new(map: &'a StreetMap, passages: &'a [Passage], blocked: &'a BTreeSet<u32>) -> Self {
        let mut uses = vec![0u8; map.points.len()];
        let mut cuts = BTreeSet::new();
        for way in map.ways.iter().filter(|way| passages[way.tags as usize].is_open()) {
            for step in way.points.windows(2).filter(|step| step[0] != MISSING && step[1] != MISSING) {
                for &point in step {
                    uses[point as usize] = uses[point as usize].saturating_add(1);
                    if blocked.contains(&point) {
                        cuts.insert(point);
                    }
                }
            }
        }
        let (pieces, points, copies) = (Vec::new(), Vec::new(), Vec::new());
        Self { map, passages, blocked, uses, pieces, points, copies, cuts: cuts.len() }
    }

    fn cut(&mut self, keep: &[bool]) {
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
                    let joint = self.uses[point] != 2 || keep[point] || self.blocked.contains(&run[to]);
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
            Some(Pace::Crossing(minutes)) => minutes * 60.0 * metres / whole.max(1e-9),
        };
        let begin = self.points.len() as u32;
        self.points.extend(along);
        let (a, b) = (self.end(along[0]), self.end(along[along.len() - 1]));
        self.pieces.push(Piece {
            a,
            b,
            forward: seconds(passage.forward),
            backward: seconds(passage.backward),
            metres,
            no_stop: passage.no_stop,
            way_a: way,
            way_b: way,
            shape: (begin, self.points.len() as u32),
        });
    }

    /// The node at the end of a piece: each street that ends at a barrier ends on its own side of it.
    fn end(&mut self, point: u32) -> u32 {
        if !self.blocked.contains(&point) {
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

/// Keeps the streets of the largest part; says what that leaves out.
fn largest_part(chains: &mut Vec<Piece>, nodes: usize) -> BuildNotes {
    let mut arcs = Vec::with_capacity(chains.len() * 2);
    let mut used = vec![false; nodes];
    for chain in chains.iter() {
        used[chain.a as usize] = true;
        used[chain.b as usize] = true;
        if chain.forward.is_finite() {
            arcs.push((chain.a, chain.b));
        }
        if chain.backward.is_finite() {
            arcs.push((chain.b, chain.a));
        }
    }
    arcs.sort_unstable();
    let mut first = vec![0u32; nodes + 1];
    for &(from, _) in &arcs {
        first[from as usize + 1] += 1;
    }
    for node in 0..nodes {
        first[node + 1] += first[node];
    }
    let heads: Vec<u32> = arcs.into_iter().map(|(_, head)| head).collect();
    let (part, count) = parts(&first, &heads);
    let mut metres = vec![0.0; count];
    for chain in chains.iter().filter(|chain| part[chain.a as usize] == part[chain.b as usize]) {
        metres[part[chain.a as usize] as usize] += chain.metres;
    }
    // The largest by length of streets, because a car park has many junctions; the first found of equals.
    let largest = (0..count).rev().max_by(|&a, &b| metres[a].total_cmp(&metres[b])).unwrap_or(0) as u32;
    let all: f64 = chains.iter().map(|chain| chain.metres).sum();
    chains.retain(|chain| part[chain.a as usize] == largest && part[chain.b as usize] == largest);
    let kept: f64 = chains.iter().map(|chain| chain.metres).sum();
    let there: BTreeSet<u32> = (0..nodes)
        .filter(|&node| used[node])
        .map(|node| part[node])
        .filter(|&part| part != largest)
        .collect();
    BuildNotes {
        kilometres: Kilometres::new(kept / 1000.0),
        kilometres_left_out: Kilometres::new((all - kept).max(0.0) / 1000.0),
        parts_left_out: there.len(),
        ..BuildNotes::default()
    }
}

/// Numbers junctions so that neighbours in space are neighbours in memory, and sorts the streets the same way.
fn number(
    chains: &[Piece],
    shapes: &[u32],
    profile: Profile,
    place: impl Fn(u32) -> LonLat,
    points: &[LonLat],
) -> Network {
    let mut nodes: Vec<u32> = chains.iter().flat_map(|chain| [chain.a, chain.b]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut order: Vec<(u64, u32, Fixed)> = nodes
        .iter()
        .map(|&node| {
            let at = fixed(place(node));
            (interleave(at), node, at)
        })
        .collect();
    order.sort_unstable();
    let mut position = vec![0u32; nodes.len()];
    for (new, (_, node, _)) in order.iter().enumerate() {
        if let Ok(old) = nodes.binary_search(node) {
            position[old] = new as u32;
        }
    }
    let at = |node: u32| nodes.binary_search(&node).map_or(0, |old| position[old]);
    let milliseconds = |seconds: f64| {
        if seconds.is_finite() { (seconds * 1000.0).round().min(f64::from(NEVER - 1)) as u32 } else { NEVER }
    };
    let mut sorted: Vec<(u32, usize)> =
        chains.iter().map(|chain| at(chain.a).min(at(chain.b))).zip(0..).collect();
    sorted.sort_unstable();
    let (mut streets, mut shape, mut shape_start) = (Vec::new(), Vec::new(), vec![0u32]);
    for &(_, index) in &sorted {
        let chain = &chains[index];
        streets.push(Street {
            from: at(chain.a),
            to: at(chain.b),
            forward: milliseconds(chain.forward),
            backward: milliseconds(chain.backward),
            no_stop: u32::from(chain.no_stop),
        });
        let along = &shapes[chain.shape.0 as usize..chain.shape.1 as usize];
        shape.extend(along.iter().map(|&point| fixed(points[point as usize])));
        shape_start.push(shape.len() as u32);
    }
    Network {
        profile,
        notes: BuildNotes::default(),
        junctions: order.into_iter().map(|(_, _, at)| at).collect(),
        streets,
        shape_start,
        shape,
        memories: Vec::new(),
        first: Vec::new(),
        arcs: Vec::new(),
        // The chain of each street, until `connect` needs it no more.
        arc_street: sorted.into_iter().map(|(_, index)| index as u32).collect(),
        derived: Derived::default(),
    }
}

/// Position along a curve that stays near itself (Morton 1966): the bits of both coordinates in turn.
fn interleave(at: Fixed) -> u64 {
    let spread = |value: i32| {
        // Shifted so that order is kept across zero.
        let mut bits = u64::from((value as u32) ^ 0x8000_0000);
        bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
        (bits | (bits << 1)) & 0x5555_5555_5555_5555
    };
    spread(at[0]) | (spread(at[1]) << 1)
}

/// Makes the arcs of the search, with memory where turns are forbidden.
fn connect(network: &mut Network, chains: &[Piece], map: &StreetMap) {
    let chain_of = std::mem::take(&mut network.arc_street);
    let junctions = network.junctions.len();
    let mut leaving: Vec<(u32, u32)> = Vec::with_capacity(chains.len() * 2);
    for (index, street) in network.streets.iter().enumerate() {
        for (side, tail, time) in [(0, street.from, street.forward), (1, street.to, street.backward)] {
            if time != NEVER {
                leaving.push((tail, (index as u32) << 1 | side));
            }
        }
    }
    leaving.sort_unstable();
    let mut first = vec![0u32; junctions + 1];
    for &(tail, _) in &leaving {
        first[tail as usize + 1] += 1;
    }
    for junction in 0..junctions {
        first[junction + 1] += first[junction];
    }
    let leaving: Vec<u32> = leaving.into_iter().map(|(_, side)| side).collect();
    let way = |side: u32, end: bool| {
        let chain = &chains[chain_of[(side >> 1) as usize] as usize];
        // The way with which an arc begins or ends, whichever direction it is taken.
        let position = if (side & 1 == 1) ^ end { chain.way_b } else { chain.way_a };
        map.ways[position as usize].id
    };
    let sides = Sides { streets: &network.streets, first: &first, leaving: &leaving, way: &way };
    let sequences = if network.profile.mode == Mode::Car {
        let point_of = |point: u32| {
            let at = fixed(map.points[point as usize]);
            // Junctions are sorted by the same key, and restrictions are few.
            let key = interleave(at);
            let from = network.junctions.partition_point(|junction| interleave(*junction) < key);
            (from..junctions)
                .take_while(|&k| network.junctions[k] == at)
                .map(|k| k as u32)
                .collect::<Vec<_>>()
        };
        let (sequences, used, not_used) = forbidden(&map.restrictions, &sides, point_of);
        network.notes.restrictions = used;
        network.notes.restrictions_not_used = not_used + map.notes.restrictions_not_used;
        sequences
    } else {
        Vec::new()
    };
    let memory = memories(&sequences, &sides);
    let mut arcs = Vec::with_capacity(leaving.len());
    let (mut starts, mut arc_street) = (vec![0u32], Vec::with_capacity(leaving.len()));
    for state in 0..junctions + memory.places.len() {
        let junction = if state < junctions { state } else { memory.places[state - junctions] as usize };
        for &side in &leaving[first[junction] as usize..first[junction + 1] as usize] {
            let Some(to) = memory.step(state as u32, side, &sides) else { continue };
            let street = &network.streets[(side >> 1) as usize];
            let milliseconds = if side & 1 == 0 { street.forward } else { street.backward };
            arcs.push(Arc { to, milliseconds });
            arc_street.push(side);
        }
        starts.push(arcs.len() as u32);
    }
    network.memories = memory.places;
    network.first = starts;
    network.arcs = arcs;
    network.arc_street = arc_street;
}
