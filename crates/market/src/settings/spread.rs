//! Places without an address, spread over the areas of their authority in proportion to children. Always marked as spread,
//! never shown as a point.

use std::collections::BTreeMap;

use enough_kernel::{AreaCode, Children, Places};

use super::{Location, Setting};

/// Spread places of one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Index of the area.
    pub area: usize,
    /// The places that fall to it.
    pub places: Places,
}

/// Spreads the places of the settings that are [`Location::Somewhere`]. `areas` gives the authority and children of each
/// area; `authorities` the ones a setting may lie in. Returns the shares by area, ascending, and the settings whose authority
/// has no area here.
pub fn spread<'a>(
    settings: &'a [Setting],
    areas: &[(AreaCode, Children)],
    authorities: impl Fn(&Setting) -> Vec<AreaCode>,
) -> (Vec<Share>, Vec<&'a Setting>) {
    let mut by_authority: BTreeMap<AreaCode, (f64, Vec<usize>)> = BTreeMap::new();
    for (area, (authority, children)) in areas.iter().enumerate() {
        let entry = by_authority.entry(*authority).or_default();
        entry.0 += children.get();
        entry.1.push(area);
    }
    let mut places = vec![0.0; areas.len()];
    let mut nowhere = Vec::new();
    // Settings of one authority are summed first: thousands of childminders, a handful of places to put them.
    let mut pools: BTreeMap<Vec<AreaCode>, f64> = BTreeMap::new();
    for setting in settings.iter().filter(|setting| setting.location == Location::Somewhere) {
        let within: Vec<AreaCode> = authorities(setting)
            .into_iter()
            .filter(|code| by_authority.get(code).is_some_and(|(sum, _)| *sum > 0.0))
            .collect();
        if within.is_empty() {
            nowhere.push(setting);
        } else {
            *pools.entry(within).or_insert(0.0) += setting.places.get();
        }
    }
    for (within, pool) in pools {
        let children: f64 = within.iter().map(|code| by_authority[code].0).sum();
        for code in within {
            for &area in &by_authority[&code].1 {
                places[area] += pool * areas[area].1.get() / children;
            }
        }
    }
    let shares = places.into_iter().enumerate().filter(|(_, places)| *places > 0.0);
    (shares.map(|(area, places)| Share { area, places: Places::new(places) }).collect(), nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Judgements;
    use crate::settings::{Kind, PlacesAre, Register, Sector};

    fn childminder(authority: &str, places: f64) -> Setting {
        Setting {
            urn: "1".to_owned(),
            name: String::new(),
            kind: Kind::Childminder,
            sector: Sector::NotStated,
            register: Register { early_years: true, ..Register::default() },
            ages: None,
            places: Places::new(places),
            places_are: PlacesAre::Registered,
            judgements: Judgements::default(),
            postcode: String::new(),
            authority_name: authority.to_owned(),
            location: Location::Somewhere,
            authority: None,
        }
    }

    #[test]
    fn places_go_where_children_are_and_none_are_lost() {
        let (north, south): (AreaCode, AreaCode) =
            ("E08000001".parse().unwrap(), "E08000002".parse().unwrap());
        let areas =
            [(north, Children::new(30.0)), (south, Children::new(50.0)), (north, Children::new(10.0))];
        let settings = [childminder("North", 6.0), childminder("North", 2.0), childminder("Elsewhere", 5.0)];
        let (shares, nowhere) =
            spread(
                &settings,
                &areas,
                |setting| if setting.authority_name == "North" { vec![north] } else { vec![] },
            );
        let shares: Vec<(usize, f64)> = shares.iter().map(|share| (share.area, share.places.get())).collect();
        assert_eq!(shares, [(0, 6.0), (2, 2.0)]);
        assert_eq!(nowhere.len(), 1, "a setting of an unknown authority is handed back, not dropped");
    }
}
