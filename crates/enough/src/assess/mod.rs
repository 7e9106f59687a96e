//! `enough assess`: is there enough childcare in an authority, for every child, within reach?

mod groups;
pub mod inputs;
mod keep;
mod ofsted_ons;
mod pairs;
pub mod study;

pub use groups::Group;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use enough_kernel::{AgeRange, AreaCode, Children, Kilometres, Level, Minutes, Places};
use enough_market::registers::NurseryAssumption;
use enough_sufficiency::fair_share::{Certificate, FairShare, fair_share};
use enough_sufficiency::gap::{places_that_help, shortfall};
use enough_sufficiency::ladder::{LIMITS, Ladder};
use enough_sufficiency::profiles::{Profile, profile};

use crate::data::Data;
use crate::failure::Failure;
use crate::progress::Phases;
use crate::quantities::{TwoModes, level, minutes, positive, positive_minutes};
use crate::report;
use crate::travel::{Mode, StreetOptions};
use inputs::Inputs;
use study::Study;

/// Assess whether there is enough childcare in an authority, for every child, within reach
///
/// Reads the published files, fits children to areas, puts settings on the map, and shares the places as fairly as they can
/// be shared. Children and places of the neighbours count. Prints the answer and writes areas.csv, areas.geojson,
/// areas.parquet (GeoParquet), markets.csv, settings.csv, rejects.csv, summary.json and report.html into --out.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Folder of published files [default: $ENOUGH_DATA, ./open-data, ../shared/open-data, else a made-up example]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Code of an authority, county, combined authority (E47...), region (E12...) or England (E92000001); may be repeated
    #[arg(long, value_name = "CODE", required = true)]
    pub authority: Vec<String>,
    /// Ages of the children, in whole years [default: 0-4; 0-7 for --method ofsted-ons]
    #[arg(long, value_name = "FROM-TO")]
    pub ages: Option<AgeRange>,
    /// How to measure
    #[arg(long, value_enum, default_value = "fair-share")]
    pub method: Method,
    /// How families travel
    #[arg(long, value_enum, default_value = "walk")]
    pub mode: Mode,
    /// Within how many minutes a place counts as within reach
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = positive_minutes)]
    pub minutes: Minutes,
    /// Places per child that count as enough: 0.4 is 40 places for every 100 children
    #[arg(long, value_name = "LEVEL", default_value = "0.4", value_parser = level)]
    pub target: Level,
    /// The areas of the answer
    #[arg(long, value_enum, default_value = "ward")]
    pub by: By,
    /// Table patch,area with the patches for --by patch (output areas, LSOAs, MSOAs, wards or authorities)
    #[arg(long, value_name = "FILE", required_if_eq("by", "patch"))]
    pub patches: Option<PathBuf>,
    /// Where to write the results
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How minutes are modelled from the straight line; fitted-drive is 9.7 minutes + 1.05 a kilometre, for cars
    #[arg(long, value_enum, default_value = "straight", conflicts_with = "streets")]
    pub travel: Travel,
    /// Length of the way as a multiple of the straight line
    #[arg(long, value_name = "FACTOR", default_value = "1.3", value_parser = factor, conflicts_with = "streets")]
    pub detour: f64,
    /// Speed in km/h [default: walk, wheel and transit 4.8, cycle 15, car 30 without streets and by road with them]
    #[arg(long, value_name = "KM/H", value_parser = positive)]
    pub speed: Option<f64>,
    /// Minutes from LSOAs to settings, measured elsewhere: a table area,setting,minutes, instead of modelled
    /// travel. Areas are LSOA codes; settings are Ofsted reference numbers, school-URN for schools, and the LSOA code for places
    /// spread over an LSOA
    #[arg(long, value_name = "FILE", conflicts_with = "streets")]
    pub pairs: Option<PathBuf>,
    /// How far around the authority neighbours count, in kilometres [default: 10, or twice the reach if that is more]
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    pub margin: Option<Kilometres>,
    /// Places assumed in the nursery class of a school; 0 leaves schools out
    #[arg(long, value_name = "PLACES", default_value = "26", value_parser = places)]
    pub nursery_class_places: Places,
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
    pub options: StreetOptions,
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

/// The ages of an assessment unless others are asked for.
const AGES: AgeRange = AgeRange::UNDER_FIVE;

/// How minutes are modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Travel {
    /// Straight line times a detour factor, at the speed of the mode
    Straight,
    /// Fitted drive time: 9.7 minutes + 1.05 minutes a kilometre of straight line
    FittedDrive,
}

/// The areas of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    Ward,
    Lsoa,
    Msoa,
    Authority,
    Patch,
}

fn factor(text: &str) -> Result<f64, String> {
    positive(text).and_then(|n| {
        if n >= 1.0 { Ok(n) } else { Err("no way is shorter than the straight line: 1 or more".to_owned()) }
    })
}

fn kilometres(text: &str) -> Result<Kilometres, String> {
    minutes(text).map(|n| Kilometres::new(n.get())).map_err(|_| "must be a number of 0 or more".to_owned())
}

fn places(text: &str) -> Result<Places, String> {
    kilometres(text).map(|n| Places::new(n.get()))
}

impl Arguments {
    /// The ages of the children: those given, or those of the method.
    pub fn ages(&self) -> AgeRange {
        self.ages.unwrap_or(if self.method == Method::OfstedOns { ofsted_ons::AGES } else { AGES })
    }

    /// The limits of the ladder, with the one asked for among them.
    pub fn ladder(&self) -> Vec<Minutes> {
        if self.method == Method::OfstedOns {
            return vec![self.minutes];
        }
        let mut limits = LIMITS.to_vec();
        if !limits.contains(&self.minutes) {
            limits.push(self.minutes);
            limits.sort_by(|a, b| a.get().total_cmp(&b.get()));
        }
        limits
    }
}

/// The answer.
pub struct Assessment {
    pub inputs: Inputs,
    pub study: Study,
    pub shared: FairShare,
    pub certificate: Certificate,
    /// Places that the areas asked for are short of even if their neighbours took none: no sharing whatever leaves less.
    pub least_short: Places,
    /// For each market whether its areas reach settings of no other.
    pub alone: Vec<bool>,
    /// For each supply how many added places would each close a missing one.
    pub helps: Vec<Places>,
    pub ladder: Ladder,
    /// All areas asked for together.
    pub whole: Profile,
    /// The groups of the answer with their profiles, worst first.
    pub groups: Vec<(Group, Profile)>,
    /// A name for all that was asked for.
    pub title: String,
    pub made_up: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.travel == Travel::FittedDrive && arguments.mode != Mode::Car {
        return Err(Failure::Usage(
            "--travel fitted-drive was fitted to car trips: add --mode car".to_owned(),
        ));
    }
    let mut phases = Phases::new();
    let data = crate::data::find(arguments.data.as_deref())?;
    if arguments.method == Method::OfstedOns {
        return ofsted_ons::run(arguments, &data, &mut phases);
    }
    arguments.options.check(arguments.mode, arguments.speed, arguments.minutes)?;
    let place = keep::place(arguments)?;
    let mut assessment = assess(arguments, &data, &mut phases)?;
    phases.begin("writing results");
    report::write(arguments, &assessment, &data)?;
    if let Some(place) = &place {
        phases.begin("keeping the answer");
        keep::run(arguments, &mut assessment, &data, place)?;
    }
    phases.end();
    report::terminal(arguments, &assessment, &phases);
    Ok(())
}

/// Reads the data; finds the areas asked for, as codes and as positions in the hierarchy.
fn read(
    arguments: &Arguments,
    data: &Data,
    phases: &mut Phases,
) -> Result<(Inputs, Vec<AreaCode>, Vec<usize>), Failure> {
    let assumption =
        NurseryAssumption { places_of_class: arguments.nursery_class_places, ..NurseryAssumption::default() };
    let inputs = Inputs::read(data, arguments.ages(), assumption, phases)?;
    let codes = arguments
        .authority
        .iter()
        .map(|text| text.parse().map_err(|error| Failure::Usage(format!("--authority: {error}"))))
        .collect::<Result<Vec<AreaCode>, _>>()?;
    let mut asked = Vec::new();
    for &code in &codes {
        let members = inputs.hierarchy.members(code);
        if members.is_empty() {
            if data.made_up {
                return Err(Failure::Input(format!(
                    "--authority {code}: only the made-up example is here, whose authority is {}; give real data with --data DIR",
                    enough_example::AUTHORITY
                )));
            }
            return Err(Failure::Input(format!(
                "--authority {code}: no area of {} has this code; codes are those of 2024, such as E08000003 for Manchester",
                data.folder.display()
            )));
        }
        asked.extend(members);
    }
    asked.sort_unstable();
    asked.dedup();
    Ok((inputs, codes, asked))
}

fn assess(arguments: &Arguments, data: &Data, phases: &mut Phases) -> Result<Assessment, Failure> {
    let (mut inputs, codes, asked) = read(arguments, data, phases)?;
    phases.begin("finding what is within reach");
    let study = Study::new(arguments, &inputs, &asked, phases)?;
    phases.begin("sharing places fairly");
    let reach = study.reach.within(arguments.minutes).without_minutes();
    let shared = fair_share(&study.need, &study.capacity, &reach);
    let certificate = shared.certificate(&study.need, &study.capacity, &reach);
    let helps = places_that_help(&study.need, &shared.level, &reach, arguments.target);
    let alone = shared.self_contained(&reach);
    let only_asked: Vec<Children> = study
        .need
        .iter()
        .zip(&study.asked)
        .map(|(need, &asked)| if asked { *need } else { Children::new(0.0) })
        .collect();
    let without_neighbours = fair_share(&only_asked, &study.capacity, &reach).level;
    let least_short = only_asked
        .iter()
        .zip(without_neighbours)
        .map(|(need, level)| shortfall(*need, level, arguments.target))
        .sum();
    phases.begin("climbing the ladder of minutes");
    let ladder = Ladder::climb(&study.need, &study.capacity, &study.reach, &study.ladder);
    phases.begin("profiling areas");
    let of = |members: &[(usize, f64)]| profile(members, &study.need, &shared, &ladder, arguments.target);
    let all: Vec<(usize, f64)> =
        (0..study.areas.len()).filter(|&area| study.asked[area]).map(|area| (area, 1.0)).collect();
    let whole = of(&all);
    let groups = groups::groups(arguments, &mut inputs, &study)?;
    let mut groups: Vec<(Group, Profile)> =
        groups.into_iter().map(|group| (of(&group.members), group)).map(|(p, g)| (g, p)).collect();
    groups.sort_by(|(a, pa), (b, pb)| {
        let level = |profile: &Profile| profile.level.map_or(f64::INFINITY, Level::get);
        level(pa).total_cmp(&level(pb)).then(a.id.cmp(&b.id))
    });
    let title = title(&inputs, &codes);
    Ok(Assessment {
        inputs,
        study,
        shared,
        certificate,
        least_short,
        alone,
        helps,
        ladder,
        whole,
        groups,
        title,
        made_up: data.made_up,
    })
}

/// A name for all that was asked for.
fn title(inputs: &Inputs, codes: &[AreaCode]) -> String {
    let name = |&code: &AreaCode| {
        let current = inputs.hierarchy.current(code);
        let name = inputs.hierarchy.name(current);
        if current == code { name } else { format!("{name} (asked for by a former code, {code})") }
    };
    let names: Vec<String> = codes.iter().map(name).collect();
    report::words::list(&names, 12)
}
