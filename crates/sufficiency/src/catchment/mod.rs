//! The floating-catchment family, for comparison: how accessible places are, weighted by travel time.
//!
//! Two steps: `R_j = c_j / sum_i d_i w_ij`, then `A_i = sum_j R_j w_ij`. Both steps carry the weight; a pair that is absent
//! counts as out of reach; an area without reach has level 0; each direction of travel has its own time.
//!
//! - 2SFCA, weight 1 within the limit: Luo and Wang 2003, doi:10.1068/b29120.
//! - E2SFCA, weight by steps or Gaussian: Luo and Qi 2009, doi:10.1016/j.healthplace.2009.06.002.
//! - 3SFCA, weight times the chance of choosing the setting: Wan, Zou and Sternberg 2012, doi:10.1080/13658816.2011.624987.
//! - Gravity with competition: Joseph and Bantock 1982, doi:10.1016/0277-9536(82)90428-2.
//! - RAAM, see [`raam`]: Saxon and Snow 2020, doi:10.1080/24694452.2019.1629870.

mod decay;
mod raam;
mod two_modes;

pub use decay::{Decay, NotADecay};
pub use raam::{Raam, raam};
pub use two_modes::{Demand, TwoModes, two_modes};

use enough_kernel::{Children, Level, Minutes, Places};
use rayon::prelude::*;

use crate::reach::Reach;

/// Settings are summed into areas in this many blocks, always the same, so that the result does not depend on threads.
const BLOCKS: usize = 16;

/// Two-step floating catchment: 2SFCA with [`Decay::Within`], E2SFCA with steps or Gaussian, gravity with a power or
/// exponential.
///
/// ```
/// use enough_kernel::{Children, Minutes, Places};
/// use enough_sufficiency::{catchment::{two_step, Decay}, Pairs, Reach};
/// let mut pairs = Pairs::default();
/// pairs.push(0, 0, Minutes::new(5.0));
/// pairs.push(1, 0, Minutes::new(12.0));
/// let reach = Reach::new(2, 1, &pairs, None).unwrap();
/// let steps: Decay = "10:1,20:0.5".parse().unwrap();
/// let level = two_step(&[Children::new(10.0), Children::new(20.0)], &[Places::new(10.0)], &reach, &steps);
/// // 10 places for 10 + 20 * 0.5 children; the farther area counts half of that.
/// assert_eq!((level[0].get(), level[1].get()), (0.5, 0.25));
/// ```
pub fn two_step(need: &[Children], capacity: &[Places], reach: &Reach, decay: &Decay) -> Vec<Level> {
    weighted(need, capacity, reach, |_, minutes| decay.weight(Minutes::new(minutes)))
}

/// Three-step floating catchment: the weight is multiplied by the chance that a child of the area chooses the setting,
/// `G_ij = w_ij / sum_j w_ij`, so that nearby alternatives lower the demand on each.
pub fn three_step(need: &[Children], capacity: &[Places], reach: &Reach, decay: &Decay) -> Vec<Level> {
    let all = scatter(reach, |_, minutes| decay.weight(Minutes::new(minutes)), |_| 1.0);
    weighted(need, capacity, reach, |area, minutes| {
        let weight = decay.weight(Minutes::new(minutes));
        if weight > 0.0 { weight * weight / all[area as usize] } else { 0.0 }
    })
}

fn weighted(
    need: &[Children],
    capacity: &[Places],
    reach: &Reach,
    weight: impl Fn(u32, f64) -> f64 + Sync,
) -> Vec<Level> {
    assert_eq!(need.len(), reach.areas(), "one need for each area of the reach");
    assert_eq!(capacity.len(), reach.settings(), "one capacity for each setting of the reach");
    let ratio: Vec<f64> = (0..reach.settings())
        .into_par_iter()
        .map(|setting| {
            let row = reach.areas_of(setting).iter().zip(reach.minutes_of(setting));
            let demand: f64 =
                row.map(|(&area, &minutes)| need[area as usize].get() * weight(area, minutes)).sum();
            if demand > 0.0 { capacity[setting].get() / demand } else { 0.0 }
        })
        .collect();
    let level = scatter(reach, weight, |setting| ratio[setting]);
    level.into_iter().map(Level::new).collect()
}

/// For each area the sum over settings of `weight * of_setting`.
fn scatter(
    reach: &Reach,
    weight: impl Fn(u32, f64) -> f64 + Sync,
    of_setting: impl Fn(usize) -> f64 + Sync,
) -> Vec<f64> {
    let settings = reach.settings();
    let block = |k: usize| k * settings / BLOCKS;
    let sums: Vec<Vec<f64>> = (0..BLOCKS)
        .into_par_iter()
        .map(|k| {
            let mut sum = vec![0.0; reach.areas()];
            for setting in block(k)..block(k + 1) {
                let value = of_setting(setting);
                if value > 0.0 {
                    for (&area, &minutes) in reach.areas_of(setting).iter().zip(reach.minutes_of(setting)) {
                        sum[area as usize] += weight(area, minutes) * value;
                    }
                }
            }
            sum
        })
        .collect();
    (0..reach.areas()).map(|area| sums.iter().map(|sum| sum[area]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::Pairs;

    fn reach(rows: &[(u32, u32, f64)], areas: usize, settings: usize) -> Reach {
        let mut pairs = Pairs::default();
        for &(area, setting, minutes) in rows {
            pairs.push(area, setting, Minutes::new(minutes));
        }
        Reach::new(areas, settings, &pairs, None).unwrap()
    }

    #[test]
    fn without_decay_every_reached_place_is_given_out_once() {
        let reach = reach(&[(0, 0, 1.0), (1, 0, 9.0), (1, 1, 30.0), (2, 1, 3.0)], 4, 2);
        let need = [3.0, 5.0, 7.0, 11.0].map(Children::new);
        let level = two_step(&need, &[4.0, 6.0].map(Places::new), &reach, &Decay::Within);
        let given: f64 = level.iter().zip(need).map(|(level, need)| need.at(*level).get()).sum();
        assert!((given - 10.0).abs() < 1e-12);
        assert_eq!(level[3], Level::new(0.0), "an area without reach is kept, with level 0");
    }

    #[test]
    fn a_time_on_a_step_takes_the_weight_of_that_step() {
        let steps: Decay = "10:1,20:0.68,30:0.22".parse().unwrap();
        let weights = [10.0, 10.000_001, 20.0, 30.0, 30.000_001].map(|m| steps.weight(Minutes::new(m)));
        assert_eq!(weights, [1.0, 0.68, 0.68, 0.22, 0.0]);
    }

    #[test]
    fn the_third_step_halves_the_demand_of_an_area_with_two_equal_choices() {
        let reach = reach(&[(0, 0, 5.0), (0, 1, 5.0)], 1, 2);
        let level = three_step(&[Children::new(10.0)], &[2.0, 4.0].map(Places::new), &reach, &Decay::Within);
        // Each setting sees 5 children, 0.4 and 0.8 places a child, each weighted by one half.
        assert!((level[0].get() - 0.6).abs() < 1e-15);
    }
}
