//! On foot, and on foot with wheels.

use enough_kernel::KilometresPerHour;

use super::{Access, Passage, access};
use crate::streets::tags::Tags;

/// Ways that walkers use unless they are forbidden. A motorway is never one (Motorways Traffic Regulations 1982).
const WAYS: [&str; 21] = [
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "pedestrian",
    "footway",
    "path",
    "track",
    "bridleway",
    "cycleway",
    "steps",
    "corridor",
];

pub(super) fn walk(tags: &Tags, speed: KilometresPerHour) -> Passage {
    let usual = WAYS.contains(&tags.get("highway"));
    let may = match access(tags, &["foot", "access"]) {
        Access::Yes => usual,
        Access::No => false,
        Access::Unsaid => usual && tags.get("motorroad") != "yes",
    };
    if !may {
        return Passage::default();
    }
    let mut passage = Passage::both(speed);
    match tags.get("oneway:foot") {
        "yes" | "1" => passage.backward = None,
        "-1" => passage.forward = None,
        _ => {}
    }
    passage
}

/// Ground on which small wheels sink or stick.
const SOFT_OR_ROUGH: [&str; 22] = [
    "cobblestone",
    "dirt",
    "earth",
    "grass",
    "gravel",
    "ground",
    "mud",
    "pebblestone",
    "rock",
    "rocky",
    "sand",
    "shale",
    "shingle",
    "snow",
    "soil",
    "stepping_stones",
    "stone",
    "unhewn_cobblestone",
    "unpaved",
    "woodchips",
    "chalk",
    "shells",
];

pub(super) fn wheel(tags: &Tags, speed: KilometresPerHour) -> Passage {
    let passage = walk(tags, speed);
    match tags.get("wheelchair") {
        "yes" | "designated" => return passage,
        "no" => return Passage::default(),
        _ => {}
    }
    let surface = tags.get("surface");
    // Where the map does not say what the ground is, a street is taken for paved, a field path is not.
    let unsaid = surface.is_empty()
        && tags.get("tracktype") != "grade1"
        && matches!(tags.get("highway"), "track" | "path" | "bridleway");
    let rough =
        matches!(tags.get("smoothness"), "bad" | "very_bad" | "horrible" | "very_horrible" | "impassable");
    let steps = tags.get("highway") == "steps";
    let soft = SOFT_OR_ROUGH.iter().any(|ground| surface.starts_with(ground));
    if steps || soft || unsaid || rough || is_steep(tags.get("incline")) {
        return Passage::default();
    }
    passage
}

/// Steeper than 1 in 12, the most for a ramp in the Department for Transport's Inclusive Mobility (2021), section 5.
fn is_steep(incline: &str) -> bool {
    incline
        .strip_suffix('%')
        .and_then(|number| number.trim().parse::<f64>().ok())
        .is_some_and(|percent| percent.abs() > 100.0 / 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(tags: &str) -> (bool, bool) {
        let (tags, speed) = (Tags::from(tags), KilometresPerHour::new(4.8));
        (walk(&tags, speed).is_open(), wheel(&tags, speed).is_open())
    }

    #[test]
    fn walkers_use_streets_and_paths_and_wheels_use_those_that_are_firm() {
        for (tags, expected) in [
            ("highway=residential", (true, true)),
            ("highway=steps", (true, false)),
            ("highway=footway", (true, true)),
            ("highway=path", (true, false)),
            ("highway=path surface=asphalt", (true, true)),
            ("highway=path wheelchair=yes", (true, true)),
            ("highway=footway surface=gravel", (true, false)),
            ("highway=footway surface=grass&chalk", (true, false)),
            ("highway=footway incline=10%", (true, false)),
            ("highway=track", (true, false)),
            ("highway=track tracktype=grade1", (true, true)),
            ("highway=footway wheelchair=no", (true, false)),
            ("highway=residential access=private", (false, false)),
            ("highway=service access=private foot=permissive", (true, true)),
            ("highway=track access=no foot=yes surface=asphalt", (true, true)),
            ("highway=motorway", (false, false)),
            ("highway=motorway foot=yes", (false, false)),
            ("highway=trunk motorroad=yes", (false, false)),
            ("highway=primary foot=no", (false, false)),
            ("highway=construction", (false, false)),
            ("highway=proposed foot=yes", (false, false)),
        ] {
            assert_eq!(open(tags), expected, "{tags}");
        }
    }

    #[test]
    fn one_way_streets_are_walked_both_ways() {
        let speed = KilometresPerHour::new(4.8);
        let street = walk(&Tags::from("highway=residential oneway=yes"), speed);
        assert!(street.forward.is_some() && street.backward.is_some());
        let gate = walk(&Tags::from("highway=footway oneway:foot=yes"), speed);
        assert!(gate.forward.is_some() && gate.backward.is_none());
    }
}
