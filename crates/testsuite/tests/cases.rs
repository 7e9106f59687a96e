//! The small inputs of `../shared/cases` through the built command: the minutes that its README gives as right.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use enough_testsuite::{cases, column, enough, run, words};

type Pairs = BTreeMap<(String, String), f64>;

/// The pairs of a case within 90 minutes, and what the command said.
fn travel(cases: &Path, map: &str, points: &str, mode: &str, more: &[&str]) -> (Pairs, String) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pairs.csv");
    let mut command = enough();
    command.arg("travel").arg("--streets").arg(cases.join(map)).arg("--networks").arg(folder.path());
    for (option, side) in [("--from", "areas"), ("--to", "settings")] {
        command.arg(option).arg(cases.join(format!("{points}-{side}.csv")));
    }
    command.args(["--mode", mode, "--minutes", "90"]).arg("--out").arg(&out).args(more);
    let said = String::from_utf8(run(&mut command).stdout).unwrap();
    let ids = words(&out, "area").into_iter().zip(words(&out, "setting"));
    (ids.zip(column(&out, "minutes")).collect(), said)
}

/// There and back between the two ends of two routes.
fn there_and_back(cases: &Path, map: &str, mode: &str) -> (f64, f64) {
    let (pairs, _) = travel(cases, map, "two-routes", mode, &[]);
    let minutes = |from: &str, to: &str| pairs[&(from.to_owned(), to.to_owned())];
    (minutes("a", "s"), minutes("b", "t"))
}

fn near(found: f64, right: f64, what: &str) {
    assert!((found - right).abs() < 0.015, "{what}: {found}, right is {right}");
}

#[test]
fn tags_of_ways_and_points_mean_what_they_say() {
    let Some(cases) = cases() else { return };
    let detour = 10.08;
    for (map, mode, right) in [
        ("01-direction-access.osm.pbf", "car", (detour, 2.88)),
        ("02-semicolon-access.osm.pbf", "car", (detour, detour)),
        // 1,000 m at four fifths of 20 mph between two stubs of 100 m at 25 km/h.
        ("03-semicolon-maxspeed.osm.pbf", "car", (2.812, 2.812)),
        ("07-incline-ratio.osm.pbf", "wheel", (52.51, 52.51)),
        ("07-kerb-node.osm.pbf", "wheel", (52.51, 52.51)),
        ("08-node-access.osm.pbf", "car", (detour, detour)),
    ] {
        let (there, back) = there_and_back(&cases, map, mode);
        near(there, right.0, map);
        near(back, right.1, map);
    }
}

#[test]
fn relations_are_turns_that_are_forbidden_and_squares_that_are_walked_around() {
    let Some(cases) = cases() else { return };
    let (pairs, said) = travel(&cases, "04-no-entry.osm.pbf", "turn", "car", &[]);
    assert_eq!(pairs.len(), 2);
    for (pair, minutes) in pairs {
        // 2.4 if the turn were taken.
        assert!(minutes > 16.0, "{pair:?}: {minutes}");
    }
    assert!(said.contains("1 turn restriction for cars (0 not used)"), "{said}");
    let (pairs, _) = travel(&cases, "06-plaza-multipolygon.osm.pbf", "plaza", "walk", &[]);
    near(pairs[&("W".to_owned(), "E".to_owned())], 13.76, "around the square");
}

#[test]
fn people_on_an_island_stay_there_and_are_told() {
    let Some(cases) = cases() else { return };
    let (pairs, said) = travel(&cases, "05-two-islands-3000.osm.pbf", "island", "walk", &[]);
    let found: Vec<(&str, &str)> = pairs.keys().map(|(area, setting)| (&area[..], &setting[..])).collect();
    assert_eq!(found, [("isle", "isleset"), ("main", "mainset")]);
    near(pairs[&("isle".to_owned(), "isleset".to_owned())], 12.5, "the isle");
    for words in ["in 2 parts that no street or ferry", "1 on another part of the network than the largest"] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_timetable_is_read_from_one_folder_and_the_old_copy_beside_it_is_told() {
    let Some(cases) = cases() else { return };
    let feed = cases.join("09-old-folder-first.gtfs.zip");
    let more = ["--timetable", feed.to_str().unwrap(), "--date", "2026-12-01", "--depart", "07:59-08:00"];
    let (pairs, said) = travel(&cases, "09-street.osm.pbf", "09", "transit", &more);
    near(pairs[&("a".to_owned(), "s".to_owned())], 21.62, "by bus");
    assert!(said.contains("not read: old/"), "{said}");
}
