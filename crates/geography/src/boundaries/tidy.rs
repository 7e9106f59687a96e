//! Outlines as they are given out: to seven decimals of a degree, about a centimetre (RFC 7946, section 11.2), with rings that do not cross
//! themselves, outer ones against the clock (section 3.1.6).

use geo::orient::Direction;
use geo::{BooleanOps, CoordsIter, MapCoords, MultiPolygon, Orient, Validation};

/// How often what rounding made cross itself is mended. Once is nearly always enough.
const TIMES: usize = 4;

/// Points of a shape that is asked whether it is valid.
const LONGEST_ASKED: usize = 5_000;

fn rounded(shape: &MultiPolygon) -> MultiPolygon {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    shape.map_coords(|at| geo::Coord { x: round(at.x), y: round(at.y) })
}

/// The shape to seven decimals, without crossings. One that cannot be mended is given as it was, rounded.
pub(super) fn tidy(shape: &MultiPolygon) -> MultiPolygon {
    let mut now = rounded(shape);
    // To ask costs the square of the number of points: long outlines are mended once without asking.
    let is_short = now.coords_count() <= LONGEST_ASKED;
    for _ in 0..if is_short { TIMES } else { 1 } {
        if is_short && now.is_valid() {
            break;
        }
        // The union with nothing takes rings apart where they cross.
        now = rounded(&now.union(&MultiPolygon::new(Vec::new())));
        now.0.retain(|polygon| polygon.exterior().0.len() > 3);
    }
    now.orient(Direction::Default)
}

#[cfg(test)]
mod tests {
    use geo::{Area, LineString, Polygon};

    use super::*;

    #[test]
    fn a_ring_that_crosses_itself_is_taken_apart_and_loses_nothing() {
        let bow = Polygon::new(
            LineString::from(vec![(0.0, 50.0), (1.0, 51.0), (1.0, 50.0), (0.0, 51.0), (0.0, 50.0)]),
            Vec::new(),
        );
        let shape = MultiPolygon::new(vec![bow]);
        assert!(!shape.is_valid());
        let tidy = tidy(&shape);
        assert!(tidy.is_valid());
        assert!((tidy.unsigned_area() - 0.5).abs() < 1e-9, "{}", tidy.unsigned_area());
    }

    #[test]
    fn coordinates_have_seven_decimals_and_outer_rings_go_against_the_clock() {
        let clockwise =
            LineString::from(vec![(0.123_456_789, 50.0), (0.1, 50.5), (0.3, 50.5), (0.123_456_789, 50.0)]);
        let tidy = tidy(&MultiPolygon::new(vec![Polygon::new(clockwise, Vec::new())]));
        assert!(tidy.signed_area() > 0.0);
        assert!(tidy.0[0].exterior().coords().any(|at| at.x == 0.123_456_8));
    }
}
