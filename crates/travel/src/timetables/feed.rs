//! Reads a GTFS feed (a zip of tables, gtfs.org/documentation/schedule/reference). Rows are read one by one with the types of
//! the crate `gtfs-structures`, so that a wrong row costs that row, or its trip, and is reported; never the feed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use enough_kernel::LonLat;
use gtfs_structures::{
    Calendar, CalendarDate, LocationType, PickupDropOffType, RawFrequency, RawStopTime, RawTrip, Stop,
};

use super::error::FeedError;
use super::report::FeedReport;
use super::services::{Service, Services};
use super::tables::{MOST_BUILT, Tables};
use super::times::{RawCall, times};

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
    /// Its file's name.
    pub name: String,
    /// Points of the stops.
    pub(super) stops: Vec<LonLat>,
    /// Each trip: its service and its calls.
    pub(super) trips: Vec<(u32, Vec<Call>)>,
    pub(super) services: Vec<Service>,
    /// What it has and what of it could not be used.
    pub report: FeedReport,
}

impl Feed {
    /// Whether any trip runs on a day.
    pub(super) fn runs_on(&self, day: jiff::civil::Date) -> bool {
        self.trips.iter().any(|(service, _)| self.services[*service as usize].runs_on(day))
    }
}

/// More departures than this in one row of `frequencies.txt` are a mistake: a week of one every minute.
const MOST_DEPARTURES: u32 = 7 * 24 * 60;

/// Reads a feed.
///
/// # Errors
/// [`FeedError`] when there is no timetable in it; single wrong rows are in [`Feed::report`].
pub fn read_feed(path: &Path) -> Result<Feed, FeedError> {
    read_within(path, MOST_BUILT)
}

/// Reads a feed whose rows take no more than so many bytes.
fn read_within(path: &Path, most: u64) -> Result<Feed, FeedError> {
    let mut tables = Tables::open(path, most)?;
    let mut report = FeedReport { others: tables.others().to_vec(), ..FeedReport::default() };
    let mut services = Services::default();
    let week = tables.each("calendar.txt", &mut report, |row: Calendar, line, report| {
        if row.end_date < row.start_date {
            report.note("calendar.txt", line, "the service ends before it begins", row.id);
        } else if let Some(id) = services.week(row) {
            report.note("calendar.txt", line, "the service is given again; the last is kept", id);
        }
    })?;
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
        if let Some((.., first)) = stops.get(&stop.id) {
            report.note(
                "stops.txt",
                line,
                "the stop is given again; the first is kept",
                format!("{}, line {first}", stop.id),
            );
            return;
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
    // A trip with rows of which none can be used has an empty list and does not run.
    let mut frequencies: HashMap<String, Vec<(u32, u32, u32)>> = HashMap::new();
    tables.each("frequencies.txt", &mut report, |row: RawFrequency, line, report| {
        let mut wrong = |reason| report.note("frequencies.txt", line, reason, row.trip_id.as_str());
        if !trips.contains_key(&row.trip_id) {
            wrong("the trip is not in trips.txt or has no calendar");
            return;
        }
        let rows = frequencies.entry(row.trip_id.clone()).or_default();
        if row.headway_secs == 0 || row.end_time < row.start_time {
            wrong("the headway is 0 or the end is before the start");
        } else if (row.end_time - row.start_time) / row.headway_secs > MOST_DEPARTURES {
            wrong("the row has more departures than one every minute of a week");
        } else {
            rows.push((row.start_time, row.end_time, row.headway_secs));
        }
    })?;

    // Trips in the order of their file, so that nothing depends on how a map of them is kept.
    let mut order: Vec<(u64, String, u32)> =
        trips.into_iter().map(|(id, (service, line))| (line, id, service)).collect();
    order.sort_unstable();
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut feed =
        Feed { name, stops: Vec::new(), trips: Vec::new(), services, report: FeedReport::default() };
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
                        tables.spend(size_of_val(trip.as_slice()) as u64)?;
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file with one feed, of one trip with so many calls, run again and again.
    fn feed(path: &Path, calls: u32, frequencies: &str) {
        feeds(path, &[("", calls, frequencies)]);
    }

    /// A file with feeds in folders.
    fn feeds(path: &Path, feeds: &[(&str, u32, &str)]) {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        for &(folder, calls, frequencies) in feeds {
            add(&mut zip, folder, calls, frequencies);
        }
        zip.finish().unwrap();
    }

    fn add(zip: &mut zip::ZipWriter<std::fs::File>, folder: &str, calls: u32, frequencies: &str) {
        let stops = (0..calls).map(|at| format!("s{at},Stop,51.{at:04},-1.0\n")).collect::<Vec<_>>().concat();
        let times = (0..calls)
            .map(|at| format!("t,08:{:02}:00,08:{:02}:00,s{at},{at}\n", at / 60, at / 60))
            .collect::<Vec<_>>()
            .concat();
        for (name, text) in [
            ("calendar.txt", "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nd,1,1,1,1,1,1,1,20260101,20261231\n".to_owned()),
            ("stops.txt", format!("stop_id,stop_name,stop_lat,stop_lon\n{stops}")),
            ("trips.txt", "route_id,service_id,trip_id\nr,d,t\n".to_owned()),
            ("stop_times.txt", format!("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n{times}")),
            ("frequencies.txt", format!("trip_id,start_time,end_time,headway_secs\n{frequencies}")),
        ] {
            if name == "frequencies.txt" && frequencies.is_empty() {
                continue;
            }
            zip.start_file(format!("{folder}{name}"), zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
    }

    #[test]
    fn all_tables_come_from_one_folder_and_the_others_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.zip");
        // An old copy stands first, and has a table more that must not be taken for the new one.
        feeds(&path, &[("old/", 3, "t,06:00:00,22:00:00,60\n"), ("", 5, "")]);
        let feed = read_feed(&path).unwrap();
        assert_eq!((feed.stops.len(), feed.trips.len()), (5, 1));
        let said = feed.report.sentences().concat();
        assert!(said.contains("not read: old/;"), "{said}");
        // Two feeds beside each other: the first by name, and the other is told.
        feeds(&path, &[("south/", 3, ""), ("north/", 4, "")]);
        let feed = read_feed(&path).unwrap();
        assert_eq!((feed.stops.len(), feed.report.others), (4, vec!["south/".to_owned()]));
    }

    #[test]
    fn a_feed_that_takes_more_than_may_be_built_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.zip");
        feed(&path, 200, "");
        assert_eq!(read_within(&path, 1 << 20).unwrap().trips.len(), 1);
        for most in [10_000, 100_000] {
            let refusal = read_within(&path, most).unwrap_err().to_string();
            assert!(refusal.contains("cut the feed to the area"), "{most}: {refusal}");
        }
        // Few rows that stand for many trips.
        feed(&path, 200, "t,06:00:00,22:00:00,60\n");
        assert_eq!(read_within(&path, 8 << 20).unwrap().trips.len(), 960);
        let refusal = read_within(&path, 1 << 20).unwrap_err().to_string();
        assert!(refusal.contains("its trips take more memory"), "{refusal}");
    }
}
