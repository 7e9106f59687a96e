//! The areas of the answer: which areas of the study belong to each, and by how much.

use std::collections::{BTreeMap, HashMap};

use enough_geography::areas::read_patches;
use enough_kernel::AreaCode;

use enough_tables::Rejects;

use super::{Assessment, By, Inputs, Question, Study};
use crate::AssessError;

/// A ward, LSOA, MSOA, authority or patch.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its code; for a patch its name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The authority of its first neighbourhood.
    pub authority: AreaCode,
    /// Areas of the study and the share of each that belongs to the group.
    pub members: Vec<(usize, f64)>,
}

/// The areas of the answer, of the kind asked for.
///
/// # Errors
/// When a table of patches cannot be read, or has none here.
pub fn groups(
    question: &Question,
    inputs: &Inputs,
    rejects: &mut Rejects,
    study: &Study,
) -> Result<Vec<Group>, AssessError> {
    if let (By::Patch, Some(path)) = (question.by, &question.patches) {
        let index: HashMap<usize, usize> =
            study.areas.iter().enumerate().map(|(index, &p)| (p, index)).collect();
        let patches = read_patches(path, &inputs.hierarchy, rejects)?;
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
            return Err(AssessError::Input(format!(
                "{}: no patch lies in the authorities asked for",
                path.display()
            )));
        }
        return Ok(groups);
    }
    let mut members: BTreeMap<AreaCode, Vec<(usize, f64)>> = BTreeMap::new();
    for (area, &position) in study.areas.iter().enumerate().filter(|(area, _)| study.asked[*area]) {
        let lsoa = &inputs.hierarchy.lsoas[position];
        let code = match question.by {
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

/// The average decile of deprivation of a group, weighted by children; 1 is most deprived.
pub fn decile(assessment: &Assessment, group: &Group) -> Option<f64> {
    let (mut sum, mut children) = (0.0, 0.0);
    for &(area, share) in &group.members {
        let code = assessment.inputs.hierarchy.lsoas[assessment.study.areas[area]].code;
        if let Some(decile) = assessment.inputs.deciles.get(&code) {
            let weight = assessment.study.need[area].get() * share;
            sum += weight * f64::from(*decile);
            children += weight;
        }
    }
    (children > 0.0).then(|| sum / children)
}
