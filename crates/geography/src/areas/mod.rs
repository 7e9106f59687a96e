//! How areas nest: output areas in LSOAs, LSOAs in MSOAs, wards, authorities and counties, and patches that people name.

mod changes;
mod lookups;
mod patches;
mod successions;

pub use changes::{Change, read_changes};
pub(crate) use lookups::LAD;
pub use lookups::{Files, read_centroids};
pub use patches::{Patch, read_patches};

use std::collections::{BTreeSet, HashMap};

use enough_kernel::{AreaCode, AreaKind};

use crate::GridPoint;

/// A lower layer super output area (2021) and the areas it lies in.
#[derive(Debug, Clone, PartialEq)]
pub struct Lsoa {
    /// Its code.
    pub code: AreaCode,
    /// Its middle layer super output area.
    pub msoa: Option<AreaCode>,
    /// The ward it fits best.
    pub ward: Option<AreaCode>,
    /// Its district, borough or unitary authority.
    pub authority: AreaCode,
    /// The point that travel starts from.
    pub point: Option<GridPoint>,
}

/// All LSOAs of England with what they lie in, and the names of all areas.
#[derive(Debug, Clone, Default)]
pub struct Hierarchy {
    /// By ascending code.
    pub lsoas: Vec<Lsoa>,
    /// Names by code.
    pub names: HashMap<AreaCode, String>,
    /// The county or unitary authority above each district; the children's services authority.
    pub upper: HashMap<AreaCode, AreaCode>,
    /// The code in force of every authority, current or former: codes change when borders move by a field.
    current: HashMap<AreaCode, AreaCode>,
    /// The combined authority, region and country of each district.
    pub wider: HashMap<AreaCode, BTreeSet<AreaCode>>,
    /// Output areas: their LSOA and their share of its residents.
    pub output_areas: HashMap<AreaCode, (AreaCode, f64)>,
    /// Authorities under the plain form of every name they go or went by.
    authorities_by_name: HashMap<String, Vec<AreaCode>>,
}

impl Hierarchy {
    /// The position of an LSOA.
    pub fn position(&self, code: AreaCode) -> Option<usize> {
        self.lsoas.binary_search_by_key(&code, |lsoa| lsoa.code).ok()
    }

    /// The name of an area, or its code where it has none.
    pub fn name(&self, code: AreaCode) -> String {
        self.names.get(&code).cloned().unwrap_or_else(|| code.to_string())
    }

    /// The code in force of an authority that is known under this or a former code.
    pub fn current(&self, authority: AreaCode) -> AreaCode {
        self.current.get(&authority).copied().unwrap_or(authority)
    }

    /// The children's services authority that a district belongs to (itself, where it is one).
    pub fn upper_of(&self, authority: AreaCode) -> AreaCode {
        self.upper.get(&authority).copied().unwrap_or(authority)
    }

    /// The districts and unitary authorities that a name stands for: one, or those that replaced it.
    pub fn authorities_named(&self, name: &str) -> &[AreaCode] {
        self.authorities_by_name.get(&plain_name(name)).map_or(&[], Vec::as_slice)
    }

    /// Positions of the LSOAs in any area of the hierarchy, also a combined authority (E47...), region (E12...) or England
    /// (E92000001); empty when the code is unknown.
    pub fn members(&self, code: AreaCode) -> Vec<usize> {
        let inside = |lsoa: &Lsoa| match code.kind() {
            Some(AreaKind::Lsoa) => lsoa.code == code,
            Some(AreaKind::Msoa) => lsoa.msoa == Some(code),
            Some(AreaKind::Ward) => lsoa.ward == Some(code),
            Some(AreaKind::LocalAuthority) => lsoa.authority == self.current(code),
            Some(AreaKind::County) => self.upper_of(lsoa.authority) == code,
            Some(AreaKind::OutputArea) => false,
            None => self.wider.get(&lsoa.authority).is_some_and(|wider| wider.contains(&code)),
        };
        (0..self.lsoas.len()).filter(|&position| inside(&self.lsoas[position])).collect()
    }
}

/// A name without what differs between publishers: case, punctuation, "and" or "&", "City of", "County of", "UA".
fn plain_name(name: &str) -> String {
    let lower = name.to_lowercase().replace('&', " and ");
    let letters: String = lower.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let skip = ["city", "county", "of", "and", "the", "ua", "upon"];
    letters.split_whitespace().filter(|word| !skip.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_however_they_are_written() {
        for (one, other) in [
            ("Bournemouth, Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
            ("Bristol", "Bristol, City of"),
            ("Durham", "County Durham"),
            ("Kingston upon Hull", "Kingston upon Hull, City of"),
            ("Herefordshire", "Herefordshire, County of"),
            ("St Helens", "St. Helens"),
            ("Southend on Sea", "Southend-on-Sea"),
        ] {
            assert_eq!(plain_name(one), plain_name(other));
        }
    }
}
