//! Childcare accessibility as Ofsted and ONS publish it: two floating catchments, for households with and without a car.
//!
//! Ofsted and Office for National Statistics, "Childcare accessibility by neighbourhood, England" (4 June 2024) and its
//! methodology, revised with "The effect of school-based nurseries on childcare accessibility" (4 February 2026). They call it
//! a multi-modal two-step floating catchment area; see Langford, Higgs and Fry 2016, doi:10.1016/j.healthplace.2015.11.007.

use enough_kernel::{Children, Level, Places};

use super::{Decay, two_step};
use crate::reach::Reach;

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

/// Two-step floating catchments by car and by public transport, each over all children, averaged by `with_car`, the share (0 to
/// 1) of each area's households that have a car or van. All pairs of a reach count alike.
///
/// ```
/// use enough_kernel::{Children, Minutes, Places};
/// use enough_sufficiency::{catchment::two_modes, Pairs, Reach};
/// // The setting is 10 minutes by car from both areas, and within reach by bus of the first only.
/// let (mut car, mut bus) = (Pairs::default(), Pairs::default());
/// car.push(0, 0, Minutes::new(10.0));
/// car.push(1, 0, Minutes::new(10.0));
/// bus.push(0, 0, Minutes::new(20.0));
/// let reach = |pairs: &Pairs| Reach::new(2, 1, pairs, None).unwrap();
/// let levels = two_modes(&[10.0, 30.0].map(Children::new), &[Places::new(20.0)], &reach(&car), &reach(&bus), &[0.5, 0.8]);
/// assert_eq!(levels.car[1].get(), 0.5);
/// assert_eq!(levels.transit[0].get(), 2.0);
/// assert_eq!((levels.overall[0].get(), levels.overall[1].get()), (0.5 * 0.5 + 0.5 * 2.0, 0.8 * 0.5));
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
) -> TwoModes {
    assert_eq!(need.len(), with_car.len(), "one share of households with a car for each area");
    let car = two_step(need, capacity, car, &Decay::Within);
    let transit = two_step(need, capacity, transit, &Decay::Within);
    let overall = car
        .iter()
        .zip(&transit)
        .zip(with_car)
        .map(|((car, transit), share)| Level::new(share * car.get() + (1.0 - share) * transit.get()))
        .collect();
    TwoModes { car, transit, overall }
}
