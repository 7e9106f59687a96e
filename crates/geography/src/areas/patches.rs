//! Patches: sets of areas that people name, such as a school cluster or the reach of a children's centre.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::{AreaCode, AreaKind};
use enough_tables::{Reject, Rejects, TableError, read_rows};

use super::Hierarchy;
use super::lookups::{code, spec};

/// A named set of areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// What people call it.
    pub name: String,
    /// Positions of its LSOAs, ascending, with the share of each that lies in it (1 unless output areas were named).
    pub members: Vec<(usize, f64)>,
}

/// Reads a table `patch,area`; an area is an output area, LSOA, MSOA, ward or authority. Patches may overlap.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_patches(
    path: &Path,
    hierarchy: &Hierarchy,
    rejects: &mut Rejects,
) -> Result<Vec<Patch>, TableError> {
    let mut patches: BTreeMap<String, BTreeMap<usize, f64>> = BTreeMap::new();
    let spec =
        spec("a table of patches with the headings patch,area", &[&["patch"], &["area", "area_code"]], &[]);
    read_rows(path, &spec, rejects, &mut |row| {
        let name = row.needed_text(0, "the patch has no name")?.into_owned();
        let area: AreaCode = code(row, 1)?;
        let unknown = || Reject::new("the area is not known in England", area.as_str());
        let members = if area.kind() == Some(AreaKind::OutputArea) {
            let (lsoa, share) = hierarchy.output_areas.get(&area).ok_or_else(unknown)?;
            vec![(hierarchy.position(*lsoa).ok_or_else(unknown)?, *share)]
        } else {
            hierarchy.members(area).into_iter().map(|position| (position, 1.0)).collect()
        };
        if members.is_empty() {
            return Err(unknown());
        }
        let patch = patches.entry(name).or_default();
        for (position, share) in members {
            let so_far = patch.entry(position).or_insert(0.0);
            *so_far = (*so_far + share).min(1.0);
        }
        Ok(())
    })?;
    Ok(patches
        .into_iter()
        .map(|(name, members)| Patch { name, members: members.into_iter().collect() })
        .collect())
}
