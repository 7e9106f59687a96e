//! Childcare accessibility as Ofsted and ONS publish it: two floating catchments, for households with and without a car.
//!
//! Ofsted and Office for National Statistics, "Childcare accessibility by neighbourhood, England" (4 June 2024) and its
//! methodology, revised with "The effect of school-based nurseries on childcare accessibility" (4 February 2026). They call it
//! a multi-modal two-step floating catchment area (Langford, Higgs and Fry 2016, doi:10.1016/j.healthplace.2015.11.007). What they
//! publish does not say whether both groups share the places ([`Demand::Groups`], as in that paper) or whether each catchment has
//! all children for itself ([`Demand::Everyone`]).

use enough_kernel::{Children, Level, Places};

use rayon::prelude::*;

use super::{Decay, scatter, two_step};
use crate::reach::Reach;

/// Who asks for the places of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Demand {
    /// In the catchment by car all children, and in the one by public transport all children again.
    #[default]
    Everyone,
    /// Children of households with a car who reach it by car, and the others who reach it by public transport.
    Groups,
}

/// The levels of each area.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoModes {
    /// If everybody had a car.
    pub car: Vec<Level>,
    /// If everybody travelled by public transport.
    pub transit: Vec<Level>,
    /// The average of both, by the share of households with a car.
    pub overall: Vec<Level>,
}

/// Two-step floating catchments by car and by public transport, averaged by `with_car`, the share (0 to
/// 1) of each area's households that have a car or van. All pairs of a reach count alike.
///
/// ```
/// use enough_kernel::{Children, Minutes, Places};
/// use enough_sufficiency::{catchment::{two_modes, Demand}, Pairs, Reach};
/// // The setting is 10 minutes by car from both areas, and within reach by bus of the first only.
/// let (mut car, mut bus) = (Pairs::default(), Pairs::default());
/// car.push(0, 0, Minutes::new(10.0));
/// car.push(1, 0, Minutes::new(10.0));
/// bus.push(0, 0, Minutes::new(20.0));
/// let reach = |pairs: &Pairs| Reach::new(2, 1, pairs, None).unwrap();
/// let (need, places, car, bus) = ([10.0, 30.0].map(Children::new), [Places::new(20.0)], reach(&car), reach(&bus));
/// let levels = two_modes(&need, &places, &car, &bus, &[0.5, 0.8], Demand::Everyone);
/// assert_eq!(levels.car[1].get(), 0.5);
/// assert_eq!(levels.transit[0].get(), 2.0);
/// assert_eq!((levels.overall[0].get(), levels.overall[1].get()), (0.5 * 0.5 + 0.5 * 2.0, 0.8 * 0.5));
/// // With groups 10 * 0.5 + 30 * 0.8 come by car and 10 * 0.5 by bus.
/// let levels = two_modes(&need, &places, &car, &bus, &[0.5, 0.8], Demand::Groups);
/// assert!((levels.car[1].get() - 20.0 / 34.0).abs() < 1e-12 && levels.transit[0] == levels.car[0]);
/// ```
///
/// # Panics
/// When the lengths differ.
pub fn two_modes(
    need: &[Children],
    capacity: &[Places],
    car: &Reach,
    transit: &Reach,
    with_car: &[f64],
    demand: Demand,
) -> TwoModes {
    assert_eq!(need.len(), with_car.len(), "one share of households with a car for each area");
    let (car, transit) = match demand {
        Demand::Everyone => {
            (two_step(need, capacity, car, &Decay::Within), two_step(need, capacity, transit, &Decay::Within))
        }
        Demand::Groups => groups(need, capacity, car, transit, with_car),
    };
    let overall = car
        .iter()
        .zip(&transit)
        .zip(with_car)
        .map(|((car, transit), share)| Level::new(share * car.get() + (1.0 - share) * transit.get()))
        .collect();
    TwoModes { car, transit, overall }
}

/// Both groups ask for the same places: `R_j = c_j / (sum_car d_i s_i + sum_transit d_i (1 - s_i))`.
fn groups(
    need: &[Children],
    capacity: &[Places],
    car: &Reach,
    transit: &Reach,
    with_car: &[f64],
) -> (Vec<Level>, Vec<Level>) {
    let ratio: Vec<f64> = (0..capacity.len())
        .into_par_iter()
        .map(|setting| {
            let sum = |reach: &Reach, share: &dyn Fn(usize) -> f64| -> f64 {
                let areas = reach.areas_of(setting).iter().map(|&area| area as usize);
                areas.map(|area| need[area].get() * share(area)).sum()
            };
            let demand = sum(car, &|area| with_car[area]) + sum(transit, &|area| 1.0 - with_car[area]);
            if demand > 0.0 { capacity[setting].get() / demand } else { 0.0 }
        })
        .collect();
    let level = |reach: &Reach| {
        scatter(reach, |_, _| 1.0, |setting| ratio[setting]).into_iter().map(Level::new).collect()
    };
    (level(car), level(transit))
}
