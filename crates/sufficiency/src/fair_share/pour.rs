//! Block coordinate descent: each setting in turn takes back what it gives and pours it over the areas it reaches, lowest
//! level first (water-filling). Local balancing of this kind converges to the fair share (Hajek, "Performance of global
//! load balancing by local adjustment", 1990, doi:10.1109/18.57208); it comes near fast and then crawls, so it only
//! prepares the exact finish in `even`.

use super::part::Part;

/// Working memory of one sweep.
#[derive(Default)]
pub(super) struct Pour {
    has: Vec<f64>,
    need: Vec<f64>,
}

impl Pour {
    /// Pours every setting once, in ascending or descending order, and returns the places that changed hands.
    pub fn sweep(&mut self, part: &mut Part, forwards: bool) -> f64 {
        let settings = part.settings();
        let mut moved = 0.0;
        for step in 0..settings {
            moved += self.setting(part, if forwards { step } else { settings - 1 - step });
        }
        moved
    }

    fn setting(&mut self, part: &mut Part, setting: usize) -> f64 {
        let row = part.row(setting);
        let capacity = part.capacity[setting];
        if capacity <= 0.0 {
            return 0.0;
        }
        let (areas, given) = (&part.area[row.clone()], &mut part.given[row]);
        self.has.clear();
        self.need.clear();
        for (&area, &given) in areas.iter().zip(given.iter()) {
            self.has.push((part.has[area as usize] - given).max(0.0));
            self.need.push(part.need[area as usize]);
        }
        let water = water_level(&self.has, &self.need, capacity, part.water[setting]);
        part.water[setting] = water;
        let mut moved = 0.0;
        for (k, (&area, given)) in areas.iter().zip(given).enumerate() {
            let now = (water * self.need[k] - self.has[k]).max(0.0);
            moved += (now - *given).abs();
            *given = now;
            part.has[area as usize] = self.has[k] + now;
        }
        moved
    }
}

/// The level `w` with `sum over areas of max(0, w * need - has) = capacity`, by Newton's method on a convex piecewise
/// linear function: after one step every next one comes from above and ends at the exact piece.
pub(crate) fn water_level(has: &[f64], need: &[f64], capacity: f64, guess: f64) -> f64 {
    let step = |water: f64| {
        let (mut places, mut children) = (0.0, 0.0);
        for (&has, &need) in has.iter().zip(need) {
            let below = if has < water * need { 1.0 } else { 0.0 };
            places += below * has;
            children += below * need;
        }
        if children > 0.0 { Some((capacity + places) / children) } else { None }
    };
    let mut water = step(guess).or_else(|| step(f64::INFINITY)).unwrap_or(0.0);
    for _ in 0..64 {
        match step(water) {
            Some(next) if next < water => water = next,
            _ => break,
        }
    }
    water
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn water_fills_the_lowest_first() {
        // Two areas of 10 children, one of which has 8 places already: 4 more places all go to the other.
        assert!((water_level(&[8.0, 0.0], &[10.0, 10.0], 4.0, 0.0) - 0.4).abs() < 1e-15);
        // 12 more places lift both to one level: (8 + 12) / 20.
        assert!((water_level(&[8.0, 0.0], &[10.0, 10.0], 12.0, 0.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_guess_does_not_change_the_answer() {
        let (has, need) = ([3.0, 0.0, 7.0, 1.0], [4.0, 2.0, 5.0, 9.0]);
        let expected = water_level(&has, &need, 6.0, 0.0);
        for guess in [0.01, 0.3, 0.6, 1.0, 50.0, f64::INFINITY] {
            assert!((water_level(&has, &need, 6.0, guess) - expected).abs() < 1e-14, "from {guess}");
        }
        let poured: f64 = has.iter().zip(need).map(|(h, d)| (expected * d - h).max(0.0)).sum();
        assert!((poured - 6.0).abs() < 1e-12);
    }
}
