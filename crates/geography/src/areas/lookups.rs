//! The lookup files of the Office for National Statistics, read into one hierarchy.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use enough_kernel::{AreaCode, LonLat, MOST};
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use super::{Hierarchy, Lsoa, plain_name};
use crate::GridPoint;

const NOT_A_CODE: &str = "not an area code";

/// Which files the hierarchy is read from.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// Output areas to LSOA, MSOA and authority.
    pub output_areas: &'a Path,
    /// LSOAs to wards and authorities, with names.
    pub wards: &'a Path,
    /// Authorities, current and former, to counties, with names.
    pub authorities: &'a Path,
    /// Points of the LSOAs.
    pub centroids: &'a Path,
}

impl Hierarchy {
    /// Reads the four lookups. Only England is kept.
    ///
    /// # Errors
    /// [`TableError`] when a file cannot be read or is another kind of file.
    pub fn read(files: Files<'_>, rejects: &mut Rejects) -> Result<Self, TableError> {
        let mut hierarchy = Self::default();
        let mut lsoas: BTreeMap<AreaCode, Lsoa> = BTreeMap::new();
        hierarchy.read_wards(files.wards, &mut lsoas, rejects)?;
        hierarchy.read_output_areas(files.output_areas, &mut lsoas, rejects)?;
        hierarchy.read_authorities(files.authorities, rejects)?;
        for (code, point) in read_centroids(files.centroids, rejects)? {
            if let Some(lsoa) = lsoas.get_mut(&code) {
                lsoa.point = Some(point);
            }
        }
        hierarchy.lsoas = lsoas.into_values().collect();
        for lsoa in &mut hierarchy.lsoas {
            // An LSOA is named after its MSOA and a letter: "Manchester 012A".
            if let (Some(msoa), Some(name)) = (lsoa.msoa, hierarchy.names.get(&lsoa.code)) {
                let msoa_name = name.trim_end_matches(|c: char| c.is_ascii_uppercase()).to_owned();
                hierarchy.names.entry(msoa).or_insert(msoa_name);
            }
            lsoa.authority = hierarchy.current.get(&lsoa.authority).copied().unwrap_or(lsoa.authority);
        }
        Ok(hierarchy)
    }

    fn read_wards(
        &mut self,
        path: &Path,
        lsoas: &mut BTreeMap<AreaCode, Lsoa>,
        rejects: &mut Rejects,
    ) -> Result<(), TableError> {
        let spec = spec(
            "the lookup from LSOA (2021) to ward and local authority",
            &[
                &["lsoa21_code", "LSOA21CD"],
                &["lsoa21_name", "LSOA21NM"],
                &["ward24_code", "WD24CD", "WD25CD", "WD23CD", "WD22CD"],
                &["ward24_name", "WD24NM", "WD25NM", "WD23NM", "WD22NM"],
                &["ltla24_code", "LAD24CD", "LAD25CD", "LAD23CD", "LAD22CD"],
                &["ltla24_name", "LAD24NM", "LAD25NM", "LAD23NM", "LAD22NM"],
            ],
            &[],
        );
        read_rows(path, &spec, rejects, &mut |row| {
            let (code, ward, authority) = (code(row, 0)?, code(row, 2)?, code(row, 4)?);
            if code.is_english() {
                for (code, name) in [(code, 1), (ward, 3), (authority, 5)] {
                    self.names.insert(code, row.text(name).into_owned());
                }
                lsoas.insert(code, Lsoa { code, msoa: None, ward: Some(ward), authority, point: None });
            }
            Ok(())
        })?;
        Ok(())
    }

    fn read_output_areas(
        &mut self,
        path: &Path,
        lsoas: &mut BTreeMap<AreaCode, Lsoa>,
        rejects: &mut Rejects,
    ) -> Result<(), TableError> {
        let spec = spec(
            "the lookup from output area (2021) to LSOA, MSOA and local authority",
            &[
                &["oa_code", "OA21CD"],
                &["lsoa_code", "LSOA21CD"],
                &["msoa_code", "MSOA21CD"],
                &["la_code", "LAD22CD", "LAD23CD", "LAD24CD", "LAD25CD"],
            ],
            &[&["population"], &["MSOA21NM", "msoa21_name"]],
        );
        let mut residents: HashMap<AreaCode, f64> = HashMap::new();
        let mut rows = Vec::new();
        read_rows(path, &spec, rejects, &mut |row| {
            let (area, lsoa, msoa, authority) = (code(row, 0)?, code(row, 1)?, code(row, 2)?, code(row, 3)?);
            if !lsoa.is_english() {
                return Ok(());
            }
            // Without counts, output areas count alike: they were drawn to be of one size.
            let no_count = "the population is not a number of zero or more";
            let people = row.number(4, no_count)?.unwrap_or(1.0);
            if !(0.0..=MOST).contains(&people) {
                return Err(Reject::new(no_count, people.to_string()));
            }
            *residents.entry(lsoa).or_insert(0.0) += people;
            rows.push((area, lsoa, people));
            let entry = lsoas.entry(lsoa).or_insert(Lsoa {
                code: lsoa,
                msoa: None,
                ward: None,
                authority,
                point: None,
            });
            entry.msoa = Some(msoa);
            let name = row.text(5);
            if !name.is_empty() {
                self.names.insert(msoa, name.into_owned());
            }
            Ok(())
        })?;
        self.output_areas = rows
            .into_iter()
            .map(|(area, lsoa, people)| {
                (area, (lsoa, if people > 0.0 { people / residents[&lsoa] } else { 0.0 }))
            })
            .collect();
        Ok(())
    }

    fn read_authorities(&mut self, path: &Path, rejects: &mut Rejects) -> Result<(), TableError> {
        let spec = spec(
            "the list of local authorities, current and former, with their counties",
            &[&["LADCD"], &["LADNM"], &["UTLACD"], &["UTLANM"]],
            &[
                &["LADCD_ACTIVE"],
                &["LADNM_ACTIVE"],
                &["CAUTHCD"],
                &["CAUTHNM"],
                &["RGNCD"],
                &["RGNNM"],
                &["CTRYCD"],
                &["CTRYNM"],
            ],
        );
        read_rows(path, &spec, rejects, &mut |row| {
            let Ok(former) = code(row, 0) else { return Ok(()) };
            if !former.is_english() {
                return Ok(());
            }
            let current = code(row, 4).unwrap_or(former);
            let upper = code(row, 2).unwrap_or(current);
            self.upper.insert(current, upper);
            self.current.insert(former, current);
            self.names.insert(upper, row.text(3).into_owned());
            self.names.entry(current).or_insert_with(|| row.text(5).into_owned());
            for wider in [6, 8, 10] {
                if let Ok(wider_code) = code(row, wider) {
                    self.names.insert(wider_code, row.text(wider + 1).into_owned());
                    self.wider.entry(current).or_default().insert(wider_code);
                }
            }
            for name in [row.text(1), row.text(5), row.text(3)] {
                let known = self.authorities_by_name.entry(plain_name(&name)).or_default();
                if !name.is_empty() && !known.contains(&current) {
                    known.push(current);
                    known.sort();
                }
            }
            Ok(())
        })?;
        // Cumbria (E10000006) was divided in 2023; the current list names only its former districts.
        // Source: The Cumbria (Structural Changes) Order 2022, SI 2022/331.
        for name in ["Cumberland", "Westmorland and Furness"] {
            let successors = self.authorities_named(name).to_vec();
            self.authorities_by_name.entry("cumbria".to_owned()).or_default().extend(successors);
        }
        Ok(())
    }
}

/// Reads a table of points by area, in degrees or on the grid.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_centroids(path: &Path, rejects: &mut Rejects) -> Result<Vec<(AreaCode, GridPoint)>, TableError> {
    let codes: &[&str] = &["lsoa21_code", "LSOA21CD", "lsoa11_code", "LSOA11CD"];
    let mut spec = spec("the points (centroids) of LSOAs", &[codes], &[]);
    for spellings in [
        ["longitude", "LONG", "lon"],
        ["latitude", "LAT", "lat"],
        ["x", "BNG_E", "easting"],
        ["y", "BNG_N", "northing"],
    ] {
        spec.columns.push(Column::optional(&spellings));
    }
    let mut points = Vec::new();
    read_rows(path, &spec, rejects, &mut |row| {
        let wrong = "the point is not in Great Britain or not given";
        let area = code(row, 0)?;
        let numbers: Vec<Option<f64>> =
            (1..=4).map(|column| row.number(column, wrong)).collect::<Result<_, _>>()?;
        let point = match numbers[..] {
            [_, _, Some(easting), Some(northing)] => Some(GridPoint { easting, northing }),
            [Some(longitude), Some(latitude), ..] => GridPoint::at(LonLat { longitude, latitude }),
            _ => None,
        };
        points.push((area, point.ok_or_else(|| Reject::new(wrong, area.as_str()))?));
        Ok(())
    })?;
    Ok(points)
}

pub(super) fn code(row: &Row<'_>, column: usize) -> Result<AreaCode, Reject> {
    row.text(column).parse().map_err(|_| Reject::new(NOT_A_CODE, row.text(column)))
}

pub(super) fn spec(what: &str, needed: &[&[&str]], optional: &[&[&str]]) -> Spec {
    let mut columns: Vec<Column> = needed.iter().map(|spellings| Column::needed(spellings)).collect();
    columns.extend(optional.iter().map(|spellings| Column::optional(spellings)));
    Spec { what: what.to_owned(), columns, encoding: Encoding::Windows1252Too }
}
