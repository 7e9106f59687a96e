//! The map of an answer as a picture (SVG): five classes around the target. What it shows, the table beside it says.

use std::fmt::Write as _;

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use enough_assessments::Area;
use enough_assessments::wkb::Ring;

use super::figures::level;
use super::{chosen, kind};
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shapes::around;
use crate::shown::same_for_all;

/// Classes: name, colour, upper bound as a share of the target. One hue, light to dark; dark is short.
pub const CLASSES: [(&str, &str, f64); 5] = [
    ("less than half of enough", "#08306b", 0.5),
    ("half to three quarters of enough", "#2b6cb0", 0.75),
    ("three quarters to enough", "#6baed6", 1.0),
    ("enough to one and a half times enough", "#c6dbef", 1.5),
    ("more than that", "#eff3ff", f64::INFINITY),
];

/// The colours of the classes, with commas.
pub fn colours() -> String {
    CLASSES.map(|(_, colour, _)| colour).join(",")
}

/// The longer side of the picture.
const SIDE: f64 = 1000.0;

/// The number of the class of a level; the one after the last without children.
pub fn class(level: Option<f64>, target: f64) -> usize {
    level.map_or(CLASSES.len(), |level| {
        let share = level / target.max(1e-9);
        CLASSES.iter().position(|(.., bound)| share < *bound - 1e-9).unwrap_or(CLASSES.len() - 1)
    })
}

fn colour(level: Option<f64>, target: f64) -> &'static str {
    CLASSES.get(class(level, target)).map_or("url(#none)", |(_, colour, _)| colour)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Adds a line to a path.
fn draw(path: &mut String, line: impl Iterator<Item = (f64, f64)>) {
    let mut last = (f64::NAN, f64::NAN);
    for (index, (x, y)) in line.enumerate() {
        // Points nearer than this cannot be told apart.
        if index == 0 || (x - last.0).abs() + (y - last.1).abs() >= 1.0 {
            let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
            last = (x, y);
        }
    }
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
        .filter_map(|area| Some((area, known.get(&area.code)?.polygons.iter().flatten().collect())))
        .collect();
    let points = shapes.iter().flat_map(|(_, rings)| rings.iter().copied().flatten());
    let bounds = around(points.copied());
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
    let place = |(x, y): (f64, f64)| ((x - bounds[0]) * narrow * scale, (bounds[3] - y) * scale);
    for (area, rings) in shapes {
        let mut path = String::new();
        for ring in rings {
            draw(&mut path, ring.iter().map(|point| place(*point)));
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
    let mut markets = String::new();
    for line in shown.borders(&caller.app).await? {
        draw(&mut markets, line.points.iter().map(|point| place(*point)));
    }
    let _ = writeln!(
        svg,
        "<path fill=\"none\" stroke=\"#0b0c0c\" stroke-width=\"2\" stroke-linejoin=\"round\" d=\"{markets}\"><title>Borders of markets</title></path>"
    );
    svg.push_str("</svg>\n");
    Ok(same_for_all(&shown, ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()))
}
