//! Children by single year of age and area: the published tables, and their fit to each other.

mod fit;
mod tables;

pub use fit::{Fit, Margins, fit};
pub use tables::{AgeTable, Census, read_ages, read_census};

use enough_kernel::{AgeRange, Children};

/// Single years of age 0 to 18.
pub const AGES: usize = 19;

/// Children of one area by single year of age.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChildrenByAge(pub [f64; AGES]);

impl ChildrenByAge {
    /// The children of a range of ages.
    pub fn of(&self, ages: AgeRange) -> Children {
        Children::new(ages.years().map(|age| self.0[usize::from(age)]).sum())
    }

    /// Adds a share of another area's children.
    pub fn add(&mut self, other: &Self, share: f64) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += share * theirs;
        }
    }
}
