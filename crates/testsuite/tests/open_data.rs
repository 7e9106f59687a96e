//! Facts that are known of the real data, found again by the command.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::Path;

use enough_geography::Boundaries;
use enough_geography::postcodes::{plain, read_postcodes};
use enough_kernel::AreaCode;
use enough_tables::{Column, Encoding, Rejects, Spec, read_rows};
use enough_testsuite::{column, enough, open_data, run, words};
use geo::{Area, CoordsIter, Validation};

fn assess(data: &Path, out: &Path, more: &[&str]) -> serde_json::Value {
    run(enough().arg("assess").arg("--data").arg(data).arg("--out").arg(out).args(more));
    serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap()
}

/// Places as they were counted before they were divided by age: all of them for everybody, as far as the registers go.
fn undivided(folder: &Path) -> String {
    let kinds =
        ["childminder", "home childcarer", "out-of-school club", "holiday club", "playgroup or sessional"];
    let rows: String = kinds.map(|kind| format!("{kind},0,4,1\n")).concat();
    let file = folder.join("undivided.csv");
    std::fs::write(&file, format!("kind,from,to,share\n{rows}")).unwrap();
    file.to_string_lossy().into_owned()
}

#[test]
fn greater_manchester_on_foot_comes_close_to_the_first_trial() {
    let Some(data) = open_data() else { return };
    let out = tempfile::tempdir().unwrap();
    let table = undivided(out.path());
    let trial = [
        "--authority",
        "E47000001",
        "--margin",
        "0",
        "--nursery-class-places",
        "0",
        "--by",
        "authority",
        "--places-by-age",
        &table,
    ];
    // The trial had 8,080, 3,936 and 731 short, with the children of mid-2020, 2.2 % more than after the fit, and without
    // Ofsted's estimates for new providers, 0.7 % of places.
    for (minutes, short) in [("15", 8080.0), ("20", 3936.0), ("30", 731.0)] {
        let summary = assess(&data, out.path(), &[&trial[..], &["--minutes", minutes]].concat());
        let found = summary["shortfall"].as_f64().unwrap();
        assert!(
            found < short && found > short * 0.8,
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
    let table = undivided(out.path());
    let island = [
        "--places-by-age",
        &table,
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
    let places = column(&settings, "places_for_the_ages");
    let here: f64 = authority
        .iter()
        .zip(&places)
        .filter(|(name, _)| *name == "Isle of Wight")
        .map(|(_, places)| places)
        .sum();
    assert_eq!(here.round(), 2508.0, "early-years places in the register of August 2021");
}

#[test]
fn outlines_that_are_given_out_are_valid_and_have_seven_decimals() {
    let Some(data) = open_data() else { return };
    let file = data.join("geography_greater_manchester/lsoa21_bgc.geojson.gz");
    let boundaries = Boundaries::read(&file).unwrap();
    let codes: Vec<AreaCode> = boundaries.codes().collect();
    let crossing = codes.iter().filter(|code| !boundaries.of(**code).unwrap().is_valid()).count();
    assert_eq!((codes.len(), crossing), (1702, 4), "as they are published");
    for code in codes {
        let (before, given) = (boundaries.of(code).unwrap(), boundaries.union(&[code]).unwrap());
        assert!(given.is_valid(), "{code}");
        let (area, was) = (given.unsigned_area(), before.unsigned_area());
        assert!((area - was).abs() < was * 0.001, "{code}: {area} and {was} square degrees");
        for at in given.coords_iter() {
            let seven = |degrees: f64| (degrees * 1e7).round() / 1e7 == degrees;
            assert!(seven(at.x) && seven(at.y), "{code}: {at:?}");
        }
    }
}

#[test]
fn twenty_metre_boundaries_find_the_area_of_a_postcode() {
    let Some(data) = open_data() else { return };
    let boundaries =
        Boundaries::read(&data.join("geography_greater_manchester/lsoa21_bgc.geojson.gz")).unwrap();
    let columns = ["postcode", "lsoa_code"].map(|name| Column::needed(&[name])).to_vec();
    let spec = Spec { what: "postcodes of Trafford".to_owned(), columns, encoding: Encoding::Utf8 };
    let mut known: HashMap<String, String> = HashMap::new();
    let mut rejects = Rejects::default();
    let each = &mut |row: &enough_tables::Row<'_>| {
        known.insert(plain(&row.text(0)), row.text(1).into_owned());
        Ok(())
    };
    let trafford = data.join("geography_greater_manchester/trafford_postcodes.csv.gz");
    read_rows(&trafford, &spec, &mut rejects, each).unwrap();
    let wanted = known.keys().cloned().collect();
    let directory = data.join("postcodes_onspd_2025-11/postcodes_england.parquet");
    let found = read_postcodes(&directory, &wanted, &mut rejects).unwrap();
    let right = found.iter().filter(|(postcode, at)| {
        let area = at.point.degrees().and_then(|point| boundaries.containing(point));
        area.is_some_and(|code| code.as_str() == known[*postcode])
    });
    let share = right.count() as f64 / known.len() as f64;
    assert!(share > 0.99, "{:.1} % of {} postcodes", share * 100.0, known.len());
}
