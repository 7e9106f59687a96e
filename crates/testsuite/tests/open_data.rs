//! Facts that are known of the real data, found again by the command.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use enough_geography::postcodes::plain;
use enough_geography::{Boundaries, GridPoint, LonLat};
use enough_tables::{Column, Encoding, Rejects, Spec, read_rows};
use enough_testsuite::{column, enough, open_data, run, words};

fn assess(data: &Path, out: &Path, more: &[&str]) -> serde_json::Value {
    run(enough().arg("assess").arg("--data").arg(data).arg("--out").arg(out).args(more));
    serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap()
}

#[test]
fn greater_manchester_on_foot_comes_close_to_the_first_trial() {
    let Some(data) = open_data() else { return };
    let out = tempfile::tempdir().unwrap();
    let trial =
        ["--authority", "E47000001", "--margin", "0", "--nursery-class-places", "0", "--by", "authority"];
    // The trial had 8,080, 3,936 and 731 short, with children of mid-2020 before the fit to the census.
    for (minutes, short) in [("15", 8080.0), ("20", 3936.0), ("30", 731.0)] {
        let summary = assess(&data, out.path(), &[&trial[..], &["--minutes", minutes]].concat());
        let found = summary["shortfall"].as_f64().unwrap();
        assert!(
            (found / short - 1.0).abs() < 0.15,
            "{found} short within {minutes} minutes, the trial had {short}"
        );
        assert!(summary["relative_residual"].as_f64().unwrap() < 1e-9);
    }
    // Within 15 minutes by car at 30 km/h it is one market and no gap can be proven.
    let summary = assess(&data, out.path(), &[&trial[..], &["--mode", "car"]].concat());
    assert_eq!(
        (summary["markets"].as_u64(), summary["shortfall"].as_f64().map(f64::round)),
        (Some(1), Some(0.0))
    );
    assert!((summary["level"].as_f64().unwrap() - 0.427).abs() < 0.015);
    let childminders = summary["caveats"].to_string();
    assert!(
        childminders.contains("1,922 in the register of 2021-08-31, 1,426 in the newer list of 2025-03-31"),
        "{childminders}"
    );
}

#[test]
fn the_isle_of_wight_has_the_places_and_areas_that_are_known() {
    let Some(data) = open_data() else { return };
    let out = tempfile::tempdir().unwrap();
    let island = [
        "--authority",
        "E06000046",
        "--nursery-class-places",
        "0",
        "--by",
        "lsoa",
        "--margin",
        "0",
        "--minutes",
        "45",
    ];
    assess(&data, out.path(), &island);
    assert_eq!(words(&out.path().join("areas.csv"), "code").len(), 89);
    let settings = out.path().join("settings.csv");
    let authority = words(&settings, "authority");
    let places = column(&settings, "places");
    let here: f64 = authority
        .iter()
        .zip(&places)
        .filter(|(name, _)| *name == "Isle of Wight")
        .map(|(_, places)| places)
        .sum();
    assert_eq!(here.round(), 2508.0, "early-years places in the register of August 2021");
}

#[test]
fn grid_and_degrees_agree_with_those_published_for_schools() {
    let Some(data) = open_data() else { return };
    let names = ["easting", "northing", "longitude", "latitude"];
    let columns = names.map(|name| Column::needed(&[name])).to_vec();
    let spec = Spec { what: "schools with both".to_owned(), columns, encoding: Encoding::Utf8 };
    let path = data.join("schools_primary_age_range_2026/primary_schools_open_england.csv.gz");
    let (mut count, mut worst) = (0, 0.0f64);
    let mut rejects = Rejects::default();
    let each = &mut |row: &enough_tables::Row<'_>| {
        let number = |at| row.needed_number(at, "no coordinate");
        let (easting, northing) = (number(0)?, number(1)?);
        if let Some(found) = (LonLat { longitude: number(2)?, latitude: number(3)? }).grid() {
            count += 1;
            worst = worst.max((found.easting - easting).hypot(found.northing - northing));
        }
        Ok(())
    };
    read_rows(&path, &spec, &mut rejects, each).unwrap();
    assert!(count > 16_000, "{count} schools compared");
    assert!(worst < 1.0, "the worst is {worst} m off");
}

#[test]
fn twenty_metre_boundaries_find_the_area_of_a_postcode() {
    let Some(data) = open_data() else { return };
    let boundaries =
        Boundaries::read(&data.join("geography_greater_manchester/lsoa21_bgc.geojson.gz")).unwrap();
    let trafford = data.join("geography_greater_manchester/trafford_postcodes.csv.gz");
    let columns = ["postcode", "lsoa_code"].map(|name| Column::needed(&[name])).to_vec();
    let spec = Spec { what: "postcodes of Trafford".to_owned(), columns, encoding: Encoding::Utf8 };
    let mut known = Vec::new();
    let mut rejects = Rejects::default();
    let each = &mut |row: &enough_tables::Row<'_>| {
        known.push((plain(&row.text(0)), row.text(1).into_owned()));
        Ok(())
    };
    read_rows(&trafford, &spec, &mut rejects, each).unwrap();
    let wanted = known.iter().map(|(postcode, _)| postcode.clone()).collect();
    let directory = data.join("postcodes_onspd_2025-11/postcodes_england.parquet");
    let found = enough_geography::postcodes::read_postcodes(&directory, &wanted, &mut rejects).unwrap();
    let right = known.iter().filter(|(postcode, lsoa)| {
        let point: Option<GridPoint> = found.get(postcode).map(|at| at.point);
        let area = point.and_then(GridPoint::degrees).and_then(|at| boundaries.containing(at));
        area.is_some_and(|code| code.as_str() == lsoa)
    });
    let share = right.count() as f64 / known.len() as f64;
    assert!(share > 0.99, "{:.1} % of {} postcodes", share * 100.0, known.len());
}
