//! The table of a view as a file: CSV, GeoJSON and GeoParquet.

use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_assessments::wkb::wkb;
use enough_assessments::{Area, Assessment, Rung, about, parsed};
use enough_kernel::words::whole_places;
use enough_tables::{CsvTable, Values, write_columns};
use serde_json::json;

use super::{chosen, kind};
use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::same_for_all;

/// A file whose name says what was asked, of whom and of when, such as `enough-manchester-ward-ages-0-4-walk-15-minutes-2021-08-31.csv`.
fn file(
    (answer, kind): (&Assessment, &str),
    ending: &str,
    media: &'static str,
    content: impl IntoResponse,
) -> Response {
    let date = answer.supply_date.clone().unwrap_or_else(|| answer.made_at.date_naive().to_string());
    let words = [
        &answer.title,
        kind,
        "ages",
        &answer.ages,
        &answer.mode,
        &answer.minutes.to_string(),
        "minutes",
        &date,
    ];
    let plain = |word: &str| -> String {
        let parts =
            word.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        parts.take(6).map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
    };
    let stem: Vec<String> = words.into_iter().map(plain).collect();
    let name = format!("attachment; filename=\"enough-{}.{ending}\"", stem.join("-"));
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], content).into_response()
}

/// A table in CSV as it is sent.
pub(crate) fn csv_of<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>, Problem> {
    let write = || {
        let mut table = CsvTable::new(Vec::new(), headings)?;
        rows.into_iter().try_for_each(|row| table.row(row))?;
        table.end()
    };
    write().map_err(|error: std::io::Error| Problem::File(error.to_string()))
}

fn rounded(number: f64, digits: i32) -> f64 {
    let unit = 10_f64.powi(digits);
    (number * unit).round() / unit
}

/// The table as CSV.
pub async fn csv(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let shown = chosen(&caller, &sent).await?;
    let (answer, kind) = (&shown.snapshot.answer, kind(sent.get("kind")).0);
    let headings = [
        "code",
        "name",
        "authority",
        "children",
        "children_off",
        "places",
        "level",
        "shortfall",
        "overlap",
        "short_by",
        "spare",
        "children_without_reach",
        "minutes_to_enough",
        "market",
        "journey",
        "travel",
        "about",
    ];
    let about = about(answer);
    let row = |area: &Area| {
        let maybe =
            |number: Option<f64>| number.map_or_else(String::new, |number| rounded(number, 6).to_string());
        [
            area.code.clone(),
            area.name.clone(),
            area.parent.clone(),
            rounded(area.children, 2).to_string(),
            maybe(area.children_off),
            rounded(area.places, 2).to_string(),
            maybe(area.level),
            rounded(area.shortfall, 2).to_string(),
            rounded(area.overlap, 2).to_string(),
            whole_places(area.shortfall).to_string(),
            whole_places(area.overlap).to_string(),
            rounded(area.without_reach, 2).to_string(),
            maybe(area.minutes_to_enough),
            area.market.map_or_else(String::new, |market| market.to_string()),
            answer.journey.clone(),
            answer.travel.clone(),
            about.clone(),
        ]
    };
    let text = csv_of(headings, shown.snapshot.areas(kind).map(row))?;
    Ok(same_for_all(&shown, file((answer, kind), "csv", "text/csv; charset=utf-8; header=present", text)))
}

/// The table with shapes as GeoJSON (RFC 7946).
pub async fn geojson(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let shown = chosen(&caller, &sent).await?;
    let (answer, kind) = (&shown.snapshot.answer, kind(sent.get("kind")).0);
    let shapes = shown.shapes(&caller.app).await?;
    let mut features = Vec::new();
    for area in shown.snapshot.areas(kind) {
        let geometry = shapes
            .get(&area.code)
            .map(|shape| json!({"type": "MultiPolygon", "coordinates": shape.polygons}));
        let ladder: Vec<Rung> = parsed(&area.ladder)?;
        features.push(json!({
            "type": "Feature",
            "id": area.code,
            "geometry": geometry,
            "properties": {
                "code": area.code, "name": area.name, "authority": area.parent,
                "children": rounded(area.children, 2), "children_off": area.children_off, "places": rounded(area.places, 2),
                "level": area.level.map(|level| rounded(level, 6)),
                "shortfall": rounded(area.shortfall, 2), "overlap": rounded(area.overlap, 2),
                "short_by": whole_places(area.shortfall), "spare": whole_places(area.overlap),
                "minutes_to_enough": area.minutes_to_enough, "market": area.market, "ladder": ladder,
                "journey": answer.journey, "travel": answer.travel,
            },
        }));
    }
    let collection = json!({"type": "FeatureCollection", "about": about(answer), "features": features});
    let text = collection.to_string();
    Ok(same_for_all(&shown, file((answer, kind), "geojson", "application/geo+json", text)))
}

/// The table with shapes as GeoParquet 1.1.
pub async fn parquet(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let shown = chosen(&caller, &sent).await?;
    let (answer, kind) = (&shown.snapshot.answer, kind(sent.get("kind")).0);
    let shapes = shown.shapes(&caller.app).await?;
    let areas: Vec<&Area> = shown.snapshot.areas(kind).collect();
    let none = Vec::new();
    let numbers =
        |of: &dyn Fn(&Area) -> Option<f64>| Values::Numbers(areas.iter().map(|area| of(area)).collect());
    let text = |of: &dyn Fn(&Area) -> String| Values::Text(areas.iter().map(|area| of(area)).collect());
    let geometry =
        areas.iter().map(|area| wkb(shapes.get(&area.code).map_or(&none, |shape| &shape.polygons)));
    let columns = vec![
        ("code", text(&|area| area.code.clone())),
        ("name", text(&|area| area.name.clone())),
        ("authority", text(&|area| area.parent.clone())),
        ("children", numbers(&|area| Some(area.children))),
        ("children_off", numbers(&|area| area.children_off)),
        ("places", numbers(&|area| Some(area.places))),
        ("level", numbers(&|area| area.level)),
        ("shortfall", numbers(&|area| Some(area.shortfall))),
        ("overlap", numbers(&|area| Some(area.overlap))),
        ("short_by", numbers(&|area| Some(whole_places(area.shortfall)))),
        ("spare", numbers(&|area| Some(whole_places(area.overlap)))),
        ("children_without_reach", numbers(&|area| Some(area.without_reach))),
        ("minutes_to_enough", numbers(&|area| area.minutes_to_enough)),
        ("market", numbers(&|area| area.market.map(f64::from))),
        ("journey", text(&|_| answer.journey.clone())),
        ("travel", text(&|_| answer.travel.clone())),
        ("geometry", Values::Bytes(geometry.collect())),
    ];
    let column = json!({"encoding": "WKB", "geometry_types": ["MultiPolygon"]});
    let notes = json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}});
    let mut bytes = Vec::new();
    let notes = [("geo", notes.to_string()), ("about", about(answer))];
    write_columns(&mut bytes, &notes, std::iter::once(columns))
        .map_err(|error| Problem::File(error.to_string()))?;
    Ok(same_for_all(&shown, file((answer, kind), "parquet", "application/vnd.apache.parquet", bytes)))
}
