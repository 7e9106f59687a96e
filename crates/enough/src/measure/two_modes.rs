//! `--method ofsted-ons` on plain tables: the pairs of two modes and the share of households with a car.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use enough_needs::cars::SHARE_WITH_CAR;
use enough_sufficiency::catchment::{Demand, two_modes};
use enough_sufficiency::{Pairs, Reach};
use enough_tables::{read_pairs, read_quantities};
use serde_json::{Map, Value, json};

use super::{Problem, positive_minutes};
use crate::failure::Failure;
use enough_kernel::Minutes;

/// What the method needs beside demand, supply and --pairs, which are those by car.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method ofsted-ons (--pairs are those by car)")]
pub struct Options {
    /// Who reaches whom by public transport: a table with the headings area,setting,minutes
    #[arg(long, value_name = "FILE", required_if_eq("method", "ofsted-ons"))]
    pub transit_pairs: Option<PathBuf>,
    /// Share (0 to 1) of households with a car: a table with the headings id,with_car
    #[arg(long, value_name = "FILE")]
    pub with_car: Option<PathBuf>,
    /// Share of households with a car of areas that are not in that table [default: 0.767, England and Wales 2021]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub car_share: Option<f64>,
    /// Who asks for the places of a setting
    #[arg(long, value_enum, default_value = "everyone")]
    pub demand_of: DemandOf,
    /// Catchment by car
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = positive_minutes)]
    pub car_minutes: Minutes,
    /// Catchment by public transport
    #[arg(long, value_name = "MINUTES", default_value = "25", value_parser = positive_minutes)]
    pub transit_minutes: Minutes,
}

/// Who asks for the places of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemandOf {
    /// In each of the two catchments all children
    Everyone,
    /// Children with a car in the household by car, the others by public transport
    Groups,
}

impl From<DemandOf> for Demand {
    fn from(of: DemandOf) -> Self {
        match of {
            DemandOf::Everyone => Self::Everyone,
            DemandOf::Groups => Self::Groups,
        }
    }
}

/// A share from 0 to 1.
pub fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "must be from 0 to 1".to_owned())
}

impl Options {
    /// The files that are read.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.transit_pairs, &self.with_car].into_iter().flatten()
    }

    /// The level of each area, and what to say of it.
    pub(super) fn measure(&self, problem: &Problem) -> Result<(Vec<f64>, Map<String, Value>), Failure> {
        let Some(path) = &self.transit_pairs else {
            return Err(Failure::Usage("--method ofsted-ons needs --transit-pairs FILE".to_owned()));
        };
        let (areas, settings) = (&problem.areas, &problem.settings);
        let mut pairs = Pairs::default();
        read_pairs(path, &areas.index(), &settings.index(), &mut |area, setting, minutes| {
            pairs.push(area, setting, Minutes::new(minutes));
        })?;
        let transit = Reach::new(areas.ids.len(), settings.ids.len(), &pairs, Some(self.transit_minutes))
            .map_err(|error| Failure::reach(&error, &areas.ids, &settings.ids, path))?;
        let default = self.car_share.unwrap_or(SHARE_WITH_CAR);
        let mut with_car = vec![default; areas.ids.len()];
        let mut given = 0;
        if let Some(path) = &self.with_car {
            let table = read_quantities(path, "with_car")?;
            let index = areas.index();
            for (id, share) in table.ids.iter().zip(&table.values) {
                if *share > 1.0 {
                    return Err(Failure::Input(format!(
                        "{}: the share of '{id}' is {share}; it must be from 0 to 1",
                        path.display()
                    )));
                }
                // A table of more areas than these is fine.
                if let Some(area) = index.get(id) {
                    with_car[area as usize] = *share;
                    given += 1;
                }
            }
        }
        let car = problem.reach.within(self.car_minutes);
        let levels =
            two_modes(&problem.need, &problem.capacity, &car, &transit, &with_car, self.demand_of.into());
        let mut about = Map::new();
        about.insert("car_minutes".to_owned(), json!(self.car_minutes.get()));
        about.insert("transit_minutes".to_owned(), json!(self.transit_minutes.get()));
        about.insert("demand_of".to_owned(), json!(format!("{:?}", self.demand_of).to_lowercase()));
        about.insert("areas_with_default_car_share".to_owned(), json!(areas.ids.len() - given));
        about.insert("default_car_share".to_owned(), json!(default));
        Ok((levels.overall.iter().map(|level| level.get()).collect(), about))
    }
}
