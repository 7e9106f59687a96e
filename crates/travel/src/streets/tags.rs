//! Tags of the map: the few keys that decide who may pass, how fast, and which way.

/// Keys that any rule asks for; the others are forgotten while reading. Sorted.
pub(crate) const KEYS: &[&str] = &[
    "access",
    "barrier",
    "bicycle",
    "bollard",
    "cycleway",
    "cycleway:both",
    "cycleway:left",
    "cycleway:right",
    "designation",
    "duration",
    "foot",
    "highway",
    "incline",
    "junction",
    "kerb",
    "maxspeed",
    "maxspeed:backward",
    "maxspeed:forward",
    "motor_vehicle",
    "motorcar",
    "motorroad",
    "oneway",
    "oneway:bicycle",
    "oneway:foot",
    "oneway:motor_vehicle",
    "oneway:motorcar",
    "route",
    "service",
    "smoothness",
    "surface",
    "tracktype",
    "vehicle",
    "wheelchair",
];

/// Tags of one way or node, sorted by key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Tags(Vec<(&'static str, String)>);

impl Tags {
    /// Keeps the tags that any rule asks for.
    pub fn new<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let known = tags.filter_map(|(key, value)| {
            let at = KEYS.binary_search(&key).ok()?;
            Some((KEYS[at], value.trim().to_owned()))
        });
        let mut tags: Vec<_> = known.collect();
        tags.sort();
        Self(tags)
    }

    /// The value of a key; empty without one.
    pub fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == key).map_or("", |(_, value)| value)
    }

    /// The first of these keys that has a value, most specific first.
    pub fn first(&self, keys: &[&str]) -> &str {
        keys.iter().map(|key| self.get(key)).find(|value| !value.is_empty()).unwrap_or("")
    }

    /// Whether there is nothing that any rule asks for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
impl From<&str> for Tags {
    /// `highway=steps foot=yes`; in speeds `_` stands for a space.
    fn from(text: &str) -> Self {
        let tags: Vec<(String, String)> = text
            .split_whitespace()
            .filter_map(|tag| tag.split_once('='))
            .map(|(key, value)| {
                let value =
                    if key.starts_with("maxspeed") { value.replace('_', " ") } else { value.to_owned() };
                (key.to_owned(), value)
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
}
