//! Who needs what, where: children by single year of age, and deprivation. Reads the published files about children.

pub mod cars;
pub mod deprivation;
pub mod population;

pub use population::{AGES, ChildrenByAge, Fit, fit};
