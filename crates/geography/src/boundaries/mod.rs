//! Boundaries from GeoJSON, and which of them a point lies in.

mod feature;
mod read;
mod tidy;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use enough_kernel::{AreaCode, LonLat};
use enough_tables::Budget;
use geo::{Area, BooleanOps, BoundingRect, Contains, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use thiserror::Error;

/// Why boundaries cannot be read.
#[derive(Debug, Error)]
pub enum BoundaryError {
    /// The file cannot be opened, or is cut off.
    #[error(transparent)]
    File(#[from] enough_tables::TableError),
    /// Not GeoJSON, or not of areas.
    #[error("{path} is not GeoJSON of areas with a code: {problem}")]
    Format {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// The boundaries of areas, in degrees.
#[derive(Debug, Default)]
pub struct Boundaries {
    areas: Vec<(AreaCode, MultiPolygon)>,
    position: HashMap<AreaCode, usize>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Boundaries {
    /// Reads a feature collection. The code of an area is the first property that is a GSS code and whose name ends in `code`
    /// or `cd`; features without one, or without an area, are an error: half a map is a wrong map.
    ///
    /// # Errors
    /// [`BoundaryError`] when the file cannot be read or is something else.
    pub fn read(path: &Path) -> Result<Self, BoundaryError> {
        read::areas(path, Budget::default()).map(Self::new)
    }

    fn new(areas: Vec<(AreaCode, MultiPolygon)>) -> Self {
        let position = areas.iter().enumerate().map(|(position, (code, _))| (*code, position)).collect();
        let boxes = areas.iter().enumerate().filter_map(|(position, (_, shape))| {
            let bounds = shape.bounding_rect()?;
            let rectangle =
                Rectangle::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y]);
            Some(GeomWithData::new(rectangle, position))
        });
        let tree = RTree::bulk_load(boxes.collect());
        Self { areas, position, tree }
    }

    /// The boundary of an area.
    pub fn of(&self, code: AreaCode) -> Option<&MultiPolygon> {
        self.position.get(&code).map(|&position| &self.areas[position].1)
    }

    /// The area that a point lies in. With 20 m boundaries this is right for 99.5 % of postcodes, with 200 m for 84 %.
    pub fn containing(&self, point: LonLat) -> Option<AreaCode> {
        let at = [point.longitude, point.latitude];
        let candidates = self.tree.locate_in_envelope_intersecting(&AABB::from_point(at));
        let shape_point = Point::new(point.longitude, point.latitude);
        candidates
            .map(|found| &self.areas[found.data])
            .filter(|(_, shape)| shape.contains(&shape_point))
            .map(|(code, _)| *code)
            .min()
    }

    /// One shape for several areas, without the borders between them, as it is given out. Areas without a boundary are left out.
    pub fn union(&self, codes: &[AreaCode]) -> Option<MultiPolygon> {
        let mut shapes: Vec<MultiPolygon> = codes.iter().filter_map(|&code| self.of(code).cloned()).collect();
        while shapes.len() > 1 {
            shapes = shapes
                .chunks(2)
                .map(|two| if let [one, other] = two { one.union(other) } else { two[0].clone() })
                .collect();
        }
        shapes.pop().map(without_slivers).map(|shape| tidy::tidy(&shape))
    }

    /// The codes of all areas, in the order of the file.
    pub fn codes(&self) -> impl Iterator<Item = AreaCode> {
        self.areas.iter().map(|(code, _)| *code)
    }

    /// How many areas there are.
    pub fn len(&self) -> usize {
        self.areas.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }
}

/// Generalised neighbours do not meet exactly: unions of them leave slivers of a few square metres, which are no shape.
fn without_slivers(shape: MultiPolygon) -> MultiPolygon {
    // In square degrees, about 75 square metres in England.
    const SLIVER: f64 = 1e-8;
    let rings = |polygon: geo::Polygon| {
        let (exterior, interiors) = polygon.into_inner();
        let holes = interiors
            .into_iter()
            .filter(|hole| geo::Polygon::new(hole.clone(), Vec::new()).unsigned_area() > SLIVER);
        geo::Polygon::new(exterior, holes.collect())
    };
    let real = shape.0.into_iter().filter(|polygon| polygon.unsigned_area() > SLIVER);
    MultiPolygon(real.map(rings).collect())
}
