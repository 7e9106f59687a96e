//! `enough network`: prepares a street network, says what it has, and writes it for other software.

use std::path::PathBuf;

use clap::Args;
use enough_assessments::travel::{MapOptions, Mode, Prepared, network};

use crate::failure::Failure;
use crate::output;
use crate::progress::Phases;
use crate::quantities::positive;

/// Prepare a street network, say what it has, and write it for other software
///
/// The search runs on states: junctions, and for cars junctions with the memory of streets driven before a forbidden turn.
#[derive(Debug, Args)]
#[command(mut_arg("streets", |arg| arg.required(true)))]
pub struct Arguments {
    /// Who travels: walk, wheel, cycle or car
    #[arg(long, value_enum)]
    mode: Mode,
    /// Walking speed in km/h (or riding speed for cycle) [default: walk and wheel 4.8, cycle 15]
    #[arg(long, value_name = "KM/H", value_parser = positive)]
    speed: Option<f64>,
    /// Write state,junction,longitude,latitude
    #[arg(long, value_name = "STATES.csv")]
    states: Option<PathBuf>,
    /// Write from,to,milliseconds,street,backward: the steps between states, and the street each takes
    #[arg(long, value_name = "ARCS.csv")]
    arcs: Option<PathBuf>,
    #[command(flatten)]
    options: MapOptions,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.mode == Mode::Transit {
        return Err(Failure::Usage("--mode transit walks on the network of --mode walk".to_owned()));
    }
    arguments.options.check(arguments.mode, arguments.speed, enough_travel::search::LONGEST)?;
    let mut phases = Phases::new();
    let profile = MapOptions::profile(arguments.mode, arguments.speed);
    let Prepared { network, notes, origin, .. } = network(&arguments.options, profile, &mut phases)?;
    phases.begin("writing results");
    if let Some(path) = &arguments.states {
        let rows = network.places_of_states().map(|(state, junction, at)| {
            [
                state.to_string(),
                junction.to_string(),
                format!("{:.7}", at.longitude),
                format!("{:.7}", at.latitude),
            ]
        });
        output::write_ids(path, ["state", "junction", "longitude", "latitude"], rows)?;
    }
    if let Some(path) = &arguments.arcs {
        let rows = network.steps().map(|step| {
            let backward = if step.backward { "1" } else { "0" };
            [
                step.from.to_string(),
                step.to.to_string(),
                step.milliseconds.to_string(),
                step.street.to_string(),
                backward.to_owned(),
            ]
        });
        output::write_ids(path, ["from", "to", "milliseconds", "street", "backward"], rows)?;
    }
    phases.end();
    output::print(&format!("{}\n{origin}\n", notes.join("\n")));
    Ok(())
}
