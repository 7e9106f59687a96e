//! Travel by the buses of the made-up town, and feeds that are wrong.

use std::fs;
use std::io::Write as _;

use crate::town::{Town, minutes};

#[test]
fn buses_are_faster_than_walking_and_their_window_has_a_median_and_a_worst() {
    let town = Town::new();
    let bus = ["--mode", "transit", "--timetable", "DIR/data/buses.gtfs.zip", "--date", "2026-03-10"];
    let ride = town.pairs(&bus);
    // 12 gaps of two minutes, and half of the twelve minutes between buses.
    let usual = minutes(&ride, "stop", "far");
    assert!((28.0..34.0).contains(&usual), "{usual}");
    let text = fs::read_to_string(town.path("pairs.csv")).unwrap();
    assert!(text.starts_with("area,setting,minutes,worst\n"), "{text}");
    let worst = town.pairs(&[&bus[..], &["--worst"]].concat());
    let longest = minutes(&worst, "stop", "far");
    assert!((usual + 4.0..usual + 7.0).contains(&longest), "{usual} {longest}");
    let tight = town.pairs(&[&bus[..], &["--minutes", "25"]].concat());
    assert!(!tight.contains_key(&("stop".to_owned(), "far".to_owned())));
    let (code, _, error) =
        town.travel(&["--mode", "transit", "--timetable", "DIR/data/buses.gtfs.zip", "--date", "2026-07-21"]);
    assert_eq!(code, 3);
    for word in ["buses.gtfs.zip", "2026-07-21 (Tuesday)", "2026-07-14"] {
        assert!(error.contains(word), "{error}");
    }
    // A second timetable that does not run on the day is refused too: its rides would be missed in silence.
    feed(
        &town,
        "later.zip",
        &[(
            "calendar.txt",
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweekdays,1,1,1,1,1,0,0,20260401,20260717\n",
        )],
    );
    let (code, _, error) = town.travel(&[&bus[..], &["--timetable", "DIR/later.zip"]].concat());
    assert!(code == 3 && error.contains("later.zip") && error.contains("2026-04-07"), "{error}");
}

/// A feed made of the town's, with some tables replaced or (empty) left out.
fn feed(town: &Town, name: &str, changes: &[(&str, &str)]) {
    let mut old = zip::ZipArchive::new(fs::File::open(town.path("data/buses.gtfs.zip")).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(fs::File::create(town.path(name)).unwrap());
    for table in ["calendar.txt", "stops.txt", "trips.txt", "stop_times.txt", "frequencies.txt"] {
        let text = match changes.iter().find(|change| change.0 == table) {
            Some((_, "")) => continue,
            Some((_, text)) if text.starts_with('+') => {
                std::io::read_to_string(old.by_name(table).unwrap()).unwrap() + &text[1..]
            }
            Some((_, text)) => (*text).to_owned(),
            None if table == "frequencies.txt" => continue,
            None => std::io::read_to_string(old.by_name(table).unwrap()).unwrap(),
        };
        new.start_file(table, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(text.as_bytes()).unwrap();
    }
    new.finish().unwrap();
}

#[test]
fn bad_timetables_are_reported_and_useless_ones_refused() {
    let town = Town::new();
    let ride = |name: &str| {
        let feed = format!("DIR/{name}");
        town.travel(&["--mode", "transit", "--timetable", &feed, "--date", "2026-03-10"])
    };
    let before =
        town.pairs(&["--mode", "transit", "--timetable", "DIR/data/buses.gtfs.zip", "--date", "2026-03-10"]);
    // Rows that are wrong in many ways cost themselves and are told.
    feed(
        &town,
        "some.zip",
        &[
            (
                "calendar.txt",
                "+weekdays,1,1,1,1,1,0,0,20250901,20260717\nback,1,1,1,1,1,0,0,20260901,20250717\n",
            ),
            (
                "stops.txt",
                "+nowhere,No place,,\nafrica,Null island,0,0\nwords,Words,north,west\nA0,Elsewhere,51,0\n",
            ),
            (
                "trips.txt",
                "+A,summer,lost\nA,weekdays,backwards\nA,weekdays,alone\nA,weekdays,wrap\nA,weekdays,flood\n",
            ),
            (
                "frequencies.txt",
                "trip_id,start_time,end_time,headway_secs\nflood,00:00:00,160:00:00,1\nflood,1193:03:00,1250:00:00,60\nghost,08:00:00,09:00:00,60\n",
            ),
            (
                "stop_times.txt",
                "+flood,08:00:00,08:00:00,A0,1\nflood,08:01:00,08:01:00,A12,2\nwrap,1193054:31:44,1193054:31:44,A0,1\nwrap,1193054:32:44,1193054:32:44,A12,2\nbackwards,09:00:00,09:00:00,A0,1\nbackwards,08:00:00,08:00:00,A1,2\nalone,08:00:00,08:00:00,A1,1\nA-out-360,25:99,x,A1,99\nghost,08:00:00,08:00:00,A1,1\nA-out-360,10:00:00,10:00:00,moon,98\n",
            ),
        ],
    );
    let (code, text, error) = ride("some.zip");
    assert_eq!((code, error.as_str()), (0, ""));
    for word in [
        "no place on the map",
        "in no calendar",
        "goes back in time",
        "fewer than two stops",
        "cannot be read",
        "not in trips.txt",
        "not in stops.txt",
        "beyond a week",
        "every minute of a week",
        "service is given again",
        "ends before it begins",
        "stop is given again",
    ] {
        assert!(text.contains(word), "'{word}' is not in {text}");
    }
    let pairs = town.pairs(&["--mode", "transit", "--timetable", "DIR/some.zip", "--date", "2026-03-10"]);
    assert_eq!(pairs, before);
    for (name, changes, word) in [
        ("no-stops.zip", &[("stops.txt", "")][..], "stops.txt"),
        ("no-times.zip", &[("stop_times.txt", "")], "stop_times.txt"),
        ("no-calendar.zip", &[("calendar.txt", "")], "calendar"),
        ("no-trips.zip", &[("trips.txt", "route_id,service_id,trip_id\n")], "no trip"),
        ("other-headings.zip", &[("trips.txt", "a,b,c\n1,2,3\n")], "no trip"),
    ] {
        feed(&town, name, changes);
        let (code, _, error) = ride(name);
        assert!(code == 3 && error.contains(word) && error.contains(name), "{name}: {code} {error}");
    }
    fs::write(town.path("text.zip"), "no zip").unwrap();
    let (code, _, error) = ride("text.zip");
    assert!(code == 3 && error.contains("text.zip"), "{error}");
}
