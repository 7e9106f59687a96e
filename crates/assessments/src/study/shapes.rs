//! The boundaries that the maps are drawn from.

use enough_geography::Boundaries;
use enough_kernel::AreaCode;
use enough_kernel::words::plural;
use geo::MultiPolygon;

use super::Assessment;
use crate::{AssessError, Data};

/// Boundaries of the LSOAs asked for.
pub struct Shapes {
    /// By code.
    pub lsoas: Boundaries,
    /// Which file they came from; `None` where there is none, and then there are no maps.
    pub file: Option<String>,
    /// Neighbourhoods asked for, and how many of them have a shape.
    covered: (usize, usize),
}

impl Shapes {
    /// The finest file of boundaries that has every area asked for; else the one that has the most.
    ///
    /// # Errors
    /// When a file of boundaries cannot be read.
    pub fn read(data: &Data, assessment: &Assessment) -> Result<Self, AssessError> {
        let (study, lsoas) = (&assessment.study, &assessment.inputs.hierarchy.lsoas);
        let wanted: Vec<AreaCode> = (0..study.areas.len())
            .filter(|&area| study.asked[area])
            .map(|area| lsoas[study.areas[area]].code)
            .collect();
        let mut best: Option<(usize, Self)> = None;
        for path in data.all("boundaries") {
            let boundaries = Boundaries::read(path)?;
            let has = wanted.iter().filter(|&&code| boundaries.of(code).is_some()).count();
            if best.as_ref().is_none_or(|(most, _)| has > *most) {
                let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
                best = Some((has, Self { lsoas: boundaries, file, covered: (wanted.len(), has) }));
            }
            if has == wanted.len() {
                break;
            }
        }
        let none = || Self { lsoas: Boundaries::default(), file: None, covered: (wanted.len(), 0) };
        Ok(best.map_or_else(none, |(_, shapes)| shapes))
    }

    /// How many neighbourhoods have no shape, in a sentence.
    pub fn missing(&self) -> Option<String> {
        let (wanted, has) = self.covered;
        let file = self.file.as_deref().unwrap_or("the data folder, which has no boundaries,");
        let missing = plural(wanted - has, "neighbourhood", "neighbourhoods");
        (has < wanted)
            .then(|| format!("The maps are without {missing} of {wanted}: {file} has no outline of them."))
    }

    /// One shape for each group, without the borders inside it.
    pub fn of_groups(&self, assessment: &Assessment) -> Vec<Option<MultiPolygon>> {
        let lsoas = &assessment.inputs.hierarchy.lsoas;
        let of = |members: &[(usize, f64)]| {
            let codes: Vec<AreaCode> =
                members.iter().map(|&(area, _)| lsoas[assessment.study.areas[area]].code).collect();
            self.lsoas.union(&codes)
        };
        assessment.groups.iter().map(|(group, _)| of(&group.members)).collect()
    }
}
