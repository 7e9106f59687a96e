//! Borders between markets: the edges that neighbourhoods of different markets have in common.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use enough_assessments::Area;

use crate::shapes::{Shape, around};

/// A line, and where it lies.
#[derive(Debug, PartialEq)]
pub struct Line {
    /// Its points in degrees.
    pub points: Vec<(f64, f64)>,
    /// Its bounds in degrees.
    pub bounds: [f64; 4],
}

/// The markets that have an edge: the smallest and the largest number; an area without a market counts as one of its own.
type Sides = (i32, i32);

/// The borders between markets of these areas, which have the same points along what they share. Each is there once.
pub fn borders(areas: &[(&Area, &Shape)]) -> Vec<Line> {
    let hasher = RandomState::new();
    // An edge is the same in both directions. Its hash stands for it: two of a million meet once in ten million answers.
    let edge = |a: (f64, f64), b: (f64, f64)| {
        let ends = [a, b].map(|(x, y)| (x.to_bits(), y.to_bits()));
        hasher.hash_one((ends[0].min(ends[1]), ends[0].max(ends[1])))
    };
    let mut sides: HashMap<u64, Sides> = HashMap::new();
    let market = |area: &Area| area.market.unwrap_or(0);
    for (area, shape) in areas {
        for pair in shape.polygons.iter().flatten().flat_map(|ring| ring.windows(2)) {
            let sides = sides.entry(edge(pair[0], pair[1])).or_insert((market(area), market(area)));
            *sides = (sides.0.min(market(area)), sides.1.max(market(area)));
        }
    }
    let mut lines = Vec::new();
    let mut end = |points: &mut Vec<(f64, f64)>| {
        if points.len() > 1 {
            let bounds = around(points.iter().copied());
            lines.push(Line { points: std::mem::take(points), bounds });
        }
        points.clear();
    };
    for (area, shape) in areas {
        for ring in shape.polygons.iter().flatten() {
            let mut points = Vec::new();
            for pair in ring.windows(2) {
                let (least, most) = sides[&edge(pair[0], pair[1])];
                // Drawn by the one of both with the smaller number.
                if least != most && least == market(area) {
                    if points.is_empty() {
                        points.push(pair[0]);
                    }
                    points.push(pair[1]);
                } else {
                    end(&mut points);
                }
            }
            end(&mut points);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use enough_assessments::wkb::wkb;

    use super::*;

    /// A unit square with its lower left corner there.
    fn square(x: f64, y: f64) -> Shape {
        let ring = vec![(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0), (x, y)];
        Shape::read(&wkb(&vec![vec![ring]])).unwrap()
    }

    fn area(market: Option<i32>) -> Area {
        Area {
            authority: String::new(),
            assessment: String::new(),
            code: String::new(),
            kind: "lsoa".to_owned(),
            name: String::new(),
            parent: String::new(),
            children: 0.0,
            children_off: None,
            places: 0.0,
            level: None,
            shortfall: 0.0,
            overlap: 0.0,
            without_reach: 0.0,
            minutes_to_enough: None,
            decile: None,
            ladder: String::new(),
            ages: String::new(),
            history: String::new(),
            market,
            markets: "[]".to_owned(),
            ward: None,
            msoa: None,
        }
    }

    #[test]
    fn only_what_divides_markets_is_a_border() {
        let shapes = [square(0.0, 0.0), square(1.0, 0.0), square(0.0, 1.0), square(1.0, 1.0)];
        let lines = |markets: [Option<i32>; 4]| {
            let areas = markets.map(area);
            borders(&areas.iter().zip(&shapes).collect::<Vec<_>>())
        };
        assert_eq!(lines([Some(1); 4]), []);
        assert_eq!(lines([None; 4]), []);
        let one = lines([Some(1), Some(2), Some(1), Some(2)]);
        let mut edges: Vec<_> = one.iter().map(|line| line.points.clone()).collect();
        edges.sort_by(|a, b| a[0].1.total_cmp(&b[0].1));
        assert_eq!(edges, [[(1.0, 0.0), (1.0, 1.0)], [(1.0, 1.0), (1.0, 2.0)]]);
        // The one in the corner has two edges in a row: one line.
        let corner = lines([Some(1), Some(2), Some(2), None]);
        assert!(corner.iter().any(|line| line.points == [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]), "{corner:?}");
    }
}
