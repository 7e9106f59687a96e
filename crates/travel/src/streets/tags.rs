//! Tags of the map: the few keys that decide who may pass, how fast, and which way.

/// Keys that any rule asks for; the others are forgotten while reading. Sorted.
pub(crate) const KEYS: &[&str] = &[
    "access",
    "access:backward",
    "access:conditional",
    "access:forward",
    "amenity",
    "barrier",
    "bicycle",
    "bicycle:backward",
    "bicycle:conditional",
    "bicycle:forward",
    "bicycle:oneway",
    "bollard",
    "crossing",
    "cycleway",
    "cycleway:both",
    "cycleway:both:oneway",
    "cycleway:left",
    "cycleway:left:oneway",
    "cycleway:oneway",
    "cycleway:right",
    "cycleway:right:oneway",
    "designation",
    "duration",
    "foot",
    "foot:backward",
    "foot:conditional",
    "foot:forward",
    "foot:oneway",
    "footway",
    "highway",
    "incline",
    "junction",
    "kerb",
    "kerb:left",
    "kerb:right",
    "maxspeed",
    "maxspeed:backward",
    "maxspeed:forward",
    "maxspeed:type",
    "motor_vehicle",
    "motor_vehicle:backward",
    "motor_vehicle:conditional",
    "motor_vehicle:forward",
    "motor_vehicle:oneway",
    "motorcar",
    "motorcar:backward",
    "motorcar:conditional",
    "motorcar:forward",
    "motorcar:oneway",
    "motorroad",
    "oneway",
    "oneway:bicycle",
    "oneway:conditional",
    "oneway:foot",
    "oneway:motor_vehicle",
    "oneway:motorcar",
    "oneway:vehicle",
    "public_transport",
    "ramp",
    "ramp:bicycle",
    "ramp:luggage",
    "ramp:stroller",
    "ramp:wheelchair",
    "route",
    "service",
    "smoothness",
    "source:maxspeed",
    "surface",
    "tracktype",
    "vehicle",
    "vehicle:backward",
    "vehicle:conditional",
    "vehicle:forward",
    "vehicle:oneway",
    "wheelchair",
    "zone:maxspeed",
];

/// Tags of one way or node, sorted by key, their values in small letters: `Private` is written as often as `private`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Tags(Vec<(&'static str, String)>);

impl Tags {
    /// Keeps the tags that any rule asks for.
    pub fn new<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let known = tags.filter_map(|(key, value)| {
            let at = KEYS.binary_search(&key).ok()?;
            Some((KEYS[at], value.trim().to_lowercase()))
        });
        let mut tags: Vec<_> = known.collect();
        tags.sort();
        Self(tags)
    }

    /// The value of a key as it stands, also a list; empty without one.
    pub fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| value)
    }

    /// The values of a key, which may be a list (OpenStreetMap wiki, Semi-colon value separator).
    pub fn values<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.get(key).split(';').map(str::trim).filter(|value| !value.is_empty())
    }

    /// Whether a value is among those of a key.
    pub fn has(&self, key: &str, value: &str) -> bool {
        self.values(key).any(|known| known == value)
    }

    /// Whether any of these values is among those of a key.
    pub fn has_any(&self, key: &str, values: &[&str]) -> bool {
        self.values(key).any(|known| values.contains(&known))
    }

    /// The same with another value of a key.
    pub(crate) fn with(&self, key: &'static str, value: &str) -> Self {
        let mut tags: Vec<_> = self.0.iter().filter(|(known, _)| *known != key).cloned().collect();
        if !value.is_empty() {
            tags.push((key, value.to_owned()));
        }
        tags.sort();
        Self(tags)
    }

    /// The same, with what another says of the keys of which these say nothing.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let more = other.0.iter().filter(|(key, _)| self.get(key).is_empty());
        let mut tags: Vec<_> = self.0.iter().chain(more).cloned().collect();
        tags.sort();
        Self(tags)
    }

    /// The same without the tags that have none but these values.
    pub(crate) fn without(&self, values: &[&str]) -> Self {
        let other = |value: &str| value.split(';').any(|value| !values.contains(&value.trim()));
        Self(self.0.iter().filter(|(_, value)| other(value)).cloned().collect())
    }

    /// Whether there is nothing that any rule asks for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
impl From<&str> for Tags {
    /// `highway=steps foot=yes`; in speeds, durations and gradients `_` stands for a space.
    fn from(text: &str) -> Self {
        let tags: Vec<(String, String)> = text
            .split_whitespace()
            .filter_map(|tag| tag.split_once('='))
            .map(|(key, value)| {
                let spaced = key.contains("maxspeed") || matches!(key, "duration" | "incline");
                (key.to_owned(), if spaced { value.replace('_', " ") } else { value.to_owned() })
            })
            .collect();
        Self::new(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_so_that_each_is_found() {
        assert!(KEYS.is_sorted());
    }

    #[test]
    fn values_are_lists_in_any_letter_case() {
        let tags = Tags::new([("Access", "no"), ("access", " Private; no;"), ("surface", "Mud")].into_iter());
        assert_eq!(tags.values("access").collect::<Vec<_>>(), ["private", "no"]);
        assert!(
            tags.has("surface", "mud")
                && !tags.has("surface", "sand")
                && tags.values("foot").next().is_none()
        );
        assert_eq!(tags.without(&["private", "no", ""]), Tags::from("surface=mud"));
        assert_eq!(
            tags.with("access", "").or(&Tags::from("access=yes surface=sand")),
            Tags::from("access=yes surface=mud")
        );
    }
}
