//! By bicycle.

use enough_kernel::KilometresPerHour;

use super::{Access, Passage, WALKING, access};
use crate::streets::tags::Tags;

const KEYS: [&str; 3] = ["bicycle", "vehicle", "access"];

pub(super) fn cycle(tags: &Tags, speed: KilometresPerHour) -> Passage {
    let may = match tags.get("highway") {
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary"
        | "tertiary_link" | "unclassified" | "residential" | "living_street" | "service" | "road"
        | "track" | "cycleway" => access(tags, &KEYS) != Access::No && tags.get("motorroad") != "yes",
        // Cyclists may use bridleways (Countryside Act 1968, section 30).
        "bridleway" => access(tags, &KEYS) != Access::No,
        // On footways they may not, but where it is said (Highways Act 1835, section 72).
        "footway" | "path" | "pedestrian" => {
            access(tags, &["bicycle"]) == Access::Yes
                || (access(tags, &KEYS) != Access::No
                    && matches!(
                        tags.get("designation"),
                        "public_bridleway" | "restricted_byway" | "byway_open_to_all_traffic"
                    ))
        }
        _ => false,
    };
    let pushed = tags.get("bicycle") == "dismount";
    let walked = pushed && tags.get("highway") != "steps" && super::foot::walk(tags, WALKING).is_open();
    if !(may || walked) {
        return Passage::default();
    }
    let mut passage = Passage::both(if pushed { WALKING } else { speed * ground(tags) });
    // Who pushes is on foot, and no one-way street is one for walkers.
    if !pushed {
        match direction(tags) {
            Some(true) => passage.backward = None,
            Some(false) => passage.forward = None,
            None => {}
        }
    }
    passage
}

/// Whether it is one-way for cyclists: along the way (true) or against it (false).
fn direction(tags: &Tags) -> Option<bool> {
    let against = ["cycleway", "cycleway:both", "cycleway:left", "cycleway:right"]
        .iter()
        .any(|key| tags.get(key).starts_with("opposite"));
    match tags.get("oneway:bicycle") {
        "yes" => return Some(true),
        "-1" => return Some(false),
        "no" => return None,
        _ if against => return None,
        _ => {}
    }
    match tags.get("oneway") {
        "yes" | "1" | "true" => Some(true),
        "-1" | "reverse" => Some(false),
        "no" => None,
        _ => (tags.get("junction") == "roundabout").then_some(true),
    }
}

/// Speed on this ground as a share of that on asphalt. An assumption.
fn ground(tags: &Tags) -> f64 {
    match tags.get("surface") {
        "" => match tags.get("highway") {
            "track" | "path" => 0.7,
            "bridleway" => 0.6,
            _ => 1.0,
        },
        "asphalt" | "paved" | "concrete" | "metal" | "concrete:plates" | "concrete:lanes" => 1.0,
        "gravel" | "unpaved" | "ground" | "dirt" | "earth" | "cobblestone" | "sett" => 0.6,
        "grass" | "mud" | "sand" | "pebblestone" | "rocky" | "rock" | "chalk" => 0.4,
        // Compacted ground, fine gravel, planks, paving stones, and what is not known.
        _ => 0.8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(tags: &str) -> (bool, bool) {
        let passage = cycle(&Tags::from(tags), KilometresPerHour::new(15.0));
        (passage.forward.is_some(), passage.backward.is_some())
    }

    #[test]
    fn cyclists_follow_one_way_streets_but_for_those_open_to_them() {
        for (tags, expected) in [
            ("highway=residential", (true, true)),
            ("highway=residential oneway=yes", (true, false)),
            ("highway=residential oneway=-1", (false, true)),
            ("highway=residential oneway=yes oneway:bicycle=no", (true, true)),
            ("highway=residential oneway=yes cycleway:left=opposite_lane", (true, true)),
            ("highway=primary junction=roundabout", (true, false)),
            ("highway=footway", (false, false)),
            ("highway=footway bicycle=yes", (true, true)),
            ("highway=footway bicycle=dismount oneway=yes", (true, true)),
            ("highway=path designation=public_bridleway", (true, true)),
            ("highway=bridleway", (true, true)),
            ("highway=steps bicycle=yes", (false, false)),
            ("highway=residential vehicle=no", (false, false)),
            ("highway=residential vehicle=no bicycle=yes", (true, true)),
        ] {
            assert_eq!(ways(tags), expected, "{tags}");
        }
    }
}
