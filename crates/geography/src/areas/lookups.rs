//! The lookup files of the Office for National Statistics, read into one hierarchy.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use enough_kernel::{AreaCode, MOST};
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use super::{Hierarchy, Lsoa, plain_name};
use crate::GridPoint;
use crate::grid::NOT_IN_BRITAIN;

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

    /// Whether a list of authorities has a code: of an authority, current or former, a county, a combined authority, a region or England.
    ///
    /// # Errors
    /// [`TableError`] when the file cannot be read or is another kind of file.
    pub fn lists(path: &Path, code: AreaCode) -> Result<bool, TableError> {
        let mut list = Self::default();
        list.read_authorities(path, &mut Rejects::default())?;
        let is_wider = list.wider.values().any(|wider| wider.contains(&code));
        Ok(is_wider || list.current.contains_key(&code) || list.upper.values().any(|upper| *upper == code))
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
                &["ward{year}_code", "WD{year}CD"],
                &["ward{year}_name", "WD{year}NM"],
                &LAD,
                &["ltla{year}_name", "LAD{year}NM"],
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
                &["la_code", LAD[0], LAD[1]],
            ],
            &[
                (&["population"], "output areas count alike where patches divide a neighbourhood"),
                (&["MSOA21NM", "msoa21_name"], "MSOAs are named after their neighbourhoods"),
            ],
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
                (&["LADCD_ACTIVE"], "authorities that were merged are known by their former codes alone"),
                (&["LADNM_ACTIVE"], "authorities that were merged are known by their former names alone"),
                (&["CAUTHCD"], "no combined authority can be asked for"),
                (&["CAUTHNM"], "combined authorities have no names"),
                (&["RGNCD"], "no region can be asked for"),
                (&["RGNNM"], "regions have no names"),
                (&["CTRYCD"], "England cannot be asked for as a whole"),
                (&["CTRYNM"], "England has no name"),
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
        self.apply_successions();
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
    // The official table of today has three pairs, of which the first may be in degrees or in another projection.
    let pairs = [
        ["BNG_E", "BNG_N"],
        ["easting", "northing"],
        ["LONG", "LAT"],
        ["longitude", "latitude"],
        ["lon", "lat"],
        ["x", "y"],
    ];
    spec.columns.extend(pairs.as_flattened().iter().map(|name| Column::alternative(&[name])));
    let mut points = Vec::new();
    let read = read_rows(path, &spec, rejects, &mut |row| {
        let area = code(row, 0)?;
        let of = |pair: usize| {
            let number = |column| row.number(column, NOT_IN_BRITAIN).ok().flatten();
            GridPoint::of(number(1 + 2 * pair)?, number(2 + 2 * pair)?)
        };
        let point = (0..pairs.len()).find_map(of);
        points.push((area, point.ok_or_else(|| Reject::new(NOT_IN_BRITAIN, area.as_str()))?));
        Ok(())
    })?;
    if !(0..pairs.len()).any(|pair| read.has(1 + 2 * pair) && read.has(2 + 2 * pair)) {
        rejects
            .tell(path, "it has no columns of points, such as BNG_E and BNG_N, or LONG and LAT".to_owned());
    }
    Ok(points)
}

pub(super) fn code(row: &Row<'_>, column: usize) -> Result<AreaCode, Reject> {
    row.text(column).parse().map_err(|_| Reject::new(NOT_A_CODE, row.text(column)))
}

/// The code of a district, borough or unitary authority in a table of any year.
pub(crate) const LAD: [&str; 2] = ["ltla{year}_code", "LAD{year}CD"];

/// A table with columns that are needed, and others with what it means that they are not there.
pub(super) fn spec(what: &str, needed: &[&[&str]], optional: &[(&[&str], &'static str)]) -> Spec {
    let mut columns: Vec<Column> = needed.iter().map(|spellings| Column::needed(spellings)).collect();
    columns.extend(optional.iter().map(|(spellings, without)| Column::optional(spellings, without)));
    Spec { what: what.to_owned(), columns, encoding: Encoding::Windows1252Too }
}
