//! What access tags and one-way streets say, in each direction (OpenStreetMap wiki: Key:access, Conditions by direction in
//! Forward & backward, left & right; Key:oneway).

use super::{Pace, Passage};
use crate::streets::tags::Tags;

/// A direction along a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// As it is drawn.
    Forward,
    /// Against that.
    Backward,
}

impl Direction {
    pub const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    /// A key that holds in this direction alone: `maxspeed:forward`.
    pub fn of(self, key: &str) -> String {
        match self {
            Self::Forward => format!("{key}:forward"),
            Self::Backward => format!("{key}:backward"),
        }
    }
}

/// Whether a way leads one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OneWay {
    /// It leads both ways.
    No,
    /// In this direction alone.
    Only(Direction),
}

impl OneWay {
    /// Along the way if that is so, else no one-way street.
    pub fn forward_if(is_so: bool) -> Self {
        if is_so { Self::Only(Direction::Forward) } else { Self::No }
    }
}

/// What access tags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Yes,
    No,
    /// Nothing, or something that is no rule: the kind of way decides.
    Unsaid,
}

/// What one key says. Of a list, some of which have commas, each value names some who may pass: if any of them is everybody, all may.
fn said(tags: &Tags, key: &str) -> Access {
    let mut said = Access::Unsaid;
    for value in tags.values(key).flat_map(|value| value.split(',')) {
        match value.trim() {
            "yes" | "designated" | "permissive" | "destination" | "customers" | "official" | "public" => {
                return Access::Yes;
            }
            "no" | "private" | "agricultural" | "forestry" | "delivery" | "military" | "emergency"
            | "permit" | "residents" => said = Access::No,
            _ => {}
        }
    }
    said
}

fn first(said: impl IntoIterator<Item = Access>) -> Access {
    said.into_iter().find(|said| *said != Access::Unsaid).unwrap_or(Access::Unsaid)
}

/// What the keys say of a node, the most specific first.
pub(super) fn access(tags: &Tags, keys: &[&str]) -> Access {
    first(keys.iter().map(|key| said(tags, key)))
}

/// What the keys say of a way in a direction, the most specific first; of one key that of the direction goes first.
pub(super) fn access_along(tags: &Tags, keys: &[&str], direction: Direction) -> Access {
    first(keys.iter().flat_map(|key| [said(tags, &direction.of(key)), said(tags, key)]))
}

/// Whether any of the keys says something else at some times, such as a school street at drop-off (OpenStreetMap wiki: Conditional
/// restrictions).
pub(super) fn depends_on_time(tags: &Tags, keys: &[&str]) -> bool {
    keys.iter().any(|key| !tags.get(&format!("{key}:conditional")).is_empty())
}

/// What the first of these keys that says anything says of it.
pub(super) fn one_way(tags: &Tags, keys: &[&str]) -> Option<OneWay> {
    let meaning = |value| match value {
        "yes" | "1" | "true" => Some(OneWay::Only(Direction::Forward)),
        "-1" | "reverse" => Some(OneWay::Only(Direction::Backward)),
        "no" | "0" | "false" => Some(OneWay::No),
        _ => None,
    };
    keys.iter().flat_map(|key| tags.values(key)).find_map(meaning)
}

/// The passage of those who may travel in a direction at its pace. Against a one-way street they may where the map says so of that
/// direction and of them: `bicycle:backward=yes`; `keys` are theirs, without that of everybody.
pub(super) fn passage(
    tags: &Tags,
    keys: &[&str],
    one_way: OneWay,
    pace: impl Fn(Direction) -> Option<Pace>,
) -> Passage {
    let [forward, backward] = Direction::BOTH.map(|direction| {
        let open = matches!(one_way, OneWay::No)
            || one_way == OneWay::Only(direction)
            || first(keys.iter().map(|key| said(tags, &direction.of(key)))) == Access::Yes;
        if open { pace(direction) } else { None }
    });
    Passage { forward, backward, ..Passage::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_key_decides_and_a_list_is_open_if_any_of_it_is() {
        let keys = ["motorcar", "motor_vehicle", "access"];
        let both =
            |text: &str| Direction::BOTH.map(|direction| access_along(&Tags::from(text), &keys, direction));
        for (tags, expected) in [
            ("highway=service", [Access::Unsaid, Access::Unsaid]),
            ("motor_vehicle:forward=no", [Access::No, Access::Unsaid]),
            ("access=no motor_vehicle:backward=yes", [Access::No, Access::Yes]),
            ("access:forward=no motorcar=yes", [Access::Yes, Access::Yes]),
            ("motor_vehicle=agricultural;forestry", [Access::No, Access::No]),
            ("motor_vehicle=agricultural,forestry", [Access::No, Access::No]),
            ("access=Private", [Access::No, Access::No]),
            ("access=private;customers", [Access::Yes, Access::Yes]),
            ("motorcar=unknown access=no", [Access::No, Access::No]),
        ] {
            assert_eq!(both(tags), expected, "{tags}");
        }
    }

    #[test]
    fn the_first_key_that_says_it_is_one_way_or_not_decides() {
        let keys = ["oneway:bicycle", "oneway"];
        for (tags, expected) in [
            ("oneway=yes", Some(OneWay::Only(Direction::Forward))),
            ("oneway=YES", Some(OneWay::Only(Direction::Forward))),
            ("oneway=-1", Some(OneWay::Only(Direction::Backward))),
            ("oneway=yes oneway:bicycle=no", Some(OneWay::No)),
            ("oneway=alternating", None),
        ] {
            assert_eq!(one_way(&Tags::from(tags), &keys), expected, "{tags}");
        }
    }
}
