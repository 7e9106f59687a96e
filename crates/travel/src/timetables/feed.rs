//! Reads a GTFS feed (a zip of tables, gtfs.org/documentation/schedule/reference). Rows are read one by one with the types of
//! the crate `gtfs-structures`, so that a wrong row costs that row, or its trip, and is reported; never the feed.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use enough_kernel::LonLat;
use gtfs_structures::{
    Calendar, CalendarDate, LocationType, PickupDropOffType, RawFrequency, RawStopTime, RawTrip, Stop,
};
use serde::de::DeserializeOwned;
use thiserror::Error;
use zip::ZipArchive;

use super::report::FeedReport;
use super::services::{Service, Services};

/// Why a feed cannot be used at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeedError {
    /// Not a file that can be opened and unpacked.
    #[error("{path} cannot be read as a GTFS timetable (.zip): {problem}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system or the reader said.
        problem: String,
    },
    /// A table without which there is no timetable.
    #[error("{path} is not a GTFS timetable: it has no {table}")]
    NoTable {
        /// Which file.
        path: PathBuf,
        /// The missing table.
        table: &'static str,
    },
    /// No trip that can be used.
    #[error("{path} has no trip that can be used{}", first_problem(problem.as_ref()))]
    NoTrips {
        /// Which file.
        path: PathBuf,
        /// The first thing that was wrong.
        problem: Option<String>,
    },
}

fn first_problem(problem: Option<&String>) -> String {
    problem.map_or_else(String::new, |problem| format!("; the first problem is {problem}"))
}

/// A call of a trip at a stop, in seconds after the midnight with which its day begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    pub stop: u32,
    pub arrival: u32,
    pub departure: u32,
    pub board: bool,
    pub alight: bool,
}

/// A feed.
#[derive(Debug)]
pub struct Feed {
    /// Points of the stops.
    pub(super) stops: Vec<LonLat>,
    /// Each trip: its service and its calls.
    pub(super) trips: Vec<(u32, Vec<Call>)>,
    pub(super) services: Vec<Service>,
    /// What it has and what of it could not be used.
    pub report: FeedReport,
}

/// Reads a feed.
///
/// # Errors
/// [`FeedError`] when there is no timetable in it; single wrong rows are in [`Feed::report`].
pub fn read_feed(path: &Path) -> Result<Feed, FeedError> {
    let mut tables = Tables::open(path)?;
    let mut report = FeedReport::default();
    let mut services = Services::default();
    let week = tables.each("calendar.txt", &mut report, |row: Calendar, _, _| services.week(row))?;
    let dates =
        tables.each("calendar_dates.txt", &mut report, |row: CalendarDate, _, _| services.exception(row))?;
    if !week && !dates {
        return Err(tables.none("calendar.txt and no calendar_dates.txt"));
    }
    let (services, service_at) = services.list();

    let mut stops: BTreeMap<String, (Option<LonLat>, Option<String>, u64)> = BTreeMap::new();
    let there = tables.each("stops.txt", &mut report, |stop: Stop, line, report| {
        let at =
            stop.longitude.zip(stop.latitude).map(|(longitude, latitude)| LonLat { longitude, latitude });
        // 0, 0 is in the sea off Africa: where feeds put stops whose place they do not know.
        let at = at.filter(|at| at.is_on_earth() && (at.longitude != 0.0 || at.latitude != 0.0));
        if at.is_none() && stop.parent_station.is_none() && stop.location_type == LocationType::StopPoint {
            report.note("stops.txt", line, "the stop has no place on the map", stop.id.as_str());
        }
        stops.insert(stop.id, (at, stop.parent_station, line));
    })?;
    if !there {
        return Err(tables.none("stops.txt"));
    }
    // A platform without a point of its own is where its station is.
    let places: HashMap<&str, LonLat> = stops
        .iter()
        .filter_map(|(id, (at, parent, _))| {
            let parent = || parent.as_ref().and_then(|parent| stops.get(parent)).and_then(|stop| stop.0);
            Some((id.as_str(), at.or_else(parent)?))
        })
        .collect();

    let mut trips: HashMap<String, (u32, u64)> = HashMap::new();
    let there = tables.each("trips.txt", &mut report, |trip: RawTrip, line, report| {
        match service_at.get(&trip.service_id) {
            Some(&service) => {
                if trips.insert(trip.id.clone(), (service, line)).is_some() {
                    report.note("trips.txt", line, "the trip is given again", trip.id);
                }
            }
            None => report.note("trips.txt", line, "the trip's service is in no calendar", trip.service_id),
        }
    })?;
    if !there {
        return Err(tables.none("trips.txt"));
    }
    let mut calls: HashMap<String, Vec<RawCall>> = HashMap::new();
    let there = tables.each("stop_times.txt", &mut report, |row: RawStopTime, line, report| {
        if !places.contains_key(row.stop_id.as_str()) {
            report.note("stop_times.txt", line, "the stop is not in stops.txt or has no place", row.stop_id);
        } else if trips.contains_key(&row.trip_id) {
            calls.entry(row.trip_id.clone()).or_default().push(RawCall { row, line });
        } else {
            report.note(
                "stop_times.txt",
                line,
                "the trip is not in trips.txt or has no calendar",
                row.trip_id,
            );
        }
    })?;
    if !there {
        return Err(tables.none("stop_times.txt"));
    }
    let mut frequencies: HashMap<String, Vec<(u32, u32, u32)>> = HashMap::new();
    tables.each("frequencies.txt", &mut report, |row: RawFrequency, line, report| {
        if row.headway_secs == 0 || row.end_time < row.start_time {
            report.note(
                "frequencies.txt",
                line,
                "the headway is 0 or the end is before the start",
                row.trip_id,
            );
        } else {
            frequencies.entry(row.trip_id).or_default().push((
                row.start_time,
                row.end_time,
                row.headway_secs,
            ));
        }
    })?;

    // Trips in the order of their file, so that nothing depends on how a map of them is kept.
    let mut order: Vec<(u64, String, u32)> =
        trips.into_iter().map(|(id, (service, line))| (line, id, service)).collect();
    order.sort_unstable();
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    let mut feed = Feed { stops: Vec::new(), trips: Vec::new(), services, report: FeedReport::default() };
    for (line, id, service) in order {
        let times = match times(calls.remove(&id).unwrap_or_default()) {
            Ok(times) => times,
            Err((at, reason)) => {
                let (file, line) = at.map_or(("trips.txt", line), |at| ("stop_times.txt", at));
                report.note(file, line, reason, id);
                continue;
            }
        };
        let trip: Vec<Call> = times
            .into_iter()
            .map(|(row, arrival, departure)| {
                let next = used.len() as u32;
                let stop = *used.entry(row.stop_id.clone()).or_insert_with(|| {
                    feed.stops.push(places[row.stop_id.as_str()]);
                    next
                });
                let may = |kind: PickupDropOffType| kind != PickupDropOffType::NotAvailable;
                Call { stop, arrival, departure, board: may(row.pickup_type), alight: may(row.drop_off_type) }
            })
            .collect();
        match frequencies.get(&id) {
            None => feed.trips.push((service, trip)),
            Some(rows) => {
                for &(start, end, headway) in rows {
                    for begin in (start..end).step_by(headway as usize) {
                        feed.trips.push((service, shifted(&trip, begin)));
                    }
                }
            }
        }
    }
    report.stops = feed.stops.len();
    report.trips = feed.trips.len();
    let days: Vec<_> =
        feed.trips.iter().filter_map(|(service, _)| feed.services[*service as usize].days()).collect();
    report.days = days
        .iter()
        .map(|days| days.0)
        .min()
        .zip(days.iter().map(|days| days.1).max())
        .map(|(first, last)| (first.to_string(), last.to_string()));
    if feed.trips.is_empty() {
        return Err(FeedError::NoTrips {
            path: path.to_owned(),
            problem: report.sentences().into_iter().next(),
        });
    }
    feed.report = report;
    Ok(feed)
}

/// Seconds after which no trip runs: a week.
const LONGEST: u32 = 7 * 86_400;

struct RawCall {
    row: RawStopTime,
    line: u64,
}

/// A row, and its arrival and departure in seconds.
type Timed = (RawStopTime, u32, u32);

/// The calls of a trip in order with their times; times between two that are given are in proportion to the calls.
fn times(mut calls: Vec<RawCall>) -> Result<Vec<Timed>, (Option<u64>, &'static str)> {
    calls.sort_by_key(|call| (call.row.stop_sequence, call.line));
    if calls.len() < 2 {
        return Err((None, "the trip calls at fewer than two stops"));
    }
    if let Some(two) = calls.windows(2).find(|two| two[0].row.stop_sequence == two[1].row.stop_sequence) {
        return Err((Some(two[1].line), "the trip has a stop_sequence twice"));
    }
    let given: Vec<Option<(u32, u32)>> = calls
        .iter()
        .map(|call| {
            let (arrival, departure) = (call.row.arrival_time, call.row.departure_time);
            arrival.or(departure).zip(departure.or(arrival))
        })
        .collect();
    if given[0].is_none() || given[given.len() - 1].is_none() {
        return Err((Some(calls[0].line), "the trip has no time at its first or last stop"));
    }
    let mut times: Vec<(u32, u32)> = Vec::with_capacity(calls.len());
    let mut known = 0;
    for (at, time) in given.iter().enumerate() {
        let Some((arrival, departure)) = *time else { continue };
        let before = times.last().map_or(0, |&(_, departure): &(u32, u32)| departure);
        if departure > LONGEST {
            return Err((Some(calls[at].line), "the trip runs for more than a week"));
        }
        if arrival < before || departure < arrival {
            return Err((Some(calls[at].line), "the trip goes back in time"));
        }
        let gap = (at - known) as u32;
        for step in 1..gap {
            let between = before + (arrival - before) * step / gap;
            times.push((between, between));
        }
        times.push((arrival, departure));
        known = at;
    }
    Ok(calls
        .into_iter()
        .zip(times)
        .map(|(call, (arrival, departure))| (call.row, arrival, departure))
        .collect())
}

/// The same trip, begun at another time.
fn shifted(trip: &[Call], begin: u32) -> Vec<Call> {
    let first = trip[0].departure;
    trip.iter()
        .map(|call| Call {
            arrival: begin + call.arrival.saturating_sub(first),
            departure: begin + call.departure.saturating_sub(first),
            ..*call
        })
        .collect()
}

/// The tables of a zip file.
struct Tables {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
}

impl Tables {
    fn open(path: &Path) -> Result<Self, FeedError> {
        let wrong = |problem: String| FeedError::Read { path: path.to_owned(), problem };
        let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { path: path.to_owned(), zip })
    }

    fn none(&self, table: &'static str) -> FeedError {
        FeedError::NoTable { path: self.path.clone(), table }
    }

    /// Hands each row that can be read to `take`; whether the table is there.
    fn each<T: DeserializeOwned>(
        &mut self,
        table: &'static str,
        report: &mut FeedReport,
        mut take: impl FnMut(T, u64, &mut FeedReport),
    ) -> Result<bool, FeedError> {
        let path = self.path.clone();
        let wrong =
            |problem: String| FeedError::Read { path: path.clone(), problem: format!("{table}: {problem}") };
        let inside = |name: &&str| {
            *name == table || name.strip_suffix(table).is_some_and(|folder| folder.ends_with('/'))
        };
        let Some(name) = self.zip.file_names().find(inside).map(str::to_owned) else { return Ok(false) };
        let mut text = Vec::new();
        self.zip
            .by_name(&name)
            .map_err(|error| wrong(error.to_string()))?
            .read_to_end(&mut text)
            .map_err(|error| wrong(error.to_string()))?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
        let headings = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return Ok(true),
                Ok(true) => {}
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    report.note(table, line, "the row is not UTF-8 text", "");
                    continue;
                }
            }
            let line = record.position().map_or(0, csv::Position::line);
            match record.deserialize(Some(&headings)) {
                Ok(row) => take(row, line, report),
                Err(error) => {
                    let problem = match error.into_kind() {
                        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                        other => format!("{other:?}"),
                    };
                    report.note(table, line, "the row cannot be read", problem);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sequence: u32, time: Option<u32>) -> RawCall {
        let row = RawStopTime {
            trip_id: "t".to_owned(),
            stop_id: format!("s{sequence}"),
            stop_sequence: sequence,
            arrival_time: time,
            departure_time: time,
            ..RawStopTime::default()
        };
        RawCall { row, line: u64::from(sequence) }
    }

    fn arrivals(calls: Vec<RawCall>) -> Result<Vec<u32>, &'static str> {
        times(calls)
            .map(|list| list.into_iter().map(|(_, arrival, _)| arrival).collect())
            .map_err(|error| error.1)
    }

    #[test]
    fn times_that_are_not_given_are_between_those_that_are() {
        let calls = vec![call(9, Some(160)), call(1, Some(100)), call(4, None), call(7, None)];
        assert_eq!(arrivals(calls), Ok(vec![100, 120, 140, 160]));
    }

    #[test]
    fn trips_that_cannot_be_are_refused() {
        assert!(arrivals(vec![call(1, Some(5))]).is_err());
        assert!(arrivals(vec![call(1, Some(5)), call(2, Some(4))]).is_err());
        assert!(arrivals(vec![call(1, Some(5)), call(1, Some(6))]).is_err());
        assert!(arrivals(vec![call(1, None), call(2, Some(6))]).is_err());
    }
}
