//! Relations of the map that matter to travel: forbidden turns, squares drawn as several lines, routes of ferries.

use osmpbf::{RelMemberType, Relation};

use crate::streets::tags::Tags;

/// A restriction whose point is still a number of the map.
#[derive(Debug, Default)]
pub(super) struct RawRestriction {
    pub only: bool,
    pub u_turn: bool,
    pub from: Vec<i64>,
    pub nodes: Vec<i64>,
    pub ways: Vec<i64>,
    pub to: Vec<i64>,
    /// Whether it is known what it forbids: not if it holds at some times only, or says nothing that is known.
    pub understood: bool,
}

/// A street or ferry whose tags are those of a relation, and its lines those of the ways in it.
#[derive(Debug)]
pub(super) struct Lines {
    pub id: i64,
    pub tags: Tags,
    pub ways: Vec<i64>,
}

/// What a relation is.
pub(super) enum Meaning {
    Restriction(RawRestriction),
    /// The lines around a square (OpenStreetMap wiki: Relation:multipolygon).
    Square(Lines),
    /// The lines of a ferry (OpenStreetMap wiki: Relation:route).
    Ferry(Lines),
}

/// What a relation is to travel, if anything.
pub(super) fn meaning(relation: &Relation<'_>) -> Option<Meaning> {
    let kind = relation.tags().find(|(key, _)| *key == "type").map_or("", |(_, value)| value.trim());
    let lines = || {
        let ways = relation.members().filter(|member| member.member_type == RelMemberType::Way);
        let tags = Tags::new(relation.tags());
        Lines { id: relation.id(), tags, ways: ways.map(|member| member.member_id).collect() }
    };
    match kind.to_lowercase().as_str() {
        "restriction" => restriction(relation).map(Meaning::Restriction),
        "multipolygon" => {
            Some(lines()).filter(|square| !square.tags.get("highway").is_empty()).map(Meaning::Square)
        }
        "route" => Some(lines()).filter(|route| route.tags.has("route", "ferry")).map(Meaning::Ferry),
        _ => None,
    }
}

/// A restriction, if it holds for cars (OpenStreetMap wiki: Relation:restriction). `no_entry` names several ways before, `no_exit`
/// several after.
fn restriction(relation: &Relation<'_>) -> Option<RawRestriction> {
    let (mut all, mut for_cars) = (String::new(), String::new());
    let (mut at_times, mut some_hours, mut for_others) = (false, false, false);
    for (key, value) in relation.tags() {
        let value = || value.trim().to_lowercase();
        match key {
            "restriction" => all = value(),
            "restriction:motorcar" | "restriction:motor_vehicle" => for_cars = value(),
            "restriction:conditional"
            | "restriction:motorcar:conditional"
            | "restriction:motor_vehicle:conditional" => at_times = true,
            // How times were written before `:conditional`.
            "day_on" | "day_off" | "hour_on" | "hour_off" => some_hours = true,
            "except" => {
                if value().split(';').any(|mode| matches!(mode.trim(), "motorcar" | "motor_vehicle")) {
                    return None;
                }
            }
            _ => for_others |= key.starts_with("restriction:"),
        }
    }
    let kind = if for_cars.is_empty() { all } else { for_cars };
    if kind.is_empty() && for_others && !at_times {
        return None;
    }
    let kinds = || kind.split(';').map(str::trim).filter(|kind| !kind.is_empty());
    let all_begin = |with: &str| kinds().next().is_some() && kinds().all(|kind| kind.starts_with(with));
    let mut raw = RawRestriction {
        only: all_begin("only_"),
        u_turn: kinds().any(|kind| kind == "no_u_turn"),
        understood: !some_hours && (all_begin("only_") || all_begin("no_")),
        ..RawRestriction::default()
    };
    for member in relation.members() {
        let role = member.role().unwrap_or_default().trim().to_lowercase();
        let list = match (role.as_str(), member.member_type) {
            ("from", RelMemberType::Way) => &mut raw.from,
            ("to", RelMemberType::Way) => &mut raw.to,
            ("via", RelMemberType::Node) => &mut raw.nodes,
            ("via", RelMemberType::Way) => &mut raw.ways,
            _ => continue,
        };
        list.push(member.member_id);
    }
    Some(raw)
}
