//! `enough travel`: minutes from every area to every setting, on real streets or by timetable.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use enough_assessments::travel::{Mode, Snapped, StreetOptions, Trip, Trips, travel};
use enough_kernel::{LonLat, Minutes};
use enough_tables::{Points, read_points};
use serde_json::json;

use crate::failure::Failure;
use enough_tables::Values;

use crate::output;
use crate::progress::Phases;
use crate::quantities::{positive, positive_minutes};
use crate::report::words::{count, plural};

/// Minutes from every area to every setting within a limit, on real streets or by timetable
///
/// Writes the table area,setting,minutes that `enough measure` and `enough assess` take as --pairs. A pair that cannot be
/// travelled within the limit is not in it. There and back are different trips: these go from the area to the setting.
/// Times include the straight way between a point and its street, at walking speed.
#[derive(Debug, Args)]
#[command(mut_arg("streets", |arg| arg.required(true)))]
pub struct Arguments {
    /// Areas: a table id,longitude,latitude, of population-weighted points where there are any
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Settings: a table id,longitude,latitude
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How people travel
    #[arg(long, value_enum)]
    mode: Mode,
    /// Longest time, at most 90
    #[arg(long, value_name = "MINUTES", value_parser = positive_minutes)]
    minutes: Minutes,
    /// Walking speed in km/h (or riding speed for cycle) [default: walk, wheel and transit 4.8, cycle 15]
    #[arg(long, value_name = "KM/H", value_parser = positive)]
    speed: Option<f64>,
    /// Write area,setting,minutes, and by timetable also the longest time of the window (worst): .parquet or .csv
    #[arg(long, value_name = "PAIRS.parquet")]
    out: PathBuf,
    /// Write where each point is on the streets, and how far from it: side,id,metres,longitude,latitude,street,along,part
    #[arg(long, value_name = "SNAPS.csv")]
    snaps: Option<PathBuf>,
    /// Write counts, notes and seconds by phase
    #[arg(long, value_name = "S.json")]
    summary: Option<PathBuf>,
    #[command(flatten)]
    options: StreetOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (mode, limit) = (arguments.mode, arguments.minutes);
    arguments.options.check(mode, arguments.speed, limit)?;
    let mut phases = Phases::new();
    phases.begin("reading points");
    let (areas, settings) = (read_points(&arguments.from)?, read_points(&arguments.to)?);
    let points = |points: &Points| points.at.iter().copied().map(Some).collect::<Vec<Option<LonLat>>>();
    let sides = (("Areas", &points(&areas)[..]), ("Settings", &points(&settings)[..]));
    let trips = travel(&arguments.options, mode, arguments.speed, limit, sides, &mut phases)?;
    phases.begin("writing results");
    write_pairs(&arguments.out, &trips, mode, &areas, &settings)?;
    if let Some(path) = &arguments.snaps {
        write_snaps(path, &trips, &areas, &settings)?;
    }
    phases.end();
    let reached = |side: fn(&Trip) -> u32| {
        let mut ids: Vec<u32> = trips.list.iter().map(side).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    let (areas_reached, settings_reached) = (reached(|trip| trip.from), reached(|trip| trip.to));
    if let Some(path) = &arguments.summary {
        output::write_json(
            path,
            &json!({
                "travel": trips.label,
                "minutes": limit.get(),
                "areas": areas.ids.len(),
                "settings": settings.ids.len(),
                "areas_refused": trips.from.refused + trips.from.outside,
                "settings_refused": trips.to.refused + trips.to.outside,
                "areas_on_other_parts": trips.from.elsewhere,
                "settings_on_other_parts": trips.to.elsewhere,
                "pairs": trips.list.len(),
                "areas_without_setting": areas.ids.len() - areas_reached,
                "settings_without_area": settings.ids.len() - settings_reached,
                "searches": trips.searches,
                "settled": trips.settled,
                "notes": trips.notes,
                "seconds": phases.seconds().into_iter().map(|(name, took)| (name.to_owned(), json!(took))).collect::<serde_json::Map<_, _>>(),
            }),
        )?;
    }
    let mut text = format!("Travel {}.\n", trips.label);
    for note in trips.notes.iter().chain([&trips.origin]) {
        text.push_str(note);
        text.push('\n');
    }
    let all = areas.ids.len() * settings.ids.len();
    let _ = write!(
        text,
        "{} of {} pairs are within {} minutes; without any: {} and {}.\nWritten: {}\n",
        count(trips.list.len() as f64),
        count(all as f64),
        limit.get(),
        plural(areas.ids.len() - areas_reached, "area", "areas"),
        plural(settings.ids.len() - settings_reached, "setting", "settings"),
        arguments.out.display()
    );
    output::print(&text);
    Ok(())
}

fn write_pairs(
    path: &Path,
    trips: &Trips,
    mode: Mode,
    areas: &Points,
    settings: &Points,
) -> Result<(), Failure> {
    let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let timed = mode == Mode::Transit;
    match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("parquet") => {
            let words = |ids: &[String]| Arc::new(arrow_array::StringArray::from_iter_values(ids));
            let (areas, settings) = (words(&areas.ids), words(&settings.ids));
            let chunks =
                if trips.list.is_empty() { vec![&[][..]] } else { trips.list.chunks(1 << 20).collect() };
            let notes = [("travel", trips.label.clone())];
            output::write_parquet(
                path,
                &notes,
                chunks.into_iter().map(|list| {
                    let mut columns = vec![
                        ("area", Values::Words(list.iter().map(|trip| trip.from).collect(), areas.clone())),
                        (
                            "setting",
                            Values::Words(list.iter().map(|trip| trip.to).collect(), settings.clone()),
                        ),
                        (
                            "minutes",
                            Values::Numbers(list.iter().map(|trip| Some(trip.minutes.get())).collect()),
                        ),
                    ];
                    if timed {
                        let worst = list.iter().map(|trip| trip.worst.map(Minutes::get)).collect();
                        columns.push(("worst", Values::Numbers(worst)));
                    }
                    columns
                }),
            )
        }
        Some("csv") => {
            let row = |trip: &Trip| {
                (
                    &areas.ids[trip.from as usize],
                    &settings.ids[trip.to as usize],
                    trip.minutes.get().to_string(),
                )
            };
            if timed {
                let worst =
                    |trip: &Trip| trip.worst.map_or_else(String::new, |worst| worst.get().to_string());
                let rows = trips.list.iter().map(|trip| {
                    let (area, setting, minutes) = row(trip);
                    [area.clone(), setting.clone(), minutes, worst(trip)]
                });
                output::write_ids(path, ["area", "setting", "minutes", "worst"], rows)
            } else {
                let rows = trips.list.iter().map(|trip| {
                    let (area, setting, minutes) = row(trip);
                    [area.clone(), setting.clone(), minutes]
                });
                output::write_ids(path, ["area", "setting", "minutes"], rows)
            }
        }
        _ => Err(Failure::Usage(format!("--out {}: the name must end in .parquet or .csv", path.display()))),
    }
}

fn write_snaps(path: &Path, trips: &Trips, areas: &Points, settings: &Points) -> Result<(), Failure> {
    let side = |name: &'static str, points: &Points, snapped: &Snapped| {
        points
            .ids
            .iter()
            .zip(&snapped.snaps)
            .map(|(id, snap)| {
                let number = |of: &dyn Fn(&enough_travel::streets::Snap) -> String| {
                    snap.as_ref().map_or_else(String::new, of)
                };
                [
                    name.to_owned(),
                    id.clone(),
                    number(&|snap| format!("{:.3}", snap.off.get())),
                    number(&|snap| format!("{:.7}", snap.at.longitude)),
                    number(&|snap| format!("{:.7}", snap.at.latitude)),
                    number(&|snap| snap.street.to_string()),
                    number(&|snap| snap.along.to_string()),
                    number(&|snap| snap.part.to_string()),
                ]
            })
            .collect::<Vec<_>>()
    };
    let rows = side("area", areas, &trips.from).into_iter().chain(side("setting", settings, &trips.to));
    output::write_ids(
        path,
        ["side", "id", "metres", "longitude", "latitude", "street", "along", "part"],
        rows,
    )
}
