//! Ferries: passed in the time the map gives, or at a guessed speed (OpenStreetMap wiki: Tag:route=ferry, Key:duration).

use enough_kernel::{KilometresPerHour, Minutes};

use super::access::{Access, Direction, OneWay, access_along, one_way, passage};
use super::{Kind, Mode, Pace, Passage};
use crate::streets::tags::Tags;

/// Speed of a ferry without a duration: about 8 knots, that of small car ferries.
const SPEED: KilometresPerHour = KilometresPerHour::new(15.0);

pub(super) fn sail(mode: Mode, tags: &Tags) -> Passage {
    let (keys, one_way_keys): (&[&str], &[&str]) = match mode {
        Mode::Walk | Mode::Wheel => (&["foot", "access"], &["oneway:foot", "foot:oneway", "oneway"]),
        Mode::Cycle => (
            &["bicycle", "vehicle", "access"],
            &["oneway:bicycle", "bicycle:oneway", "oneway:vehicle", "vehicle:oneway", "oneway"],
        ),
        Mode::Car => (&["motorcar", "motor_vehicle", "vehicle"], &super::car::ONE_WAY),
    };
    let may = |direction: Direction| {
        let said = access_along(tags, keys, direction);
        // Many ferries take no cars, so the map must say that one does.
        if mode == Mode::Car { said == Access::Yes } else { said != Access::No }
    };
    if mode == Mode::Wheel && tags.has("wheelchair", "no") {
        return Passage::default();
    }
    let pace = longest(tags).map_or(Pace::Speed(SPEED), Pace::Crossing);
    let leads = one_way(tags, one_way_keys).unwrap_or(OneWay::No);
    let passage = passage(tags, &[], leads, |direction| may(direction).then_some(pace));
    Passage { kind: Kind::Ferry, no_stop: true, ..passage }
}

/// Of several durations, or from one to another, the longest.
fn longest(tags: &Tags) -> Option<Minutes> {
    let durations = tags.values("duration").flat_map(|duration| duration.split('-')).filter_map(minutes);
    durations.max_by(|a, b| a.get().total_cmp(&b.get()))
}

/// Whether it is a ferry whose duration the map gives in words that are not known, so that its speed is guessed.
pub(in crate::streets) fn duration_is_not_read(tags: &Tags) -> bool {
    tags.has("route", "ferry") && !tags.get("duration").is_empty() && longest(tags).is_none()
}

/// Minutes of `0:35`, `01:05:30`, `PT1H5M`, `35`, `1 h 5 min`; in small letters.
fn minutes(duration: &str) -> Option<Minutes> {
    let number = |text: &str| {
        text.trim()
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite() && *number >= 0.0)
    };
    let minutes = if duration.contains(':') {
        let clock = duration.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == ' ');
        match clock.split(':').map(number).collect::<Option<Vec<f64>>>()?[..] {
            [hours, minutes] => hours * 60.0 + minutes,
            [hours, minutes, seconds] => hours * 60.0 + minutes + seconds / 60.0,
            _ => return None,
        }
    } else if let Some(minutes) = number(duration) {
        minutes
    } else {
        // ISO 8601 writes P before days and T before hours.
        let text =
            duration.strip_prefix('p').map_or_else(|| duration.to_owned(), |iso| iso.replace('t', " "));
        let (mut rest, mut sum) = (text.trim(), 0.0);
        while !rest.is_empty() {
            let (amount, after) = rest.split_at(rest.find(char::is_alphabetic)?);
            let end =
                after.find(|letter: char| !letter.is_alphabetic() && letter != '.').unwrap_or(after.len());
            let minutes = match after[..end].trim_end_matches('.') {
                "d" | "day" | "days" => 1440.0,
                "h" | "hr" | "hrs" | "hour" | "hours" => 60.0,
                "m" | "min" | "mins" | "minute" | "minutes" => 1.0,
                "s" | "sec" | "secs" | "second" | "seconds" => 1.0 / 60.0,
                _ => return None,
            };
            sum += minutes * number(amount)?;
            rest = after[end..].trim_start();
        }
        sum
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
            ("00:45", Some(45.0)),
            ("1:30:00", Some(90.0)),
            ("1:30 h", Some(90.0)),
            ("01:05:30", Some(65.5)),
            ("pt1h5m", Some(65.0)),
            ("pt45m", Some(45.0)),
            ("pt0.75h", Some(45.0)),
            ("p1dt1h", Some(1500.0)),
            ("12", Some(12.0)),
            ("45 min", Some(45.0)),
            ("45min", Some(45.0)),
            ("45 mins.", Some(45.0)),
            ("1 h 5 min", Some(65.0)),
            ("1 hour 30 minutes", Some(90.0)),
            ("1,5 h", Some(90.0)),
            ("90 s", Some(1.5)),
            ("", None),
            ("soon", None),
            ("0:00", None),
            ("pt5", None),
            ("p", None),
            ("5 min or so", None),
        ] {
            assert_eq!(minutes(text), expected.map(Minutes::new), "{text}");
        }
    }

    #[test]
    fn a_ferry_takes_walkers_unless_it_says_no_and_cars_only_if_it_says_so() {
        let plain = Tags::from("route=ferry duration=0:10");
        assert_eq!(sail(Mode::Walk, &plain).forward, Some(Pace::Crossing(Minutes::new(10.0))));
        let listed = Tags::from("route=ferry duration=PT10M;40-45_Min");
        assert_eq!(sail(Mode::Walk, &listed).forward, Some(Pace::Crossing(Minutes::new(45.0))));
        assert!(!sail(Mode::Car, &plain).is_open());
        assert!(sail(Mode::Car, &Tags::from("route=ferry motor_vehicle=yes")).is_open());
        assert!(!sail(Mode::Walk, &Tags::from("route=ferry foot=no")).is_open());
    }

    #[test]
    fn a_duration_that_cannot_be_read_is_told_from_none() {
        assert!(duration_is_not_read(&Tags::from("route=ferry duration=soon")));
        assert!(!duration_is_not_read(&Tags::from("route=ferry duration=soon;0:20")), "one of them is read");
        assert!(!duration_is_not_read(&Tags::from("route=ferry")), "none is given");
        assert!(!duration_is_not_read(&Tags::from("highway=steps duration=soon")), "no ferry");
    }

    #[test]
    fn a_ferry_may_sail_in_one_direction() {
        for (tags, expected) in [
            ("route=ferry oneway=yes", (true, false)),
            ("route=ferry oneway=-1", (false, true)),
            ("route=ferry oneway=yes oneway:foot=no", (true, true)),
            ("route=ferry foot:backward=no", (true, false)),
        ] {
            let passage = sail(Mode::Walk, &Tags::from(tags));
            assert_eq!((passage.forward.is_some(), passage.backward.is_some()), expected, "{tags}");
        }
    }
}
