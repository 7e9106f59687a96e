//! The ONS Postcode Directory: postcode to point and authority.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Column, Encoding, Reject, Rejects, Spec, TableError, read_rows};

use crate::GridPoint;
use crate::areas::LAD;
use crate::grid::NOT_IN_BRITAIN;

/// Where a postcode is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Postcode {
    /// The point of its middle address.
    pub point: GridPoint,
    /// Its district, borough or unitary authority.
    pub authority: Option<AreaCode>,
    /// Its LSOA of 2021, where the table says it.
    pub lsoa: Option<AreaCode>,
}

/// A postcode without spaces, in capitals, so that `m14 5RT` and `M145RT` are one.
///
/// ```
/// assert_eq!(enough_geography::postcodes::plain(" m14  5rt"), "M145RT");
/// ```
pub fn plain(postcode: &str) -> String {
    postcode.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Reads the wanted postcodes (in plain form) from the directory of millions.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_postcodes(
    path: &Path,
    wanted: &HashSet<String>,
    rejects: &mut Rejects,
) -> Result<HashMap<String, Postcode>, TableError> {
    let mut found = HashMap::with_capacity(wanted.len());
    let keep = |postcode, place| {
        found.insert(postcode, place);
    };
    visit_postcodes(path, |postcode| wanted.contains(postcode), rejects, keep)?;
    Ok(found)
}

/// Shows each wanted postcode (in plain form) of the directory, in the order of the file.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn visit_postcodes(
    path: &Path,
    wanted: impl Fn(&str) -> bool,
    rejects: &mut Rejects,
    mut show: impl FnMut(String, Postcode),
) -> Result<(), TableError> {
    let spec = Spec {
        what: "the ONS Postcode Directory".to_owned(),
        columns: vec![
            Column::needed(&["postcode", "pcds", "pcd", "pcd7", "pcd8"]),
            Column::needed(&["easting", "oseast1m", "east1m"]),
            Column::needed(&["northing", "osnrth1m", "north1m"]),
            Column::optional(
                &[LAD[1], "oslaua", "laua"],
                "settings are in the authority that their register names, and not in that of their postcode",
            ),
            Column::optional(
                &["lsoa21cd", "lsoa21"],
                "the boundaries say which neighbourhood a postcode lies in, which is right for 84 to 99.5 % of them",
            ),
        ],
        encoding: Encoding::Windows1252Too,
    };
    read_rows(path, &spec, rejects, &mut |row| {
        let postcode = plain(&row.text(0));
        if !wanted(&postcode) {
            return Ok(());
        }
        let no_point = "the postcode has no grid reference";
        let (Some(easting), Some(northing)) = (row.number(1, no_point)?, row.number(2, no_point)?) else {
            return Err(Reject::new(no_point, postcode));
        };
        // Belfast's postcodes are on the grid of Ireland, whose numbers look like those of another place.
        if postcode.starts_with("BT") {
            return Err(Reject::new("the postcode is in Northern Ireland, which has another grid", postcode));
        }
        let point =
            GridPoint::of(easting, northing).ok_or_else(|| Reject::new(NOT_IN_BRITAIN, postcode.as_str()))?;
        let (authority, lsoa) = (row.text(3).parse().ok(), row.text(4).parse().ok());
        show(postcode, Postcode { point, authority, lsoa });
        Ok(())
    })?;
    Ok(())
}
