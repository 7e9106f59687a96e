//! Features of GeoJSON one by one: what is built of one is gone before the next, but for its shape.

use std::fmt;
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Budget, TableError};
use geo::{CoordsIter, MultiPolygon};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::BoundaryError;

type Areas = Vec<(AreaCode, MultiPolygon)>;

/// What a coordinate of a shape takes, in bytes.
const COORDINATE: u64 = 16;
/// What the reader builds of a feature for each byte of its text while it is read.
const BUILT: u64 = 12;

/// The areas of a feature collection.
pub(super) fn areas(path: &Path, mut budget: Budget) -> Result<Areas, BoundaryError> {
    let wrong = |problem: String| BoundaryError::Format { path: path.to_owned(), problem };
    let text = enough_tables::read_whole_text(path, &mut budget)?;
    let mut reading = Reading { path, budget, areas: Vec::new(), is_there: false, spent: None };
    let mut json = serde_json::Deserializer::from_str(&text);
    let read = Collection(&mut reading).deserialize(&mut json).and_then(|()| json.end());
    if let Some(spent) = reading.spent {
        return Err(spent.into());
    }
    read.map_err(|error| wrong(error.to_string()))?;
    if !reading.is_there {
        return Err(wrong("it has no features".to_owned()));
    }
    Ok(reading.areas)
}

struct Reading<'a> {
    path: &'a Path,
    budget: Budget,
    areas: Areas,
    is_there: bool,
    spent: Option<TableError>,
}

impl Reading<'_> {
    /// Takes a feature, whose text is all that is kept of it until then.
    fn take(&mut self, text: &str) -> Result<(), String> {
        let number = self.areas.len() + 1;
        // While it is read, and no longer.
        self.spend(&mut self.budget.clone(), text.len() as u64 * BUILT)?;
        let feature: geojson::Feature =
            serde_json::from_str(text).map_err(|error| format!("feature {number}: {error}"))?;
        let code = feature.properties.as_ref().and_then(code_of);
        let code = code.ok_or_else(|| format!("feature {number} has no property with an area code"))?;
        let geometry = feature.geometry.ok_or_else(|| format!("{code} has no geometry"))?;
        let shape: geo::Geometry =
            geometry.try_into().map_err(|error: geojson::Error| format!("{code}: {error}"))?;
        let shape = match shape {
            geo::Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            _ => return Err(format!("{code} is not an area")),
        };
        let mut budget = self.budget.clone();
        self.spend(&mut budget, enough_tables::ROW + shape.coords_count() as u64 * COORDINATE)?;
        self.budget = budget;
        self.areas.push((code, shape));
        Ok(())
    }

    fn spend(&mut self, budget: &mut Budget, bytes: u64) -> Result<(), String> {
        budget.spend(self.path, bytes).map_err(|error| {
            let what = error.to_string();
            self.spent = Some(error);
            what
        })
    }
}

/// A feature collection: of its members only the features matter.
struct Collection<'a, 'b>(&'a mut Reading<'b>);

impl<'de> DeserializeSeed<'de> for Collection<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "features" {
                self.0.is_there = true;
                map.next_value_seed(Features(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Features<'a, 'b>(&'a mut Reading<'b>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(feature) = list.next_element::<&serde_json::value::RawValue>()? {
            self.0.take(feature.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

fn code_of(properties: &geojson::JsonObject) -> Option<AreaCode> {
    let named = |(key, value): (&String, &geojson::JsonValue)| {
        let key = key.to_lowercase();
        if key.ends_with("code") || key.ends_with("cd") { value.as_str()?.parse().ok() } else { None }
    };
    // An output area also names its authority: the smallest kind is the area itself.
    properties
        .iter()
        .filter_map(named)
        .min_by_key(|code: &AreaCode| code.kind().map_or(u8::MAX, |kind| kind as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_that_take_more_than_may_be_built_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("areas.geojson");
        let ring = (0..500).map(|at| format!("[0,{at}],")).collect::<Vec<_>>().concat();
        let feature = |code: &str| {
            format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"LAD24CD\":\"{code}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}[0,0]]]}}}}"
            )
        };
        // What else a collection says, before its features too, does not matter.
        let text = format!(
            "{{\"bbox\":[0,0,1,1],\"type\":\"FeatureCollection\",\"features\":[{},{}],\"name\":\"a\"}}",
            feature("E06000001"),
            feature("E06000002")
        );
        std::fs::write(&file, &text).unwrap();
        assert_eq!(areas(&file, Budget::new(1 << 20)).unwrap().len(), 2);
        for most in [text.len() as u64 / 2, text.len() as u64 + 20_000] {
            let refusal = areas(&file, Budget::new(most)).unwrap_err();
            assert!(matches!(refusal, BoundaryError::File(TableError::TooMuch { .. })), "{refusal}");
        }
        for (bad, what) in [
            ("{\"type\":\"FeatureCollection\"}", "no features"),
            ("[1]", "a feature collection"),
            (&text[..90], "feature 1"),
        ] {
            std::fs::write(&file, bad).unwrap();
            let refusal = areas(&file, Budget::default()).unwrap_err().to_string();
            assert!(refusal.contains("is not GeoJSON"), "{what}: {refusal}");
        }
    }
}
