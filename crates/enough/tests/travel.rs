//! Travel on the streets and by the buses of the made-up town: minutes that make sense, prepared networks that heal, clear errors.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use enough_geography::GridPoint;
use tempfile::TempDir;

/// The made-up town in a folder, with tables of points.
struct Town {
    folder: TempDir,
}

type Pairs = BTreeMap<(String, String), f64>;

impl Town {
    fn new() -> Self {
        let town = Self { folder: TempDir::new().unwrap() };
        assert_eq!(town.run(&["example", "--out", "DIR/data"]).0, 0);
        // Places by column and row of the grid of streets, 155 m apart, from the south-west corner.
        town.points(
            "from.csv",
            &[
                ("west", 26.0, 20.0),
                ("one-way-start", 0.0, 15.0),
                ("one-way-end", 8.0, 15.0),
                ("stop", 0.0, 9.0),
            ],
        );
        town.points(
            "to.csv",
            &[
                ("east", 27.0, 20.0),
                ("one-way-start", 0.0, 15.0),
                ("one-way-end", 8.0, 15.0),
                ("far", 48.0, 9.0),
            ],
        );
        town
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn points(&self, name: &str, places: &[(&str, f64, f64)]) {
        let mut text = String::from("id,longitude,latitude\n");
        for (id, column, row) in places {
            let point = GridPoint { easting: 396_000.0 + column * 155.0, northing: 276_000.0 + row * 155.0 };
            let at = point.degrees().unwrap();
            let _ = writeln!(text, "{id},{},{}", at.longitude, at.latitude);
        }
        fs::write(self.path(name), text).unwrap();
    }

    fn run_with(&self, words: &[&str], threads: &str) -> (i32, String, String) {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let mut command = Command::cargo_bin("enough").unwrap();
        command.args(words.iter().map(|word| word.replace("DIR", &folder)));
        let output = command.env("RAYON_NUM_THREADS", threads).env_remove("ENOUGH_DATA").output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let error = text(output.stderr);
        assert!(!error.contains("panicked"), "{error}");
        (output.status.code().unwrap(), text(output.stdout), error)
    }

    fn run(&self, words: &[&str]) -> (i32, String, String) {
        self.run_with(words, "2")
    }

    fn travel(&self, more: &[&str]) -> (i32, String, String) {
        let mut words = vec!["travel", "--streets", "DIR/data/streets.osm.pbf"];
        for (flag, value) in [
            ("--from", "DIR/from.csv"),
            ("--to", "DIR/to.csv"),
            ("--out", "DIR/pairs.csv"),
            ("--minutes", "60"),
        ] {
            if !more.contains(&flag) {
                words.extend([flag, value]);
            }
        }
        self.run(&[&words[..], more].concat())
    }

    fn pairs(&self, more: &[&str]) -> Pairs {
        let (code, _, error) = self.travel(more);
        assert_eq!((code, error.as_str()), (0, ""));
        let mut reader = csv::Reader::from_path(self.path("pairs.csv")).unwrap();
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| ((row[0].to_owned(), row[1].to_owned()), row[2].parse().unwrap())).collect()
    }

    fn network_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("data"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "network"))
            .collect();
        files.sort();
        files
    }
}

fn minutes(pairs: &Pairs, from: &str, to: &str) -> f64 {
    *pairs.get(&(from.to_owned(), to.to_owned())).unwrap_or_else(|| panic!("{from} to {to} is not there"))
}

#[test]
fn water_one_way_streets_and_steps_make_a_difference() {
    let town = Town::new();
    let walk = town.pairs(&["--mode", "walk"]);
    // 155 m as the crow flies, two minutes; the chain ferry takes five, the bridges are farther.
    assert!((5.0..9.0).contains(&minutes(&walk, "west", "east")), "{walk:?}");
    let car = town.pairs(&["--mode", "car"]);
    // The ferry takes no cars: ten streets up, over the bridge and back down.
    assert!((5.0..12.0).contains(&minutes(&car, "west", "east")), "{car:?}");
    let (there, back) =
        (minutes(&car, "one-way-start", "one-way-end"), minutes(&car, "one-way-end", "one-way-start"));
    assert!(back > there + 0.3, "there {there}, back {back}");
    let (there, back) =
        (minutes(&walk, "one-way-start", "one-way-end"), minutes(&walk, "one-way-end", "one-way-start"));
    assert!((there - back).abs() < 1e-3, "walkers go both ways: {there} {back}");
    let slower = town.pairs(&["--mode", "walk", "--speed", "2.4"]);
    let (usual, half) =
        (minutes(&walk, "one-way-start", "one-way-end"), minutes(&slower, "one-way-start", "one-way-end"));
    assert!((half / usual - 2.0).abs() < 1e-3, "half the speed takes twice as long: {half} {usual}");
    let near = town.pairs(&["--mode", "walk", "--minutes", "6"]);
    assert!(near.len() < walk.len() && near.values().all(|minutes| *minutes <= 6.0));
    // Steps lie in column 7, between rows 2 and 3.
    town.points("from.csv", &[("below", 7.0, 2.0)]);
    town.points("to.csv", &[("above", 7.0, 3.0)]);
    let (walk, wheel) = (town.pairs(&["--mode", "walk"]), town.pairs(&["--mode", "wheel"]));
    assert!(minutes(&wheel, "below", "above") > 1.5 * minutes(&walk, "below", "above"));
}

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

#[test]
fn results_are_the_same_bytes_whatever_the_number_of_threads_and_the_order_of_points() {
    let town = Town::new();
    let words = |out: &str| -> Vec<String> {
        [
            "travel",
            "--streets",
            "DIR/data/streets.osm.pbf",
            "--from",
            "DIR/from.csv",
            "--to",
            "DIR/to.csv",
            "--mode",
            "car",
            "--minutes",
            "60",
            "--out",
        ]
        .iter()
        .map(|&word| word.to_owned())
        .chain([format!("DIR/{out}")])
        .collect()
    };
    for (out, threads) in [("a.parquet", "1"), ("b.parquet", "5"), ("a.csv", "1"), ("b.csv", "5")] {
        let words = words(out);
        assert_eq!(town.run_with(&words.iter().map(String::as_str).collect::<Vec<_>>(), threads).0, 0);
        // In the middle the points are turned round.
        for name in ["from.csv", "to.csv"] {
            let text = fs::read_to_string(town.path(name)).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            fs::write(town.path(name), lines.join("\n") + "\n").unwrap();
        }
    }
    for (a, b) in [("a.parquet", "b.parquet"), ("a.csv", "b.csv")] {
        assert_eq!(fs::read(town.path(a)).unwrap(), fs::read(town.path(b)).unwrap());
    }
}

#[test]
fn a_damaged_network_is_made_anew_and_a_changed_map_has_its_own() {
    let town = Town::new();
    let (_, first, _) = town.travel(&["--mode", "car"]);
    assert!(first.contains("prepared and kept"), "{first}");
    let before = fs::read(town.path("pairs.csv")).unwrap();
    assert!(town.travel(&["--mode", "car"]).1.contains("prepared before"));
    let file = town.network_files().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    for damaged in [&flipped[..], &whole[..whole.len() - 1], &whole[..40], b""] {
        fs::write(&file, damaged).unwrap();
        let (code, text, _) = town.travel(&["--mode", "car"]);
        assert!(code == 0 && text.contains("damaged and made anew"), "{text}");
        assert_eq!(fs::read(&file).unwrap(), whole);
        assert_eq!(fs::read(town.path("pairs.csv")).unwrap(), before);
    }
    assert_eq!(town.run(&["example", "--out", "DIR/data", "--seed", "5"]).0, 0);
    assert!(town.travel(&["--mode", "car"]).1.contains("prepared and kept"));
    assert_eq!(town.network_files().len(), 2);
    assert_ne!(fs::read(town.path("pairs.csv")).unwrap(), before);
    // Where the network cannot be kept, that is said and the answer is given.
    fs::write(town.path("file"), "").unwrap();
    let (code, text, _) = town.travel(&["--mode", "walk", "--networks", "DIR/file/below"]);
    assert!(code == 0 && text.contains("could not be kept"), "{text}");
}

#[test]
fn wrong_maps_and_arguments_are_refused_with_their_cause() {
    let town = Town::new();
    let map = fs::read(town.path("data/streets.osm.pbf")).unwrap();
    for (name, bytes) in [
        ("text.osm.pbf", b"this is no map".to_vec()),
        ("cut.osm.pbf", map[..map.len() - 100].to_vec()),
        ("empty.osm.pbf", Vec::new()),
    ] {
        fs::write(town.path(name), bytes).unwrap();
        let map = format!("DIR/{name}");
        let (code, _, error) = town.run(&[
            "travel",
            "--streets",
            &map,
            "--from",
            "DIR/from.csv",
            "--to",
            "DIR/to.csv",
            "--mode",
            "walk",
            "--minutes",
            "9",
            "--out",
            "DIR/x.csv",
        ]);
        assert_eq!(code, 3, "{error}");
        assert!(error.contains(name), "{error}");
        assert!(!town.path("x.csv").exists());
    }
    for (wrong, word) in [
        (&["--mode", "transit"][..], "--timetable"),
        (&["--mode", "transit", "--timetable", "DIR/data/buses.gtfs.zip"], "--date"),
        (
            &["--mode", "transit", "--timetable", "DIR/data/buses.gtfs.zip", "--date", "2026-02-30"],
            "2026-02-30",
        ),
        (&["--mode", "walk", "--timetable", "DIR/data/buses.gtfs.zip"], "transit"),
        (&["--mode", "car", "--speed", "50"], "--speed"),
        (&["--mode", "walk", "--speed", "500"], "--speed"),
        (&["--mode", "walk", "--minutes", "91"], "90"),
        (&["--mode", "walk", "--depart", "09:00-07:30"], "later"),
        (&["--mode", "walk", "--worst"], "no effect"),
        (&["--mode", "car", "--max-walk", "5"], "no effect"),
        (&["--mode", "walk", "--out", "DIR/pairs.txt"], ".parquet"),
    ] {
        let (code, _, error) = town.travel(wrong);
        assert!(code == 2 && error.contains(word), "{wrong:?}: {code} {error}");
    }
    for (table, word) in [
        ("id,longitude,latitude\na,200,50\n", "line 2"),
        ("id,longitude,latitude\na,1,50\na,1,51\n", "line 3"),
        ("id,longitude\na,1\n", "latitude"),
        ("id,longitude,latitude\n", "empty"),
    ] {
        fs::write(town.path("bad.csv"), table).unwrap();
        let (code, _, error) = town.travel(&["--mode", "walk", "--from", "DIR/bad.csv"]);
        assert!(code == 3 && error.contains(word), "{table}: {error}");
    }
}

#[test]
fn points_far_from_streets_are_refused_and_counted() {
    let town = Town::new();
    town.points("from.csv", &[("on", 10.0, 10.0), ("beside", -3.0, 10.0), ("beyond", -900.0, 10.0)]);
    let (_, text, _) = town.travel(&[
        "--mode",
        "walk",
        "--snap",
        "200",
        "--snaps",
        "DIR/snaps.csv",
        "--summary",
        "DIR/s.json",
    ]);
    assert!(
        text.contains("Areas: 1 on the network") && text.contains("beyond the edge of the map"),
        "{text}"
    );
    let summary: serde_json::Value = serde_json::from_slice(&fs::read(town.path("s.json")).unwrap()).unwrap();
    assert_eq!(
        (summary["areas_refused"].as_u64(), summary["areas_without_setting"].as_u64()),
        (Some(2), Some(2))
    );
    let snaps = fs::read_to_string(town.path("snaps.csv")).unwrap();
    assert!(snaps.contains("area,beyond,,,"), "{snaps}");
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

#[test]
fn isochrones_are_land_and_areas() {
    let town = Town::new();
    let at = GridPoint { easting: 396_000.0 + 10.0 * 155.0, northing: 276_000.0 + 10.0 * 155.0 }
        .degrees()
        .unwrap();
    let at = format!("{},{}", at.longitude, at.latitude);
    town.points("areas.csv", &[("here", 10.0, 10.0), ("near", 13.0, 10.0), ("far", 45.0, 38.0)]);
    let words = [
        "isochrone",
        "--streets",
        "DIR/data/streets.osm.pbf",
        "--at",
        &at,
        "--mode",
        "walk",
        "--minutes",
        "15,5",
        "--towards",
        "--out",
        "DIR/land.geojson",
        "--areas",
        "DIR/areas.csv",
        "--areas-out",
        "DIR/within.csv",
    ];
    let (code, text, error) = town.run(&words);
    assert_eq!((code, error.as_str()), (0, ""), "{text}");
    let land: serde_json::Value =
        serde_json::from_slice(&fs::read(town.path("land.geojson")).unwrap()).unwrap();
    let minutes: Vec<f64> = land["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["properties"]["minutes"].as_f64().unwrap())
        .collect();
    assert_eq!(minutes, [5.0, 15.0]);
    // Outer rings are counterclockwise: twice their signed area is positive.
    for feature in land["features"].as_array().unwrap() {
        let ring = feature["geometry"]["coordinates"][0][0].as_array().unwrap();
        let at = |k: usize| (ring[k][0].as_f64().unwrap(), ring[k][1].as_f64().unwrap());
        let area: f64 = (1..ring.len()).map(|k| at(k - 1).0 * at(k).1 - at(k).0 * at(k - 1).1).sum();
        assert!(area > 0.0, "{area}");
    }
    assert!(land["features"][0]["geometry"]["coordinates"][0][0].as_array().unwrap().len() > 10);
    let within = fs::read_to_string(town.path("within.csv")).unwrap();
    assert!(within.contains("here,0") && within.contains("near,") && !within.contains("far"), "{within}");
    let (code, _, error) = town.run(&[
        "isochrone",
        "--streets",
        "DIR/data/streets.osm.pbf",
        "--at",
        "0,51",
        "--mode",
        "walk",
        "--out",
        "DIR/x.geojson",
    ]);
    assert!(code == 3 && error.contains("no street"), "{error}");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn an_assessment_on_streets_says_so_beside_every_result() {
    let town = Town::new();
    let words = [
        "assess",
        "--data",
        "DIR/data",
        "--authority",
        "E06999001",
        "--streets",
        "DIR/data/streets.osm.pbf",
        "--out",
        "DIR/out",
    ];
    let (code, text, error) = town.run(&words);
    assert_eq!((code, error.as_str()), (0, ""));
    let label = "on real streets: OpenStreetMap (streets.osm.pbf), walking at 4.8 km/h";
    assert!(text.contains(label), "{text}");
    for name in ["areas.csv", "markets.csv", "areas.geojson", "report.html", "summary.json"] {
        assert!(read(&town.path("out").join(name)).contains(label), "{name}");
    }
    // Streets are longer than straight lines and the canal has two bridges, so that fewer places are in reach.
    let level = |out: &str| -> f64 {
        let summary: serde_json::Value =
            serde_json::from_str(&read(&town.path(out).join("summary.json"))).unwrap();
        summary["pairs_within_limit"].as_f64().unwrap()
    };
    assert_eq!(
        town.run(&[
            "assess",
            "--data",
            "DIR/data",
            "--authority",
            "E06999001",
            "--detour",
            "1",
            "--out",
            "DIR/crow"
        ])
        .0,
        0
    );
    assert!(level("out") < level("crow"), "{} {}", level("out"), level("crow"));
    assert!(read(&town.path("crow/areas.csv")).contains("modelled: straight line"));
    let (code, _, error) = town.run(&[
        "assess",
        "--data",
        "DIR/data",
        "--authority",
        "E06999001",
        "--mode",
        "transit",
        "--out",
        "DIR/no",
    ]);
    assert!(code == 2 && error.contains("--streets"), "{error}");
}

#[test]
fn the_published_method_averages_two_modes() {
    let town = Town::new();
    let common = [
        "assess",
        "--data",
        "DIR/data",
        "--authority",
        "E06999001",
        "--method",
        "ofsted-ons",
        "--out",
        "DIR/out",
    ];
    let streets = [
        "--streets",
        "DIR/data/streets.osm.pbf",
        "--timetable",
        "DIR/data/buses.gtfs.zip",
        "--date",
        "2026-03-10",
    ];
    for more in [&streets[..], &[]] {
        let (code, text, error) = town.run(&[&common[..], more].concat());
        assert_eq!((code, error.as_str()), (0, ""));
        assert!(text.contains("aged 0-7") && text.contains("0.767"), "{text}");
        let summary: serde_json::Value = serde_json::from_str(&read(&town.path("out/summary.json"))).unwrap();
        let number = |key: &str| summary[key].as_f64().unwrap();
        let expected = 0.767 * number("level_car") + 0.233 * number("level_transit");
        assert!((number("level") - expected).abs() < 1e-9, "{text}");
    }
    // A table of cars for one output area and for the authority; the others keep the default.
    let first = read(&town.path("out/output_areas.csv"))
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    fs::write(town.path("cars.csv"), format!(
        "area_code,availability_category,measure,value\n{first},No cars or vans in household,Count,30\n{first},1 car or van in household,Count,70\n{first},1 car or van in household,Percentage,70\n"
    )).unwrap();
    assert_eq!(town.run(&[&common[..], &["--cars", "DIR/cars.csv", "--car-share", "0.5"]].concat()).0, 0);
    let table = read(&town.path("out/output_areas.csv"));
    let shares: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').nth(6).unwrap()).collect();
    assert_eq!(shares[0], "0.700000");
    assert!(shares[1..].iter().all(|share| *share == "0.500000"));
    let (code, _, error) = town.run(&[&common[..], &["--streets", "DIR/data/streets.osm.pbf"]].concat());
    assert!(code == 2 && error.contains("--timetable"), "{error}");
}
