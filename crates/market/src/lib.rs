//! What provision there is: settings with their places, ages, quality and place. Reads the published files about provision.

pub mod registers;
pub mod settings;

pub use settings::{Kind, Location, Quality, Register, Sector, Setting, spread};
