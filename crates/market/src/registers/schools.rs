//! Schools from "Get information about schools" (GIAS): nursery schools, and primary schools with a nursery class.

use std::collections::HashSet;
use std::path::Path;

use enough_geography::GridPoint;
use enough_geography::postcodes::plain;
use enough_kernel::words::plural;
use enough_kernel::{AgeRange, Places};
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use crate::quality::Judgements;
use crate::settings::{Kind, Location, PlacesAre, Register, Sector, Setting};

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
const NO_POINT: &str =
    "the grid reference of the school is not in Great Britain; its postcode says where it is";

fn school(row: &Row<'_>, kind: &str) -> Setting {
    let point = match (row.number(4, NO_POINT), row.number(5, NO_POINT)) {
        (Ok(Some(easting)), Ok(Some(northing))) => GridPoint::of(easting, northing),
        _ => None,
    };
    let [easting, northing] = [4, 5].map(|column| row.text(column));
    if point.is_none() && !(easting.is_empty() && northing.is_empty()) {
        row.without(NO_POINT, format!("{}: {easting}, {northing}", row.text(0)));
    }
    let location = point.map_or(Location::Somewhere, Location::At);
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
        places_are: PlacesAre::Pupils,
        judgements: Judgements::default(),
        postcode: plain(&row.text(2)),
        authority_name: row.text(3).into_owned(),
        location,
        authority: None,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::needed(&["urn", "URN"]),
        Column::needed(&["name", "establishment_name", "EstablishmentName"]),
        Column::optional(
            &["postcode", "Postcode"],
            "schools without a grid reference are spread over their authority",
        ),
        Column::needed(&["local_authority", "la_name", "LA (name)"]),
        Column::needed(&["easting", "Easting"]),
        Column::needed(&["northing", "Northing"]),
        Column::needed(&["establishment_type", "TypeOfEstablishment (name)"]),
        Column::optional(&["EstablishmentStatus (name)"], "schools that have closed count as open"),
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
    if matches!(row.text(7).to_lowercase().as_str(), "" | "open" | "open, but proposed to close") {
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
    columns.push(Column::alternative(&["NurseryProvision (name)"]));
    let what = "schools with their ages, from Get information about schools (GIAS)".to_owned();
    let mut schools = Vec::new();
    let mut seen = HashSet::new();
    let mut told_by = [0_usize; 3];
    let spec = Spec { what, columns, encoding: Encoding::Windows1252Too };
    let read = read_rows(path, &spec, rejects, &mut |row| {
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
        let has_ages = lowest <= assumption.lowest_age && !(lowest == 0 && ages.contains("-0"));
        let has_classes = row.text(10).eq_ignore_ascii_case("Has Nursery Classes");
        // The two disagree for some schools: either says that there is a class.
        let by = match (has_ages, has_classes) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => return Ok(()),
        };
        let lowest = if has_ages { lowest.min(4) } else { assumption.lowest_age };
        let ages = AgeRange::new(lowest, 4).map_err(|_| Reject::new(NO_AGES, ages.as_ref()))?;
        first(&mut seen, row)?;
        told_by[by] += 1;
        schools.push(Setting {
            ages: Some(ages),
            places: assumption.places_of_class,
            places_are: PlacesAre::Assumed,
            ..school(row, &row.text(6))
        });
        Ok(())
    })?;
    if read.has(10) {
        let [both, ages, flag] = told_by.map(|count| plural(count, "school", "schools"));
        rejects.tell(path, format!(
            "a nursery class is told for {both} by its ages and by NurseryProvision, for {ages} by ages of {} or under alone, for {flag} by NurseryProvision alone; all are counted",
            assumption.lowest_age
        ));
    }
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
