//! The ONS Postcode Directory: postcode to point and authority.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Column, Encoding, Reject, Rejects, Spec, TableError, read_rows};

use crate::GridPoint;

/// Where a postcode is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Postcode {
    /// The point of its middle address.
    pub point: GridPoint,
    /// Its district, borough or unitary authority.
    pub authority: Option<AreaCode>,
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
    let spec = Spec {
        what: "the ONS Postcode Directory".to_owned(),
        columns: vec![
            Column::needed(&["postcode", "pcds", "pcd", "pcd7", "pcd8"]),
            Column::needed(&["easting", "oseast1m", "east1m"]),
            Column::needed(&["northing", "osnrth1m", "north1m"]),
            Column::optional(&["lad25cd", "oslaua", "laua", "lad24cd", "lad23cd"]),
        ],
        encoding: Encoding::Windows1252Too,
    };
    let mut found = HashMap::with_capacity(wanted.len());
    read_rows(path, &spec, rejects, &mut |row| {
        let postcode = plain(&row.text(0));
        if !wanted.contains(&postcode) {
            return Ok(());
        }
        let no_point = "the postcode has no grid reference";
        let (Some(easting), Some(northing)) = (row.number(1, no_point)?, row.number(2, no_point)?) else {
            return Err(Reject::new(no_point, postcode));
        };
        found.insert(
            postcode,
            Postcode { point: GridPoint { easting, northing }, authority: row.text(3).parse().ok() },
        );
        Ok(())
    })?;
    Ok(found)
}
