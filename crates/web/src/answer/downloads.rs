//! The table of a view as a file: CSV and GeoJSON.

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_assessments::{Rung, parsed};
use serde_json::json;

use super::{kind, newest};
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::same_for_all;

fn file(kind: &str, ending: &str, media: &'static str, content: String) -> Response {
    let name = format!("attachment; filename=\"enough-{kind}.{ending}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], content).into_response()
}

/// A field of CSV (RFC 4180). What a spreadsheet would take for a formula is text.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn rounded(number: f64, digits: i32) -> f64 {
    let unit = 10_f64.powi(digits);
    (number * unit).round() / unit
}

/// The table as CSV.
pub async fn csv(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let answer = &shown.snapshot.answer;
    let kind = kind(Sent::read(query.unwrap_or_default().as_bytes()).get("kind")).0;
    let mut text = "code,name,authority,children,places,level,shortfall,overlap,children_without_reach,minutes_to_enough,market,journey,travel\r\n".to_owned();
    for area in shown.snapshot.areas(kind) {
        let maybe =
            |number: Option<f64>| number.map_or_else(String::new, |number| rounded(number, 6).to_string());
        let row = [
            area.code.clone(),
            area.name.clone(),
            area.parent.clone(),
            rounded(area.children, 2).to_string(),
            rounded(area.places, 2).to_string(),
            maybe(area.level),
            rounded(area.shortfall, 2).to_string(),
            rounded(area.overlap, 2).to_string(),
            rounded(area.without_reach, 2).to_string(),
            maybe(area.minutes_to_enough),
            area.market.map_or_else(String::new, |market| market.to_string()),
            answer.journey.clone(),
            answer.travel.clone(),
        ];
        text.push_str(&row.map(|value| field(&value)).join(","));
        text.push_str("\r\n");
    }
    Ok(same_for_all(&shown, file(kind, "csv", "text/csv; charset=utf-8; header=present", text)))
}

/// The table with shapes as GeoJSON (RFC 7946).
pub async fn geojson(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let answer = &shown.snapshot.answer;
    let kind = kind(Sent::read(query.unwrap_or_default().as_bytes()).get("kind")).0;
    let shapes = shown.shapes(&caller.app).await?;
    let mut features = Vec::new();
    for area in shown.snapshot.areas(kind) {
        let geometry =
            shapes.get(&area.code).map(|polygons| json!({"type": "MultiPolygon", "coordinates": polygons}));
        let ladder: Vec<Rung> = parsed(&area.ladder)?;
        features.push(json!({
            "type": "Feature",
            "id": area.code,
            "geometry": geometry,
            "properties": {
                "code": area.code, "name": area.name, "authority": area.parent,
                "children": rounded(area.children, 2), "places": rounded(area.places, 2),
                "level": area.level.map(|level| rounded(level, 6)),
                "shortfall": rounded(area.shortfall, 2), "overlap": rounded(area.overlap, 2),
                "minutes_to_enough": area.minutes_to_enough, "market": area.market, "ladder": ladder,
                "journey": answer.journey, "travel": answer.travel,
            },
        }));
    }
    let text = json!({"type": "FeatureCollection", "features": features}).to_string();
    Ok(same_for_all(&shown, file(kind, "geojson", "application/geo+json", text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_stay_numbers() {
        assert_eq!(field("=cmd()"), "'=cmd()");
        assert_eq!(field("-2.5"), "-2.5");
        assert_eq!(field("Leigh, \"West\""), "\"Leigh, \"\"West\"\"\"");
    }
}
