//! Shortfall and overlap at a target, and the totals a summary shows.

use enough_kernel::{Children, Level, Places};

use crate::reach::Reach;

/// Places that an area is short of the target: `need * max(0, target - level)`.
pub fn shortfall(need: Children, level: Level, target: Level) -> Places {
    need.at(Level::new((target.get() - level.get()).max(0.0)))
}

/// Places that an area has beyond the target: `need * max(0, level - target)`.
pub fn overlap(need: Children, level: Level, target: Level) -> Places {
    need.at(Level::new((level.get() - target.get()).max(0.0)))
}

/// For each setting how many places, added there, would each close one missing place: the places that the areas which reach it
/// are short of the target together.
///
/// Proof: the least total shortfall is a minimum-cost flow. New places at a setting can all go to short areas that reach it,
/// without taking from anyone, until those are at the target; and no place can close more than one. More than this number can
/// help too, if others give way; so it is a lower bound on what the setting can usefully add.
pub fn places_that_help(need: &[Children], level: &[Level], reach: &Reach, target: Level) -> Vec<Places> {
    (0..reach.settings())
        .map(|setting| {
            let short = |&area: &u32| shortfall(need[area as usize], level[area as usize], target);
            reach.areas_of(setting).iter().map(short).sum()
        })
        .collect()
}

/// Need that reaches no setting and capacity that no child reaches; both are part of the answer, never dropped.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Unreachable {
    /// Children in areas without any setting in reach.
    pub need: Children,
    /// How many areas with children have no setting in reach.
    pub areas: usize,
    /// Places in settings without any child in reach.
    pub capacity: Places,
    /// How many settings with places have no child in reach.
    pub settings: usize,
}

/// What the reach leaves out.
pub fn unreachable(need: &[Children], capacity: &[Places], reach: &Reach) -> Unreachable {
    let mut left_out = Unreachable::default();
    for (need, reached) in need.iter().zip(reach.reached_areas()) {
        if !reached && need.get() > 0.0 {
            left_out.need += *need;
            left_out.areas += 1;
        }
    }
    for (setting, capacity) in capacity.iter().enumerate() {
        let used = reach.areas_of(setting).iter().any(|&area| need[area as usize].get() > 0.0);
        if !used && capacity.get() > 0.0 {
            left_out.capacity += *capacity;
            left_out.settings += 1;
        }
    }
    left_out
}
