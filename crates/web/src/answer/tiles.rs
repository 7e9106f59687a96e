//! The map of an answer as vector tiles (Mapbox Vector Tile 2.1, Web Mercator), for browsers that draw it themselves.

use std::f64::consts::PI;

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_assessments::wkb::Ring;
use mvt::{GeomEncoder, GeomType, Tile};

use super::figures::level;
use super::map::class;
use super::{KINDS, chosen};
use crate::caller::Caller;
use crate::form::Sent;
use crate::path::Path;
use crate::problem::Problem;
use crate::shapes::Shape;
use crate::shown::same_for_all;

/// The side of a tile, in its own units.
const EXTENT: f64 = 4096.0;
/// How far shapes go on beyond the edge of a tile, so that no line shows there.
const MARGIN: f64 = 64.0;
/// Browsers enlarge tiles of this zoom instead of asking for nearer ones.
pub const NEAREST: u32 = 13;
/// Points nearer than this, in units of the tile, cannot be told apart.
const GRAIN: f64 = 2.0;

/// A place on the world as a square of side 1, from its upper left (spherical Mercator, EPSG:3857).
fn on_world((longitude, latitude): (f64, f64)) -> (f64, f64) {
    let latitude = latitude.to_radians();
    ((longitude + 180.0) / 360.0, (1.0 - (latitude.tan() + 1.0 / latitude.cos()).ln() / PI) / 2.0)
}

/// Points in whole units of the tile, without those that cannot be told apart.
fn thinned(line: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(line.size_hint().0);
    for (x, y) in line {
        let (x, y) = (x.round(), y.round());
        if points.last().is_none_or(|(a, b)| (x - a).abs() + (y - b).abs() >= GRAIN) {
            points.push((x, y));
        }
    }
    points
}

/// Whether something with these bounds may be seen in the tile.
fn is_seen(bounds: &[f64; 4], place: &impl Fn((f64, f64)) -> (f64, f64)) -> bool {
    let ((west, north), (east, south)) = (place((bounds[0], bounds[3])), place((bounds[2], bounds[1])));
    let far = EXTENT + MARGIN;
    east >= -MARGIN && south >= -MARGIN && west <= far && north <= far
}

/// A ring in units of the tile, without points that cannot be told apart; nothing if no area is left of it.
fn drawn(ring: &Ring, place: &impl Fn((f64, f64)) -> (f64, f64), outer: bool) -> Option<Vec<(f64, f64)>> {
    let mut points = thinned(ring.iter().map(|point| place(*point)));
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    // Twice the area by the surveyor's formula; positive is clockwise, as y goes down: outlines are, holes are not.
    let next = points.iter().cycle().skip(1);
    let area: f64 = points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    if points.len() < 3 || area.abs() < 2.0 * GRAIN * GRAIN {
        return None;
    }
    if (area > 0.0) != outer {
        points.reverse();
    }
    Some(points)
}

/// The shape in a tile; nothing if it is too small to be seen.
fn geometry(
    shape: &Shape,
    place: &impl Fn((f64, f64)) -> (f64, f64),
) -> Result<Option<mvt::GeomData>, mvt::Error> {
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    let mut any = false;
    for polygon in &shape.polygons {
        for (index, ring) in polygon.iter().enumerate() {
            let Some(points) = drawn(ring, place, index == 0) else {
                // Without its outline the holes of a polygon are nothing.
                if index == 0 {
                    break;
                }
                continue;
            };
            for (x, y) in points {
                encoder.add_point(x, y)?;
            }
            encoder.complete_geom()?;
            any = true;
        }
    }
    any.then(|| encoder.encode()).transpose()
}

/// The tile.
pub async fn show(
    caller: Caller,
    Path((kind, z, x, y)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let number = |text: &str| text.parse::<u32>().map_err(|_| Problem::NotFound);
    let (z, x, y) = (number(&z)?, number(&x)?, number(&y)?);
    if z > NEAREST || x >> z > 0 || y >> z > 0 || KINDS.iter().all(|(known, ..)| *known != kind) {
        return Err(Problem::NotFound);
    }
    let shown = chosen(&caller, &Sent::read(query.unwrap_or_default().as_bytes())).await?;
    let shapes = shown.shapes(&caller.app).await?;
    let side = f64::from(1_u32 << z);
    let place = |point: (f64, f64)| {
        let (a, b) = on_world(point);
        ((a * side - f64::from(x)) * EXTENT, (b * side - f64::from(y)) * EXTENT)
    };
    let bad = |error: mvt::Error| Problem::File(error.to_string());
    let mut tile = Tile::new(EXTENT as u32);
    let mut layer = tile.create_layer("areas");
    for (id, area) in shown.snapshot.areas(&kind).enumerate() {
        let Some(shape) = shapes.get(&area.code) else { continue };
        if !is_seen(&shape.bounds, &place) {
            continue;
        }
        let Some(geometry) = geometry(shape, &place).map_err(bad)? else { continue };
        let mut feature = layer.into_feature(geometry);
        feature.set_id(id as u64 + 1);
        feature.add_tag_string("code", &area.code);
        feature.add_tag_string("name", &area.name);
        feature.add_tag_string("level", &level(&area.level));
        feature.add_tag_int("class", class(area.level, shown.snapshot.answer.target) as i64);
        layer = feature.into_layer();
    }
    // A tile with nothing in it is empty, not a layer without features.
    if layer.num_features() > 0 {
        tile.add_layer(layer).map_err(bad)?;
    }
    let mut layer = tile.create_layer("markets");
    for line in shown.borders(&caller.app).await?.iter().filter(|line| is_seen(&line.bounds, &place)) {
        let points = thinned(line.points.iter().map(|point| place(*point)));
        if points.len() < 2 {
            continue;
        }
        let mut encoder = GeomEncoder::new(GeomType::Linestring);
        for (x, y) in points {
            encoder.add_point(x, y).map_err(bad)?;
        }
        layer = layer.into_feature(encoder.encode().map_err(bad)?).into_layer();
    }
    if layer.num_features() > 0 {
        tile.add_layer(layer).map_err(bad)?;
    }
    let bytes = tile.to_bytes().map_err(bad)?;
    let kind = [(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile")];
    Ok(same_for_all(&shown, (kind, bytes).into_response()))
}
