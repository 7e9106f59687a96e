//! Fair share: the sharing of places whose levels, each counted once per child, are lexicographically greatest when sorted
//! upwards. No area can be lifted without lowering one that is no better off.
//!
//! Areas `i` have need `d_i` (children), settings `j` capacity `c_j` (places); `f_ij` places go along the pairs in reach with
//! `sum_i f_ij <= c_j`; the level of an area is `r_i = sum_j f_ij / d_i` (places per child). The levels are unique. The fair
//! share minimises `sum_i d_i phi(r_i)` for every convex `phi` at once, so its shortfall at any target is the least that any
//! allocation of today's places could leave.
//!
//! Sources: Megiddo, "Optimal flows in networks with multiple sources and sinks", 1974, doi:10.1007/BF01585506; Fujishige,
//! "Lexicographically optimal base of a polymatroid", 1980, doi:10.1287/moor.5.2.186; Hajek 1990, doi:10.1109/18.57208;
//! Danisch, Chan and Sozio 2017, doi:10.1145/3038912.3052619.
//!
//! ```
//! use enough_kernel::{Children, Minutes, Places};
//! use enough_sufficiency::{fair_share::fair_share, Pairs, Reach};
//! // Two areas of 10 children; the first reaches only a setting of 4 places, the second that one and another of 16.
//! let mut pairs = Pairs::default();
//! for (area, setting) in [(0, 0), (1, 0), (1, 1)] {
//!     pairs.push(area, setting, Minutes::new(5.0));
//! }
//! let reach = Reach::new(2, 2, &pairs, None).unwrap();
//! let need = [Children::new(10.0), Children::new(10.0)];
//! let shared = fair_share(&need, &[Places::new(4.0), Places::new(16.0)], &reach);
//! // The worse-off area keeps everything it reaches: 0.4 and 1.6 places per child, two markets.
//! assert_eq!(shared.level.iter().map(|l| l.get()).collect::<Vec<_>>(), [0.4, 1.6]);
//! assert_eq!(shared.markets.len(), 2);
//! ```

mod certificate;
mod even;
mod markets;
mod part;
mod pour;

pub use certificate::Certificate;
pub use markets::Market;

use enough_kernel::{Children, Level, Places};
use even::Outcome;
use part::Part;
use pour::Pour;
pub(crate) use pour::water_level;

use crate::reach::Reach;

/// Sweeps of descent before the exact finish; measured in `docs/performance.md`, the answer does not depend on it.
const SWEEPS: usize = 6;

/// The fair share of the places in reach.
#[derive(Debug, Clone, PartialEq)]
pub struct FairShare {
    /// Places per child of each area. Zero where need has no reach. Where there is no need, what a first child would find:
    /// the level of the best-off market in reach.
    pub level: Vec<Level>,
    /// Index into [`Self::markets`] of each area with need and reach.
    pub market_of_area: Vec<Option<u32>>,
    /// Index into [`Self::markets`] of each setting that some child reaches.
    pub market_of_setting: Vec<Option<u32>>,
    /// The markets, worst level first.
    pub markets: Vec<Market>,
    /// Who gets how many places from whom; one of many flows with these levels.
    pub flows: Flows,
}

/// Places given along pairs, grouped by setting; only pairs that carry something.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flows {
    start: Vec<usize>,
    area: Vec<u32>,
    amount: Vec<f64>,
}

impl Flows {
    /// The areas a setting gives to, ascending, and the places each gets.
    pub fn of_setting(&self, setting: usize) -> impl Iterator<Item = (u32, Places)> + '_ {
        let row = self.start[setting]..self.start[setting + 1];
        self.area[row.clone()].iter().copied().zip(self.amount[row].iter().map(|&amount| Places::new(amount)))
    }

    /// Number of pairs that carry something.
    pub fn len(&self) -> usize {
        self.area.len()
    }

    /// Whether nothing is given to anyone.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }
}

/// Shares the places of the settings over the children who reach them.
///
/// # Panics
/// When `need` or `capacity` has another length than the reach has areas or settings.
pub fn fair_share(need: &[Children], capacity: &[Places], reach: &Reach) -> FairShare {
    assert_eq!(need.len(), reach.areas(), "one need for each area of the reach");
    assert_eq!(capacity.len(), reach.settings(), "one capacity for each setting of the reach");
    let mut part = whole(need, capacity, reach);
    let mut pour = Pour::default();
    for sweep in 0..SWEEPS {
        pour.sweep(&mut part, sweep % 2 == 0);
    }
    part.recount();
    markets::assemble(need, reach, solve(part))
}

/// The part that holds every area with need and every setting that such an area reaches.
fn whole(need: &[Children], capacity: &[Places], reach: &Reach) -> Part {
    const ABSENT: u32 = u32::MAX;
    let reached = reach.reached_areas();
    let mut index = vec![ABSENT; need.len()];
    let mut part = Part { start: vec![0], ..Part::default() };
    for area in 0..need.len() {
        if need[area].get() > 0.0 && reached[area] {
            index[area] = part.need.len() as u32;
            part.area_ids.push(area as u32);
            part.need.push(need[area].get());
        }
    }
    part.area.reserve_exact(reach.pairs());
    for setting in 0..capacity.len() {
        part.area.extend(
            reach.areas_of(setting).iter().map(|&area| index[area as usize]).filter(|&area| area != ABSENT),
        );
        if part.start.last() != Some(&part.area.len()) {
            part.setting_ids.push(setting as u32);
            part.capacity.push(capacity[setting].get());
            part.start.push(part.area.len());
        }
    }
    part.given = vec![0.0; part.area.len()];
    part.has = vec![0.0; part.areas()];
    part.water = vec![0.0; part.settings()];
    part
}

/// Levels a part or cuts it and goes on with both sides. Each side is solved alone, so the number of threads changes nothing.
fn solve(mut part: Part) -> Vec<markets::Levelled> {
    if part.areas() == 0 {
        return Vec::new();
    }
    match even::even_out(&mut part) {
        Outcome::Level => vec![markets::Levelled::new(part)],
        Outcome::Cut { high_area, high_setting } => {
            let (high, low) = part.split(&high_area, &high_setting);
            let (mut levelled, rest) = rayon::join(|| solve(high), || solve(low));
            levelled.extend(rest);
            levelled
        }
    }
}

#[cfg(test)]
mod tests;
