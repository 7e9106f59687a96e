//! By car: speeds of road classes, and the limit where the map has one.

use enough_kernel::KilometresPerHour;

use super::access::{Access, Direction, OneWay, access_along, one_way, passage};
use super::{Pace, Passage};
use crate::streets::tags::Tags;

const KEYS: [&str; 4] = ["motorcar", "motor_vehicle", "vehicle", "access"];

/// Keys that say whether it is one-way for cars, the most specific first; each is written in two ways.
pub(super) const ONE_WAY: [&str; 7] = [
    "oneway:motorcar",
    "motorcar:oneway",
    "oneway:motor_vehicle",
    "motor_vehicle:oneway",
    "oneway:vehicle",
    "vehicle:oneway",
    "oneway",
];

/// Speed driven as a share of the limit. An assumption: bends, junctions and parked cars cost a fifth.
const SHARE_OF_LIMIT: f64 = 0.8;

/// For a class of road: km/h where no limit is mapped, and the most that is driven whatever the limit. Assumptions: day-time
/// averages, not free flow (the Department for Transport's tables CGN04 and CGN05 have averages by road).
fn speeds(highway: &str) -> Option<(f64, f64)> {
    Some(match highway {
        "motorway" => (90.0, 100.0),
        "motorway_link" => (50.0, 70.0),
        "trunk" => (70.0, 90.0),
        "trunk_link" => (40.0, 60.0),
        "primary" => (55.0, 80.0),
        "primary_link" | "secondary_link" | "tertiary_link" => (30.0, 50.0),
        "secondary" => (50.0, 75.0),
        "tertiary" => (45.0, 65.0),
        "unclassified" => (40.0, 50.0),
        "residential" | "road" => (25.0, 32.0),
        "living_street" => (10.0, 10.0),
        "service" | "track" => (15.0, 20.0),
        _ => return None,
    })
}

pub(super) fn drive(tags: &Tags) -> Passage {
    let highway = tags.get("highway");
    let Some(class) = speeds(highway) else { return Passage::default() };
    // Most tracks are farmers'; one for everybody says so.
    let closed = highway == "track"
        || (highway == "service" && tags.has_any("service", &["busway", "emergency_access"]));
    let may = |direction| {
        if closed {
            access_along(tags, &KEYS[..2], direction) == Access::Yes
        } else {
            access_along(tags, &KEYS, direction) != Access::No
        }
    };
    let pace = |direction| {
        let driven = limit(tags, direction).map_or(class.0, |limit| (limit * SHARE_OF_LIMIT).min(class.1));
        Pace::Speed(KilometresPerHour::new(driven))
    };
    let round = matches!(highway, "motorway" | "motorway_link")
        || tags.has_any("junction", &["roundabout", "circular"]);
    let leads = one_way(tags, &ONE_WAY).unwrap_or(OneWay::forward_if(round));
    let passage = passage(tags, &KEYS[..3], leads, |direction| may(direction).then(|| pace(direction)));
    Passage { no_stop: highway.starts_with("motorway"), ..passage }
}

/// The speed limit in a direction, in km/h: of several the lowest. Where no figure is mapped, the kind of limit (OpenStreetMap
/// wiki: Key:maxspeed, Key:maxspeed:type, Key:zone:maxspeed, Key:source:maxspeed).
fn limit(tags: &Tags, direction: Direction) -> Option<f64> {
    // `20;30 mph`: the unit is that of both.
    let lowest = |key: &str| {
        let unit = if tags.values(key).any(|value| value.ends_with("mph")) { MILE } else { 1.0 };
        tags.values(key).filter_map(|value| kilometres_an_hour(value, unit)).min_by(f64::total_cmp)
    };
    let named = |key: &&str| tags.values(key).filter_map(by_name).min_by(f64::total_cmp);
    lowest(&direction.of("maxspeed"))
        .or_else(|| lowest("maxspeed"))
        .or_else(|| ["zone:maxspeed", "maxspeed:type", "source:maxspeed"].iter().find_map(named))
}

const MILE: f64 = 1.609_344;

/// A speed limit in km/h: `30 mph`, `50`, or a British one by name. `bare` is the unit of a bare number, in km/h.
fn kilometres_an_hour(text: &str, bare: f64) -> Option<f64> {
    let unit = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let kmh = match (text, text[..unit].parse::<f64>()) {
        ("walk", _) => 5.0,
        ("national", _) => 60.0 * MILE,
        (_, Ok(number)) => match text[unit..].trim() {
            "" => number * bare,
            "km/h" | "kmh" | "kph" => number,
            "mph" => number * MILE,
            _ => return None,
        },
        _ => return by_name(text),
    };
    (1.0..=200.0).contains(&kmh).then_some(kmh)
}

/// A British limit by its name: `GB:nsl_single`, or by its miles: `GB:20 mph`, `GB:zone20`; in small letters. In Wales it is 20 where
/// there are street lights (Restricted Roads (20 mph Speed Limit) (Wales) Order 2022).
fn by_name(text: &str) -> Option<f64> {
    let (country, name) = text.split_once(':')?;
    if !(matches!(country, "gb" | "uk") || country.starts_with("gb-")) {
        return None;
    }
    let miles = match name.trim().replace(' ', "_").as_str() {
        "motorway" | "nsl_dual" => 70.0,
        "nsl_single" | "nsl" | "national" | "rural" => 60.0,
        "nsl_restricted" | "urban" if country == "gb-wls" => 20.0,
        "nsl_restricted" | "urban" => 30.0,
        name => name
            .trim_start_matches(|letter: char| !letter.is_ascii_digit())
            .split(|letter: char| !letter.is_ascii_digit())
            .next()
            .and_then(|miles| miles.parse().ok())
            .filter(|miles| (5.0..=70.0).contains(miles))?,
    };
    Some(miles * MILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speed(tags: &str) -> (Option<i64>, Option<i64>) {
        let passage = drive(&Tags::from(tags));
        let rounded = |pace: Option<Pace>| match pace {
            Some(Pace::Speed(speed)) => Some(speed.get().round() as i64),
            _ => None,
        };
        (rounded(passage.forward), rounded(passage.backward))
    }

    #[test]
    fn cars_drive_by_class_and_limit() {
        for (tags, expected) in [
            ("highway=primary", (Some(55), Some(55))),
            ("highway=primary maxspeed=30_mph", (Some(39), Some(39))),
            ("highway=primary maxspeed=60_mph", (Some(77), Some(77))),
            ("highway=unclassified maxspeed=60_mph", (Some(50), Some(50))),
            ("highway=residential maxspeed=20", (Some(16), Some(16))),
            ("highway=residential maxspeed=signals", (Some(25), Some(25))),
            ("highway=residential maxspeed=30_mph", (Some(32), Some(32))),
            ("highway=tertiary maxspeed:forward=20_mph", (Some(26), Some(45))),
            ("highway=primary maxspeed=30_mph;20_mph", (Some(26), Some(26))),
            ("highway=primary maxspeed=20;30_mph", (Some(26), Some(26))),
            ("highway=primary maxspeed=30_MPH", (Some(39), Some(39))),
            ("highway=primary maxspeed=30mph", (Some(39), Some(39))),
            ("highway=primary maxspeed=50_km/h", (Some(40), Some(40))),
            ("highway=primary maxspeed=GB:20", (Some(26), Some(26))),
            ("highway=primary maxspeed=gb:20_mph", (Some(26), Some(26))),
            ("highway=primary maxspeed=GB:zone20", (Some(26), Some(26))),
            ("highway=primary maxspeed:type=GB-WLS:urban", (Some(26), Some(26))),
            ("highway=primary maxspeed=FR:urban", (Some(55), Some(55))),
            ("highway=primary maxspeed=UK:nsl_restricted", (Some(39), Some(39))),
            ("highway=trunk maxspeed=GB:nsl_single", (Some(77), Some(77))),
            ("highway=motorway maxspeed=gb:motorway", (Some(90), None)),
            ("highway=primary zone:maxspeed=GB:20", (Some(26), Some(26))),
            ("highway=primary maxspeed=40_mph maxspeed:type=GB:nsl_single", (Some(51), Some(51))),
            ("highway=primary maxspeed=signals source:maxspeed=GB:20_mph;survey", (Some(26), Some(26))),
            ("highway=primary maxspeed=20_furlongs", (Some(55), Some(55))),
            ("highway=residential motor_vehicle:forward=no", (None, Some(25))),
            ("highway=residential vehicle:backward=No", (Some(25), None)),
            ("highway=residential access:forward=private", (None, Some(25))),
            ("highway=residential access:forward=no motorcar=yes", (Some(25), Some(25))),
            ("highway=residential oneway=yes motor_vehicle:backward=destination", (Some(25), Some(25))),
            ("highway=residential oneway:vehicle=yes", (Some(25), None)),
            ("highway=service motor_vehicle=agricultural;forestry", (None, None)),
            ("highway=residential access=Private", (None, None)),
            ("highway=residential access=no;customers", (Some(25), Some(25))),
            ("highway=residential oneway=yes", (Some(25), None)),
            ("highway=residential oneway=-1", (None, Some(25))),
            ("highway=primary junction=roundabout", (Some(55), None)),
            ("highway=motorway", (Some(90), None)),
            ("highway=track", (None, None)),
            ("highway=track motor_vehicle=yes", (Some(15), Some(15))),
            ("highway=service access=private", (None, None)),
            ("highway=residential access=destination", (Some(25), Some(25))),
            ("highway=residential access=no motorcar=yes", (Some(25), Some(25))),
            ("highway=footway motorcar=yes", (None, None)),
            ("highway=service service=busway", (None, None)),
        ] {
            assert_eq!(speed(tags), expected, "{tags}");
        }
    }
}
