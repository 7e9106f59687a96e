//! On foot, and on foot with wheels.

use enough_kernel::KilometresPerHour;

use super::access::{Access, Direction, OneWay, access_along, one_way, passage};
use super::barriers::has_high_kerb;
use super::{Pace, Passage};
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
    let may = |direction: Direction| match access_along(tags, &["foot", "access"], direction) {
        Access::Yes => usual,
        Access::No => false,
        Access::Unsaid => usual && !tags.has("motorroad", "yes"),
    };
    // No one-way street is one for walkers, unless it is said of them.
    let leads = one_way(tags, &["oneway:foot", "foot:oneway"]).unwrap_or(OneWay::No);
    passage(tags, &[], leads, |direction| may(direction).then_some(Pace::Speed(speed)))
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
    if tags.has("wheelchair", "no") {
        return Passage::default();
    }
    if tags.has_any("wheelchair", &["yes", "designated"]) {
        return passage;
    }
    // Where the map does not say what the ground is, a street is taken for paved, a field path is not.
    let unsaid = tags.get("surface").is_empty()
        && !tags.has("tracktype", "grade1")
        && matches!(tags.get("highway"), "track" | "path" | "bridleway");
    let rough = tags.has_any("smoothness", &["bad", "very_bad", "horrible", "very_horrible", "impassable"]);
    let soft =
        tags.values("surface").any(|surface| SOFT_OR_ROUGH.iter().any(|ground| surface.starts_with(ground)));
    // The gradient of steps is that of the steps, not of their ramp.
    let steep = match tags.get("highway") {
        "steps" => !has_ramp(tags),
        _ => tags.values("incline").any(is_steep),
    };
    // Some draw the kerbs of a crossing on its line.
    let kerb = tags.has("footway", "crossing") && has_high_kerb(tags);
    if soft || unsaid || rough || steep || kerb { Passage::default() } else { passage }
}

/// Whether steps have a ramp for wheelchairs or pushchairs, and not for bicycles or luggage alone (OpenStreetMap wiki: Key:ramp).
/// One that is separate is drawn as a way of its own.
fn has_ramp(tags: &Tags) -> bool {
    let yes = |key: &str| tags.has(key, "yes");
    let own = ["ramp:wheelchair", "ramp:stroller"];
    let others = yes("ramp:bicycle") || yes("ramp:luggage");
    own.iter().any(|key| yes(key))
        || (yes("ramp") && !others && own.iter().all(|key| tags.get(key).is_empty()))
}

/// Steeper than 1 in 12, the most for a ramp in the Department for Transport's Inclusive Mobility (2021), section 5: in per cent,
/// degrees or as a ratio (OpenStreetMap wiki: Key:incline); a bare number is per cent.
fn is_steep(incline: &str) -> bool {
    let about = ['~', '<', '>', ' '];
    let number = |text: &str| text.trim_matches(about).replace(',', ".").parse::<f64>().ok();
    let ratio = |mark: &str| {
        let (rise, run) = incline.split_once(mark)?;
        Some(number(rise)? / number(run)?)
    };
    let degrees = || {
        let angle = ["°", "degrees", "deg"].iter().find_map(|unit| incline.strip_suffix(unit))?;
        Some(number(angle)?.to_radians().tan())
    };
    let gradient = [":", "/", "in"].iter().find_map(|mark| ratio(mark)).or_else(degrees);
    let gradient = gradient.or_else(|| Some(number(incline.trim_end_matches('%'))? / 100.0));
    gradient.is_some_and(|gradient| gradient.abs() > 1.0 / 12.0 + 1e-9)
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
            ("highway=footway incline=-10_%", (true, false)),
            ("highway=footway incline=1:6", (true, false)),
            ("highway=footway incline=1:12", (true, true)),
            ("highway=footway incline=-1:11.9", (true, false)),
            ("highway=footway incline=1in10", (true, false)),
            ("highway=footway incline=10°", (true, false)),
            ("highway=footway incline=-4.5°", (true, true)),
            ("highway=footway incline=4.8°", (true, false)),
            ("highway=footway incline=8,5%", (true, false)),
            ("highway=footway incline=>_10%", (true, false)),
            ("highway=footway incline=5%;10%", (true, false)),
            ("highway=footway incline=up", (true, true)),
            ("highway=footway surface=asphalt;gravel", (true, false)),
            ("highway=footway surface=Gravel", (true, false)),
            ("highway=footway smoothness=good;bad", (true, false)),
            ("highway=footway footway=crossing kerb=raised", (true, false)),
            ("highway=footway footway=sidewalk kerb=raised", (true, true)),
            ("highway=steps ramp=yes incline=up", (true, true)),
            ("highway=steps ramp:wheelchair=yes incline=40%", (true, true)),
            ("highway=steps ramp=yes ramp:stroller=yes ramp:bicycle=yes", (true, true)),
            ("highway=steps ramp=yes ramp:bicycle=yes", (true, false)),
            ("highway=steps ramp=yes ramp:wheelchair=no", (true, false)),
            ("highway=steps ramp=separate", (true, false)),
            ("highway=steps ramp:stroller=yes wheelchair=no", (true, false)),
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
        for gate in ["oneway:foot=yes", "foot:oneway=yes", "foot:backward=no", "access:backward=Private"] {
            let passage = walk(&Tags::from(&*format!("highway=footway {gate}")), speed);
            assert!(passage.forward.is_some() && passage.backward.is_none(), "{gate}");
        }
    }
}
