//! Shapes of areas, and where they lie.

use enough_assessments::wkb::{Polygons, polygons};

/// A shape, and where it lies: west, south, east, north.
#[derive(Debug)]
pub struct Shape {
    /// Its polygons.
    pub polygons: Polygons,
    /// Its bounds in degrees.
    pub bounds: [f64; 4],
}

impl Shape {
    /// A shape from well-known binary; nothing if it is something else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let polygons = polygons(bytes)?;
        let bounds = around(polygons.iter().flatten().flatten().copied());
        Some(Self { polygons, bounds })
    }
}

/// The bounds of points: west, south, east, north; west is above east if there are none.
pub fn around(points: impl Iterator<Item = (f64, f64)>) -> [f64; 4] {
    points.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, (x, y)| {
        [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
    })
}
