//! Modelled travel between points on a plane, for places without a street network: always labelled as modelled.

use enough_kernel::{Kilometres, KilometresPerHour, Metres, Minutes};
use rayon::prelude::*;

use super::Pairs;

/// A point on a plane in metres, such as the British National Grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Metres east.
    pub easting: f64,
    /// Metres north.
    pub northing: f64,
}

/// As the crow flies.
pub struct Crow;

impl Crow {
    /// Straight-line distance.
    pub fn between(one: Point, other: Point) -> Metres {
        Metres::new((one.easting - other.easting).hypot(one.northing - other.northing))
    }
}

/// A rule that turns straight-line distance into minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TravelModel {
    /// `minutes = 60 * distance * detour / speed`.
    Straight {
        /// Length of the way as a multiple of the straight line; 1.3 is usual for English streets.
        detour: f64,
        /// Door-to-door speed.
        speed: KilometresPerHour,
    },
    /// `minutes = fixed + per_kilometre * distance`, fitted to measured trips.
    Fitted {
        /// Minutes before the first kilometre.
        fixed: Minutes,
        /// Minutes for each kilometre of straight line.
        per_kilometre: f64,
    },
}

impl TravelModel {
    /// Minutes for a straight-line distance.
    ///
    /// ```
    /// use enough_kernel::{Kilometres, KilometresPerHour};
    /// use enough_sufficiency::reach::TravelModel;
    /// let walk = TravelModel::Straight { detour: 1.3, speed: KilometresPerHour::new(4.8) };
    /// assert_eq!(walk.minutes(Kilometres::new(0.8)).get().round(), 13.0);
    /// ```
    pub fn minutes(self, distance: Kilometres) -> Minutes {
        match self {
            Self::Straight { detour, speed } => Minutes::new(60.0 * distance.get() * detour / speed.get()),
            Self::Fitted { fixed, per_kilometre } => {
                Minutes::new(fixed.get() + per_kilometre * distance.get())
            }
        }
    }

    /// The longest straight line that can be travelled in the time.
    pub fn radius(self, limit: Minutes) -> Metres {
        let kilometres = match self {
            Self::Straight { detour, speed } => limit.get() * speed.get() / (60.0 * detour),
            Self::Fitted { fixed, per_kilometre } => (limit.get() - fixed.get()) / per_kilometre,
        };
        Metres::new(kilometres.max(0.0) * 1000.0)
    }

    /// About how many pairs there are within the limit, from a sample of settings: before memory is spent on them.
    pub fn estimate_pairs(self, areas: &[Point], settings: &[Point], limit: Minutes) -> f64 {
        const SAMPLE: usize = 200;
        let step = settings.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<Point> = settings.iter().copied().step_by(step).collect();
        self.pairs(areas, &sample, limit).len() as f64 * settings.len() as f64 / sample.len().max(1) as f64
    }

    /// All pairs of area and setting within the limit, ordered by setting, then area. Finds neighbours by a grid of cells.
    pub fn pairs(self, areas: &[Point], settings: &[Point], limit: Minutes) -> Pairs {
        let radius = self.radius(limit).get();
        let cell = radius.max(1.0);
        let key =
            |point: Point| ((point.easting / cell).floor() as i64, (point.northing / cell).floor() as i64);
        let mut cells: Vec<((i64, i64), u32)> =
            areas.iter().enumerate().map(|(index, &point)| (key(point), index as u32)).collect();
        cells.sort_unstable();
        let rows: Vec<Vec<(u32, Minutes)>> = settings
            .par_iter()
            .map(|&setting| {
                let (x, y) = key(setting);
                let mut row = Vec::new();
                for column in x - 1..=x + 1 {
                    let from = cells.partition_point(|&(at, _)| at < (column, y - 1));
                    for &(at, area) in &cells[from..] {
                        if at > (column, y + 1) {
                            break;
                        }
                        let minutes = self.minutes(Crow::between(areas[area as usize], setting).kilometres());
                        if minutes <= limit {
                            row.push((area, minutes));
                        }
                    }
                }
                row.sort_unstable_by_key(|&(area, _)| area);
                row
            })
            .collect();
        let mut pairs = Pairs::default();
        for (setting, row) in rows.into_iter().enumerate() {
            for (area, minutes) in row {
                pairs.push(area, setting as u32, minutes);
            }
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(most: usize) -> impl Strategy<Value = Vec<Point>> {
        let point = (-3000.0..3000.0f64, -3000.0..3000.0f64);
        prop::collection::vec(point.prop_map(|(easting, northing)| Point { easting, northing }), 1..most)
    }

    proptest! {
        #[test]
        fn the_grid_finds_every_pair_that_trying_all_finds(areas in points(40), settings in points(30), limit in 1.0..40.0f64) {
            for model in [
                TravelModel::Straight { detour: 1.3, speed: KilometresPerHour::new(4.8) },
                TravelModel::Fitted { fixed: Minutes::new(9.7), per_kilometre: 1.05 },
            ] {
                let limit = Minutes::new(limit);
                let found = model.pairs(&areas, &settings, limit);
                let mut all = Pairs::default();
                for (s, &setting) in settings.iter().enumerate() {
                    for (a, &area) in areas.iter().enumerate() {
                        let minutes = model.minutes(Crow::between(area, setting).kilometres());
                        if minutes <= limit {
                            all.push(a as u32, s as u32, minutes);
                        }
                    }
                }
                prop_assert_eq!((found.area, found.setting, found.minutes), (all.area, all.setting, all.minutes));
            }
        }
    }
}
