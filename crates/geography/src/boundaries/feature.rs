//! One feature of GeoJSON (RFC 7946): its properties, and its shape. Read here and not by the crate `geojson`, whose coordinates cannot be read
//! where any other crate has serde_json keep numbers as text (`findings/geojson-exact-numbers.sh`).

use std::fmt;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A feature, as far as it is wanted.
#[derive(Deserialize)]
pub(super) struct Feature<'a> {
    pub properties: Option<Map<String, Value>>,
    #[serde(borrow)]
    pub geometry: Option<Geometry<'a>>,
}

/// A geometry whose coordinates are not read yet: what they are, its type says.
#[derive(Deserialize)]
pub(super) struct Geometry<'a> {
    r#type: String,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

/// Longitude and latitude, or easting and northing; a height is passed over.
struct Position(Coord);

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position of two numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Position, A::Error> {
                let missing = || A::Error::custom("a position has two numbers");
                let x = list.next_element()?.ok_or_else(missing)?;
                let y = list.next_element()?.ok_or_else(missing)?;
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Position(Coord { x, y }))
            }
        }
        from.deserialize_seq(Numbers)
    }
}

type Rings = Vec<Vec<Position>>;

fn polygon(rings: Rings) -> Polygon {
    let mut rings = rings.into_iter().map(|ring| ring.into_iter().map(|at| at.0).collect::<LineString>());
    Polygon::new(rings.next().unwrap_or_else(|| LineString::new(Vec::new())), rings.collect())
}

impl Geometry<'_> {
    /// The shape of an area; a reason where it is none.
    pub fn shape(&self) -> Result<MultiPolygon, String> {
        let coordinates = self.coordinates.map_or("null", RawValue::get);
        let wrong = |error: serde_json::Error| error.to_string();
        match self.r#type.as_str() {
            "Polygon" => Ok(MultiPolygon(vec![polygon(serde_json::from_str(coordinates).map_err(wrong)?)])),
            "MultiPolygon" => {
                let polygons: Vec<Rings> = serde_json::from_str(coordinates).map_err(wrong)?;
                Ok(MultiPolygon(polygons.into_iter().map(polygon).collect()))
            }
            other => Err(format!("a {other} is not an area")),
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::CoordsIter;

    use super::*;

    fn shape(text: &str) -> Result<MultiPolygon, String> {
        serde_json::from_str::<Geometry<'_>>(text).map_err(|error| error.to_string())?.shape()
    }

    #[test]
    fn areas_are_read_with_and_without_heights_and_nothing_else_is() {
        let ring = "[[-2.25,53.4700000001],[1,53,12.5],[-2.24,53.48],[-2.25,53.4700000001]]";
        let one = shape(&format!("{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}")).unwrap();
        assert_eq!(one.0[0].exterior().0[0], Coord { x: -2.25, y: 53.470_000_000_1 });
        let two = format!("{{\"type\":\"MultiPolygon\",\"coordinates\":[[{ring},{ring}],[{ring}]]}}");
        assert_eq!(shape(&two).unwrap().coords_count(), 12);
        for wrong in [
            "{\"type\":\"Point\",\"coordinates\":[1,2]}".to_owned(),
            "{\"type\":\"Polygon\"}".to_owned(),
            "{\"type\":\"Polygon\",\"coordinates\":[[[1]]]}".to_owned(),
            "{\"type\":\"Polygon\",\"coordinates\":[[[\"1\",2]]]}".to_owned(),
            format!("{{\"type\":\"Polygon\",\"coordinates\":{ring}}}"),
        ] {
            assert!(shape(&wrong).is_err(), "{wrong}");
        }
    }
}
