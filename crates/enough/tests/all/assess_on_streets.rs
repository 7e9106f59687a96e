//! Assessments on the streets of the made-up town, and by the method of Ofsted and ONS.

use std::fmt::Write as _;
use std::fs;

use crate::town::{Town, read};
use enough_geography::GridPoint;

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

#[test]
fn an_assessment_is_the_same_bytes_whether_the_network_was_prepared_before_or_not() {
    let town = Town::new();
    let assess = |out: &str| {
        let streets = ["--streets", "DIR/data/streets.osm.pbf", "--mode", "car"];
        let words = ["assess", "--data", "DIR/data", "--authority", "E06999001", "--out", out];
        assert_eq!(town.run(&[&words[..], &streets].concat()).0, 0);
    };
    assess("DIR/first");
    assert_eq!(town.network_files().len(), 1);
    assess("DIR/second");
    for entry in fs::read_dir(town.path("first")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = |folder: &str| fs::read(town.path(folder).join(&name)).unwrap();
        assert_eq!(bytes("first"), bytes("second"), "{name}");
    }
}

#[test]
fn the_pairs_of_travel_are_taken_by_measure_and_assess_with_what_made_them() {
    let town = Town::new();
    // Every neighbourhood of the town and its neighbour, and as settings the same points: places of childminders.
    let points = read(&town.path("data/LSOA_Dec_2021_PWC.csv"));
    let mut lines = points.lines();
    let headings: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| headings.iter().position(|heading| *heading == name).unwrap();
    let (mut areas, mut need, mut places) =
        ("id,longitude,latitude\n".to_owned(), "id,need\n".to_owned(), "id,capacity\n".to_owned());
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |name: &str| cells[at(name)].parse::<f64>().unwrap();
        let point = GridPoint { easting: number("x"), northing: number("y") }.degrees().unwrap();
        let id = cells[at("LSOA21CD")];
        writeln!(areas, "{id},{},{}", point.longitude, point.latitude).unwrap();
        writeln!(need, "{id},10").unwrap();
        writeln!(places, "{id},4").unwrap();
    }
    for (name, text) in [("areas.csv", &areas), ("demand.csv", &need), ("supply.csv", &places)] {
        fs::write(town.path(name), text).unwrap();
    }
    let (code, _, error) = town.travel(&[
        "--from",
        "DIR/areas.csv",
        "--to",
        "DIR/areas.csv",
        "--mode",
        "walk",
        "--minutes",
        "45",
        "--out",
        "DIR/pairs.parquet",
    ]);
    assert_eq!((code, error.as_str()), (0, ""));
    let tables = ["--demand", "DIR/demand.csv", "--supply", "DIR/supply.csv", "--pairs", "DIR/pairs.parquet"];
    let (code, _, error) =
        town.run(&[&["measure"], &tables[..], &["--limit", "20", "--out", "DIR/levels.csv"]].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    assert_eq!(read(&town.path("levels.csv")).lines().count(), need.lines().count());
    let words = [
        "assess",
        "--data",
        "DIR/data",
        "--authority",
        "E06999001",
        "--pairs",
        "DIR/pairs.parquet",
        "--out",
        "DIR/out",
    ];
    let (code, text, error) = town.run(&words);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        text.contains(
            "given as a table (pairs.parquet: on real streets: OpenStreetMap (streets.osm.pbf), walking"
        ),
        "{text}"
    );
}
