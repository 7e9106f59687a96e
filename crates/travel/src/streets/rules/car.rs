//! By car: speeds of road classes, and the limit where the map has one.

use enough_kernel::KilometresPerHour;

use super::{Access, Pace, Passage, access};
use crate::streets::tags::Tags;

const KEYS: [&str; 4] = ["motorcar", "motor_vehicle", "vehicle", "access"];

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
    let said = access(tags, &KEYS);
    let may = match highway {
        // Most tracks are farmers'; one for everybody says so.
        "track" => access(tags, &KEYS[..2]) == Access::Yes,
        "service" if matches!(tags.get("service"), "busway" | "emergency_access") => {
            access(tags, &KEYS[..2]) == Access::Yes
        }
        _ => said != Access::No,
    };
    if !may {
        return Passage::default();
    }
    let pace = |key: &str| {
        let limit = limit(tags.first(&[key, "maxspeed"]));
        let driven = limit.map_or(class.0, |limit| (limit * SHARE_OF_LIMIT).min(class.1));
        Some(Pace::Speed(KilometresPerHour::new(driven)))
    };
    let mut passage = Passage {
        forward: pace("maxspeed:forward"),
        backward: pace("maxspeed:backward"),
        ferry: false,
        no_stop: highway.starts_with("motorway"),
    };
    match tags.first(&["oneway:motorcar", "oneway:motor_vehicle", "oneway"]) {
        "yes" | "1" | "true" => passage.backward = None,
        "-1" | "reverse" => passage.forward = None,
        "no" => {}
        _ if matches!(highway, "motorway" | "motorway_link")
            || matches!(tags.get("junction"), "roundabout" | "circular") =>
        {
            passage.backward = None;
        }
        _ => {}
    }
    passage
}

/// A speed limit in km/h: `30 mph`, `50`, or a British default by name.
fn limit(text: &str) -> Option<f64> {
    const MILE: f64 = 1.609_344;
    let kmh = match text {
        "GB:motorway" | "GB:nsl_dual" => 70.0 * MILE,
        "GB:nsl_single" | "national" => 60.0 * MILE,
        "GB:nsl_restricted" | "GB:urban" => 30.0 * MILE,
        "walk" => 5.0,
        _ => match text.strip_suffix("mph") {
            Some(miles) => miles.trim().parse::<f64>().ok()? * MILE,
            None => text.strip_suffix("km/h").unwrap_or(text).trim().parse().ok()?,
        },
    };
    (kmh.is_finite() && (1.0..=200.0).contains(&kmh)).then_some(kmh)
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
