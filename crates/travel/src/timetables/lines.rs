//! The trips of one day, as lines: trips with the same stops in the same order, none of which overtakes another.

use std::collections::BTreeMap;

use enough_kernel::LonLat;
use jiff::civil::Date;
use thiserror::Error;

use super::feed::{Call, Feed};

/// Milliseconds of a day. Times of a timetable count from the midnight before the day before, so that trips of the night
/// before have times too.
pub(super) const DAY: u32 = 86_400_000;

/// A stop of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineStop {
    pub stop: u32,
    pub board: bool,
    pub alight: bool,
}

/// A line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub stops: Vec<LineStop>,
    /// For each trip, by departure, the arrival and departure at each stop, in milliseconds.
    pub trips: Vec<Vec<(u32, u32)>>,
}

/// A timetable of which no trip runs on the day asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no trip of {feed} runs on {day}{advice}; choose another day, or leave this timetable out")]
pub struct NoService {
    /// The timetable.
    pub feed: String,
    /// The day asked for and its weekday.
    pub day: String,
    /// When its trips run, the nearest same weekday on which every timetable given has trips, and what was wrong in it.
    pub advice: String,
}

/// All that runs on a day.
#[derive(Debug, Clone)]
pub struct Timetable {
    pub(super) stops: Vec<LonLat>,
    pub(super) lines: Vec<Line>,
    /// For each stop its lines and where in them it is.
    pub(super) calls: Vec<Vec<(u32, u32)>>,
    trips: usize,
}

impl Timetable {
    /// The trips of a day, with those of the day before that run past midnight and those of the day after.
    ///
    /// # Errors
    /// [`NoService`] for the first feed of which no trip runs on the day: without it journeys would be longer than they are.
    pub fn of_day(feeds: &[Feed], date: Date) -> Result<Self, NoService> {
        let mut stops = Vec::new();
        let mut by_stops = ByStops::new();
        let mut all_trips = 0;
        let days = [date.yesterday().ok(), Some(date), date.tomorrow().ok()];
        for feed in feeds {
            let base = stops.len() as u32;
            let mut trips = 0;
            stops.extend(&feed.stops);
            for (service, calls) in &feed.trips {
                for (shift, day) in (0..).zip(days) {
                    if !day.is_some_and(|day| feed.services[*service as usize].runs_on(day)) {
                        continue;
                    }
                    if shift == 1 {
                        trips += 1;
                    }
                    let line_stop = |call: &Call| LineStop {
                        stop: base + call.stop,
                        board: call.board,
                        alight: call.alight,
                    };
                    let time = |seconds: u32| seconds * 1000 + shift * DAY;
                    by_stops
                        .entry(calls.iter().map(line_stop).collect())
                        .or_default()
                        .push(calls.iter().map(|call| (time(call.arrival), time(call.departure))).collect());
                }
            }
            if trips == 0 {
                return Err(no_service(feeds, feed, date));
            }
            all_trips += trips;
        }
        let mut timetable = Self::of_lines(stops, without_overtaking(by_stops));
        timetable.trips = all_trips;
        Ok(timetable)
    }

    #[cfg(test)]
    pub(super) fn of_trips(
        stops: Vec<LonLat>,
        trips: impl Iterator<Item = (Vec<LineStop>, Vec<(u32, u32)>)>,
    ) -> Self {
        let mut by_stops = ByStops::new();
        for (stops, times) in trips {
            by_stops.entry(stops).or_default().push(times);
        }
        Self::of_lines(stops, without_overtaking(by_stops))
    }

    pub(super) fn of_lines(stops: Vec<LonLat>, lines: Vec<Line>) -> Self {
        let mut calls = vec![Vec::new(); stops.len()];
        for (index, line) in lines.iter().enumerate() {
            for (position, stop) in line.stops.iter().enumerate() {
                calls[stop.stop as usize].push((index as u32, position as u32));
            }
        }
        let trips = lines.iter().map(|line| line.trips.len()).sum();
        Self { stops, lines, calls, trips }
    }

    /// Where the stops are.
    pub fn stops(&self) -> &[LonLat] {
        &self.stops
    }

    /// Trips that begin on the day.
    pub fn trips(&self) -> usize {
        self.trips
    }
}

/// Trips by the stops they call at.
type ByStops = BTreeMap<Vec<LineStop>, Vec<Vec<(u32, u32)>>>;

fn without_overtaking(by_stops: ByStops) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (stops, mut trips) in by_stops {
        trips.sort_unstable();
        let from = lines.len();
        for trip in trips {
            let follows = |line: &Line| line.trips.last().is_none_or(|last| !overtakes(&trip, last));
            match (from..lines.len()).find(|&at| follows(&lines[at])) {
                Some(at) => lines[at].trips.push(trip),
                None => lines.push(Line { stops: stops.clone(), trips: vec![trip] }),
            }
        }
    }
    lines
}

/// Whether a trip is anywhere before another that began no later.
fn overtakes(trip: &[(u32, u32)], last: &[(u32, u32)]) -> bool {
    trip.iter().zip(last).any(|(new, old)| new.0 < old.0 || new.1 < old.1)
}

fn no_service(feeds: &[Feed], feed: &Feed, date: Date) -> NoService {
    let runs = |day: &Date| feeds.iter().all(|feed| feed.runs_on(*day));
    let weeks = |step: i64| {
        (1..60).filter_map(move |week| date.checked_add(jiff::Span::new().weeks(week * step)).ok())
    };
    let (after, before) = (weeks(1).find(runs), weeks(-1).find(runs));
    let distance = |day: &Date| date.until(*day).map_or(i32::MAX, |span| span.get_days().abs());
    let nearest = [after, before].into_iter().flatten().min_by_key(distance);
    let clauses = [
        feed.report.days.as_ref().map(|(first, last)| format!("; its trips run between {first} and {last}")),
        nearest.map(|day| {
            format!("; the nearest same weekday on which every timetable given has trips is {day}")
        }),
        feed.report.sentences().first().map(|problem| format!("; in it {problem}")),
    ];
    NoService {
        feed: feed.name.clone(),
        day: format!("{date} ({:?})", date.weekday()),
        advice: clauses.into_iter().flatten().collect(),
    }
}
