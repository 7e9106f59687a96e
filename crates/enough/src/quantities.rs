//! Quantities and choices as they are written on the command line, the same for every command.

use clap::{Args, ValueEnum};
pub use enough_assessments::quantities::{level, minutes, positive, positive_minutes};
use enough_kernel::Minutes;
use enough_needs::cars::SHARE_WITH_CAR;
use enough_sufficiency::catchment::Demand;

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "must be from 0 to 1".to_owned())
}

/// What Ofsted's and ONS's method lets one choose, on published files and on plain tables.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method ofsted-ons")]
pub struct TwoModes {
    /// Catchment by car
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = positive_minutes)]
    pub car_minutes: Minutes,
    /// Catchment by public transport, walks included
    #[arg(long, value_name = "MINUTES", default_value = "25", value_parser = positive_minutes)]
    pub transit_minutes: Minutes,
    /// Who asks for the places of a setting
    #[arg(long, value_enum, default_value = "everyone")]
    pub demand_of: DemandOf,
    /// Share of households with a car where no table has the area; 0.767 is that of England and Wales in 2021
    #[arg(long, value_name = "SHARE", default_value_t = SHARE_WITH_CAR, value_parser = share)]
    pub car_share: f64,
}

/// Who asks for the places of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemandOf {
    /// In each of the two catchments all children
    Everyone,
    /// Children with a car in the household by car, the others by public transport
    Groups,
}

impl DemandOf {
    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Groups => "groups",
        }
    }
}

impl From<DemandOf> for Demand {
    fn from(of: DemandOf) -> Self {
        match of {
            DemandOf::Everyone => Self::Everyone,
            DemandOf::Groups => Self::Groups,
        }
    }
}
