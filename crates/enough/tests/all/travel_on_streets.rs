//! Travel on the streets of the made-up town: minutes that make sense, prepared networks that heal, clear errors.

use std::fs;

use crate::town::{Town, minutes};
use enough_geography::GridPoint;

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
