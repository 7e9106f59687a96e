//! Makes the network of a mode from a map: who may pass, where streets meet, what hangs together, which turns are forbidden.

use std::collections::BTreeMap;

use super::chains::{Piece, join};
use super::cut::Cutting;
use super::map::{StreetMap, Via};
use super::network::{Arc, NEVER, Network, fixed};
use super::numbering::{interleave, number};
use super::places::{Kept, keep_parts};
use super::rules::{Mode, Passage, Profile, Stop, duration_is_not_read};
use super::turns::{Sides, forbidden, memories};
use crate::rows::starts;

impl Network {
    /// The network of a mode; `None` if there is no street on which it may travel.
    pub fn build(map: &StreetMap, profile: Profile) -> Option<Self> {
        let passages: Vec<Passage> = map.tags.iter().map(|tags| profile.passage(tags)).collect();
        let stops = map.barriers.iter().map(|(&point, tags)| (point, profile.stop(tags)));
        let blocked: BTreeMap<u32, Stop> = stops.filter(|(_, stop)| *stop != Stop::Nobody).collect();
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
        let (points, copies) = (map.points.len(), &cutting.copies);
        let point = |node: u32| (node as usize).checked_sub(points).map_or(node, |copy| copies[copy]);
        let Kept { mut notes, joined } = keep_parts(&mut chains, keep.len(), point, (map, profile));
        notes.barriers = cutting.cuts;
        let at_times: Vec<bool> = map.tags.iter().map(|tags| profile.depends_on_time(tags)).collect();
        notes.at_times = map.ways.iter().filter(|way| at_times[way.tags as usize]).count();
        let guessed: Vec<bool> = map
            .tags
            .iter()
            .zip(&passages)
            .map(|(tags, may)| may.is_open() && duration_is_not_read(tags))
            .collect();
        notes.ferries_guessed = map.ways.iter().filter(|way| guessed[way.tags as usize]).count();
        let place = |node: u32| map.points[point(node) as usize];
        let mut network = number(&chains, &shapes, profile, place, &map.points);
        network.joined = joined;
        notes.junctions = network.junctions.len();
        notes.streets = network.streets.len();
        network.notes = notes;
        connect(&mut network, &chains, map);
        network.derive();
        Some(network)
    }
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
    let first = starts(junctions, leaving.iter().map(|&(tail, _)| tail));
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
    let (mut first_arc, mut arc_street) = (vec![0u32], Vec::with_capacity(leaving.len()));
    for state in 0..junctions + memory.places.len() {
        let junction = if state < junctions { state } else { memory.places[state - junctions] as usize };
        for &side in &leaving[first[junction] as usize..first[junction + 1] as usize] {
            let Some(to) = memory.step(state as u32, side, &sides) else { continue };
            let street = &network.streets[(side >> 1) as usize];
            let milliseconds = if side & 1 == 0 { street.forward } else { street.backward };
            arcs.push(Arc { to, milliseconds });
            arc_street.push(side);
        }
        first_arc.push(arcs.len() as u32);
    }
    network.memories = memory.places;
    network.first = first_arc;
    network.arcs = arcs;
    network.arc_street = arc_street;
}
