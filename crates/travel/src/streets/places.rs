//! The parts of a network that are kept: the largest, and every other that is a place of its own, such as an island.

use std::collections::BTreeSet;

use enough_kernel::Kilometres;

use super::chains::Piece;
use super::map::{MISSING, StreetMap};
use super::network::BuildNotes;
use super::parts::parts;
use super::rules::{Kind, Profile};
use super::tags::Tags;
use crate::rows::starts;

/// Metres of road that make a part a place of its own. A part with less is a mistake of the map more often than a place: a footpath
/// without its junction, or a car park; who is there is put on the streets around it.
const LEAST_ROAD: f64 = 250.0;

/// What was kept.
pub(super) struct Kept {
    pub notes: BuildNotes,
    /// For each part the longest one with which it hangs together but for private ways, gates and the like; itself if there is none.
    pub joined: Vec<u32>,
}

/// Keeps the streets of parts that are places, and numbers these, the longest first; says what is left out. A street that leads from
/// one part to another without a way back belongs to neither. `point` is the point of the map at a node.
pub(super) fn keep_parts(
    chains: &mut Vec<Piece>,
    nodes: usize,
    point: impl Fn(u32) -> u32,
    (map, profile): (&StreetMap, Profile),
) -> Kept {
    let (part, count) = connected(chains, nodes);
    let (mut metres, mut road) = (vec![0.0; count], vec![0.0; count]);
    for chain in chains.iter().filter(|chain| part[chain.a as usize] == part[chain.b as usize]) {
        metres[part[chain.a as usize] as usize] += chain.metres;
        road[part[chain.a as usize] as usize] += chain.road;
    }
    // The largest by length of streets, because a car park has many junctions; the first found of equals.
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| metres[b].total_cmp(&metres[a]));
    let largest = order.first().copied();
    order.retain(|&part| Some(part) == largest || road[part] >= LEAST_ROAD);
    let mut number = vec![None; count];
    for (at, &part) in order.iter().enumerate() {
        number[part] = Some(at as u32);
    }
    let all: f64 = chains.iter().map(|chain| chain.metres).sum();
    let ends = chains.iter().flat_map(|chain| [chain.a, chain.b]);
    let left_out: BTreeSet<u32> =
        ends.map(|node| part[node as usize]).filter(|&part| number[part as usize].is_none()).collect();
    chains.retain_mut(|chain| {
        let (a, b) = (part[chain.a as usize], part[chain.b as usize]);
        chain.part = number[a as usize].unwrap_or_default();
        a == b && number[a as usize].is_some()
    });
    let kept: f64 = chains.iter().map(|chain| chain.metres).sum();
    let mut joined: Vec<u32> = (0..order.len() as u32).collect();
    if order.len() > 1 {
        let together = together(map, profile);
        // A point of each part.
        let mut somewhere = vec![MISSING; order.len()];
        for chain in chains.iter() {
            somewhere[chain.part as usize] = point(chain.a);
        }
        let group = |part: usize| together[somewhere[part] as usize];
        for part in 1..order.len() {
            joined[part] = (0..part).find(|&longer| group(longer) == group(part)).unwrap_or(part) as u32;
        }
    }
    let notes = BuildNotes {
        kilometres: Kilometres::new(kept / 1000.0),
        kilometres_left_out: Kilometres::new((all - kept).max(0.0) / 1000.0),
        parts: order.len(),
        parts_left_out: left_out.len(),
        ..BuildNotes::default()
    };
    Kept { notes, joined }
}

/// The part of each node, and how many there are.
fn connected(chains: &[Piece], nodes: usize) -> (Vec<u32>, usize) {
    let mut arcs = Vec::with_capacity(chains.len() * 2);
    for chain in chains {
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
    parts(&first, &heads)
}

/// For each point of the map one that stands for all with which it hangs together for people who live there: private ways are open
/// to them, gates and bollards too, and nothing is one-way. Ferries do not count.
fn together(map: &StreetMap, profile: Profile) -> Vec<u32> {
    let on_land = |tags: &Tags| {
        let passage = profile.passage_of_residents(tags);
        passage.is_open() && passage.kind != Kind::Ferry
    };
    let open: Vec<bool> = map.tags.iter().map(on_land).collect();
    let mut above: Vec<u32> = (0..map.points.len() as u32).collect();
    for way in map.ways.iter().filter(|way| open[way.tags as usize]) {
        for step in way.points.windows(2).filter(|step| step[0] != MISSING && step[1] != MISSING) {
            let (one, other) = (top(&mut above, step[0]), top(&mut above, step[1]));
            above[one.max(other) as usize] = one.min(other);
        }
    }
    (0..map.points.len() as u32).map(|point| top(&mut above, point)).collect()
}

/// The point that stands for all of its group; the way there is halved, so that the next is shorter.
fn top(above: &mut [u32], mut point: u32) -> u32 {
    while above[point as usize] != point {
        above[point as usize] = above[above[point as usize] as usize];
        point = above[point as usize];
    }
    point
}
