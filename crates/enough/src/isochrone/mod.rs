//! `enough isochrone`: the land, and the areas, within so many minutes of a point on real streets.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use enough_assessments::travel::{MapOptions, Mode, Prepared, Snapped, moving, network};
use enough_kernel::{LonLat, Minutes};
use enough_tables::read_points;
use enough_travel::search::{Direction, isochrones, many_to_many};
use geo::Orient;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output;
use crate::progress::Phases;
use crate::quantities::{positive, positive_minutes};
use crate::report::words::{count, list};

/// The land within so many minutes of a point on real streets, as polygons and as a set of areas
///
/// Writes a GeoJSON feature for each limit. The land is that beside the streets which are reached, up to 60 metres from them.
#[derive(Debug, Args)]
#[command(mut_arg("streets", |arg| arg.required(true)))]
pub struct Arguments {
    /// The point, in degrees
    #[arg(long, value_name = "LONGITUDE,LATITUDE", allow_hyphen_values = true, value_parser = point)]
    at: LonLat,
    /// How people travel: walk, wheel, cycle or car
    #[arg(long, value_enum)]
    mode: Mode,
    /// Limits, at most 90
    #[arg(long, value_name = "MINUTES,...", value_delimiter = ',', default_value = "5,10,15", value_parser = positive_minutes)]
    minutes: Vec<Minutes>,
    /// From where one gets to the point, instead of where one gets from it: the families that reach a setting
    #[arg(long)]
    towards: bool,
    /// Walking speed in km/h (or riding speed for cycle) [default: walk and wheel 4.8, cycle 15]
    #[arg(long, value_name = "KM/H", value_parser = positive)]
    speed: Option<f64>,
    /// Write the polygons
    #[arg(long, value_name = "LAND.geojson")]
    out: PathBuf,
    /// Areas to find within the limits: a table id,longitude,latitude
    #[arg(long, value_name = "FILE", requires = "areas_out")]
    areas: Option<PathBuf>,
    /// Write id,minutes,limit: the areas within, and the smallest limit that holds each
    #[arg(long, value_name = "AREAS.csv", requires = "areas")]
    areas_out: Option<PathBuf>,
    #[command(flatten)]
    options: MapOptions,
}

fn point(text: &str) -> Result<LonLat, String> {
    let wrong = || format!("'{text}' is not a longitude and a latitude in degrees, such as -1.2943,50.7010");
    let (longitude, latitude) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wrong());
    let at = LonLat { longitude: number(longitude)?, latitude: number(latitude)? };
    if at.is_on_earth() { Ok(at) } else { Err(wrong()) }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut limits = arguments.minutes.clone();
    limits.sort_by(|a, b| a.get().total_cmp(&b.get()));
    limits.dedup();
    let longest = limits.last().copied().unwrap_or(Minutes::new(0.0));
    if arguments.mode == Mode::Transit {
        return Err(Failure::Usage(
            "--mode transit has no polygons; `enough travel --mode transit` gives the areas by timetable"
                .to_owned(),
        ));
    }
    arguments.options.check(arguments.mode, arguments.speed, longest)?;
    let mut phases = Phases::new();
    let profile = MapOptions::profile(arguments.mode, arguments.speed);
    let Prepared { network, map, notes, origin } = network(&arguments.options, profile, &mut phases)?;
    let here = Snapped::new(&network, &[Some(arguments.at)], arguments.options.snap);
    let Some(snap) = here.snaps[0] else {
        return Err(Failure::Input(format!(
            "--at: no street of {map} is within {} m of the point",
            arguments.options.snap.get()
        )));
    };
    phases.begin("searching the streets");
    let direction = if arguments.towards { Direction::To } else { Direction::From };
    let land = isochrones(&network, &snap, &limits, direction);
    let label = format!("on real streets: OpenStreetMap ({map}), {}", moving(arguments.mode, profile));
    let features: Vec<Value> = limits
        .iter()
        .zip(land)
        .map(|(limit, land)| {
            let properties = json!({
                "minutes": limit.get(),
                "mode": profile.mode.name(),
                "direction": if arguments.towards { "to the point" } else { "from the point" },
                "travel": label,
            });
            // Outer rings run counterclockwise (RFC 7946, section 3.1.6).
            let geometry = geojson_geometry(&land.orient(geo::orient::Direction::Default));
            json!({"type": "Feature", "properties": properties, "geometry": geometry})
        })
        .collect();
    let document = json!({"type": "FeatureCollection", "features": features});
    output::write(&arguments.out, |out| Ok(serde_json::to_writer(out, &document)?))?;
    let mut text = format!("Travel {label}.\n");
    for note in notes.iter().chain([&origin]) {
        text.push_str(note);
        text.push('\n');
    }
    let part = if snap.part > 0 { ", on another part of the network than the largest" } else { "" };
    let _ = writeln!(text, "The point is {:.0} m from its street{part}.", snap.off.get());
    if let (Some(areas), Some(out)) = (&arguments.areas, &arguments.areas_out) {
        let points = read_points(areas)?;
        let known: Vec<Option<LonLat>> = points.at.iter().copied().map(Some).collect();
        let areas = Snapped::new(&network, &known, arguments.options.snap);
        let (from, to) =
            if arguments.towards { (&areas.snaps, &here.snaps) } else { (&here.snaps, &areas.snaps) };
        let journeys = many_to_many(&network, from, to, longest);
        let of = |from: u32, to: u32| if arguments.towards { from } else { to } as usize;
        let smallest =
            |minutes: Minutes| limits.iter().find(|limit| **limit >= minutes).copied().unwrap_or(longest);
        let rows = journeys.list.iter().map(|journey| {
            let minutes = journey.minutes();
            [
                points.ids[of(journey.from, journey.to)].clone(),
                minutes.get().to_string(),
                smallest(minutes).get().to_string(),
            ]
        });
        output::write_csv(out, ["id", "minutes", "limit"], rows)?;
        let counts: Vec<String> = limits
            .iter()
            .map(|limit| {
                let within = journeys.list.iter().filter(|journey| journey.minutes() <= *limit).count();
                format!("{} within {} minutes", count(within as f64), limit.get())
            })
            .collect();
        let _ = writeln!(
            text,
            "Of {} areas {}; {} too far from any street.",
            count(known.len() as f64),
            list(&counts, 9),
            count((areas.refused + areas.outside) as f64)
        );
    }
    phases.end();
    let _ = writeln!(text, "Written: {}", arguments.out.display());
    output::print(&text);
    Ok(())
}

/// Rings to seven decimals, about a centimetre.
fn geojson_geometry(land: &geo::MultiPolygon<f64>) -> Value {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let ring = |line: &geo::LineString<f64>| -> Value {
        line.coords().map(|at| json!([round(at.x), round(at.y)])).collect()
    };
    let polygons: Vec<Value> = land
        .iter()
        .map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect())
        .collect();
    json!({"type": "MultiPolygon", "coordinates": polygons})
}
