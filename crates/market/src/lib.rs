//! What provision there is: settings with their places, ages, quality and place. Reads the published files about provision.

pub mod places;
pub mod quality;
pub mod registers;
pub mod settings;

pub use places::PlacesByAge;
pub use quality::{Judgements, Standing};
pub use settings::{Kind, Location, PlacesAre, Register, Sector, Setting, spread};
