//! `enough measure`: the engine on plain tables, for analysts.

mod levels;
mod two_modes;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use enough_kernel::{Children, Level, Minutes, Places};
use enough_sufficiency::catchment::{Decay, raam, three_step, two_step};
use enough_sufficiency::fair_share::{FairShare, fair_share};
use enough_sufficiency::gap::{overlap, shortfall, unreachable};
use enough_sufficiency::{Pairs, Reach};
use enough_tables::{Quantities, read_pairs, read_quantities};
use serde_json::{Map, Value, json};

use enough_assessments::AssessError;

use crate::failure::Failure;
use enough_tables::Values;

use crate::output;
use crate::progress::Phases;
use crate::quantities::{TwoModes, level, minutes, positive_minutes};

/// Measure sufficiency on plain tables
///
/// Reads who needs how much (id,need), who offers how much (id,capacity) and who reaches whom in how many minutes
/// (area,setting,minutes), as CSV (also gzipped), XLSX, ODS or Parquet, and writes a level for each area. Pairs that are not
/// in the table are out of reach. Ids are compared exactly; the order of rows and columns does not matter.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Need by area: a table with the headings id,need (children, or child-hours a week)
    #[arg(long, value_name = "FILE")]
    demand: PathBuf,
    /// Capacity by setting: a table with the headings id,capacity, in the same unit as need
    #[arg(long, value_name = "FILE")]
    supply: PathBuf,
    /// Who reaches whom: a table with the headings area,setting,minutes
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// How to measure
    #[arg(long, value_enum, default_value = "fair-share")]
    method: Method,
    /// Leave out pairs of more minutes than this; a pair of exactly as many stays
    #[arg(long, value_name = "MINUTES", value_parser = minutes)]
    limit: Option<Minutes>,
    /// Weights by minutes for e2sfca and 3sfca [default there: 10:1,20:0.68,30:0.22, Luo and Qi 2009]
    #[arg(long, value_name = "MINUTES:WEIGHT,...", conflicts_with = "decay", value_parser = steps)]
    steps: Option<Decay>,
    /// Weight by a curve: gaussian:SIGMA, exponential:SCALE or power:SCALE,EXPONENT,LEAST, in minutes [default for gravity:
    /// power:10,-2,1]
    #[arg(long, value_name = "CURVE")]
    decay: Option<Decay>,
    /// Minutes that weigh as much as doubling the average crowding (raam)
    #[arg(long, value_name = "MINUTES", default_value = "60", value_parser = positive_minutes)]
    tau: Minutes,
    /// Places per child that count as enough: shortfall and overlap are counted from here
    #[arg(long, value_name = "LEVEL", default_value = "1", value_parser = level)]
    target: Level,
    /// Write id,level,market,shortfall,overlap by area, in order of id
    ///
    /// The level is places per child; for raam it is a cost without unit, where lower is better, and shortfall and overlap stay
    /// empty. Markets are numbered from the worst level up, for fair-share only.
    #[arg(long, value_name = "LEVELS.csv")]
    out: PathBuf,
    /// Write area,setting,amount: who gets how many places from whom (fair-share only)
    #[arg(long, value_name = "FLOWS.parquet")]
    flows: Option<PathBuf>,
    /// Write the totals, the certificate and the seconds by phase
    #[arg(long, value_name = "S.json")]
    summary: Option<PathBuf>,
    #[command(flatten)]
    two_modes: TwoModes,
    #[command(flatten)]
    tables: two_modes::Tables,
}

/// How to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// The least shortfall that any sharing could leave, with a certificate and markets
    FairShare,
    /// Two-step floating catchment, all pairs within the limit alike
    #[value(name = "2sfca")]
    TwoStep,
    /// Two-step floating catchment with weights by --steps or --decay
    #[value(name = "e2sfca")]
    Enhanced,
    /// Three-step floating catchment: nearby alternatives lower the demand on each setting
    #[value(name = "3sfca")]
    ThreeStep,
    /// Gravity model with competition for places
    Gravity,
    /// Ofsted's and ONS's childcare accessibility: two floating catchments, by car and by public transport, averaged by
    /// households with a car
    #[value(name = "ofsted-ons")]
    OfstedOns,
    /// Rational agents: travel plus crowding at equilibrium; gives a cost, not a level
    Raam,
}

fn steps(text: &str) -> Result<Decay, String> {
    match text.parse() {
        Ok(steps @ Decay::Steps(_)) => Ok(steps),
        Ok(_) => Err("steps are MINUTES:WEIGHT,...; give a curve with --decay".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// What was asked for, in arrays.
struct Problem {
    areas: Quantities,
    settings: Quantities,
    need: Vec<Children>,
    capacity: Vec<Places>,
    reach: Reach,
}

impl Arguments {
    fn weights(&self) -> Result<Decay, Failure> {
        let given = self.steps.clone().or_else(|| self.decay.clone());
        let luo_and_qi = || {
            Decay::Steps(
                [(10.0, 1.0), (20.0, 0.68), (30.0, 0.22)].map(|(t, w)| (Minutes::new(t), w)).to_vec(),
            )
        };
        match (self.method, given) {
            (Method::FairShare | Method::TwoStep | Method::Raam | Method::OfstedOns, Some(_)) => {
                let name = self
                    .method
                    .to_possible_value()
                    .map_or_else(String::new, |value| value.get_name().to_owned());
                Err(Failure::Usage(format!(
                    "--method {name} takes no weights: leave out --steps and --decay, or use e2sfca, 3sfca or gravity"
                )))
            }
            (Method::FairShare | Method::TwoStep | Method::Raam | Method::OfstedOns, None) => {
                Ok(Decay::Within)
            }
            (_, Some(decay)) => Ok(decay),
            (Method::Gravity, None) => {
                Ok(Decay::Power { scale: Minutes::new(10.0), exponent: -2.0, least: Minutes::new(1.0) })
            }
            (Method::Enhanced | Method::ThreeStep, None) => Ok(luo_and_qi()),
        }
    }

    /// A result must not take the place of an input or of another result.
    fn refuse_shared_paths(&self) -> Result<(), Failure> {
        let real = |path: &PathBuf| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let results: Vec<PathBuf> = [Some(&self.out), self.flows.as_ref(), self.summary.as_ref()]
            .into_iter()
            .flatten()
            .map(real)
            .collect();
        let inputs: Vec<PathBuf> = [&self.demand, &self.supply, &self.pairs]
            .into_iter()
            .chain(self.tables.inputs())
            .map(real)
            .collect();
        for (index, path) in results.iter().enumerate() {
            if inputs.contains(path) || results[..index].contains(path) {
                let problem = format!(
                    "{} is named twice: a result would overwrite it; give each file its own name",
                    path.display()
                );
                return Err(Failure::Usage(problem));
            }
        }
        Ok(())
    }

    fn load(&self, phases: &mut Phases) -> Result<Problem, Failure> {
        phases.begin("reading demand and supply");
        let areas = read_quantities(&self.demand, "need")?;
        let settings = read_quantities(&self.supply, "capacity")?;
        phases.begin("reading pairs");
        let mut pairs = Pairs::default();
        read_pairs(&self.pairs, &areas.index(), &settings.index(), &mut |area, setting, minutes| {
            pairs.push(area, setting, Minutes::new(minutes));
        })?;
        phases.begin("building reach");
        let reach = Reach::new(areas.ids.len(), settings.ids.len(), &pairs, self.limit)
            .map_err(|error| AssessError::reach(&error, &areas.ids, &settings.ids, &self.pairs))?;
        let need = areas.values.iter().copied().map(Children::new).collect();
        let capacity = settings.values.iter().copied().map(Places::new).collect();
        Ok(Problem { areas, settings, need, capacity, reach })
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let decay = arguments.weights()?;
    if arguments.flows.is_some() && arguments.method != Method::FairShare {
        return Err(Failure::Usage(
            "--flows is for --method fair-share: only a sharing has flows".to_owned(),
        ));
    }
    arguments.refuse_shared_paths()?;
    let mut phases = Phases::new();
    let mut problem = arguments.load(&mut phases)?;
    if arguments.method == Method::FairShare {
        problem.reach = problem.reach.without_minutes();
    }
    let Problem { need, capacity, .. } = &problem;
    let mut about = Map::new();
    let mut shared = None;
    phases.begin("measuring");
    let levels: Vec<Option<f64>> = match arguments.method {
        Method::FairShare => {
            let found = fair_share(need, capacity, &problem.reach);
            phases.begin("checking the certificate");
            let proof = found.certificate(need, capacity, &problem.reach);
            about.insert("markets".to_owned(), json!(found.markets.len()));
            about.insert("relative_residual".to_owned(), json!(proof.relative_residual));
            about.insert("largest_level_error".to_owned(), json!(proof.level_error));
            about.insert("idle_capacity".to_owned(), json!(proof.idle.get()));
            about.insert("overdrawn_capacity".to_owned(), json!(proof.overdrawn.get()));
            let levels = found.level.iter().map(|level| Some(level.get())).collect();
            shared = Some(found);
            levels
        }
        Method::TwoStep | Method::Enhanced | Method::Gravity => {
            about.insert("weights".to_owned(), json!(decay.to_string()));
            two_step(need, capacity, &problem.reach, &decay)
                .into_iter()
                .map(|level| Some(level.get()))
                .collect()
        }
        Method::ThreeStep => {
            about.insert("weights".to_owned(), json!(decay.to_string()));
            three_step(need, capacity, &problem.reach, &decay)
                .into_iter()
                .map(|level| Some(level.get()))
                .collect()
        }
        Method::OfstedOns => {
            let (levels, more) = arguments.tables.measure(&problem, &arguments.two_modes)?;
            about.extend(more);
            levels.into_iter().map(Some).collect()
        }
        Method::Raam => {
            let found = raam(need, capacity, &problem.reach, arguments.tau);
            about.insert("tau_minutes".to_owned(), json!(arguments.tau.get()));
            about.insert("relative_residual".to_owned(), json!(found.relative_residual));
            about.insert("rounds".to_owned(), json!(found.rounds));
            found.cost
        }
    };
    phases.begin("writing");
    levels::write(arguments, &problem, &levels, shared.as_ref())?;
    if let (Some(path), Some(shared)) = (&arguments.flows, &shared) {
        write_flows(path, &problem, shared)?;
    }
    phases.end();
    if let Some(path) = &arguments.summary {
        output::write_json(path, &summary(arguments, &problem, &levels, about, &phases))?;
    }
    Ok(())
}

fn summary(
    arguments: &Arguments,
    problem: &Problem,
    levels: &[Option<f64>],
    about: Map<String, Value>,
    phases: &Phases,
) -> Value {
    let left_out = unreachable(&problem.need, &problem.capacity, &problem.reach);
    let total = |each: fn(Children, Level, Level) -> Places| {
        let rows = problem.need.iter().zip(levels);
        rows.filter_map(|(need, level)| Some(each(*need, Level::new((*level)?), arguments.target).get()))
            .sum::<f64>()
    };
    let is_level = arguments.method != Method::Raam;
    let name = arguments.method.to_possible_value().map(|value| value.get_name().to_owned());
    let mut document = json!({
        "method": name,
        "target": arguments.target.get(),
        "limit_minutes": arguments.limit.map(Minutes::get),
        "areas": problem.need.len(),
        "settings": problem.capacity.len(),
        "pairs": problem.reach.pairs(),
        "need": problem.need.iter().map(|need| need.get()).sum::<f64>(),
        "capacity": problem.capacity.iter().map(|capacity| capacity.get()).sum::<f64>(),
        "shortfall": is_level.then(|| total(shortfall)),
        "overlap": is_level.then(|| total(overlap)),
        "unreachable_need": left_out.need.get(),
        "unreachable_areas": left_out.areas,
        "unreachable_capacity": left_out.capacity.get(),
        "unreachable_settings": left_out.settings,
    });
    if let Some(fields) = document.as_object_mut() {
        fields.extend(about);
        let seconds: Map<String, Value> =
            phases.seconds().into_iter().map(|(name, s)| (name.to_owned(), json!(s))).collect();
        fields.insert("seconds".to_owned(), Value::Object(seconds));
    }
    document
}

/// A million or so pairs at a time.
const ROWS_AT_A_TIME: usize = 1 << 20;

fn write_flows(path: &std::path::Path, problem: &Problem, shared: &FairShare) -> Result<(), Failure> {
    let areas = Arc::new(problem.areas.ids.iter().map(Some).collect());
    let settings = Arc::new(problem.settings.ids.iter().map(Some).collect());
    let mut setting = 0;
    let mut first = true;
    let batches = std::iter::from_fn(|| {
        let (mut area_rows, mut setting_rows, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
        while setting < problem.capacity.len() && amounts.len() < ROWS_AT_A_TIME {
            for (area, amount) in shared.flows.of_setting(setting) {
                area_rows.push(area);
                setting_rows.push(setting as u32);
                amounts.push(Some(amount.get()));
            }
            setting += 1;
        }
        // The first batch is written even if it is empty: the file then has its headings.
        if amounts.is_empty() && !std::mem::take(&mut first) {
            return None;
        }
        first = false;
        Some(vec![
            ("area", Values::Words(area_rows, Arc::clone(&areas))),
            ("setting", Values::Words(setting_rows, Arc::clone(&settings))),
            ("amount", Values::Numbers(amounts)),
        ])
    });
    output::write_parquet(path, &[], batches)
}
