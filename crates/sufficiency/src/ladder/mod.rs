//! Minutes to enough: the fair share on a ladder of limits, and the first at which an area has enough.

use enough_kernel::{Children, Level, Minutes, Places};
use rayon::prelude::*;

use crate::fair_share::fair_share;
use crate::reach::Reach;

/// The limits of the ladder.
pub const LIMITS: [Minutes; 9] = [
    Minutes::new(5.0),
    Minutes::new(10.0),
    Minutes::new(15.0),
    Minutes::new(20.0),
    Minutes::new(25.0),
    Minutes::new(30.0),
    Minutes::new(35.0),
    Minutes::new(40.0),
    Minutes::new(45.0),
];

/// A level this close below the target meets it: a ratio of sums is never exact.
const ROUNDING: f64 = 1e-9;

/// The levels of every area at each limit of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder {
    /// The limits, ascending.
    pub limits: Vec<Minutes>,
    /// Places per child: `levels[rung][area]`.
    pub levels: Vec<Vec<Level>>,
}

impl Ladder {
    /// Runs the fair share at each limit over one reach that is wide enough for the last, several limits at once. A limit whose levels
    /// are known already is not run again.
    pub fn climb(
        need: &[Children],
        capacity: &[Places],
        reach: &Reach,
        limits: &[Minutes],
        known: Option<(Minutes, &[Level])>,
    ) -> Self {
        let levels = |&limit: &Minutes| match known {
            Some((same, levels)) if same == limit => levels.to_vec(),
            _ => fair_share(need, capacity, &reach.within(limit).without_minutes()).level,
        };
        // The widest takes longest: it is begun first, so that nobody waits for it alone at the end.
        let mut widest_first: Vec<Vec<Level>> = limits.par_iter().rev().with_max_len(1).map(levels).collect();
        widest_first.reverse();
        Self { limits: limits.to_vec(), levels: widest_first }
    }

    /// The smallest limit at which the area meets the target, if any does.
    ///
    /// A wider limit can lower a level, by letting others in: this is the first rung that is enough, not the last that is not.
    pub fn minutes_to_enough(&self, area: usize, target: Level) -> Option<Minutes> {
        let enough = target.get() * (1.0 - ROUNDING);
        self.limits
            .iter()
            .zip(&self.levels)
            .find(|(_, levels)| levels[area].get() >= enough)
            .map(|(limit, _)| *limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::Pairs;

    #[test]
    fn the_first_rung_that_is_enough_is_named_even_if_a_wider_one_is_not() {
        // Within 5 minutes area 0 has 5 places for 10 children; within 10 minutes 90 more children share them.
        let mut pairs = Pairs::default();
        pairs.push(0, 0, Minutes::new(4.0));
        pairs.push(1, 0, Minutes::new(9.0));
        let reach = Reach::new(2, 1, &pairs, None).unwrap();
        let need = [Children::new(10.0), Children::new(90.0)];
        let ladder =
            Ladder::climb(&need, &[Places::new(5.0)], &reach, &[Minutes::new(5.0), Minutes::new(10.0)], None);
        let again = Ladder::climb(
            &need,
            &[Places::new(5.0)],
            &reach,
            &ladder.limits,
            Some((Minutes::new(10.0), &ladder.levels[1])),
        );
        assert_eq!(again, ladder);
        assert_eq!(ladder.minutes_to_enough(0, Level::new(0.5)), Some(Minutes::new(5.0)));
        assert_eq!(ladder.minutes_to_enough(0, Level::new(0.05)), Some(Minutes::new(5.0)));
        assert_eq!(ladder.minutes_to_enough(1, Level::new(0.05)), Some(Minutes::new(10.0)));
        assert_eq!(ladder.minutes_to_enough(1, Level::new(0.5)), None);
    }
}
