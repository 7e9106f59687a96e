//! By bicycle.

use enough_kernel::KilometresPerHour;

use super::access::{Access, Direction, OneWay, access_along, one_way, passage};
use super::{Pace, Passage, WALKING};
use crate::streets::tags::Tags;

const KEYS: [&str; 3] = ["bicycle", "vehicle", "access"];

pub(super) fn cycle(tags: &Tags, speed: KilometresPerHour) -> Passage {
    let highway = tags.get("highway");
    if tags.has("bicycle", "dismount") {
        // Who pushes is on foot.
        return if highway == "steps" { Passage::default() } else { super::foot::walk(tags, WALKING) };
    }
    let pace = Pace::Speed(speed * ground(tags));
    passage(tags, &KEYS[..2], leads(tags), |direction| may(tags, highway, direction).then_some(pace))
}

fn may(tags: &Tags, highway: &str, direction: Direction) -> bool {
    let forbidden = access_along(tags, &KEYS, direction) == Access::No;
    match highway {
        "trunk" | "trunk_link" | "primary" | "primary_link" | "secondary" | "secondary_link" | "tertiary"
        | "tertiary_link" | "unclassified" | "residential" | "living_street" | "service" | "road"
        | "track" | "cycleway" => !forbidden && !tags.has("motorroad", "yes"),
        // Cyclists may use bridleways (Countryside Act 1968, section 30).
        "bridleway" => !forbidden,
        // On footways they may not, but where it is said (Highways Act 1835, section 72).
        "footway" | "path" | "pedestrian" => {
            access_along(tags, &KEYS[..1], direction) == Access::Yes
                || (!forbidden
                    && tags.has_any(
                        "designation",
                        &["public_bridleway", "restricted_byway", "byway_open_to_all_traffic"],
                    ))
        }
        _ => false,
    }
}

/// Whether it is one-way for cyclists.
fn leads(tags: &Tags) -> OneWay {
    let own = ["oneway:bicycle", "bicycle:oneway", "oneway:vehicle", "vehicle:oneway"];
    if let Some(said) = one_way(tags, &own) {
        return said;
    }
    let round = tags.has_any("junction", &["roundabout", "circular"]);
    let traffic = one_way(tags, &["oneway"]).unwrap_or(OneWay::forward_if(round));
    if has_lane_against(tags, traffic) { OneWay::No } else { traffic }
}

/// Whether a cycle lane or track of the street leads against its one-way traffic (OpenStreetMap wiki: Key:cycleway,
/// Key:cycleway:right:oneway). A separate one is drawn as a way of its own.
fn has_lane_against(tags: &Tags, traffic: OneWay) -> bool {
    [
        ("cycleway", "cycleway:oneway"),
        ("cycleway:both", "cycleway:both:oneway"),
        ("cycleway:left", "cycleway:left:oneway"),
        ("cycleway:right", "cycleway:right:oneway"),
    ]
    .iter()
    .any(|(lane, oneway)| {
        let elsewhere = tags.has_any(lane, &["no", "none", "separate"]);
        let against = one_way(tags, &[oneway]).is_some_and(|lane| lane != traffic);
        tags.values(lane).any(|lane| lane.starts_with("opposite")) || (against && !elsewhere)
    })
}

/// Speed on this ground as a share of that on asphalt; of several grounds on the slowest. An assumption.
fn ground(tags: &Tags) -> f64 {
    let share = |surface: &str| match surface {
        "asphalt" | "paved" | "concrete" | "metal" | "concrete:plates" | "concrete:lanes" => 1.0,
        "gravel" | "unpaved" | "ground" | "dirt" | "earth" | "cobblestone" | "sett" => 0.6,
        "grass" | "mud" | "sand" | "pebblestone" | "rocky" | "rock" | "chalk" => 0.4,
        // Compacted ground, fine gravel, planks, paving stones, and what is not known.
        _ => 0.8,
    };
    tags.values("surface").map(share).min_by(f64::total_cmp).unwrap_or(match tags.get("highway") {
        "track" | "path" => 0.7,
        "bridleway" => 0.6,
        _ => 1.0,
    })
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
            ("highway=residential oneway=yes bicycle:oneway=no", (true, true)),
            ("highway=residential oneway=yes cycleway:left=opposite_lane", (true, true)),
            ("highway=residential oneway=yes cycleway:right=lane cycleway:right:oneway=no", (true, true)),
            ("highway=residential oneway=yes cycleway:left=lane cycleway:left:oneway=-1", (true, true)),
            ("highway=residential oneway=yes cycleway:left=lane cycleway:left:oneway=yes", (true, false)),
            ("highway=residential oneway=-1 cycleway:left=lane cycleway:left:oneway=yes", (true, true)),
            (
                "highway=residential oneway=yes cycleway:right=separate cycleway:right:oneway=no",
                (true, false),
            ),
            ("highway=residential oneway=yes bicycle:backward=yes", (true, true)),
            ("highway=residential bicycle:backward=no", (true, false)),
            ("highway=residential vehicle:forward=no", (false, true)),
            ("highway=primary junction=roundabout", (true, false)),
            ("highway=footway", (false, false)),
            ("highway=footway bicycle=yes", (true, true)),
            ("highway=footway bicycle=Yes;designated", (true, true)),
            ("highway=footway bicycle:forward=yes", (true, false)),
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

    #[test]
    fn of_several_grounds_the_slowest_counts() {
        assert_eq!(ground(&Tags::from("highway=track surface=asphalt;Mud")), 0.4);
        assert_eq!(ground(&Tags::from("highway=track")), 0.7);
    }
}
