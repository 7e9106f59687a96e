//! Households with a car or van: Census 2021, table TS045, by any area, long (a row for each number of cars) or wide.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::{AreaCode, MOST};
use enough_tables::{Column, Encoding, Reject, Rejects, Spec, TableError, read_rows};

/// The share of households in England and Wales with at least one car or van: all but the 23.3 % that have none (ONS, Housing,
/// England and Wales: Census 2021, table TS045; not among the open data here, so not checked against it). Taken where no table has
/// the area.
pub const SHARE_WITH_CAR: f64 = 0.767;

/// The share (0 to 1) of households with at least one car or van, by area.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of table.
pub fn read_cars(path: &Path, rejects: &mut Rejects) -> Result<BTreeMap<AreaCode, f64>, TableError> {
    let what = "households by number of cars or vans (Census 2021, TS045)";
    let area: &[&str] = &[
        "area_code",
        "geography code",
        "mnemonic",
        "2021 output area",
        "lsoa21cd",
        "oa21cd",
        "lad{year}cd",
        "ladcd",
    ];
    let wide = Spec {
        what: what.to_owned(),
        columns: vec![
            Column::needed(area),
            Column::needed(&[
                "Number of cars or vans: Total: All households",
                "Total: All households",
                "all households",
                "households",
            ]),
            Column::needed(&[
                "Number of cars or vans: No cars or vans in household",
                "No cars or vans in household",
                "no cars or vans",
            ]),
        ],
        encoding: Encoding::Utf8,
    };
    let long = Spec {
        what: what.to_owned(),
        columns: vec![
            Column::needed(area),
            Column::needed(&[
                "availability_category",
                "number of cars or vans",
                "car or van availability (5 categories)",
            ]),
            Column::needed(&["value", "observation", "count"]),
            Column::alternative(&["measure"]),
        ],
        encoding: Encoding::Utf8,
    };
    let mut households: BTreeMap<AreaCode, Households> = BTreeMap::new();
    let not_a_count = "the households are not a number of zero or more";
    let mut shares = |path: &Path, spec: &Spec, is_wide: bool, rejects: &mut Rejects| {
        read_rows(path, spec, rejects, &mut |row| {
            let code = row.text(0);
            let code: AreaCode = code.parse().map_err(|_| Reject::new("not the code of an area", code))?;
            let count = |column: usize| {
                row.needed_number(column, not_a_count).and_then(|number| {
                    if (0.0..=MOST).contains(&number) {
                        Ok(number)
                    } else {
                        Err(Reject::new(not_a_count, number.to_string()))
                    }
                })
            };
            let entry = households.entry(code).or_default();
            if is_wide {
                *entry = Households { all: count(1)?, none: Some(count(2)?), broken: false };
            } else {
                // A table of counts may carry percentages beside them, and totals beside their parts.
                let measure = row.text(3).to_lowercase();
                let category = row.text(1).to_lowercase();
                if !(measure.is_empty() || measure == "count") || category.starts_with("total") {
                    return Ok(());
                }
                // A count that is suppressed makes the area's share unknown, not smaller.
                let number = count(2).inspect_err(|_| entry.broken = true)?;
                entry.all += number;
                if category.starts_with("no car") || category == "0" {
                    entry.none = Some(entry.none.unwrap_or(0.0) + number);
                }
            }
            Ok(())
        })
    };
    match shares(path, &long, false, rejects) {
        Err(TableError::WrongHeadings { .. }) => shares(path, &wide, true, rejects)?,
        other => other?,
    };
    let share = |households: &Households| {
        let none = households.none.filter(|none| !households.broken && *none <= households.all)?;
        (households.all > 0.0).then(|| 1.0 - none / households.all)
    };
    Ok(households.iter().filter_map(|(code, households)| Some((*code, share(households)?))).collect())
}

/// What the rows of one area say.
#[derive(Default)]
struct Households {
    all: f64,
    none: Option<f64>,
    broken: bool,
}
