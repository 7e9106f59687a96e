//! Earliest arrivals by public transport for every departure of a window, in rounds of one ride each: rRAPTOR of Delling, Pajor and
//! Werneck 2015, doi:10.1287/trsc.2014.0534.
//!
//! Departures are taken from the latest to the earliest. What a later departure reached, an earlier one reaches too, so
//! labels are kept and only what is better is looked at.

use super::lines::Timetable;

/// Milliseconds that mean "not reached".
pub(super) const NEVER: u32 = u32::MAX;

/// Walks between stops and to the ends: for each stop the other end and the milliseconds.
pub(super) type Walks = Vec<Vec<(u32, u32)>>;

/// What is common to all searches on a day.
pub(super) struct Raptor<'a> {
    pub timetable: &'a Timetable,
    /// Walks from stop to stop.
    pub transfers: &'a Walks,
    /// Walks from stops to ends.
    pub egress: &'a Walks,
    /// Milliseconds between leaving one vehicle and boarding the next, on top of the walk.
    pub change: u32,
    /// At most so many rides.
    pub rides: usize,
    /// The longest journey.
    pub limit: u32,
}

/// Memory of a search, used again.
pub(super) struct Labels {
    /// Earliest time at a stop with at most so many rides, by whatever means.
    at: Vec<Vec<u32>>,
    /// The same, stepping off a vehicle.
    off: Vec<Vec<u32>>,
    /// Earliest time at each end.
    pub end: Vec<u32>,
    marked: Vec<u32>,
    is_marked: Vec<bool>,
    /// For each line the first position from which it must be looked at.
    boarding: Vec<u32>,
    lines: Vec<u32>,
}

impl Labels {
    fn reach(&mut self, stop: u32, time: u32, round: usize, latest: u32) {
        if time > latest || time >= self.at[round][stop as usize] {
            return;
        }
        // With more rides allowed one is there no later.
        for labels in &mut self.at[round..] {
            let known = &mut labels[stop as usize];
            *known = time.min(*known);
        }
        if !std::mem::replace(&mut self.is_marked[stop as usize], true) {
            self.marked.push(stop);
        }
    }

    /// Forgets what was found, before the first departure from another start.
    pub fn clear(&mut self) {
        for round in self.at.iter_mut().chain(&mut self.off) {
            round.fill(NEVER);
        }
        self.end.fill(NEVER);
    }
}

impl Raptor<'_> {
    pub fn labels(&self, ends: usize) -> Labels {
        let stops = self.timetable.stops.len();
        Labels {
            at: vec![vec![NEVER; stops]; self.rides + 1],
            off: vec![vec![NEVER; stops]; self.rides + 1],
            end: vec![NEVER; ends],
            marked: Vec::new(),
            is_marked: vec![false; stops],
            boarding: vec![u32::MAX; self.timetable.lines.len()],
            lines: Vec::new(),
        }
    }

    /// Takes one departure, earlier than all before: from it by the walks of `access` to stops and on.
    pub fn depart(&self, departure: u32, access: &[(u32, u32)], labels: &mut Labels) {
        let latest = departure.saturating_add(self.limit);
        for &(stop, walk) in access {
            labels.reach(stop, departure + walk, 0, latest);
        }
        for round in 1..=self.rides {
            self.queue_lines(labels);
            if labels.lines.is_empty() {
                return;
            }
            let mut off = Vec::new();
            let lines = std::mem::take(&mut labels.lines);
            for &line in &lines {
                let from = std::mem::replace(&mut labels.boarding[line as usize], u32::MAX);
                self.ride(line, from, round, latest, labels, &mut off);
            }
            labels.lines = lines;
            labels.lines.clear();
            for (stop, time) in off {
                // A later improvement in the same round has its own entry.
                if time > labels.off[round][stop as usize] {
                    continue;
                }
                labels.reach(stop, time, round, latest);
                for &(other, walk) in &self.transfers[stop as usize] {
                    labels.reach(other, time.saturating_add(walk), round, latest);
                }
                for &(end, walk) in &self.egress[stop as usize] {
                    let there = time.saturating_add(walk);
                    if there <= latest && there < labels.end[end as usize] {
                        labels.end[end as usize] = there;
                    }
                }
            }
        }
        for stop in labels.marked.drain(..) {
            labels.is_marked[stop as usize] = false;
        }
    }

    /// The lines at stops that were improved, and the first of these stops on each.
    fn queue_lines(&self, labels: &mut Labels) {
        for stop in labels.marked.drain(..) {
            labels.is_marked[stop as usize] = false;
            for &(line, position) in &self.timetable.calls[stop as usize] {
                let first = &mut labels.boarding[line as usize];
                if *first == u32::MAX {
                    labels.lines.push(line);
                }
                *first = position.min(*first);
            }
        }
    }

    fn ride(
        &self,
        line: u32,
        from: u32,
        round: usize,
        latest: u32,
        labels: &mut Labels,
        off: &mut Vec<(u32, u32)>,
    ) {
        let line = &self.timetable.lines[line as usize];
        let mut trip = line.trips.len();
        for position in from as usize..line.stops.len() {
            let stop = line.stops[position];
            if trip < line.trips.len() && stop.alight {
                let arrival = line.trips[trip][position].0;
                if arrival <= latest && arrival < labels.off[round][stop.stop as usize] {
                    for labels in &mut labels.off[round..] {
                        let known = &mut labels[stop.stop as usize];
                        *known = arrival.min(*known);
                    }
                    off.push((stop.stop, arrival));
                }
            }
            let here = labels.at[round - 1][stop.stop as usize];
            if !stop.board || here == NEVER {
                continue;
            }
            let ready = if round > 1 { here.saturating_add(self.change) } else { here };
            // An earlier trip that can still be caught.
            if trip == line.trips.len() || line.trips[trip][position].1 >= ready {
                trip = line.trips[..trip].partition_point(|times| times[position].1 < ready);
            }
        }
    }
}

#[cfg(test)]
#[path = "raptor_tests.rs"]
mod tests;
