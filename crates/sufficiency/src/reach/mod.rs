//! Who can reach what: a compact table of pairs of area and setting with minutes. Knows no place, no id, no file.

mod modelled;

pub use modelled::{Crow, Point, TravelModel};

use enough_kernel::Minutes;
use rayon::prelude::*;
use thiserror::Error;

/// Pairs in the order they came, before they are made into a [`Reach`].
#[derive(Debug, Default, Clone)]
pub struct Pairs {
    /// Index of the area of each pair.
    pub area: Vec<u32>,
    /// Index of the setting of each pair.
    pub setting: Vec<u32>,
    /// Travel time from the area to the setting.
    pub minutes: Vec<f64>,
}

impl Pairs {
    /// Adds one pair.
    pub fn push(&mut self, area: u32, setting: u32, minutes: Minutes) {
        self.area.push(area);
        self.setting.push(setting);
        self.minutes.push(minutes.get());
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.area.len()
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }
}

/// Why pairs cannot be made into a reach.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ReachError {
    /// The same area and setting twice: which time is right cannot be known.
    #[error("area {area} and setting {setting} are paired more than once")]
    PairedTwice {
        /// Index of the area.
        area: u32,
        /// Index of the setting.
        setting: u32,
    },
    /// A pair names an area or setting that is not there.
    #[error("pair {position} names area {area} and setting {setting}, beyond the last of either")]
    OutOfRange {
        /// Position of the pair, from 0.
        position: usize,
        /// Index of the area.
        area: u32,
        /// Index of the setting.
        setting: u32,
    },
    /// A travel time below zero, infinite or not a number.
    #[error("pair {position} has {minutes} minutes, which is not a travel time")]
    NotATime {
        /// Position of the pair, from 0.
        position: usize,
        /// The time that was refused.
        minutes: f64,
    },
}

/// The pairs within reach, grouped by setting; inside a setting by ascending area.
///
/// A pair that is not here is not reachable: there is no number that stands for "too far".
#[derive(Debug, Clone)]
pub struct Reach {
    areas: usize,
    start: Vec<usize>,
    area: Vec<u32>,
    minutes: Vec<f64>,
}

impl Reach {
    /// Groups the pairs whose minutes are at most `limit` (all pairs without one). A time equal to the limit is within it.
    ///
    /// # Errors
    /// [`ReachError`] for the first pair that is unknown, has no possible time, or was given before.
    pub fn new(
        areas: usize,
        settings: usize,
        pairs: &Pairs,
        limit: Option<Minutes>,
    ) -> Result<Self, ReachError> {
        let mut start = vec![0usize; settings + 1];
        for position in 0..pairs.len() {
            let (area, setting, minutes) =
                (pairs.area[position], pairs.setting[position], pairs.minutes[position]);
            if area as usize >= areas || setting as usize >= settings {
                return Err(ReachError::OutOfRange { position, area, setting });
            }
            if !(minutes.is_finite() && minutes >= 0.0) {
                return Err(ReachError::NotATime { position, minutes });
            }
            start[setting as usize + 1] += 1;
        }
        for setting in 0..settings {
            start[setting + 1] += start[setting];
        }
        let kept = start[settings];
        let (mut area, mut minutes) = (vec![0u32; kept], vec![0f64; kept]);
        let mut next = start.clone();
        for position in 0..pairs.len() {
            let slot = &mut next[pairs.setting[position] as usize];
            area[*slot] = pairs.area[position];
            minutes[*slot] = pairs.minutes[position];
            *slot += 1;
        }
        let mut reach = Self { areas, start, area, minutes };
        reach.sort_areas()?;
        // Only now: a pair given twice is an error even if the limit would have hidden one of the two.
        if let Some(limit) = limit {
            reach.keep_within(limit);
        }
        Ok(reach)
    }

    fn keep_within(&mut self, limit: Minutes) {
        let (mut kept, mut begin) = (0, 0);
        for setting in 0..self.settings() {
            let end = self.start[setting + 1];
            for pair in begin..end {
                if self.minutes[pair] <= limit.get() {
                    self.area[kept] = self.area[pair];
                    self.minutes[kept] = self.minutes[pair];
                    kept += 1;
                }
            }
            (begin, self.start[setting + 1]) = (end, kept);
        }
        self.area.truncate(kept);
        self.area.shrink_to_fit();
        self.minutes.truncate(kept);
        self.minutes.shrink_to_fit();
    }

    fn sort_areas(&mut self) -> Result<(), ReachError> {
        let mut rows: Vec<(u32, &mut [u32], &mut [f64])> = Vec::with_capacity(self.start.len());
        let (mut areas, mut minutes) = (self.area.as_mut_slice(), self.minutes.as_mut_slice());
        for setting in 0..self.start.len() - 1 {
            let length = self.start[setting + 1] - self.start[setting];
            let (row_areas, rest_areas) = areas.split_at_mut(length);
            let (row_minutes, rest_minutes) = minutes.split_at_mut(length);
            rows.push((setting as u32, row_areas, row_minutes));
            (areas, minutes) = (rest_areas, rest_minutes);
        }
        let twice = rows.into_par_iter().filter_map(|(setting, areas, minutes)| {
            if !areas.is_sorted() {
                let mut row: Vec<(u32, f64)> = areas.iter().copied().zip(minutes.iter().copied()).collect();
                row.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
                for (k, (area, time)) in row.into_iter().enumerate() {
                    (areas[k], minutes[k]) = (area, time);
                }
            }
            let area = areas.windows(2).find(|two| two[0] == two[1])?[0];
            Some((setting, area))
        });
        match twice.min() {
            Some((setting, area)) => Err(ReachError::PairedTwice { area, setting }),
            None => Ok(()),
        }
    }

    /// Number of areas, reached or not.
    pub fn areas(&self) -> usize {
        self.areas
    }

    /// Number of settings, reached or not.
    pub fn settings(&self) -> usize {
        self.start.len() - 1
    }

    /// Number of pairs within reach.
    pub fn pairs(&self) -> usize {
        self.area.len()
    }

    /// The areas that reach a setting, ascending.
    pub fn areas_of(&self, setting: usize) -> &[u32] {
        &self.area[self.start[setting]..self.start[setting + 1]]
    }

    /// Minutes from each of [`Self::areas_of`] to the setting; empty after [`Self::without_minutes`].
    pub fn minutes_of(&self, setting: usize) -> &[f64] {
        if self.minutes.is_empty() {
            &[]
        } else {
            &self.minutes[self.start[setting]..self.start[setting + 1]]
        }
    }

    /// The same reach within a stricter limit.
    #[must_use]
    pub fn within(&self, limit: Minutes) -> Self {
        let mut narrower = Self { areas: self.areas, start: vec![0], area: Vec::new(), minutes: Vec::new() };
        for setting in 0..self.settings() {
            for (&area, &minutes) in self.areas_of(setting).iter().zip(self.minutes_of(setting)) {
                if minutes <= limit.get() {
                    narrower.area.push(area);
                    narrower.minutes.push(minutes);
                }
            }
            narrower.start.push(narrower.area.len());
        }
        narrower
    }

    /// Gives up the times to save memory: the fair share needs only who reaches what.
    #[must_use]
    pub fn without_minutes(mut self) -> Self {
        self.minutes = Vec::new();
        self
    }

    /// For each area whether any setting is in reach.
    pub fn reached_areas(&self) -> Vec<bool> {
        let mut reached = vec![false; self.areas];
        for &area in &self.area {
            reached[area as usize] = true;
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(rows: &[(u32, u32, f64)]) -> Pairs {
        let mut pairs = Pairs::default();
        for &(area, setting, minutes) in rows {
            pairs.push(area, setting, Minutes::new(minutes));
        }
        pairs
    }

    #[test]
    fn a_time_equal_to_the_limit_is_within_reach() {
        let reach =
            Reach::new(2, 1, &pairs(&[(0, 0, 15.0), (1, 0, 15.000_001)]), Some(Minutes::new(15.0))).unwrap();
        assert_eq!(reach.areas_of(0), [0]);
    }

    #[test]
    fn a_pair_given_twice_is_refused_even_with_the_same_time() {
        let error = Reach::new(2, 2, &pairs(&[(1, 1, 3.0), (0, 0, 1.0), (1, 1, 3.0)]), None).unwrap_err();
        assert_eq!(error, ReachError::PairedTwice { area: 1, setting: 1 });
    }

    #[test]
    fn impossible_times_and_unknown_areas_are_refused() {
        assert!(matches!(
            Reach::new(1, 1, &pairs(&[(0, 0, -1.0)]), None),
            Err(ReachError::NotATime { position: 0, .. })
        ));
        assert!(matches!(
            Reach::new(1, 1, &pairs(&[(0, 0, f64::NAN)]), None),
            Err(ReachError::NotATime { position: 0, .. })
        ));
        assert!(matches!(
            Reach::new(1, 1, &pairs(&[(1, 0, 1.0)]), None),
            Err(ReachError::OutOfRange { position: 0, area: 1, .. })
        ));
    }
}
