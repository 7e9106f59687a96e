//! The areas with their figures and shapes: GeoJSON (RFC 7946) and GeoParquet 1.1.

use std::io::Write;

use enough_kernel::words::whole_places;
use enough_kernel::{Level, Minutes};
use geo::{BoundingRect, MultiPolygon, Polygon};
use serde_json::{Map, Value, json};

use super::tables::{decimals, ladder_headings};
use enough_assessments::study::{Assessment, decile, wkb};

use crate::assess::Arguments;
use crate::failure::Failure;
use enough_tables::Values;

use crate::output;

/// Degrees are written in full: rounding lets the rings of generalised boundaries cross themselves.
fn ring(line: &geo::LineString) -> Value {
    line.coords().map(|at| json!([at.x, at.y])).collect()
}

fn polygon(polygon: &Polygon) -> Value {
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}

fn rounded(number: f64, most: usize) -> Value {
    json!(decimals(number, most).parse::<f64>().unwrap_or(number))
}

pub fn geojson(
    arguments: &Arguments,
    assessment: &Assessment,
    shapes: &[Option<MultiPolygon>],
) -> Result<(), Failure> {
    let ladder = ladder_headings(assessment);
    output::write(&arguments.out.join("areas.geojson"), |out| {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
        for (index, ((group, profile), shape)) in assessment.groups.iter().zip(shapes).enumerate() {
            let level = |level: Option<Level>| level.map(|level| rounded(level.get(), 6));
            let mut properties = Map::new();
            properties.insert("code".to_owned(), json!(group.id));
            properties.insert("name".to_owned(), json!(group.name));
            properties
                .insert("authority".to_owned(), json!(assessment.inputs.hierarchy.name(group.authority)));
            properties.insert("children".to_owned(), rounded(profile.children.get(), 2));
            properties.insert("places".to_owned(), rounded(profile.places.get(), 2));
            properties.insert("level".to_owned(), json!(level(profile.level)));
            properties.insert("shortfall".to_owned(), rounded(profile.shortfall.get(), 2));
            properties.insert("overlap".to_owned(), rounded(profile.overlap.get(), 2));
            properties.insert("short_by".to_owned(), json!(whole_places(profile.shortfall.get())));
            properties.insert("spare".to_owned(), json!(whole_places(profile.overlap.get())));
            properties
                .insert("minutes_to_enough".to_owned(), json!(profile.minutes_to_enough.map(Minutes::get)));
            properties
                .insert("market".to_owned(), json!(profile.markets.first().map(|(market, _)| market + 1)));
            properties.insert("travel".to_owned(), json!(assessment.study.travel));
            for (heading, rung) in ladder.iter().zip(&profile.ladder) {
                properties.insert(heading.clone(), json!(level(*rung)));
            }
            let geometry = shape.as_ref().map(|shape| {
                let polygons: Value = shape.0.iter().map(polygon).collect();
                json!({"type": "MultiPolygon", "coordinates": polygons})
            });
            let feature =
                json!({"type": "Feature", "id": group.id, "properties": properties, "geometry": geometry});
            if index > 0 {
                out.write_all(b",\n")?;
            }
            serde_json::to_writer(&mut *out, &feature)?;
        }
        Ok(out.write_all(b"\n]}\n")?)
    })
}

pub fn geoparquet(
    arguments: &Arguments,
    assessment: &Assessment,
    shapes: &[Option<MultiPolygon>],
) -> Result<(), Failure> {
    let bounds = shapes
        .iter()
        .flatten()
        .filter_map(BoundingRect::bounding_rect)
        .fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, r| {
            [b[0].min(r.min().x), b[1].min(r.min().y), b[2].max(r.max().x), b[3].max(r.max().y)]
        });
    let mut column = json!({"encoding": "WKB", "geometry_types": ["MultiPolygon"]});
    if bounds[0] <= bounds[2] {
        column["bbox"] = json!(bounds);
    }
    let notes = json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}});
    let groups = &assessment.groups;
    let numbers = |of: &dyn Fn(usize) -> Option<f64>| Values::Numbers((0..groups.len()).map(of).collect());
    let text = |of: &dyn Fn(usize) -> String| Values::Text((0..groups.len()).map(of).collect());
    let empty = MultiPolygon(Vec::new());
    let columns = vec![
        ("code", text(&|g| groups[g].0.id.clone())),
        ("name", text(&|g| groups[g].0.name.clone())),
        ("authority", text(&|g| assessment.inputs.hierarchy.name(groups[g].0.authority))),
        ("children", numbers(&|g| Some(groups[g].1.children.get()))),
        ("places", numbers(&|g| Some(groups[g].1.places.get()))),
        ("level", numbers(&|g| groups[g].1.level.map(Level::get))),
        ("shortfall", numbers(&|g| Some(groups[g].1.shortfall.get()))),
        ("overlap", numbers(&|g| Some(groups[g].1.overlap.get()))),
        ("minutes_to_enough", numbers(&|g| groups[g].1.minutes_to_enough.map(Minutes::get))),
        ("deprivation_decile", numbers(&|g| decile(assessment, &groups[g].0))),
        ("travel", text(&|_| assessment.study.travel.clone())),
        (
            "geometry",
            Values::Bytes(shapes.iter().map(|shape| wkb(shape.as_ref().unwrap_or(&empty))).collect()),
        ),
    ];
    let path = arguments.out.join("areas.parquet");
    output::write_parquet(&path, &[("geo", notes.to_string())], std::iter::once(columns))
}
