//! The areas of the answer: which areas of the study belong to each, and by how much.

use std::collections::{BTreeMap, HashMap};

use enough_geography::areas::read_patches;
use enough_kernel::AreaCode;

use super::inputs::Inputs;
use super::study::Study;
use super::{Arguments, By};
use crate::failure::Failure;

/// A ward, LSOA, MSOA, authority or patch.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its code; for a patch its name.
    pub id: String,
    pub name: String,
    /// The authority of its first neighbourhood.
    pub authority: AreaCode,
    /// Areas of the study and the share of each that belongs to the group.
    pub members: Vec<(usize, f64)>,
}

pub fn groups(arguments: &Arguments, inputs: &mut Inputs, study: &Study) -> Result<Vec<Group>, Failure> {
    if let (By::Patch, Some(path)) = (arguments.by, &arguments.patches) {
        let index: HashMap<usize, usize> =
            study.areas.iter().enumerate().map(|(index, &p)| (p, index)).collect();
        let patches = read_patches(path, &inputs.hierarchy, &mut inputs.rejects)?;
        let groups: Vec<Group> = patches
            .into_iter()
            .filter_map(|patch| {
                let inside = |(p, share): &(usize, f64)| {
                    index.get(p).filter(|&&area| study.asked[area]).map(|&area| (area, *share))
                };
                let members: Vec<(usize, f64)> = patch.members.iter().filter_map(inside).collect();
                let first = members.first()?.0;
                // Said in the name, so that no table shows a part as the whole.
                let part = if members.len() < patch.members.len() {
                    " (only the part in the areas asked for)"
                } else {
                    ""
                };
                let authority = inputs.hierarchy.lsoas[study.areas[first]].authority;
                Some(Group { id: patch.name.clone(), name: patch.name + part, authority, members })
            })
            .collect();
        if groups.is_empty() {
            return Err(Failure::Input(format!(
                "{}: no patch lies in the authorities asked for",
                path.display()
            )));
        }
        return Ok(groups);
    }
    let mut members: BTreeMap<AreaCode, Vec<(usize, f64)>> = BTreeMap::new();
    for (area, &position) in study.areas.iter().enumerate().filter(|(area, _)| study.asked[*area]) {
        let lsoa = &inputs.hierarchy.lsoas[position];
        let code = match arguments.by {
            By::Ward => lsoa.ward,
            By::Msoa => lsoa.msoa,
            By::Authority => Some(lsoa.authority),
            By::Lsoa | By::Patch => Some(lsoa.code),
        };
        // An LSOA without a ward or MSOA in the lookups stands for itself.
        members.entry(code.unwrap_or(lsoa.code)).or_default().push((area, 1.0));
    }
    Ok(members
        .into_iter()
        .map(|(code, members)| {
            let authority = inputs.hierarchy.lsoas[study.areas[members[0].0]].authority;
            Group { id: code.to_string(), name: inputs.hierarchy.name(code), authority, members }
        })
        .collect())
}
