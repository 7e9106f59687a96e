//! Schools from "Get information about schools" (GIAS): nursery schools, and primary schools with a nursery class.

use std::collections::HashSet;
use std::path::Path;

use enough_geography::GridPoint;
use enough_geography::postcodes::plain;
use enough_kernel::{AgeRange, Places};
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use crate::settings::{Kind, Location, Register, Sector, Setting};

/// What is assumed of nursery classes, whose places are not published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NurseryAssumption {
    /// Places of a class. 26 is a full class at one teacher and one assistant, 1 to 13 (Statutory framework for the early
    /// years foundation stage, paragraph on children aged three and over in schools).
    pub places_of_class: Places,
    /// A school whose lowest age is at most this has a class.
    pub lowest_age: u8,
}

impl NurseryAssumption {
    /// The usual assumption with another number of places.
    pub fn of(places_of_class: Places) -> Self {
        Self { places_of_class, ..Self::default() }
    }
}

impl Default for NurseryAssumption {
    fn default() -> Self {
        Self { places_of_class: Places::new(26.0), lowest_age: 3 }
    }
}

const NO_AGES: &str = "the ages of the school are not a range";
const NO_POINT: &str = "the school has no grid reference; its places are spread over its authority";

fn school(row: &Row<'_>, kind: &str) -> Setting {
    let point = match (row.number(4, NO_POINT), row.number(5, NO_POINT)) {
        (Ok(Some(easting)), Ok(Some(northing))) if easting > 0.0 => {
            Location::At(GridPoint { easting, northing })
        }
        _ => Location::Somewhere,
    };
    let kind = kind.to_lowercase();
    let sector = if kind.contains("academy") || kind.contains("free school") {
        Sector::Academy
    } else if kind.contains("independent") {
        Sector::Independent
    } else {
        Sector::Maintained
    };
    Setting {
        urn: row.text(0).into_owned(),
        name: row.text(1).into_owned(),
        kind: Kind::SchoolNursery,
        sector,
        register: Register::default(),
        ages: None,
        places: Places::new(0.0),
        quality: None,
        inspected: None,
        postcode: plain(&row.text(2)),
        authority_name: row.text(3).into_owned(),
        location: point,
        authority: None,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::needed(&["urn", "URN"]),
        Column::needed(&["name", "establishment_name", "EstablishmentName"]),
        Column::optional(&["postcode", "Postcode"]),
        Column::needed(&["local_authority", "la_name", "LA (name)"]),
        Column::needed(&["easting", "Easting"]),
        Column::needed(&["northing", "Northing"]),
        Column::needed(&["establishment_type", "TypeOfEstablishment (name)"]),
        Column::optional(&["EstablishmentStatus (name)"]),
    ]
}

/// Refuses a school that stands in the list a second time.
fn first(seen: &mut HashSet<String>, row: &Row<'_>) -> Result<(), Reject> {
    if seen.insert(row.text(0).into_owned()) {
        Ok(())
    } else {
        Err(Reject::new("the reference number was given before; the first is kept", row.text(0)))
    }
}

fn open(row: &Row<'_>) -> Result<(), Reject> {
    if matches!(&*row.text(7), "" | "Open" | "Open, but proposed to close") {
        Ok(())
    } else {
        Err(Reject::new("the school is not open", row.text(7)))
    }
}

/// Reads primary schools with their ages; gives those that have a nursery class. Takes `age_range` or the two statutory ages.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_primary_schools(
    path: &Path,
    assumption: NurseryAssumption,
    rejects: &mut Rejects,
) -> Result<Vec<Setting>, TableError> {
    let mut columns = columns();
    columns.push(Column::needed(&["phase", "PhaseOfEducation (name)"]));
    columns.push(Column::needed(&["age_range", "StatutoryLowAge"]));
    columns.push(Column::optional(&["StatutoryHighAge"]));
    let what = "schools with their ages, from Get information about schools (GIAS)".to_owned();
    let mut schools = Vec::new();
    let mut seen = HashSet::new();
    read_rows(path, &Spec { what, columns, encoding: Encoding::Windows1252Too }, rejects, &mut |row| {
        open(row)?;
        // Online schools have no rooms; nursery schools are read from the list that has their pupils.
        if row.text(6) == "Online provider"
            || !matches!(&*row.text(8), "Primary" | "All-through" | "Middle deemed primary")
        {
            return Ok(());
        }
        let ages = row.text(9);
        let lowest = ages.split('-').next().unwrap_or_default().trim();
        let lowest: u8 = lowest.parse().map_err(|_| Reject::new(NO_AGES, ages.as_ref()))?;
        if lowest == 0 && ages.contains("-0") || lowest > assumption.lowest_age {
            return Ok(());
        }
        let ages = AgeRange::new(lowest.min(4), 4).map_err(|_| Reject::new(NO_AGES, ages.as_ref()))?;
        first(&mut seen, row)?;
        schools.push(Setting {
            ages: Some(ages),
            places: assumption.places_of_class,
            ..school(row, &row.text(6))
        });
        Ok(())
    })?;
    Ok(schools)
}

/// Reads nursery schools, with their pupils as places, from the list of all schools.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_nursery_schools(path: &Path, rejects: &mut Rejects) -> Result<Vec<Setting>, TableError> {
    let mut columns = columns();
    columns.push(Column::needed(&["education_phase", "PhaseOfEducation (name)"]));
    columns.push(Column::needed(&["number_of_pupils", "NumberOfPupils"]));
    let what = "the list of schools, from Get information about schools (GIAS)".to_owned();
    let mut schools = Vec::new();
    let mut seen = HashSet::new();
    read_rows(path, &Spec { what, columns, encoding: Encoding::Windows1252Too }, rejects, &mut |row| {
        if row.text(8) != "Nursery" {
            return Ok(());
        }
        open(row)?;
        let wrong = "the nursery school has no number of pupils";
        let places =
            Places::checked(row.needed_number(9, wrong)?).map_err(|_| Reject::new(wrong, row.text(9)))?;
        let ages = AgeRange::new(2, 4).map_err(|_| Reject::new(NO_AGES, "2-4"))?;
        first(&mut seen, row)?;
        schools.push(Setting { ages: Some(ages), places, ..school(row, &row.text(6)) });
        Ok(())
    })?;
    Ok(schools)
}
