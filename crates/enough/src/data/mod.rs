//! Where the data are: the folder that is taken when none is named.

mod list;

pub use list::{Arguments, run};

use std::path::{Path, PathBuf};

use enough_assessments::Data;

use crate::failure::Failure;

/// Finds the data folder: the one given, `$ENOUGH_DATA`, `./open-data`, `../shared/open-data`, else the made-up example.
pub fn find(given: Option<&Path>) -> Result<Data, Failure> {
    let open = |folder: &Path| Ok(Data::open(folder, is_made_up(folder))?);
    if let Some(folder) = given {
        return open(folder);
    }
    if let Some(folder) = std::env::var_os("ENOUGH_DATA").filter(|folder| !folder.is_empty()) {
        let folder = PathBuf::from(folder);
        return open(&folder);
    }
    for folder in ["open-data", "../shared/open-data"].map(Path::new) {
        if folder.is_dir() {
            return open(folder);
        }
    }
    let folder = std::env::temp_dir().join("enough-made-up-example");
    enough_example::write(&folder, enough_example::SEED).map_err(|error| Failure::write(&folder, error))?;
    Ok(Data::open(&folder, true)?)
}

/// The example marks its folder, so that its figures are never taken for real ones.
fn is_made_up(folder: &Path) -> bool {
    folder.join(enough_example::MARK).exists()
}
