//! Walk, ride, walk: the time of every pair for the departures of a window, and what is usual and what is worst.

use enough_kernel::Minutes;
use rayon::prelude::*;

use super::lines::{DAY, Timetable};
use super::raptor::{Labels, NEVER, Raptor, Walks};
use crate::search::{many_to_many, milliseconds, minutes};
use crate::streets::{Network, Snap};

/// When people leave: every `every` minutes from `from` until before `until`, in minutes after midnight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The first departure.
    pub from: Minutes,
    /// No departure at or after this.
    pub until: Minutes,
    /// Time between departures.
    pub every: Minutes,
}

impl Window {
    /// The departures, in milliseconds of the timetable, latest first.
    fn departures(&self) -> Vec<u32> {
        let step = self.every.get().max(0.1);
        let count = ((self.until.get() - self.from.get()) / step).ceil().max(1.0) as u32;
        let at = |k: u32| ((self.from.get() + f64::from(k) * step) * 60_000.0).round() as u32;
        (0..count).rev().map(|k| DAY + at(k)).collect()
    }
}

/// What a journey may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// From door to door, waiting included; at most [`crate::search::LONGEST`].
    pub whole: Minutes,
    /// Each walk: to the first stop, between stops, from the last stop, or all the way without a ride.
    pub walk: Minutes,
    /// Between leaving one vehicle and boarding the next.
    pub change: Minutes,
    /// At most so many rides.
    pub rides: usize,
}

/// A pair that can be travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ride {
    /// Position of its start.
    pub from: u32,
    /// Position of its end.
    pub to: u32,
    usual: u32,
    worst: u32,
}

impl Ride {
    /// The median: at least half of the departures take no longer.
    pub fn usual(&self) -> Minutes {
        minutes(self.usual)
    }

    /// The longest of all departures; `None` if some departure does not arrive within the limit.
    pub fn worst(&self) -> Option<Minutes> {
        (self.worst != NEVER).then(|| minutes(self.worst))
    }
}

/// All pairs whose median is within the limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rides {
    /// By start, then end.
    pub list: Vec<Ride>,
    /// Departures sampled.
    pub departures: usize,
}

/// The times from every start to every end by public transport. `stops` are the timetable's stops on the walking network.
///
/// A departure that does not arrive within the limit counts as longer than all that do. Walking all the way is a journey too.
/// Calls `done` after each start, for whoever shows progress.
pub fn ride_many_to_many(
    walking: &Network,
    (from, to): (&[Option<Snap>], &[Option<Snap>]),
    stops: &[Option<Snap>],
    timetable: &Timetable,
    window: Window,
    limits: Limits,
    done: &(dyn Fn() + Sync),
) -> Rides {
    let walk = Minutes::new(limits.walk.get().min(limits.whole.get()));
    let access = walks(walking, from, stops, walk, from.len());
    let transfers = walks(walking, stops, stops, walk, stops.len());
    let egress = walks(walking, stops, to, walk, stops.len());
    let direct = walks(walking, from, to, walk, from.len());
    let raptor = Raptor {
        timetable,
        transfers: &transfers,
        egress: &egress,
        change: milliseconds(limits.change),
        rides: limits.rides,
        limit: milliseconds(limits.whole),
    };
    let departures = window.departures();
    let rows: Vec<Vec<Ride>> = (0..from.len())
        .into_par_iter()
        .map_init(
            || raptor.labels(to.len()),
            |labels, start| {
                let row = row(&raptor, &departures, &access[start], &direct[start], start as u32, labels);
                done();
                row
            },
        )
        .collect();
    Rides { list: rows.into_iter().flatten().collect(), departures: departures.len() }
}

fn walks(
    walking: &Network,
    from: &[Option<Snap>],
    to: &[Option<Snap>],
    limit: Minutes,
    rows: usize,
) -> Walks {
    let mut walks = vec![Vec::new(); rows];
    for journey in many_to_many(walking, from, to, limit).list {
        walks[journey.from as usize].push((journey.to, journey.milliseconds));
    }
    walks
}

fn row(
    raptor: &Raptor<'_>,
    departures: &[u32],
    access: &[(u32, u32)],
    direct: &[(u32, u32)],
    start: u32,
    labels: &mut Labels,
) -> Vec<Ride> {
    labels.clear();
    let mut times: Vec<Vec<u32>> = vec![Vec::new(); labels.end.len()];
    for &departure in departures {
        raptor.depart(departure, access, labels);
        for (end, &there) in labels.end.iter().enumerate() {
            if there != NEVER && there - departure <= raptor.limit {
                times[end].push(there - departure);
            }
        }
    }
    let mut on_foot = vec![NEVER; times.len()];
    for &(end, walk) in direct {
        on_foot[end as usize] = walk;
    }
    let summary = |(end, mut times): (usize, Vec<u32>)| {
        let walk = on_foot[end];
        for time in &mut times {
            *time = walk.min(*time);
        }
        times.resize(departures.len(), walk);
        times.sort_unstable();
        let usual = times[(times.len() - 1) / 2];
        (usual != NEVER).then(|| Ride { from: start, to: end as u32, usual, worst: times[times.len() - 1] })
    };
    times.into_iter().enumerate().filter_map(summary).collect()
}
