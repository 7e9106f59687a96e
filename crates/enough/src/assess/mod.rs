//! `enough assess`: is there enough childcare in an authority, for every child, within reach?

mod keep;
mod ofsted_ons;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use enough_assessments::study::{Inputs, Question, assess, check_codes};

use crate::failure::Failure;
use crate::progress::Phases;
use crate::quantities::TwoModes;
use crate::report;

/// What most people ask, before everything else that can be asked.
const EXAMPLES: &str = "Examples:
  enough assess --authority E08000003 --out manchester
  enough assess --authority E08000003 --mode car --minutes 20 --ages 3-4 --target 0.6 --out by-car
  enough assess --authority E47000001 --by authority --data ../shared/open-data --out greater-manchester";

/// Assess whether there is enough childcare in an authority, for every child, within reach
///
/// Reads the published files, fits children to areas, puts settings on the map, and shares the places as fairly as they can
/// be shared. Children and places of the neighbours count. Prints the answer and writes areas.csv, areas.geojson,
/// areas.parquet (GeoParquet), markets.csv, settings.csv, rejects.csv, summary.json and report.html into --out.
#[derive(Debug, Clone, Args)]
#[command(before_long_help = EXAMPLES)]
pub struct Arguments {
    /// Folder of published files [default: $ENOUGH_DATA, ./open-data, ../shared/open-data, else a made-up example]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What is asked.
    #[command(flatten)]
    pub question: Question,
    /// How to measure
    #[arg(long, value_enum, default_value = "fair-share")]
    pub method: Method,
    /// Where to write the results
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Rows of the table on the terminal
    #[arg(long, value_name = "N", default_value = "15")]
    pub rows: usize,
    /// Keep the answer in this database too, for the service to show: sqlite:FILE or postgres://user:password@host/name
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// The file of the service's keys, with --database [default: beside a SQLite file, ending in .keys; else enough.keys]
    #[arg(long, value_name = "FILE", requires = "database")]
    pub keys: Option<PathBuf>,
    #[command(flatten)]
    pub two_modes: TwoModes,
    #[command(flatten)]
    pub cars: ofsted_ons::Cars,
}

/// How to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// The sharing that leaves the least shortfall, with proof
    FairShare,
    /// Ofsted's and ONS's childcare accessibility: two floating catchments, by car and by public transport
    OfstedOns,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let question = &arguments.question;
    let mut phases = Phases::new();
    let data = crate::data::find(arguments.data.as_deref())?;
    if arguments.method == Method::OfstedOns {
        return ofsted_ons::run(arguments, &data, &mut phases);
    }
    question.check()?;
    let place = keep::place(arguments)?;
    check_codes(question, &data)?;
    let assumed = question.model.assumptions()?;
    let inputs = Arc::new(Inputs::read(&data, assumed, &mut phases)?);
    let assessment = assess(question, &inputs, &mut phases)?;
    phases.begin("writing results");
    report::write(arguments, &assessment, &data)?;
    if let Some(place) = &place {
        phases.begin("keeping the answer");
        keep::run(question, &assessment, &data, place)?;
    }
    phases.end();
    report::terminal(arguments, &assessment, &phases);
    Ok(())
}
