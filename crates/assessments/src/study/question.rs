//! What is asked: of whom, which ages, how they travel, what is enough.

use std::path::PathBuf;

use clap::{Args, FromArgMatches, ValueEnum};
use enough_kernel::{AgeRange, AreaCode, Kilometres, Level, Minutes, Places};
use enough_market::PlacesByAge;
use enough_market::registers::NurseryAssumption;
use enough_sufficiency::ladder::LIMITS;

use super::Assumptions;
use crate::AssessError;
use crate::quantities::{level, minutes, positive, positive_minutes};
use crate::travel::{Mode, StreetOptions};

/// A question. Commands read it from their arguments, the service from forms and addresses.
#[derive(Debug, Clone, Args)]
pub struct Question {
    /// Code of an authority, county, combined authority (E47...), region (E12...) or England (E92000001); may be repeated
    #[arg(long, value_name = "CODE", required = true)]
    pub authority: Vec<String>,
    /// Ages of the children, in whole years [default: 0-4; 0-7 for --method ofsted-ons]
    #[arg(long, value_name = "FROM-TO")]
    pub ages: Option<AgeRange>,
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
    /// Minutes from LSOAs to settings, measured elsewhere: a table area,setting,minutes, instead of modelled
    /// travel. Areas are LSOA codes; settings are Ofsted reference numbers, school-URN for schools, and the LSOA code for places
    /// spread over an LSOA
    #[arg(long, value_name = "FILE", conflicts_with = "streets")]
    pub pairs: Option<PathBuf>,
    /// How travel is modelled, and what is assumed.
    #[command(flatten)]
    pub model: Model,
    /// How places are measured.
    #[arg(skip)]
    pub measure: Measure,
    /// Whether the answer is wanted at one limit only and not at the ladder of limits.
    #[arg(skip)]
    pub one_limit: bool,
    /// Whether somebody waits for the answer: the ladder then has only the limits that are worked out within a second or so.
    #[arg(skip)]
    pub soon: bool,
}

/// How travel is modelled, and what is assumed: the same for all questions about a place.
#[derive(Debug, Clone, Args)]
pub struct Model {
    /// How minutes are modelled from the straight line; fitted-drive is 9.7 minutes + 1.05 a kilometre, for cars
    #[arg(long, value_enum, default_value = "straight", conflicts_with = "streets")]
    pub travel: Travel,
    /// Length of the way as a multiple of the straight line
    #[arg(long, value_name = "FACTOR", default_value = "1.3", value_parser = factor, conflicts_with = "streets")]
    pub detour: f64,
    /// Speed in km/h [default: walk, wheel and transit 4.8, cycle 15, car 30 without streets and by road with them]
    #[arg(long, value_name = "KM/H", value_parser = positive)]
    pub speed: Option<f64>,
    /// How far around the authority neighbours count, in kilometres [default: 10, or twice the reach if that is more]
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    pub margin: Option<Kilometres>,
    /// Places assumed in the nursery class of a school; 0 leaves schools out
    #[arg(long, value_name = "PLACES", default_value = "26", value_parser = places)]
    pub nursery_class_places: Places,
    /// Table kind,from,to,share: which part of the places of each kind of setting is for which ages; without it
    /// reference/places-by-age.csv counts
    #[arg(long, value_name = "FILE")]
    pub places_by_age: Option<PathBuf>,
    /// Streets and timetables.
    #[command(flatten)]
    pub options: StreetOptions,
}

/// How places within reach are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measure {
    /// The sharing that leaves the least shortfall, with proof.
    #[default]
    FairShare,
    /// Two-step floating catchments (Luo and Wang, 2003): every setting divides its places among all children within reach, every
    /// area adds up what it gets. Nothing is proven by it: places count for children who do not need them.
    Catchments,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::FairShare, Self::Catchments];

    /// Its name in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::FairShare => "fair-share",
            Self::Catchments => "catchments",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::FairShare => "fair share",
            Self::Catchments => "floating catchments",
        }
    }
}

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
#[allow(missing_docs)]
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

impl Model {
    /// What is assumed of settings.
    ///
    /// # Errors
    /// When a table of places by age was given and cannot be read.
    pub fn assumptions(&self) -> Result<Assumptions, AssessError> {
        let by_age =
            self.places_by_age.as_deref().map_or_else(|| Ok(PlacesByAge::default()), PlacesByAge::read)?;
        Ok(Assumptions { nursery: NurseryAssumption::of(self.nursery_class_places), by_age })
    }
}

impl Question {
    /// The usual question about an authority: what the command asks unless told otherwise.
    ///
    /// # Errors
    /// Never, as long as the usual values are values.
    pub fn about(authority: AreaCode) -> Result<Self, AssessError> {
        let command = Self::augment_args(clap::Command::new("about").no_binary_name(true));
        let matches = command.try_get_matches_from(["--authority", &authority.to_string()]);
        matches
            .and_then(|matches| Self::from_arg_matches(&matches))
            .map_err(|error| AssessError::Usage(error.to_string()))
    }

    /// The ages of the children: those given, or those under five.
    pub fn ages(&self) -> AgeRange {
        self.ages.unwrap_or(AgeRange::UNDER_FIVE)
    }

    /// The limits of the ladder, with the one asked for among them.
    pub fn ladder(&self) -> Vec<Minutes> {
        if self.one_limit {
            return vec![self.minutes];
        }
        let mut limits = LIMITS.to_vec();
        if !limits.contains(&self.minutes) {
            limits.push(self.minutes);
            limits.sort_by(|a, b| a.get().total_cmp(&b.get()));
        }
        limits
    }

    /// Refuses what does not go together.
    ///
    /// # Errors
    /// When something does not.
    pub fn check(&self) -> Result<(), AssessError> {
        if self.model.travel == Travel::FittedDrive && self.mode != Mode::Car {
            return Err(AssessError::Usage(
                "--travel fitted-drive was fitted to car trips: add --mode car".to_owned(),
            ));
        }
        self.model.options.check(self.mode, self.model.speed, self.minutes)
    }
}
