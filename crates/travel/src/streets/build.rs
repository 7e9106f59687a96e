//! Makes the network of a mode from a map: who may pass, where streets meet, what hangs together, which turns are forbidden.

use std::collections::BTreeSet;

use enough_kernel::Kilometres;

use super::chains::{Piece, join};
use super::cut::Cutting;
use super::map::{StreetMap, Via};
use super::network::{Arc, BuildNotes, NEVER, Network, fixed};
use super::numbering::{interleave, number};
use super::parts::parts;
use super::rules::{Mode, Passage, Profile};
use super::turns::{Sides, forbidden, memories};
use crate::rows::starts;

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
        network.notes = notes;
        connect(&mut network, &chains, map);
        network.derive();
        Some(network)
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
    let first = starts(nodes, arcs.iter().map(|&(from, _)| from));
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
