//! `--method ofsted-ons` on plain tables: the pairs of two modes and the share of households with a car.

use std::path::PathBuf;

use clap::Args;
use enough_kernel::Minutes;
use enough_sufficiency::catchment::two_modes;
use enough_sufficiency::{Pairs, Reach};
use enough_tables::{read_pairs, read_quantities};
use serde_json::{Map, Value, json};

use super::Problem;
use enough_assessments::AssessError;

use crate::failure::Failure;
use crate::quantities::TwoModes;

/// The tables the method needs beside demand, supply and --pairs, which are those by car.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method ofsted-ons")]
pub struct Tables {
    /// Who reaches whom by public transport: a table with the headings area,setting,minutes; --pairs are those by car
    #[arg(long, value_name = "FILE", required_if_eq("method", "ofsted-ons"))]
    pub transit_pairs: Option<PathBuf>,
    /// Share (0 to 1) of households with a car: a table with the headings id,with_car
    #[arg(long, value_name = "FILE")]
    pub with_car: Option<PathBuf>,
}

impl Tables {
    /// The files that are read.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.transit_pairs, &self.with_car].into_iter().flatten()
    }

    /// The level of each area, and what to say of it.
    pub(super) fn measure(
        &self,
        problem: &Problem,
        chosen: &TwoModes,
    ) -> Result<(Vec<f64>, Map<String, Value>), Failure> {
        let Some(path) = &self.transit_pairs else {
            return Err(Failure::Usage("--method ofsted-ons needs --transit-pairs FILE".to_owned()));
        };
        let (areas, settings) = (&problem.areas, &problem.settings);
        let mut pairs = Pairs::default();
        read_pairs(path, &areas.index(), &settings.index(), &mut |area, setting, minutes| {
            pairs.push(area, setting, Minutes::new(minutes));
        })?;
        let transit = Reach::new(areas.ids.len(), settings.ids.len(), &pairs, Some(chosen.transit_minutes))
            .map_err(|error| AssessError::reach(&error, &areas.ids, &settings.ids, path))?;
        let mut with_car = vec![chosen.car_share; areas.ids.len()];
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
        let car = problem.reach.within(chosen.car_minutes);
        let levels =
            two_modes(&problem.need, &problem.capacity, &car, &transit, &with_car, chosen.demand_of.into());
        let mut about = Map::new();
        about.insert("car_minutes".to_owned(), json!(chosen.car_minutes.get()));
        about.insert("transit_minutes".to_owned(), json!(chosen.transit_minutes.get()));
        about.insert("demand_of".to_owned(), json!(chosen.demand_of.name()));
        about.insert("areas_with_default_car_share".to_owned(), json!(areas.ids.len() - given));
        about.insert("default_car_share".to_owned(), json!(chosen.car_share));
        Ok((levels.overall.iter().map(|level| level.get()).collect(), about))
    }
}
