//! Where things are: points on the grid, areas and how they nest, postcodes, boundaries. Knows nothing of children or places.

pub mod areas;
pub mod boundaries;
pub mod grid;
pub mod postcodes;

pub use areas::{Hierarchy, Lsoa};
pub use boundaries::{Boundaries, BoundaryError};
pub use grid::GridPoint;
