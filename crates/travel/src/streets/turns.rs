//! Forbidden turns: sequences of streets that may not be driven one after the other, exactly, also along several ways.
//!
//! The shortest path with forbidden paths (Villeneuve and Desaulniers 2005, doi:10.1016/j.ejor.2004.01.032): where a driver
//! is in the middle of a forbidden sequence, the state of the search remembers its beginning. A driver who may not turn may
//! not either go on, turn round at the next junction and take the turn from the other side.

use std::collections::{BTreeSet, HashMap};

use super::map::{Restriction, Via};
use super::network::Street;

/// Streets with their directions ("sides", `street << 1 | backward`) and how they meet.
pub(super) struct Sides<'a> {
    pub streets: &'a [Street],
    pub first: &'a [u32],
    pub leaving: &'a [u32],
    /// The number of the way with which a side begins, or (true) ends.
    pub way: &'a dyn Fn(u32, bool) -> i64,
}

impl Sides<'_> {
    pub fn head(&self, side: u32) -> u32 {
        let street = &self.streets[(side >> 1) as usize];
        if side & 1 == 0 { street.to } else { street.from }
    }

    fn leaving(&self, junction: u32) -> &[u32] {
        &self.leaving[self.first[junction as usize] as usize..self.first[junction as usize + 1] as usize]
    }
}

/// A turn chain longer than this is a mistake of the map.
const LONGEST: usize = 12;

/// The forbidden sequences of sides, how many restrictions were used, and how many have no streets here.
pub(super) fn forbidden(
    restrictions: &[Restriction],
    sides: &Sides<'_>,
    junctions_at: impl Fn(u32) -> Vec<u32>,
) -> (Vec<Vec<u32>>, usize, usize) {
    // The sides that end with a way, by way: only those of restrictions.
    let wanted: BTreeSet<i64> =
        restrictions.iter().flat_map(|restriction| restriction.from.iter().copied()).collect();
    let mut ending: HashMap<i64, Vec<u32>> = HashMap::new();
    for &side in sides.leaving {
        let way = (sides.way)(side, true);
        if wanted.contains(&way) {
            ending.entry(way).or_default().push(side);
        }
    }
    for list in ending.values_mut() {
        list.sort_unstable();
    }
    let mut sequences = BTreeSet::new();
    let (mut used, mut not_used) = (0, 0);
    for restriction in restrictions {
        let arriving = || restriction.from.iter().filter_map(|way| ending.get(way)).flatten();
        let paths: Vec<Vec<u32>> = match &restriction.via {
            Via::Point(point) => {
                let here = junctions_at(*point);
                let arriving = arriving().filter(|&&side| here.contains(&sides.head(side)));
                arriving.flat_map(|&side| turns(&[side], restriction, sides)).collect()
            }
            Via::Ways(ways) => {
                arriving().flat_map(|&side| along(vec![side], ways, restriction, sides)).collect()
            }
        };
        if paths.is_empty() {
            not_used += 1;
            continue;
        }
        used += 1;
        for path in &paths {
            if restriction.only {
                for end in 1..path.len() {
                    for &other in sides.leaving(sides.head(path[end - 1])) {
                        let driven = [&path[..end], &[other]].concat();
                        if !paths.iter().any(|path| path.starts_with(&driven)) {
                            sequences.insert(driven);
                        }
                    }
                }
            } else {
                sequences.insert(path.clone());
            }
        }
    }
    for path in sequences.clone() {
        if let [from, turn] = path[..] {
            no_way_round(from, turn, sides, &mut sequences);
        }
    }
    (sequences.into_iter().collect(), used, not_used)
}

/// The paths of a restriction that go on from the last side of `begun` into one of its last ways.
fn turns(begun: &[u32], restriction: &Restriction, sides: &Sides<'_>) -> Vec<Vec<u32>> {
    let Some(&last) = begun.last() else { return Vec::new() };
    sides
        .leaving(sides.head(last))
        .iter()
        .filter(|&&side| restriction.to.contains(&(sides.way)(side, false)))
        // To turn round is another thing than to go on, where one way goes through.
        .filter(|&&side| {
            (sides.way)(last, true) != (sides.way)(side, false) || (side == last ^ 1) == restriction.u_turn
        })
        .map(|&side| [begun, &[side]].concat())
        .collect()
}

/// The paths along the ways in between, each way one or several streets long.
fn along(begun: Vec<u32>, ways: &[i64], restriction: &Restriction, sides: &Sides<'_>) -> Vec<Vec<u32>> {
    let Some(&last) = begun.last() else { return Vec::new() };
    if begun.len() > LONGEST {
        return Vec::new();
    }
    let inside = |side: u32| ways.contains(&(sides.way)(side, false));
    let mut paths = if begun.len() > 1 { turns(&begun, restriction, sides) } else { Vec::new() };
    for &side in sides.leaving(sides.head(last)) {
        if inside(side) && side != last ^ 1 && !begun.contains(&side) {
            paths.extend(along([&begun[..], &[side]].concat(), ways, restriction, sides));
        }
    }
    paths
}

/// Forbids to go straight on and turn round at the next junction, unless it is the end of the road.
fn no_way_round(from: u32, turn: u32, sides: &Sides<'_>, sequences: &mut BTreeSet<Vec<u32>>) {
    for &on in sides.leaving(sides.head(from)) {
        let back = on ^ 1;
        let others = sides.leaving(sides.head(on)).iter().any(|&side| side != back);
        if on != turn && on != from ^ 1 && others && sides.leaving(sides.head(on)).contains(&back) {
            sequences.insert(vec![from, on, back]);
        }
    }
}

/// States with memory: beginnings of forbidden sequences.
pub(super) struct Memories {
    /// The junction of each.
    pub places: Vec<u32>,
    beginnings: Vec<Vec<u32>>,
    known: HashMap<Vec<u32>, u32>,
    whole: BTreeSet<Vec<u32>>,
    longest: usize,
    junctions: u32,
}

/// The states that remember the beginning of one of the sequences.
pub(super) fn memories(sequences: &[Vec<u32>], sides: &Sides<'_>) -> Memories {
    let beginnings: BTreeSet<Vec<u32>> = sequences
        .iter()
        .flat_map(|sequence| (1..sequence.len()).map(|end| sequence[..end].to_vec()))
        .collect();
    let beginnings: Vec<Vec<u32>> = beginnings.into_iter().collect();
    let junctions = sides.first.len() as u32 - 1;
    Memories {
        places: beginnings.iter().filter_map(|path| path.last()).map(|&side| sides.head(side)).collect(),
        known: beginnings.iter().cloned().zip(junctions..).collect(),
        beginnings,
        whole: sequences.iter().cloned().collect(),
        longest: sequences.iter().map(Vec::len).max().unwrap_or(0),
        junctions,
    }
}

impl Memories {
    /// The state after taking a side from a state; `None` if that completes a forbidden sequence.
    pub fn step(&self, state: u32, side: u32, sides: &Sides<'_>) -> Option<u32> {
        if self.longest == 0 {
            return Some(sides.head(side));
        }
        let before =
            state.checked_sub(self.junctions).map_or(&[][..], |memory| &self.beginnings[memory as usize]);
        let driven = [before, &[side]].concat();
        let ends = || (0..driven.len()).map(|from| &driven[from..]);
        if ends().any(|end| self.whole.contains(end)) {
            return None;
        }
        Some(ends().find_map(|end| self.known.get(end)).copied().unwrap_or_else(|| sides.head(side)))
    }
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
