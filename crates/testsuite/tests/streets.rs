//! Travel on the Isle of Wight beside networkx on the same network, and beside timetables read anew.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use enough_testsuite::{enough, open_data, python, root, run};

/// The island's areas and settings as tables of points, from an assessment.
struct Island {
    data: PathBuf,
    folder: tempfile::TempDir,
}

impl Island {
    fn new() -> Option<Self> {
        let island = Self { data: open_data()?, folder: tempfile::tempdir().unwrap() };
        let known = island.data.join("geography_england/lsoa21_centroid_england.csv.gz");
        let mut rejects = enough_tables::Rejects::default();
        let points = enough_geography::areas::read_centroids(&known, &mut rejects).unwrap();
        run(enough()
            .args(["assess", "--authority", "E06000046", "--by", "lsoa", "--margin", "0", "--data"])
            .arg(&island.data)
            .arg("--out")
            .arg(island.path("assessed")));
        let codes = enough_testsuite::words(&island.path("assessed/areas.csv"), "code");
        let mut text = String::from("id,longitude,latitude\n");
        for (code, point) in
            points.iter().filter(|(code, _)| codes.iter().any(|known| known == code.as_str()))
        {
            let at = point.degrees().unwrap();
            writeln!(text, "{code},{},{}", at.longitude, at.latitude).unwrap();
        }
        std::fs::write(island.path("areas.csv"), text).unwrap();
        let settings = island.path("assessed/settings.csv");
        let column = |name: &str| enough_testsuite::words(&settings, name);
        let mut text = String::from("id,longitude,latitude\n");
        for ((id, longitude), latitude) in column("id")
            .iter()
            .zip(column("longitude"))
            .zip(column("latitude"))
            .filter(|row| !row.1.is_empty())
        {
            writeln!(text, "{id},{longitude},{latitude}").unwrap();
        }
        std::fs::write(island.path("settings.csv"), text).unwrap();
        Some(island)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data.join("osm_isle_of_wight_2020-05").join(name)
    }

    /// A command on the island's streets that keeps its networks in the folder.
    fn on_streets(&self, command: &str, mode: &str) -> Command {
        let mut built = enough();
        built
            .arg(command)
            .arg("--streets")
            .arg(self.file("iow-filtered.pbf"))
            .arg("--networks")
            .arg(self.path("networks"));
        built.args(["--mode", mode]);
        built
    }

    fn travel(&self, mode: &str, from: &Path, to: &Path, minutes: &str, out: &Path) -> Command {
        let mut command = self.on_streets("travel", mode);
        command
            .arg("--from")
            .arg(from)
            .arg("--to")
            .arg(to)
            .args(["--minutes", minutes])
            .arg("--out")
            .arg(out);
        command
    }
}

#[test]
fn every_mode_agrees_with_networkx_on_the_isle_of_wight() {
    let Some(island) = Island::new() else { return };
    if python().is_none() {
        return;
    }
    for mode in ["walk", "wheel", "cycle", "car"] {
        let [states, arcs, snaps, pairs] =
            ["states", "arcs", "snaps", "pairs"].map(|name| island.path(&format!("{name}-{mode}.csv")));
        run(island.on_streets("network", mode).arg("--states").arg(&states).arg("--arcs").arg(&arcs));
        run(island
            .travel(mode, &island.path("areas.csv"), &island.path("settings.csv"), "45", &pairs)
            .arg("--snaps")
            .arg(&snaps));
        let said = run(python()
            .unwrap()
            .arg(root().join("crates/testsuite/python/streets_peer.py"))
            .args([&states, &arcs, &snaps, &pairs])
            .args(["45", "4.8"]));
        assert!(String::from_utf8_lossy(&said.stdout).contains("pairs, largest difference"), "{mode}");
    }
}

#[test]
fn buses_and_trains_agree_with_the_definition_on_the_isle_of_wight() {
    let Some(island) = Island::new() else { return };
    if python().is_none() {
        return;
    }
    let feeds = ["iow-bus-gtfs.zip", "iow-rail-gtfs.zip"].map(|name| island.file(name));
    // The stops as points, named by feed, for the walks to and from them.
    let mut stops = String::from("id,longitude,latitude\n");
    for (number, feed) in feeds.iter().enumerate() {
        let list = run(python()
            .unwrap()
            .args([
                "-c",
                "import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('stops.txt'))",
            ])
            .arg(feed));
        let mut reader = csv::Reader::from_reader(&list.stdout[..]);
        let at = |name: &str, headings: &csv::StringRecord| {
            headings.iter().position(|heading| heading == name).unwrap()
        };
        let headings = reader.headers().unwrap().clone();
        let (id, longitude, latitude) =
            (at("stop_id", &headings), at("stop_lon", &headings), at("stop_lat", &headings));
        for row in reader.records() {
            let row = row.unwrap();
            writeln!(stops, "{number}:{},{},{}", &row[id], &row[longitude], &row[latitude]).unwrap();
        }
    }
    let points = ["areas.csv", "stops.csv", "settings.csv"].map(|name| island.path(name));
    std::fs::write(&points[1], stops).unwrap();
    let [areas, stops, settings] = &points;
    let walks = [(areas, stops), (stops, stops), (stops, settings), (areas, settings)];
    let mut tables = Vec::new();
    for (number, (from, to)) in walks.into_iter().enumerate() {
        let out = island.path(&format!("walks-{number}.csv"));
        run(&mut island.travel("walk", from, to, "15", &out));
        tables.push(out);
    }
    let pairs = island.path("rides.csv");
    let mut command = island.travel("transit", areas, settings, "60", &pairs);
    for feed in &feeds {
        command.arg("--timetable").arg(feed);
    }
    run(command.args(["--date", "2020-05-19", "--depart", "08:10-08:11"]));
    let said = run(python()
        .unwrap()
        .arg(root().join("crates/testsuite/python/timetable_peer.py"))
        .args(["2020-05-19", "08:10", "60"])
        .args(&tables)
        .arg(&pairs)
        .args(&feeds));
    assert!(String::from_utf8_lossy(&said.stdout).contains("of them ride"));
}

#[test]
fn all_pairs_of_the_island_are_found_by_every_mode() {
    let Some(island) = Island::new() else { return };
    // All but the pairs that need more than 90 minutes of walking; every area and setting is on the network.
    for mode in ["walk", "cycle", "car"] {
        let summary = island.path("summary.json");
        let pairs = island.path("pairs.parquet");
        run(island
            .travel(mode, &island.path("areas.csv"), &island.path("settings.csv"), "90", &pairs)
            .arg("--summary")
            .arg(&summary));
        let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).unwrap()).unwrap();
        let number = |key: &str| summary[key].as_u64().unwrap();
        assert_eq!(
            (number("areas"), number("areas_refused"), number("settings_refused")),
            (89, 0, 0),
            "{mode}"
        );
        assert!(number("settings") >= 45);
        if mode == "car" {
            assert_eq!(number("pairs"), number("areas") * number("settings"));
        }
    }
}

#[test]
fn a_map_that_does_not_hold_the_authority_is_refused() {
    let Some(data) = open_data() else { return };
    let out = tempfile::tempdir().unwrap();
    let map = data.join("osm_isle_of_wight_2020-05/iow-filtered.pbf");
    // Trafford is not on the Isle of Wight: none of its places would be in reach, and the gap would look proven.
    let mut command = enough();
    command.args(["assess", "--authority", "E08000009", "--data"]).arg(&data).arg("--streets").arg(map);
    let output =
        command.arg("--networks").arg(out.path()).arg("--out").arg(out.path().join("out")).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("beyond the edge of the map"), "{error}");
    assert!(!out.path().join("out").exists());
}
