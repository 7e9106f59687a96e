//! Minutes between many points and many others within a limit. One search for each point of the smaller side.

use std::collections::HashMap;

use enough_kernel::Minutes;
use rayon::prelude::*;

use super::nearest::Searcher;
use super::{milliseconds, minutes};
use crate::rows::starts;
use crate::streets::network::NEVER;
use crate::streets::{Network, Snap};

/// A trip within the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Journey {
    /// Position of its start.
    pub from: u32,
    /// Position of its end.
    pub to: u32,
    /// How long it takes.
    pub milliseconds: u32,
}

impl Journey {
    /// How long it takes.
    pub fn minutes(&self) -> Minutes {
        minutes(self.milliseconds)
    }
}

/// All trips within a limit. A pair that is not here cannot be travelled within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journeys {
    /// By start, then end.
    pub list: Vec<Journey>,
    /// Searches made.
    pub searches: usize,
    /// States that all searches met within the limit.
    pub settled: usize,
}

/// The shortest times from every start to every end within the limit (at most [`super::LONGEST`]), there, not back.
///
/// Searches from the smaller side, on all cores; the result does not depend on the side or the number of cores, because
/// times are whole milliseconds and their sums have no rounding.
///
/// ```
/// use enough_kernel::{LonLat, Metres, Minutes};
/// use enough_travel::search::many_to_many;
/// use enough_travel::streets::{Mode, Network, Profile, StreetMap, Tags, Way};
/// // A street and, from its east end back to its west end, a longer one through the north.
/// let at = |longitude, latitude| LonLat { longitude, latitude };
/// let points = vec![at(-1.30, 50.70), at(-1.29, 50.70), at(-1.295, 50.71)];
/// let tags = ["no", "yes"].map(|oneway| Tags::new([("highway", "residential"), ("oneway", oneway)].into_iter())).to_vec();
/// let ways = vec![Way { id: 1, tags: 1, points: vec![0, 1] }, Way { id: 2, tags: 0, points: vec![1, 2, 0] }];
/// let map = StreetMap { points: points.clone(), ways, tags, ..StreetMap::default() };
/// let network = Network::build(&map, Profile::usual(Mode::Car)).unwrap();
/// let ends = network.snap(&points[..2], Metres::new(10.0));
/// let trips = many_to_many(&network, &ends, &ends, Minutes::new(30.0)).list;
/// let minutes = |from, to| trips.iter().find(|trip| (trip.from, trip.to) == (from, to)).unwrap().minutes().get();
/// // 706 m at 25 km/h there; the street is one-way, so back it is 2,334 m.
/// assert_eq!((minutes(0, 1) * 60.0).round(), 102.0);
/// assert_eq!((minutes(1, 0) * 60.0).round(), 336.0);
/// ```
pub fn many_to_many(
    network: &Network,
    from: &[Option<Snap>],
    to: &[Option<Snap>],
    limit: Minutes,
) -> Journeys {
    many_to_many_telling(network, from, to, limit, &|| ())
}

/// The same, and calls `done` after each point of the smaller side, for whoever shows progress.
pub fn many_to_many_telling(
    network: &Network,
    from: &[Option<Snap>],
    to: &[Option<Snap>],
    limit: Minutes,
    done: &(dyn Fn() + Sync),
) -> Journeys {
    let count = |side: &[Option<Snap>]| side.iter().flatten().count();
    let backwards = count(to) < count(from);
    let (near, far) = if backwards { (to, from) } else { (from, to) };
    let limit = milliseconds(limit);
    let ends = Ends::new(network, far, backwards);
    let found: Vec<(Vec<(u32, u32)>, usize)> = near
        .par_iter()
        .map_init(
            || (Searcher::new(network, backwards), vec![NEVER; far.len()], Vec::new()),
            |(searcher, best, met), snap| {
                let found = snap.map(|snap| ends.search(network, &snap, limit, searcher, best, met));
                done();
                found.unwrap_or_default()
            },
        )
        .collect();
    let mut journeys = Journeys { searches: count(near), ..Journeys::default() };
    for (start, (row, settled)) in found.into_iter().enumerate() {
        journeys.settled += settled;
        journeys.list.extend(row.into_iter().map(|(end, milliseconds)| {
            let (from, to) = if backwards { (end, start as u32) } else { (start as u32, end) };
            Journey { from, to, milliseconds }
        }));
    }
    if backwards {
        journeys.list.par_sort_unstable();
    }
    journeys
}

/// The points of the larger side, by the states from which they are reached.
struct Ends<'a> {
    snaps: &'a [Option<Snap>],
    backwards: bool,
    first: Vec<u32>,
    list: Vec<(u32, u32)>,
    by_street: HashMap<u32, Vec<u32>>,
}

impl<'a> Ends<'a> {
    fn new(network: &Network, snaps: &'a [Option<Snap>], backwards: bool) -> Self {
        let mut entries = Vec::new();
        let mut by_street: HashMap<u32, Vec<u32>> = HashMap::new();
        for (index, snap) in snaps.iter().enumerate() {
            let Some(snap) = snap else { continue };
            let states = if backwards { network.departures(snap) } else { network.arrivals(snap) };
            entries.extend(states.into_iter().map(|(state, time)| (state, index as u32, time)));
            by_street.entry(snap.street).or_default().push(index as u32);
        }
        entries.sort_unstable();
        Self {
            snaps,
            backwards,
            first: starts(network.states(), entries.iter().map(|&(state, ..)| state)),
            list: entries.into_iter().map(|(_, end, time)| (end, time)).collect(),
            by_street,
        }
    }

    fn search(
        &self,
        network: &Network,
        start: &Snap,
        limit: u32,
        searcher: &mut Searcher<'_>,
        best: &mut [u32],
        met: &mut Vec<u32>,
    ) -> (Vec<(u32, u32)>, usize) {
        let seeds = if self.backwards { network.arrivals(start) } else { network.departures(start) };
        let settled = searcher.run(&seeds, limit);
        let mut take = |end: u32, time: u32| {
            let known = &mut best[end as usize];
            if time <= limit && time < *known {
                if *known == NEVER {
                    met.push(end);
                }
                *known = time;
            }
        };
        for &state in searcher.reached() {
            let time = searcher.time(state);
            for &(end, more) in
                &self.list[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
            {
                take(end, time.saturating_add(more));
            }
        }
        for &end in self.by_street.get(&start.street).map_or(&[][..], Vec::as_slice) {
            let Some(other) = &self.snaps[end as usize] else { continue };
            let (from, to) = if self.backwards { (other, start) } else { (start, other) };
            if let Some(time) = network.within_street(from, to) {
                take(end, time);
            }
        }
        met.sort_unstable();
        let row = met.iter().map(|&end| (end, std::mem::replace(&mut best[end as usize], NEVER))).collect();
        met.clear();
        (row, settled)
    }
}
