//! Area profiles: what the fair share says of any group of areas - a ward, a patch, an authority.

use std::collections::BTreeMap;

use enough_kernel::{Children, Level, Minutes, Places};

use crate::fair_share::FairShare;
use crate::gap::{overlap, shortfall};
use crate::ladder::Ladder;

/// A group of areas: index and the share of its children that belong to the group.
pub type Members = [(usize, f64)];

/// What is known of a group of areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its children.
    pub children: Children,
    /// Children in areas without any setting in reach.
    pub without_reach: Children,
    /// Places that the fair share gives its children.
    pub places: Places,
    /// `places / children`; `None` without children.
    pub level: Option<Level>,
    /// Places short of the target, summed over its areas: spare places of one do not hide the gap of another.
    pub shortfall: Places,
    /// Places beyond the target, summed over its areas.
    pub overlap: Places,
    /// The smallest limit of the ladder at which its areas together are short of less than half a place.
    pub minutes_to_enough: Option<Minutes>,
    /// Its level at each limit of the ladder.
    pub ladder: Vec<Option<Level>>,
    /// Its markets and the children it has in each, most children first.
    pub markets: Vec<(u32, Children)>,
}

/// Half a place: nobody is short of less.
const NEGLIGIBLE: f64 = 0.5;

/// Profiles a group of areas.
pub fn profile(
    members: &Members,
    need: &[Children],
    shared: &FairShare,
    ladder: &Ladder,
    target: Level,
) -> Profile {
    let sum = |of: &dyn Fn(usize, Children) -> f64| -> f64 {
        members.iter().map(|&(area, share)| of(area, need[area] * share)).sum()
    };
    let children = Children::new(sum(&|_, children| children.get()));
    let places = Places::new(sum(&|area, children| children.at(shared.level[area]).get()));
    let at =
        |levels: &[Level]| Places::new(sum(&|area, children| children.at(levels[area]).get())).per(children);
    let short = |levels: &[Level]| sum(&|area, children| shortfall(children, levels[area], target).get());
    let minutes_to_enough = ladder
        .limits
        .iter()
        .zip(&ladder.levels)
        .find(|(_, levels)| short(levels) < NEGLIGIBLE)
        .map(|(limit, _)| *limit);
    let mut markets: BTreeMap<u32, f64> = BTreeMap::new();
    for &(area, share) in members {
        if let Some(market) = shared.market_of_area[area] {
            *markets.entry(market).or_insert(0.0) += need[area].get() * share;
        }
    }
    let mut markets: Vec<(u32, Children)> =
        markets.into_iter().map(|(market, n)| (market, Children::new(n))).collect();
    markets.sort_by(|a, b| b.1.get().total_cmp(&a.1.get()).then(a.0.cmp(&b.0)));
    Profile {
        children,
        without_reach: Children::new(sum(&|area, children| {
            if shared.market_of_area[area].is_none() { children.get() } else { 0.0 }
        })),
        places,
        level: places.per(children),
        shortfall: Places::new(short(&shared.level)),
        overlap: Places::new(sum(&|area, children| overlap(children, shared.level[area], target).get())),
        minutes_to_enough: minutes_to_enough.filter(|_| children.get() > 0.0),
        ladder: ladder.levels.iter().map(|levels| at(levels)).collect(),
        markets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fair_share::fair_share;
    use crate::reach::{Pairs, Reach};

    #[test]
    fn spare_places_of_one_area_do_not_hide_the_gap_of_another() {
        let mut pairs = Pairs::default();
        pairs.push(0, 0, Minutes::new(5.0));
        pairs.push(1, 1, Minutes::new(5.0));
        let reach = Reach::new(3, 2, &pairs, None).unwrap();
        let need = [10.0, 10.0, 5.0].map(Children::new);
        let capacity = [2.0, 18.0].map(Places::new);
        let shared = fair_share(&need, &capacity, &reach);
        let ladder = Ladder::climb(&need, &capacity, &reach, &[Minutes::new(5.0)], None);
        let both = profile(&[(0, 1.0), (1, 1.0)], &need, &shared, &ladder, Level::new(1.0));
        assert_eq!((both.level, both.shortfall.get(), both.overlap.get()), (Some(Level::new(1.0)), 8.0, 8.0));
        assert_eq!(both.minutes_to_enough, None);
        assert_eq!(both.markets.len(), 2);
        let half = profile(&[(1, 0.5), (2, 1.0)], &need, &shared, &ladder, Level::new(0.5));
        assert_eq!((half.children.get(), half.places.get(), half.without_reach.get()), (10.0, 9.0, 5.0));
    }
}
