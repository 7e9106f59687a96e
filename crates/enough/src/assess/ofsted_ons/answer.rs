//! The answer of the method: in a sentence, as tables, on the terminal.

use std::fmt::Write as _;

use enough_assessments::study::{Group, Inputs, Study, notes};
use enough_kernel::Level;
use enough_sufficiency::catchment::TwoModes;
use serde_json::json;

use super::OutputArea;
use crate::assess::Arguments;
use crate::failure::Failure;
use crate::output;
use crate::quantities::DemandOf;
use crate::report::words;

/// The levels of a study, and how they came about.
pub(super) struct Answer<'a> {
    pub arguments: &'a Arguments,
    pub inputs: &'a Inputs,
    pub study: &'a Study,
    pub levels: &'a TwoModes,
    pub with_car: &'a [f64],
    pub title: String,
    pub car: &'a str,
    pub transit: &'a str,
    pub notes: Vec<String>,
    pub made_up: bool,
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
            return format!("{}: no children aged {} live here.", self.title, self.arguments.question.ages());
        };
        format!(
            "{}: about {} children aged {}; accessibility {:.1} places for every 100 children: {:.1} by car within {} minutes, {:.1} by public transport within {} minutes.",
            self.title,
            words::count(children),
            self.arguments.question.ages(),
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
            match self.arguments.two_modes.demand_of {
                DemandOf::Everyone => "In each of the two catchments all children ask for the places.",
                DemandOf::Groups => "Children of households with a car ask for places by car, the others by public transport.",
            }
            .to_owned(),
            format!("By car: {}.", self.car),
            format!("By public transport: {}.", self.transit),
            "Travel starts from the point of the LSOA for all its output areas, because no points of output areas are published with these data; children are shared among them by residents.".to_owned(),
        ];
        lines.extend(self.notes.iter().cloned());
        lines
    }

    pub fn write(&self, groups: &[Group], output_areas: &[OutputArea]) -> Result<(), Failure> {
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
                self.car.to_owned(),
                self.transit.to_owned(),
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
            "travel_car",
            "travel_transit",
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
                self.car.to_owned(),
                self.transit.to_owned(),
            ]
        });
        let headings = [
            "code",
            "lsoa",
            "children",
            "level",
            "level_car",
            "level_transit",
            "with_car",
            "travel_car",
            "travel_transit",
        ];
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
                "authorities": self.arguments.question.authority,
                "ages": self.arguments.question.ages().to_string(),
                "children": children,
                "level": at(0),
                "level_car": at(1),
                "level_transit": at(2),
                "with_car": at(3),
                "demand_of": self.arguments.two_modes.demand_of.name(),
                "car_minutes": self.arguments.two_modes.car_minutes.get(),
                "transit_minutes": self.arguments.two_modes.transit_minutes.get(),
                "travel_car": self.car,
                "travel_transit": self.transit,
                "how_we_know": self.how(),
                "attribution": notes::attribution(self.made_up, &self.arguments.question.model.options),
            }),
        )
    }

    pub fn print(&self, groups: &[Group]) {
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
        let _ =
            writeln!(text, "- {}", notes::attribution(self.made_up, &self.arguments.question.model.options));
        let files = "areas.csv, output_areas.csv, rejects.csv, summary.json";
        let _ = writeln!(text, "\n{}: {files}", self.arguments.out.display());
        output::print(&text);
    }
}
