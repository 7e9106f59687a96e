//! A network for one mode: streets between junctions, and arcs between states for the search.
//!
//! A state is a junction, or a junction with the memory of the streets driven before it where turns are forbidden. States
//! below the number of junctions are the junctions themselves, without memory.

use enough_kernel::{Kilometres, LonLat, Metres};

use super::rules::Profile;
use crate::rows::starts;

/// A point in ten-millionths of a degree, as OpenStreetMap keeps it: longitude, latitude.
pub(crate) type Fixed = [i32; 2];

pub(crate) fn fixed(point: LonLat) -> Fixed {
    [(point.longitude * 1e7).round() as i32, (point.latitude * 1e7).round() as i32]
}

pub(crate) fn degrees(point: Fixed) -> LonLat {
    LonLat { longitude: f64::from(point[0]) / 1e7, latitude: f64::from(point[1]) / 1e7 }
}

/// A direction that may not be taken.
pub(crate) const NEVER: u32 = u32::MAX;

/// A street between two junctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Street {
    pub from: u32,
    pub to: u32,
    /// Milliseconds in the direction drawn, or [`NEVER`].
    pub forward: u32,
    /// Milliseconds against it, or [`NEVER`].
    pub backward: u32,
    /// 1 if no trip begins or ends on it.
    pub no_stop: u32,
    /// The part of the network, from 0, the longest first.
    pub part: u32,
}

/// A step of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Arc {
    pub to: u32,
    pub milliseconds: u32,
}

/// A step of the search from state to state along a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The state before.
    pub from: u32,
    /// The state after.
    pub to: u32,
    /// How long it takes.
    pub milliseconds: u32,
    /// The street, by number.
    pub street: u32,
    /// Whether the street is taken against the direction in which it is drawn.
    pub backward: bool,
}

/// What was used of a map, and what was left out.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BuildNotes {
    /// Junctions and ends of streets.
    pub junctions: usize,
    /// Streets between them.
    pub streets: usize,
    /// Length of the streets.
    pub kilometres: Kilometres,
    /// Parts of the network, such as islands, between which nobody can travel there and back.
    pub parts: usize,
    /// Parts that are too small to be places of their own.
    pub parts_left_out: usize,
    /// Length of the streets left out.
    pub kilometres_left_out: Kilometres,
    /// Barriers at which streets are cut.
    pub barriers: usize,
    /// Ways that are open or closed to the mode at some times only; these times are not known.
    pub at_times: usize,
    /// Ferries open to the mode whose duration the map gives in words that are not known: they sail at the speed of small car ferries.
    pub ferries_guessed: usize,
    /// Turn restrictions that hold for the mode.
    pub restrictions: usize,
    /// Turn restrictions whose ways or point the network does not have.
    pub restrictions_not_used: usize,
}

/// A network, ready to be searched.
#[derive(Debug, Clone)]
pub struct Network {
    pub(crate) profile: Profile,
    pub(crate) notes: BuildNotes,
    pub(crate) junctions: Vec<Fixed>,
    pub(crate) streets: Vec<Street>,
    pub(crate) shape_start: Vec<u32>,
    pub(crate) shape: Vec<Fixed>,
    /// For each part the longest one with which it hangs together but for private ways, gates and the like.
    pub(crate) joined: Vec<u32>,
    /// The junction of each state with memory.
    pub(crate) memories: Vec<u32>,
    pub(crate) first: Vec<u32>,
    pub(crate) arcs: Vec<Arc>,
    /// For each arc its street and direction: `street << 1 | backward`.
    pub(crate) arc_street: Vec<u32>,
    pub(crate) derived: Derived,
}

/// What follows from the rest, made anew when a network is loaded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Derived {
    /// For each street and direction (`street << 1 | backward`) the state at its end when it is taken without memory.
    pub heads: Vec<u32>,
    /// For each street and direction the states with memory from which it may be taken, by `tails_first`.
    pub tails_first: Vec<u32>,
    pub tails: Vec<u32>,
    /// West, south, east and north of the streets.
    pub bounds: [i32; 4],
    /// The states with memory, by their junction.
    pub at_junction: Vec<(u32, u32)>,
    /// The arcs turned round, by the state they come from in the turned graph.
    pub reverse_first: Vec<u32>,
    pub reverse: Vec<Arc>,
}

impl Network {
    /// The mode and its speed.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// What was used and left out.
    pub fn notes(&self) -> BuildNotes {
        self.notes
    }

    /// Whether a point lies within the rectangle of the network's streets, widened by a distance.
    pub fn covers(&self, point: LonLat, margin: Metres) -> bool {
        let (east, north) = point.metres_per_degree();
        let (across, up) = (margin.get() / east.max(1e-9) * 1e7, margin.get() / north * 1e7);
        let (x, y) = (point.longitude * 1e7, point.latitude * 1e7);
        let [west, south, right, top] = self.derived.bounds.map(f64::from);
        (west - across..=right + across).contains(&x) && (south - up..=top + up).contains(&y)
    }

    /// Number of states of the search.
    pub fn states(&self) -> usize {
        self.first.len() - 1
    }

    /// The points along a street.
    pub(crate) fn shape_of(&self, street: usize) -> &[Fixed] {
        &self.shape[self.shape_start[street] as usize..self.shape_start[street + 1] as usize]
    }

    /// The states of a junction, with and without memory.
    pub(crate) fn states_of(&self, junction: u32) -> impl Iterator<Item = u32> {
        let from = self.derived.at_junction.partition_point(|&(place, _)| place < junction);
        let here = self.derived.at_junction[from..].iter().take_while(move |&&(place, _)| place == junction);
        std::iter::once(junction).chain(here.map(|&(_, state)| state))
    }

    /// Every state with its junction and place, for other software.
    pub fn places_of_states(&self) -> impl Iterator<Item = (u32, u32, LonLat)> {
        let junctions = 0..self.junctions.len() as u32;
        let places = junctions.chain(self.memories.iter().copied());
        places
            .enumerate()
            .map(|(state, junction)| (state as u32, junction, degrees(self.junctions[junction as usize])))
    }

    /// Every step of the search, for other software.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        (0..self.states()).flat_map(move |state| {
            (self.first[state] as usize..self.first[state + 1] as usize).map(move |arc| Step {
                from: state as u32,
                to: self.arcs[arc].to,
                milliseconds: self.arcs[arc].milliseconds,
                street: self.arc_street[arc] >> 1,
                backward: self.arc_street[arc] & 1 == 1,
            })
        })
    }

    /// Makes what follows from the rest.
    pub(crate) fn derive(&mut self) {
        let (states, sides) = (self.states(), self.streets.len() * 2);
        let mut heads = vec![NEVER; sides];
        let mut tails = Vec::new();
        for state in 0..states {
            for arc in self.first[state] as usize..self.first[state + 1] as usize {
                let side = self.arc_street[arc];
                if state < self.junctions.len() {
                    heads[side as usize] = self.arcs[arc].to;
                } else {
                    tails.push((side, state as u32));
                }
            }
        }
        tails.sort_unstable();
        let mut at_junction: Vec<(u32, u32)> =
            self.memories.iter().copied().zip(self.junctions.len() as u32..).collect();
        at_junction.sort_unstable();
        let mut derived = Derived {
            heads,
            tails_first: starts(sides, tails.iter().map(|&(side, _)| side)),
            tails: tails.into_iter().map(|(_, state)| state).collect(),
            bounds: self.shape.iter().fold([i32::MAX, i32::MAX, i32::MIN, i32::MIN], |b, at| {
                [b[0].min(at[0]), b[1].min(at[1]), b[2].max(at[0]), b[3].max(at[1])]
            }),
            at_junction,
            reverse_first: starts(states, self.arcs.iter().map(|arc| arc.to)),
            reverse: vec![Arc::default(); self.arcs.len()],
        };
        let mut next = derived.reverse_first.clone();
        for state in 0..states {
            for arc in self.first[state] as usize..self.first[state + 1] as usize {
                let slot = &mut next[self.arcs[arc].to as usize];
                derived.reverse[*slot as usize] =
                    Arc { to: state as u32, milliseconds: self.arcs[arc].milliseconds };
                *slot += 1;
            }
        }
        self.derived = derived;
    }
}
