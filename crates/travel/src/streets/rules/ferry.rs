//! Ferries: passed in the time the map gives, or at a guessed speed.

use enough_kernel::{KilometresPerHour, Minutes};

use super::{Access, Mode, Pace, Passage, access};
use crate::streets::tags::Tags;

/// Speed of a ferry without a duration: about 8 knots, that of small car ferries.
const SPEED: KilometresPerHour = KilometresPerHour::new(15.0);

pub(super) fn passage(mode: Mode, tags: &Tags) -> Passage {
    let may = match mode {
        Mode::Walk | Mode::Wheel => access(tags, &["foot", "access"]) != Access::No,
        Mode::Cycle => access(tags, &["bicycle", "vehicle", "access"]) != Access::No,
        // Many ferries take no cars, so the map must say that one does.
        Mode::Car => access(tags, &["motorcar", "motor_vehicle", "vehicle"]) == Access::Yes,
    };
    if !may || (mode == Mode::Wheel && tags.get("wheelchair") == "no") {
        return Passage::default();
    }
    let pace = Some(minutes(tags.get("duration")).map_or(Pace::Speed(SPEED), Pace::Crossing));
    let back = if matches!(tags.get("oneway"), "yes" | "1" | "true") { None } else { pace };
    Passage { forward: pace, backward: back, ferry: true, no_stop: true }
}

/// Minutes of `0:35`, `01:05:30`, `PT1H5M` or `35`.
fn minutes(duration: &str) -> Option<Minutes> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let minutes = if let Some(rest) = duration.strip_prefix("PT") {
        let mut sum = 0.0;
        let mut digits = String::new();
        for letter in rest.chars() {
            let minutes = match letter {
                'H' => 60.0,
                'M' => 1.0,
                'S' => 1.0 / 60.0,
                digit => {
                    digits.push(digit);
                    continue;
                }
            };
            sum += minutes * number(&std::mem::take(&mut digits))?;
        }
        digits.is_empty().then_some(sum)?
    } else {
        match duration.split(':').map(number).collect::<Option<Vec<f64>>>()?[..] {
            [minutes] => minutes,
            [hours, minutes] => hours * 60.0 + minutes,
            [hours, minutes, seconds] => hours * 60.0 + minutes + seconds / 60.0,
            _ => return None,
        }
    };
    (minutes > 0.0).then_some(Minutes::new(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_map_writes_them() {
        for (text, expected) in [
            ("0:35", Some(35.0)),
            ("01:05:30", Some(65.5)),
            ("PT1H5M", Some(65.0)),
            ("12", Some(12.0)),
            ("", None),
            ("soon", None),
            ("0:00", None),
            ("PT5", None),
        ] {
            assert_eq!(minutes(text), expected.map(Minutes::new), "{text}");
        }
    }

    #[test]
    fn a_ferry_takes_walkers_unless_it_says_no_and_cars_only_if_it_says_so() {
        let plain = Tags::from("route=ferry duration=0:10");
        assert_eq!(passage(Mode::Walk, &plain).forward, Some(Pace::Crossing(Minutes::new(10.0))));
        assert!(!passage(Mode::Car, &plain).is_open());
        assert!(passage(Mode::Car, &Tags::from("route=ferry motor_vehicle=yes")).is_open());
        assert!(!passage(Mode::Walk, &Tags::from("route=ferry foot=no")).is_open());
    }
}
