//! The map of an answer as a picture (SVG): five classes around the target. What it shows, the table beside it says.

use std::fmt::Write as _;

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use enough_assessments::Area;

use super::figures::level;
use super::{chosen, kind};
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::same_for_all;

/// Classes: name, colour, upper bound as a share of the target. One hue, light to dark; dark is short.
pub const CLASSES: [(&str, &str, f64); 5] = [
    ("less than half of enough", "#08306b", 0.5),
    ("half to three quarters of enough", "#2b6cb0", 0.75),
    ("three quarters to enough", "#6baed6", 1.0),
    ("enough to one and a half times enough", "#c6dbef", 1.5),
    ("more than that", "#eff3ff", f64::INFINITY),
];

/// The longer side of the picture.
const SIDE: f64 = 1000.0;

fn colour(level: Option<f64>, target: f64) -> &'static str {
    level.map_or("url(#none)", |level| {
        let share = level / target.max(1e-9);
        CLASSES.iter().find(|(.., bound)| share < *bound - 1e-9).map_or(CLASSES[4].1, |(_, colour, _)| colour)
    })
}

/// The points of a ring, in degrees.
type Ring = Vec<(f64, f64)>;
/// Polygons, each its outline and then its holes.
pub type Polygons = Vec<Vec<Ring>>;

/// The polygons of a multipolygon in well-known binary (OGC 06-103r4, little-endian), each its outline and then its holes; nothing
/// if it is something else.
pub fn polygons(bytes: &[u8]) -> Option<Polygons> {
    struct Bytes<'a>(&'a [u8]);
    impl Bytes<'_> {
        fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
            let (first, rest) = self.0.split_first_chunk::<N>()?;
            self.0 = rest;
            Some(*first)
        }

        fn count(&mut self) -> Option<u32> {
            self.take().map(u32::from_le_bytes)
        }

        fn head(&mut self, kind: u32) -> Option<u32> {
            let little = self.take::<1>()? == [1];
            let same = self.count()? == kind;
            (little && same).then(|| self.count())?
        }

        fn number(&mut self) -> Option<f64> {
            self.take().map(f64::from_le_bytes)
        }
    }
    let mut bytes = Bytes(bytes);
    let mut list = Vec::new();
    for _ in 0..bytes.head(6)? {
        let mut polygon = Vec::new();
        for _ in 0..bytes.head(3)? {
            let points = bytes.count()?;
            polygon.push(
                (0..points).map(|_| Some((bytes.number()?, bytes.number()?))).collect::<Option<Ring>>()?,
            );
        }
        list.push(polygon);
    }
    bytes.0.is_empty().then_some(list)
}

/// Polygons as a multipolygon in well-known binary.
pub fn wkb(polygons: &Polygons) -> Vec<u8> {
    let mut bytes = Vec::new();
    let head = |bytes: &mut Vec<u8>, kind: u32, count: usize| {
        bytes.push(1);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((count as u32).to_le_bytes());
    };
    head(&mut bytes, 6, polygons.len());
    for rings in polygons {
        head(&mut bytes, 3, rings.len());
        for ring in rings {
            bytes.extend((ring.len() as u32).to_le_bytes());
            for (x, y) in ring {
                bytes.extend(x.to_le_bytes());
                bytes.extend(y.to_le_bytes());
            }
        }
    }
    bytes
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The picture.
pub async fn show(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let shown = chosen(&caller, &sent).await?;
    let answer = &shown.snapshot.answer;
    let known = shown.shapes(&caller.app).await?;
    let shapes: Vec<(&Area, Vec<&Ring>)> = shown
        .snapshot
        .areas(kind(sent.get("kind")).0)
        .filter_map(|area| Some((area, known.get(&area.code)?.iter().flatten().collect())))
        .collect();
    let points = shapes.iter().flat_map(|(_, rings)| rings.iter().copied().flatten());
    let bounds = points.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, (x, y)| {
        [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
    });
    if bounds[0] > bounds[2] {
        return Err(Problem::NotFound);
    }
    // Longitudes are drawn shorter by the cosine of the latitude, so that shapes look as on the ground.
    let narrow = f64::midpoint(bounds[1], bounds[3]).to_radians().cos();
    let (wide, high) = ((bounds[2] - bounds[0]) * narrow, bounds[3] - bounds[1]);
    let scale = SIDE / wide.max(high).max(1e-9);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" stroke=\"#505a5f\" stroke-width=\".5\"><defs><pattern id=\"none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 6L6 0\"/></pattern></defs>\n",
        wide * scale,
        high * scale
    );
    for (area, rings) in shapes {
        let mut path = String::new();
        for ring in rings {
            let mut last = (f64::NAN, f64::NAN);
            for (index, (x, y)) in ring.iter().enumerate() {
                let (x, y) = ((x - bounds[0]) * narrow * scale, (bounds[3] - y) * scale);
                // Points nearer than this cannot be told apart.
                if index == 0 || (x - last.0).abs() + (y - last.1).abs() >= 1.0 {
                    let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
                    last = (x, y);
                }
            }
            path.push('Z');
        }
        let _ = writeln!(
            svg,
            "<path fill=\"{}\" d=\"{path}\"><title>{}: {} for every 100</title></path>",
            colour(area.level, answer.target),
            escaped(&area.name),
            level(&area.level)
        );
    }
    svg.push_str("</svg>\n");
    Ok(same_for_all(&shown, ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_binary_is_read_to_its_end_or_not_at_all() {
        let mut bytes = vec![1];
        for word in [6_u32, 1] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.push(1);
        for word in [3_u32, 1, 4] {
            bytes.extend(word.to_le_bytes());
        }
        for number in [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0_f64] {
            bytes.extend(number.to_le_bytes());
        }
        assert_eq!(polygons(&bytes), Some(vec![vec![vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]]));
        assert_eq!(polygons(&bytes).map(|polygons| wkb(&polygons)), Some(bytes.clone()));
        assert_eq!(polygons(&bytes[..bytes.len() - 1]), None);
        bytes.push(0);
        assert_eq!(polygons(&bytes), None);
    }
}
