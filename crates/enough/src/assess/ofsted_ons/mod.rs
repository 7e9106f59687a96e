//! `--method ofsted-ons`: childcare accessibility as Ofsted and ONS publish it, by output area and for larger areas.
//!
//! What their publications say is the default here, what they leave open is an option; `docs/travel.md` lists both.

mod answer;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use clap::Args;
use enough_assessments::Data;
use enough_assessments::study::{
    Assumptions, Inputs, Question, Study, Travel, asked, check_codes, groups, notes, title,
};
use enough_assessments::travel::Mode;
use enough_kernel::{AgeRange, AreaCode, Minutes};
use enough_market::PlacesByAge;
use enough_needs::cars::read_cars;
use enough_sufficiency::Reach;
use enough_sufficiency::catchment::two_modes;

use answer::Answer;

use super::Arguments;
use crate::failure::Failure;
use crate::progress::Phases;
use crate::report::words;

/// The ages of the publications.
pub const AGES: AgeRange = AgeRange::UNDER_EIGHT;

/// Where the method finds households with a car.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method ofsted-ons")]
pub struct Cars {
    /// Households by number of cars or vans (Census 2021, TS045); may be repeated [default: those in the data folder]
    #[arg(long, value_name = "FILE")]
    pub cars: Vec<PathBuf>,
}

/// An output area: its neighbourhood, its share of the neighbourhood's residents, and its households with a car.
struct OutputArea {
    code: AreaCode,
    area: usize,
    residents: f64,
    with_car: f64,
}

/// Runs the method.
pub fn run(arguments: &Arguments, data: &Data, phases: &mut Phases) -> Result<(), Failure> {
    let ages = Some(arguments.question.ages.unwrap_or(AGES));
    let question = Question { ages, one_limit: true, ..arguments.question.clone() };
    let arguments = &Arguments { question, ..arguments.clone() };
    let question = &arguments.question;
    let of = |mode: Mode, minutes: Minutes| Question { mode, minutes, ..question.clone() };
    let mut car = of(Mode::Car, arguments.two_modes.car_minutes);
    let mut transit = of(Mode::Transit, arguments.two_modes.transit_minutes);
    // A speed given is that of walking; cars drive as the road or the model says.
    car.model.speed = None;
    // What was fitted to cars says nothing of buses.
    transit.model.travel = Travel::Straight;
    if question.model.options.map.streets.is_none() {
        transit.model.speed = None;
    } else {
        car.model.options.timetable.clear();
        car.model.options.check(Mode::Car, None, car.minutes)?;
        transit.model.options.check(Mode::Transit, transit.model.speed, transit.minutes)?;
    }
    check_codes(question, data)?;
    let assumed =
        Assumptions { by_age: PlacesByAge::early_years_register(), ..question.model.assumptions()? };
    let mut inputs = Inputs::read(data, assumed, phases)?;
    let (codes, asked) = asked(question, &inputs)?;
    // Both modes share one set of areas and settings.
    let margin = [&car, &transit].map(|mode| 2.0 * mode.farthest(mode.minutes).kilometres().get());
    let margin =
        question.model.margin.unwrap_or(enough_kernel::Kilometres::new(margin[0].max(margin[1]).max(10.0)));
    car.model.margin = Some(margin);
    transit.model.margin = Some(margin);
    phases.begin("finding what is within reach by car");
    let by_car = Study::new(&car, &inputs, &asked, phases)?;
    phases.begin("finding what is within reach by public transport");
    let by_transit = Study::new(&transit, &inputs, &asked, phases)?;
    phases.begin("measuring");
    let within = |study: &Study, minutes: Minutes| -> Reach { study.reach.within(minutes) };
    let (output_areas, notes_of_cars) = output_areas(arguments, data, &mut inputs, &by_car)?;
    // The average over output areas of one neighbourhood is that of its shares: both catchments start from its point.
    let (mut with_car, mut residents) = (vec![0.0; by_car.areas.len()], vec![0.0; by_car.areas.len()]);
    for place in &output_areas {
        with_car[place.area] += place.residents * place.with_car;
        residents[place.area] += place.residents;
    }
    // A neighbourhood of which no residents are known has the default, not none.
    for (share, residents) in with_car.iter_mut().zip(residents) {
        *share = if residents > 0.0 { *share / residents } else { arguments.two_modes.car_share };
    }
    let levels = two_modes(
        &by_car.need,
        &by_car.capacity,
        &within(&by_car, car.minutes),
        &within(&by_transit, transit.minutes),
        &with_car,
        arguments.two_modes.demand_of.into(),
    );
    let mut rejects = std::mem::take(&mut inputs.rejects);
    let groups = groups(question, &inputs, &mut rejects, &by_car)?;
    inputs.rejects = rejects;
    phases.begin("writing results");
    let answer = Answer {
        arguments,
        inputs: &inputs,
        study: &by_car,
        levels: &levels,
        with_car: &with_car,
        title: title(&inputs, &codes),
        car: &by_car.travel,
        transit: &by_transit.travel,
        notes: [
            notes_of_cars,
            notes::off_streets(&car, &by_car),
            by_car.travel_notes.clone(),
            notes::off_streets(&transit, &by_transit),
            by_transit.travel_notes.clone(),
        ]
        .concat(),
        made_up: data.made_up,
    };
    answer.write(&groups, &output_areas)?;
    phases.end();
    answer.print(&groups);
    Ok(())
}

/// The output areas of the study with their share of households with a car: their own, else their LSOA's, else their authority's,
/// else the default.
fn output_areas(
    arguments: &Arguments,
    data: &Data,
    inputs: &mut Inputs,
    study: &Study,
) -> Result<(Vec<OutputArea>, Vec<String>), Failure> {
    let mut known: BTreeMap<AreaCode, f64> = BTreeMap::new();
    let files = if arguments.cars.cars.is_empty() { data.all("cars") } else { &arguments.cars.cars[..] };
    for path in files {
        known.extend(read_cars(path, &mut inputs.rejects)?);
    }
    let default = arguments.two_modes.car_share;
    let index: HashMap<usize, usize> = study.areas.iter().enumerate().map(|(area, &p)| (p, area)).collect();
    let mut list = Vec::new();
    let mut told = [0usize; 4];
    for (&code, &(lsoa, residents)) in &inputs.hierarchy.output_areas {
        let Some(&area) = inputs.hierarchy.position(lsoa).and_then(|position| index.get(&position)) else {
            continue;
        };
        let authority = inputs.hierarchy.lsoas[study.areas[area]].authority;
        let from = [code, lsoa, authority].iter().position(|code| known.contains_key(code));
        let with_car = from.map_or(default, |from| known[&[code, lsoa, authority][from]]);
        if study.asked[area] {
            told[from.unwrap_or(3)] += 1;
        }
        list.push(OutputArea { code, area, residents, with_car });
    }
    list.sort_by_key(|place| place.code);
    let counts: Vec<String> = told
        .iter()
        .zip([
            "have their own table row",
            "have that of their LSOA",
            "have that of their authority",
            "have the default",
        ])
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("{} {what}", words::count(*count as f64)))
        .collect();
    let note = format!(
        "Households with a car: of the output areas asked for {} (default {default}).",
        words::list(&counts, 4)
    );
    Ok((list, vec![note]))
}
