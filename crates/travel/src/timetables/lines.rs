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

/// No trip runs on the day asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no trip of the timetables runs on {date} ({weekday}); they have trips from {first} to {last}{}", try_this(nearest.as_ref()))]
pub struct NoService {
    /// The day asked for.
    pub date: String,
    /// Its weekday.
    pub weekday: String,
    /// The first day with trips.
    pub first: String,
    /// The last day with trips.
    pub last: String,
    /// The nearest same weekday with trips.
    pub nearest: Option<String>,
}

fn try_this(nearest: Option<&String>) -> String {
    nearest.map_or_else(String::new, |day| format!("; the nearest same weekday with trips is {day}"))
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
    /// [`NoService`] when no trip of the day runs.
    pub fn of_day(feeds: &[Feed], date: Date) -> Result<Self, NoService> {
        let mut stops = Vec::new();
        let mut by_stops = ByStops::new();
        let mut trips = 0;
        let days = [date.yesterday().ok(), Some(date), date.tomorrow().ok()];
        for feed in feeds {
            let base = stops.len() as u32;
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
        }
        if trips == 0 {
            return Err(no_service(feeds, date));
        }
        let mut timetable = Self::of_lines(stops, without_overtaking(by_stops));
        timetable.trips = trips;
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

fn no_service(feeds: &[Feed], date: Date) -> NoService {
    let services = || {
        feeds.iter().flat_map(|feed| feed.trips.iter().map(|(service, _)| &feed.services[*service as usize]))
    };
    let runs = |day: &Date| services().any(|service| service.runs_on(*day));
    let days: Vec<(Date, Date)> = services().filter_map(super::services::Service::days).collect();
    let first = days.iter().map(|days| days.0).min().unwrap_or(date);
    let last = days.iter().map(|days| days.1).max().unwrap_or(date);
    let weeks = |step: i64| {
        (1..60).filter_map(move |week| date.checked_add(jiff::Span::new().weeks(week * step)).ok())
    };
    let (after, before) = (weeks(1).find(runs), weeks(-1).find(runs));
    let distance = |day: &Date| date.until(*day).map_or(i32::MAX, |span| span.get_days().abs());
    NoService {
        date: date.to_string(),
        weekday: format!("{:?}", date.weekday()),
        first: first.to_string(),
        last: last.to_string(),
        nearest: [after, before].into_iter().flatten().min_by_key(distance).map(|day| day.to_string()),
    }
}
