//! `--method ofsted-ons`: childcare accessibility as Ofsted and ONS publish it, by output area and for larger areas.
//!
//! What their publications say is the default here, what they leave open is an option; `docs/travel.md` lists both.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use enough_kernel::{AgeRange, AreaCode, Level, Minutes};
use enough_needs::cars::{SHARE_WITH_CAR, read_cars};
use enough_sufficiency::Reach;
use enough_sufficiency::catchment::{TwoModes, two_modes};
use serde_json::json;

use super::inputs::Inputs;
use super::study::Study;
use super::{Arguments, Group, groups, read, title};
use crate::data::Data;
use crate::failure::Failure;
use crate::measure::positive_minutes;
use crate::measure::two_modes::share;
use crate::output;
use crate::progress::Phases;
use crate::report::{notes, words};
use crate::travel::Mode;

/// The ages of the publications.
pub const AGES: AgeRange = AgeRange::UNDER_EIGHT;

/// What the method lets one choose.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method ofsted-ons")]
pub struct Options {
    /// Catchment by car, for --method ofsted-ons
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = positive_minutes)]
    pub car_minutes: Minutes,
    /// Catchment by public transport, walks of at most --max-walk included, for --method ofsted-ons
    #[arg(long, value_name = "MINUTES", default_value = "25", value_parser = positive_minutes)]
    pub transit_minutes: Minutes,
    /// Households by number of cars or vans (Census 2021, TS045); may be repeated [default: those in the data folder]
    #[arg(long, value_name = "FILE")]
    pub cars: Vec<PathBuf>,
    /// Share of households with a car where no table has the area [default: 0.767, England and Wales 2021]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub car_share: Option<f64>,
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
    let of = |mode: Mode, minutes: Minutes| Arguments { mode, minutes, ..arguments.clone() };
    let mut car = of(Mode::Car, arguments.two_modes.car_minutes);
    let mut transit = of(Mode::Transit, arguments.two_modes.transit_minutes);
    if arguments.pairs.is_some() {
        return Err(Failure::Usage(
            "--pairs is not for --method ofsted-ons, which needs the times of two modes".to_owned(),
        ));
    }
    // A speed given is that of walking; cars drive as the road or the model says.
    car.speed = None;
    if arguments.options.streets.is_none() {
        transit.speed = None;
    } else {
        car.options.timetable.clear();
        car.options.check(Mode::Car, None, car.minutes)?;
        transit.options.check(Mode::Transit, transit.speed, transit.minutes)?;
    }
    let (mut inputs, codes, asked) = read(arguments, data, phases)?;
    // Both modes share one set of areas and settings.
    let margin = [&car, &transit].map(|mode| 2.0 * mode.farthest(mode.minutes).kilometres().get());
    let margin =
        arguments.margin.unwrap_or(enough_kernel::Kilometres::new(margin[0].max(margin[1]).max(10.0)));
    car.margin = Some(margin);
    transit.margin = Some(margin);
    phases.begin("finding what is within reach by car");
    let by_car = Study::new(&car, &inputs, &asked, phases)?;
    phases.begin("finding what is within reach by public transport");
    let by_transit = Study::new(&transit, &inputs, &asked, phases)?;
    phases.begin("measuring");
    let within = |study: &Study, minutes: Minutes| -> Reach { study.reach.within(minutes) };
    let (output_areas, notes_of_cars) = output_areas(arguments, data, &mut inputs, &by_car)?;
    // The average over output areas of one neighbourhood is that of its shares: both catchments start from its point.
    let mut with_car = vec![0.0; by_car.areas.len()];
    for place in &output_areas {
        with_car[place.area] += place.residents * place.with_car;
    }
    let levels = two_modes(
        &by_car.need,
        &by_car.capacity,
        &within(&by_car, car.minutes),
        &within(&by_transit, transit.minutes),
        &with_car,
    );
    let groups = groups::groups(arguments, &mut inputs, &by_car)?;
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
        notes: [notes_of_cars, by_car.travel_notes.clone(), by_transit.travel_notes.clone()].concat(),
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
    let files =
        if arguments.two_modes.cars.is_empty() { data.all("cars") } else { &arguments.two_modes.cars[..] };
    for path in files {
        known.extend(read_cars(path, &mut inputs.rejects)?);
    }
    let default = arguments.two_modes.car_share.unwrap_or(SHARE_WITH_CAR);
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

struct Answer<'a> {
    arguments: &'a Arguments,
    inputs: &'a Inputs,
    study: &'a Study,
    levels: &'a TwoModes,
    with_car: &'a [f64],
    title: String,
    car: &'a str,
    transit: &'a str,
    notes: Vec<String>,
    made_up: bool,
}

/// Averages of a group by children: children, overall, by car, by transit, households with a car.
type Averages = (f64, Option<[f64; 4]>);

impl Answer<'_> {
    fn average(&self, members: &[(usize, f64)]) -> Averages {
        let children: f64 = members.iter().map(|&(area, share)| self.study.need[area].get() * share).sum();
        let of = |value: &dyn Fn(usize) -> f64| {
            members
                .iter()
                .map(|&(area, share)| self.study.need[area].get() * share * value(area))
                .sum::<f64>()
                / children
        };
        let level = |levels: &[Level], area: usize| levels[area].get();
        let averages = (children > 0.0).then(|| {
            [
                of(&|area| level(&self.levels.overall, area)),
                of(&|area| level(&self.levels.car, area)),
                of(&|area| level(&self.levels.transit, area)),
                of(&|area| self.with_car[area]),
            ]
        });
        (children, averages)
    }

    fn everywhere(&self) -> Averages {
        let all: Vec<(usize, f64)> = (0..self.study.areas.len())
            .filter(|&area| self.study.asked[area])
            .map(|area| (area, 1.0))
            .collect();
        self.average(&all)
    }

    fn sentence(&self) -> String {
        let (children, averages) = self.everywhere();
        let Some([overall, car, transit, _]) = averages else {
            return format!("{}: no children aged {} live here.", self.title, self.arguments.ages());
        };
        format!(
            "{}: about {} children aged {}; accessibility {:.1} places for every 100 children: {:.1} by car within {} minutes, {:.1} by public transport within {} minutes.",
            self.title,
            words::count(children),
            self.arguments.ages(),
            overall * 100.0,
            car * 100.0,
            words::minutes(self.arguments.two_modes.car_minutes),
            transit * 100.0,
            words::minutes(self.arguments.two_modes.transit_minutes),
        )
    }

    fn how(&self) -> Vec<String> {
        let mut lines = vec![
            "Method: Ofsted and ONS, childcare accessibility by neighbourhood: a two-step floating catchment by car and one by public transport, all settings within the limit alike, averaged by households with a car, then by children. It is an average, not a proof of a gap: a shortage beside a plenty may not show.".to_owned(),
            format!("By car: {}.", self.car),
            format!("By public transport: {}.", self.transit),
            "Travel starts from the point of the LSOA for all its output areas, because no points of output areas are published with these data; children are shared among them by residents.".to_owned(),
        ];
        lines.extend(self.notes.iter().cloned());
        lines
    }

    fn write(&self, groups: &[Group], output_areas: &[OutputArea]) -> Result<(), Failure> {
        let out = &self.arguments.out;
        std::fs::create_dir_all(out).map_err(|error| Failure::write(out, error))?;
        let number = |value: f64| format!("{value:.6}");
        let columns = |(children, averages): Averages| -> [String; 5] {
            let of = |k: usize| averages.map_or_else(String::new, |averages| number(averages[k]));
            [format!("{children:.2}"), of(0), of(1), of(2), of(3)]
        };
        let hierarchy = &self.inputs.hierarchy;
        let rows = groups.iter().map(|group| {
            let [children, level, car, transit, cars] = columns(self.average(&group.members));
            let authority = hierarchy.name(group.authority);
            [
                group.id.clone(),
                group.name.clone(),
                group.authority.to_string(),
                authority,
                children,
                level,
                car,
                transit,
                cars,
            ]
        });
        let headings = [
            "code",
            "name",
            "authority_code",
            "authority",
            "children",
            "level",
            "level_car",
            "level_transit",
            "with_car",
        ];
        output::write_csv(&out.join("areas.csv"), headings, rows)?;
        let rows = output_areas.iter().filter(|place| self.study.asked[place.area]).map(|place| {
            let (car, transit) = (self.levels.car[place.area].get(), self.levels.transit[place.area].get());
            [
                place.code.to_string(),
                hierarchy.lsoas[self.study.areas[place.area]].code.to_string(),
                format!("{:.2}", self.study.need[place.area].get() * place.residents),
                number(place.with_car * car + (1.0 - place.with_car) * transit),
                number(car),
                number(transit),
                number(place.with_car),
            ]
        });
        let headings = ["code", "lsoa", "children", "level", "level_car", "level_transit", "with_car"];
        output::write_csv(&out.join("output_areas.csv"), headings, rows)?;
        let rejects = out.join("rejects.csv");
        self.inputs.rejects.write(&rejects).map_err(|error| Failure::write(&rejects, error))?;
        let (children, averages) = self.everywhere();
        let at = |k: usize| averages.map(|averages| averages[k]);
        output::write_json(
            &out.join("summary.json"),
            &json!({
                "answer": self.sentence(),
                "made_up": self.made_up,
                "method": "ofsted-ons",
                "authorities": self.arguments.authority,
                "ages": self.arguments.ages().to_string(),
                "children": children,
                "level": at(0),
                "level_car": at(1),
                "level_transit": at(2),
                "with_car": at(3),
                "car_minutes": self.arguments.two_modes.car_minutes.get(),
                "transit_minutes": self.arguments.two_modes.transit_minutes.get(),
                "travel_car": self.car,
                "travel_transit": self.transit,
                "how_we_know": self.how(),
                "attribution": notes::attribution(self.made_up, &self.arguments.options),
            }),
        )
    }

    fn print(&self, groups: &[Group]) {
        let mut text = String::new();
        if self.made_up {
            let _ = writeln!(text, "MADE UP. {}\n", notes::MADE_UP);
        }
        let _ = writeln!(text, "{}\n", self.sentence());
        let mut rows: Vec<(&Group, f64, [f64; 4])> = groups
            .iter()
            .filter_map(|group| {
                let (children, averages) = self.average(&group.members);
                Some((group, children, averages?))
            })
            .collect();
        rows.sort_by(|a, b| a.2[0].total_cmp(&b.2[0]).then(a.0.id.cmp(&b.0.id)));
        let mut table =
            words::table(&["area", "authority", "children", "per 100", "by car", "by transport"], 2);
        for (group, children, averages) in rows.iter().take(self.arguments.rows) {
            let authority = self.inputs.hierarchy.name(group.authority);
            let mut row = vec![group.name.clone(), authority, words::count(*children)];
            row.extend(averages[..3].iter().map(|level| format!("{:.1}", level * 100.0)));
            table.add_row(row);
        }
        let _ = writeln!(text, "{table}");
        let more = rows.len().saturating_sub(self.arguments.rows);
        if more > 0 {
            let _ = writeln!(text, "and {more} areas that are better off; all are in areas.csv");
        }
        let _ = writeln!(text, "\nHow we know this:");
        for line in self.how() {
            let _ = writeln!(text, "- {line}");
        }
        let _ = writeln!(text, "- {}", notes::attribution(self.made_up, &self.arguments.options));
        let files = "areas.csv, output_areas.csv, rejects.csv, summary.json";
        let _ = writeln!(text, "\n{}: {files}", self.arguments.out.display());
        output::print(&text);
    }
}
