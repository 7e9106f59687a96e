//! The certificate: a proof of the fair share that anyone can check from need, capacity, reach and flows alone.

use enough_kernel::{Children, Places};

use super::FairShare;
use crate::reach::Reach;

/// How far flows are from proving their own levels; every figure is zero up to rounding when they do.
///
/// A sharing is the fair share if and only if it is feasible, gives out all capacity that some child reaches, and no setting
/// gives anything to an area whose level is above the lowest level among the areas it reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// `sum_ij f_ij * (r_i - min of r over the areas that reach j)`, in places times places per child.
    pub gap: f64,
    /// `gap` relative to `sum_i d_i r_i^2`.
    pub relative_residual: f64,
    /// Places in reach of children that are given to nobody.
    pub idle: Places,
    /// Places given beyond what settings have.
    pub overdrawn: Places,
    /// Places given along pairs that are not in reach.
    pub out_of_reach: Places,
    /// The largest difference between the places that an area's level stands for and those the flows bring it, relative to them.
    pub level_error: f64,
}

impl FairShare {
    /// Checks the flows against the problem; independent of how they were found.
    pub fn certificate(&self, need: &[Children], capacity: &[Places], reach: &Reach) -> Certificate {
        let mut has = vec![0.0; need.len()];
        let (mut idle, mut overdrawn, mut out_of_reach) = (0.0, 0.0, 0.0);
        for (setting, capacity) in capacity.iter().enumerate() {
            let mut given = 0.0;
            for (area, amount) in self.flows.of_setting(setting) {
                has[area as usize] += amount.get();
                given += amount.get();
                if reach.areas_of(setting).binary_search(&area).is_err() {
                    out_of_reach += amount.get();
                }
            }
            overdrawn += (given - capacity.get()).max(0.0);
            if reach.areas_of(setting).iter().any(|&area| need[area as usize].get() > 0.0) {
                idle += (capacity.get() - given).max(0.0);
            }
        }
        let level: Vec<f64> = has
            .iter()
            .zip(need)
            .map(|(has, need)| if need.get() > 0.0 { has / need.get() } else { f64::INFINITY })
            .collect();
        let mut gap = 0.0;
        for setting in 0..capacity.len() {
            let lowest = reach
                .areas_of(setting)
                .iter()
                .map(|&area| level[area as usize])
                .fold(f64::INFINITY, f64::min);
            for (area, amount) in self.flows.of_setting(setting) {
                gap += amount.get() * (level[area as usize] - lowest);
            }
        }
        let scale: f64 =
            has.iter().zip(&level).filter(|(has, _)| **has > 0.0).map(|(has, level)| has * level).sum();
        let level_error = (0..need.len())
            .map(|area| (has[area], need[area].at(self.level[area]).get()))
            .filter(|(has, said)| has.max(*said) > 0.0)
            .map(|(has, said)| (has - said).abs() / has.max(said))
            .fold(0.0, f64::max);
        let relative_residual = if scale > 0.0 { gap / scale } else { 0.0 };
        Certificate {
            gap,
            relative_residual,
            idle: Places::new(idle),
            overdrawn: Places::new(overdrawn),
            out_of_reach: Places::new(out_of_reach),
            level_error,
        }
    }
}
