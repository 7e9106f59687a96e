//! The land within so many minutes: polygons around the streets that are reached, and the ground beside them.

use contour::ContourBuilder;
use enough_kernel::{LonLat, Minutes};
use geo_types::MultiPolygon;

use super::milliseconds;
use super::nearest::Searcher;
use crate::streets::network::{NEVER, degrees};
use crate::streets::{Network, Snap, snap::part};

/// From a point, or to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Where one gets from here.
    From,
    /// From where one gets here.
    To,
}

/// Ground this far from a street counts, with the time to walk there.
const BESIDE_STREETS: f64 = 60.0;
/// Side of a cell in metres, and the most cells a side before cells grow.
const CELL: f64 = 20.0;
const MOST_CELLS: f64 = 1500.0;

/// For each limit the land within it, in degrees (longitude, latitude). Its edge is right to about a cell: 20 metres, and more
/// where the land is wider than 30 kilometres.
pub fn isochrones(
    network: &Network,
    at: &Snap,
    limits: &[Minutes],
    direction: Direction,
) -> Vec<MultiPolygon<f64>> {
    let longest = limits.iter().copied().map(milliseconds).max().unwrap_or(0);
    let samples = samples(network, at, longest, direction);
    let Some(grid) = Grid::around(&samples) else { return vec![MultiPolygon::new(Vec::new()); limits.len()] };
    let per_metre = 3600.0 / network.profile().off_street().get();
    let times = grid.times(&samples, per_metre, 3.0 * f64::from(longest) + 1.0);
    // The contour is around what is high, so near is made high.
    let heights: Vec<f64> = times.iter().map(|time| -time).collect();
    let thresholds: Vec<f64> = limits.iter().map(|&limit| -f64::from(milliseconds(limit))).collect();
    let contours = ContourBuilder::new(grid.columns, grid.rows, true)
        .x_origin(grid.west)
        .y_origin(grid.south)
        .x_step(grid.east_step)
        .y_step(grid.north_step)
        .contours(&heights, &thresholds);
    // The only error is a grid of another size than its values, which are made from it.
    contours
        .map_or_else(|_| Vec::new(), |list| list.into_iter().map(|contour| contour.into_inner().0).collect())
}

/// Points along the streets that are reached, with their time in milliseconds.
fn samples(network: &Network, at: &Snap, limit: u32, direction: Direction) -> Vec<(LonLat, u32)> {
    let backwards = direction == Direction::To;
    let mut searcher = Searcher::new(network, backwards);
    let seeds = if backwards { network.arrivals(at) } else { network.departures(at) };
    searcher.run(&seeds, limit);
    let at_junction =
        |junction: u32| network.states_of(junction).map(|state| searcher.time(state)).min().unwrap_or(NEVER);
    let mut samples = vec![(at.at, at.off_milliseconds)];
    for (index, street) in network.streets.iter().enumerate() {
        let (from, to) = (at_junction(street.from), at_junction(street.to));
        if street.no_stop == 1 || (from == NEVER && to == NEVER && at.street as usize != index) {
            continue;
        }
        // Backwards one comes to a point of the street from its end when driving forward ends there.
        let (out, back) =
            if backwards { (street.backward, street.forward) } else { (street.forward, street.backward) };
        let time = |share: f64| {
            let ahead = (from != NEVER && out != NEVER).then(|| from.saturating_add(part(out, share)));
            let behind = (to != NEVER && back != NEVER).then(|| to.saturating_add(part(back, 1.0 - share)));
            let here = (at.street as usize == index).then(|| {
                let other = Snap { along: share, off_milliseconds: 0, ..*at };
                if backwards { network.within_street(&other, at) } else { network.within_street(at, &other) }
            });
            [ahead, behind, here.flatten()].into_iter().flatten().min().filter(|&time| time <= limit)
        };
        let shape = network.shape_of(index);
        let lengths: Vec<f64> =
            shape.windows(2).map(|ends| degrees(ends[0]).to(degrees(ends[1])).get()).collect();
        let whole = lengths.iter().sum::<f64>().max(1e-9);
        let mut before = 0.0;
        for (ends, length) in shape.windows(2).zip(&lengths) {
            let (a, b) = (degrees(ends[0]), degrees(ends[1]));
            let steps = (length / (CELL / 2.0)).ceil().max(1.0) as u32;
            for step in 0..=steps {
                let share = f64::from(step) / f64::from(steps);
                let point = LonLat {
                    longitude: a.longitude + share * (b.longitude - a.longitude),
                    latitude: a.latitude + share * (b.latitude - a.latitude),
                };
                if let Some(time) = time(((before + share * length) / whole).min(1.0)) {
                    samples.push((point, time));
                }
            }
            before += length;
        }
    }
    samples
}

/// Cells over the land that is reached.
struct Grid {
    west: f64,
    south: f64,
    east_step: f64,
    north_step: f64,
    columns: usize,
    rows: usize,
    cell: f64,
}

impl Grid {
    fn around(samples: &[(LonLat, u32)]) -> Option<Self> {
        let bound = |of: fn(&LonLat) -> f64| {
            let values = samples.iter().map(|(point, _)| of(point));
            Some((values.clone().min_by(f64::total_cmp)?, values.max_by(f64::total_cmp)?))
        };
        let ((west, east), (south, north)) = (bound(|p| p.longitude)?, bound(|p| p.latitude)?);
        let middle = LonLat { longitude: west, latitude: f64::midpoint(south, north) };
        let (east_metres, north_metres) = middle.metres_per_degree();
        let (width, height) = ((east - west) * east_metres, (north - south) * north_metres);
        let cell = CELL.max(width.max(height) / MOST_CELLS);
        // A margin wide enough that the land never touches the edge.
        let margin = BESIDE_STREETS.max(2.0 * cell) + 2.0 * cell;
        Some(Self {
            west: west - margin / east_metres,
            south: south - margin / north_metres,
            east_step: cell / east_metres,
            north_step: cell / north_metres,
            columns: ((width + 2.0 * margin) / cell).ceil() as usize + 1,
            rows: ((height + 2.0 * margin) / cell).ceil() as usize + 1,
            cell,
        })
    }

    /// The time to the middle of each cell, by row from the south.
    fn times(&self, samples: &[(LonLat, u32)], per_metre: f64, unreached: f64) -> Vec<f64> {
        let mut times = vec![unreached; self.columns * self.rows];
        let wide = BESIDE_STREETS.max(1.5 * self.cell);
        let around = (wide / self.cell).ceil() as i64;
        for &(point, time) in samples {
            let x = (point.longitude - self.west) / self.east_step - 0.5;
            let y = (point.latitude - self.south) / self.north_step - 0.5;
            for row in y.round() as i64 - around..=y.round() as i64 + around {
                for column in x.round() as i64 - around..=x.round() as i64 + around {
                    let metres = (column as f64 - x).hypot(row as f64 - y) * self.cell;
                    if metres > wide || row < 0 || column < 0 {
                        continue;
                    }
                    let (row, column) = (row as usize, column as usize);
                    if row < self.rows && column < self.columns {
                        let known = &mut times[row * self.columns + column];
                        *known = known.min(f64::from(time) + metres * per_metre);
                    }
                }
            }
        }
        times
    }
}
