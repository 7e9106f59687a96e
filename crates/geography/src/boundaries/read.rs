//! Features of GeoJSON one by one: what is built of one is gone before the next, but for its shape.

use std::fmt;
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Budget, TableError};
use geo::{CoordsIter, MapCoords, MultiPolygon};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::BoundaryError;
use super::feature::Feature;
use crate::GridPoint;
use crate::grid::are_degrees;

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
        let feature: Feature<'_> =
            serde_json::from_str(text).map_err(|error| format!("feature {number}: {error}"))?;
        let code = feature.properties.as_ref().and_then(code_of);
        let code = code.ok_or_else(|| format!("feature {number} has no property with an area code"))?;
        let geometry = feature.geometry.ok_or_else(|| format!("{code} has no geometry"))?;
        let shape = geometry.shape().map_err(|why| format!("{code}: {why}"))?;
        let shape = in_degrees(shape);
        // Northern Ireland's outlines are on a grid of their own in tables of the whole kingdom, and nobody asks for them here.
        if shape.is_none() && !code.is_english() {
            return Ok(());
        }
        let shape = shape.ok_or_else(|| format!(
            "{code} is neither in degrees nor on the National Grid, or not in Great Britain; convert it to longitude and latitude (EPSG:4326)"
        ))?;
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

/// The shape in degrees: as it is, or converted from metres of the National Grid. Nothing when a point of it is not in Great Britain.
fn in_degrees(shape: MultiPolygon) -> Option<MultiPolygon> {
    let degrees = |at: geo::Coord| {
        if are_degrees(at.x, at.y) {
            return Ok(at);
        }
        let degrees = GridPoint::of(at.x, at.y).and_then(GridPoint::degrees).ok_or(())?;
        Ok::<_, ()>(geo::Coord { x: degrees.longitude, y: degrees.latitude })
    };
    shape.try_map_coords(degrees).ok()
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

fn code_of(properties: &Map<String, Value>) -> Option<AreaCode> {
    let named = |(key, value): (&String, &Value)| {
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
    use geo::BoundingRect;

    use super::*;

    #[test]
    fn outlines_on_the_grid_are_converted_and_others_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("areas.geojson");
        let read = |corner: [[f64; 2]; 3]| {
            let [a, b, c] = corner.map(|at| format!("[{},{}]", at[0], at[1]));
            let text = format!(
                "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"LAD26CD\":\"E08000003\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{a},{b},{c},{a}]]}}}}]}}"
            );
            std::fs::write(&file, text).unwrap();
            areas(&file, Budget::default())
        };
        let degrees = read([[-2.25, 53.47], [-2.24, 53.47], [-2.24, 53.48]]).unwrap().remove(0).1;
        let metres = read([[383_500.0, 397_000.0], [384_000.0, 397_000.0], [384_000.0, 398_000.0]]).unwrap();
        let (one, other) = (degrees.bounding_rect().unwrap(), metres[0].1.bounding_rect().unwrap());
        assert!(
            (one.min().x - other.min().x).abs() < 0.01 && (one.min().y - other.min().y).abs() < 0.01,
            "{other:?}"
        );
        // The other way round, elsewhere, and in the projection of maps in browsers.
        for wrong in [[53.47, -2.25], [13.4, 52.5], [-249_639.0, 7_070_000.0]] {
            let why = read([wrong, wrong, wrong]).unwrap_err().to_string();
            assert!(why.contains("E08000003 is neither in degrees"), "{why}");
        }
    }

    #[test]
    fn shapes_that_take_more_than_may_be_built_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("areas.geojson");
        let ring =
            (0..500).map(|at| format!("[0,{}],", 51.0 + f64::from(at) / 1000.0)).collect::<Vec<_>>().concat();
        let feature = |code: &str| {
            format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"LAD24CD\":\"{code}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}[0,51]]]}}}}"
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
