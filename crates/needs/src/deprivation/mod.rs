//! The English Indices of Deprivation: the decile of each LSOA.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Column, Encoding, Reject, Rejects, Spec, TableError, read_rows};

/// Reads the decile of multiple deprivation by LSOA; 1 is the most deprived tenth of England.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_deciles(path: &Path, rejects: &mut Rejects) -> Result<BTreeMap<AreaCode, u8>, TableError> {
    let spec = Spec {
        what: "the English Indices of Deprivation by LSOA".to_owned(),
        columns: vec![
            Column::needed(&["lsoa21_code", "LSOA code (2021)", "lsoa11_code", "LSOA code (2011)"]),
            Column::needed(&[
                "IMD_decile",
                "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
                "Index of Multiple Deprivation (IMD) Decile",
            ]),
        ],
        encoding: Encoding::Windows1252Too,
    };
    let mut deciles = BTreeMap::new();
    read_rows(path, &spec, rejects, &mut |row| {
        let wrong = "the decile is not a whole number from 1 to 10";
        let code: AreaCode = row.text(0).parse().map_err(|_| Reject::new("not an area code", row.text(0)))?;
        let decile = row.needed_number(1, wrong)?;
        if decile.fract() != 0.0 || !(1.0..=10.0).contains(&decile) {
            return Err(Reject::new(wrong, decile.to_string()));
        }
        if deciles.insert(code, decile as u8).is_some() {
            return Err(Reject::new("the area stands in the table twice; the last is kept", code.as_str()));
        }
        Ok(())
    })?;
    Ok(deciles)
}
