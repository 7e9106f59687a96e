//! One bus line along each main road, every twelve minutes on weekdays of the school year.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ACROSS, MAIN_COLUMN, MAIN_ROW, UP, degrees};

/// Streets between two stops, and minutes of ride.
const BETWEEN: usize = 4;
const RIDE: u32 = 2;

pub fn write(path: &Path) -> io::Result<()> {
    let mut stops = String::from("stop_id,stop_name,stop_lat,stop_lon\n");
    let mut trips = String::from("route_id,service_id,trip_id\n");
    let mut times = String::from("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n");
    let lines = [("A", ACROSS, true), ("B", UP, false)];
    for (line, length, eastwards) in lines {
        let count = length.div_ceil(BETWEEN);
        for stop in 0..count {
            let along = (stop * BETWEEN) as f64;
            let (east, north) =
                if eastwards { (along, MAIN_ROW as f64) } else { (MAIN_COLUMN as f64, along) };
            let (longitude, latitude) = degrees(east, north)?;
            let _ = writeln!(
                stops,
                "{line}{stop},Line {line} stop {stop} (made up),{latitude:.6},{longitude:.6}"
            );
        }
        for (direction, back) in [("out", false), ("back", true)] {
            for start in (6 * 60..20 * 60).step_by(12) {
                let trip = format!("{line}-{direction}-{start}");
                let _ = writeln!(trips, "{line},weekdays,{trip}");
                for call in 0..count {
                    let minute = start + call as u32 * RIDE;
                    let time = format!("{:02}:{:02}:00", minute / 60, minute % 60);
                    let stop = if back { count - 1 - call } else { call };
                    let _ = writeln!(times, "{trip},{time},{time},{line}{stop},{call}");
                }
            }
        }
    }
    let mut zip = ZipWriter::new(std::fs::File::create(path)?);
    for (name, text) in [
        (
            "agency.txt",
            "agency_id,agency_name,agency_url,agency_timezone\nM,Brindleford buses (made up),https://example.org,Europe/London\n",
        ),
        (
            "calendar.txt",
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweekdays,1,1,1,1,1,0,0,20250901,20260717\n",
        ),
        (
            "routes.txt",
            "route_id,agency_id,route_short_name,route_long_name,route_type\nA,M,A,East and west (made up),3\nB,M,B,North and south (made up),3\n",
        ),
        ("stops.txt", &stops),
        ("trips.txt", &trips),
        ("stop_times.txt", &times),
    ] {
        // Without a date, so that the same town gives the same bytes.
        zip.start_file(name, SimpleFileOptions::default().last_modified_time(zip::DateTime::default()))?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish().map_err(io::Error::other)?;
    Ok(())
}
