//! The answer as CSV: areas, markets, settings.

use chrono::NaiveDate;
use enough_kernel::words::whole_places;
use enough_kernel::{AreaCode, Level, LonLat};
use enough_market::quality::{AREAS, Worded};
use enough_market::{Judgements, Location, Sector};
use enough_tables::CsvTable;

use super::words;
use enough_assessments::study::{Assessment, Shapes, Supply, decile, listed, supply_id};

use crate::assess::Arguments;
use crate::failure::Failure;
use crate::output;

/// A number with at most so many decimals, without trailing zeros.
pub fn decimals(number: f64, most: usize) -> String {
    let text = format!("{number:.most$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Headings of the table of areas after the fixed ones: the level at each limit.
pub fn ladder_headings(assessment: &Assessment) -> Vec<String> {
    assessment
        .ladder
        .limits
        .iter()
        .map(|limit| format!("level_at_{}_minutes", words::minutes(*limit)))
        .collect()
}

pub fn areas(arguments: &Arguments, assessment: &Assessment) -> Result<(), Failure> {
    let ladder = ladder_headings(assessment);
    let fixed = [
        "code",
        "name",
        "authority_code",
        "authority",
        "children",
        "places",
        "level",
        "shortfall",
        "overlap",
        "children_without_reach",
        "minutes_to_enough",
        "largest_market",
        "deprivation_decile",
        "travel",
        "short_by",
        "spare",
    ];
    output::write(&arguments.out.join("areas.csv"), |out| {
        let mut csv = CsvTable::new(out, fixed.iter().map(|&heading| heading.to_owned()).chain(ladder))?;
        for (group, profile) in &assessment.groups {
            let level =
                |level: Option<Level>| level.map_or_else(String::new, |level| decimals(level.get(), 6));
            let mut row = vec![
                group.id.clone(),
                group.name.clone(),
                group.authority.to_string(),
                assessment.inputs.hierarchy.name(group.authority),
                decimals(profile.children.get(), 2),
                decimals(profile.places.get(), 2),
                level(profile.level),
                decimals(profile.shortfall.get(), 2),
                decimals(profile.overlap.get(), 2),
                decimals(profile.without_reach.get(), 2),
                profile.minutes_to_enough.map_or_else(String::new, words::minutes),
                profile.markets.first().map_or_else(String::new, |(market, _)| (market + 1).to_string()),
                decile(assessment, group).map_or_else(String::new, |decile| decimals(decile, 1)),
                assessment.study.travel.clone(),
                decimals(whole_places(profile.shortfall.get()), 0),
                decimals(whole_places(profile.overlap.get()), 0),
            ];
            row.extend(profile.ladder.iter().map(|rung| level(*rung)));
            csv.row(row)?;
        }
        csv.end()?;
        Ok(())
    })
}

pub fn markets(arguments: &Arguments, assessment: &Assessment) -> Result<(), Failure> {
    let headings = [
        "market",
        "level",
        "children",
        "places",
        "shortfall",
        "overlap",
        "neighbourhoods",
        "settings_with_address",
        "children_of_areas_asked_for",
        "bottleneck",
        "travel",
    ];
    let study = &assessment.study;
    let rows = assessment.shared.markets.iter().enumerate().filter_map(|(index, market)| {
        let here: f64 = market
            .areas
            .iter()
            .filter(|&&area| study.asked[area as usize])
            .map(|&area| study.need[area as usize].get())
            .sum();
        if here <= 0.0 {
            return None;
        }
        let gap = |difference: f64| decimals(market.need.at(Level::new(difference.max(0.0))).get(), 2);
        let short = arguments.question.target.get() - market.level.get();
        let addressed = market
            .settings
            .iter()
            .filter(|&&s| matches!(study.supplies[s as usize], Supply::Setting(_)))
            .count();
        let sentence = if short > 0.0 {
            words::bottleneck(&arguments.question, assessment, index)
        } else {
            String::new()
        };
        Some([
            (index + 1).to_string(),
            decimals(market.level.get(), 6),
            decimals(market.need.get(), 2),
            decimals(market.capacity.get(), 2),
            gap(short),
            gap(-short),
            market.areas.len().to_string(),
            addressed.to_string(),
            decimals(here, 2),
            sentence,
            study.travel.clone(),
        ])
    });
    output::write_csv(&arguments.out.join("markets.csv"), headings, rows)
}

/// Settings with an address in or near the areas asked for. Spread places are a row by authority, never by point.
pub fn settings(arguments: &Arguments, assessment: &Assessment, boundaries: &Shapes) -> Result<(), Failure> {
    let headings = [
        "id",
        "name",
        "kind",
        "sector",
        "places",
        "quality",
        "inspected",
        "postcode",
        "longitude",
        "latitude",
        "lsoa21",
        "authority",
        "market",
        "market_level",
        "added_places_that_help",
        "location",
        "travel",
        "places_are",
        "places_for_the_ages",
    ];
    let fixed = headings.len();
    let headings = headings.into_iter().map(str::to_owned).chain(judged_headings());
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut spread: std::collections::BTreeMap<AreaCode, f64> = std::collections::BTreeMap::new();
    for (index, supply) in study.supplies.iter().enumerate() {
        if let Supply::Spread(position) = supply {
            *spread.entry(inputs.hierarchy.lsoas[*position].authority).or_insert(0.0) +=
                study.capacity[index].get();
        }
    }
    let ages = arguments.question.ages();
    let addressed = listed(&arguments.question, assessment).into_iter().filter_map(|(number, supply)| {
        let setting = &inputs.settings[number];
        let Location::At(point) = setting.location else { return None };
        let degrees = point.degrees();
        let market = supply.and_then(|index| assessment.shared.market_of_setting[index]);
        let degree =
            |of: fn(LonLat) -> f64| degrees.map_or_else(String::new, |degrees| decimals(of(degrees), 6));
        let lsoa = degrees.and_then(|degrees| boundaries.lsoas.containing(degrees));
        let cells = [
            supply_id(inputs, Supply::Setting(number)),
            setting.name.clone(),
            setting.kind.label().to_owned(),
            setting.sector.label().to_owned(),
            decimals(setting.places.get(), 2),
            setting.judgements.grade.map_or("", |grade| grade.is.label()).to_owned(),
            setting.judgements.grade.map_or_else(String::new, |grade| day(grade.on)),
            setting.postcode.clone(),
            degree(|degrees| degrees.longitude),
            degree(|degrees| degrees.latitude),
            lsoa.map_or_else(String::new, |code| code.to_string()),
            setting
                .authority
                .map_or_else(|| setting.authority_name.clone(), |code| inputs.hierarchy.name(code)),
            market.map_or_else(String::new, |market| (market + 1).to_string()),
            market.map_or_else(String::new, |market| {
                decimals(assessment.shared.markets[market as usize].level.get(), 6)
            }),
            supply.map_or_else(String::new, |index| decimals(assessment.helps[index].get(), 2)),
            "address".to_owned(),
            study.travel.clone(),
            setting.places_are.label().to_owned(),
            decimals(inputs.places(setting, ages).get(), 2),
        ];
        Some(cells.into_iter().chain(judged(&setting.judgements)).collect::<Vec<_>>())
    });
    let spread = spread.into_iter().map(|(authority, places)| {
        let mut row = vec![String::new(); fixed + judged_headings().count()];
        row[1] = "childminders and others without a published address, in the study area".to_owned();
        row[2] = "home-based or not located".to_owned();
        row[3] = Sector::NotStated.label().to_owned();
        row[4] = decimals(places, 2);
        row[11] = inputs.hierarchy.name(authority);
        row[15] = "spread over the authority in proportion to children".to_owned();
        row[16] = study.travel.clone();
        row[18] = decimals(places, 2);
        row
    });
    output::write_csv(&arguments.out.join("settings.csv"), headings, addressed.chain(spread))
}

/// What Ofsted said beside the single grade: a report card, and whether requirements are met.
fn judged_headings() -> impl Iterator<Item = String> {
    let areas = AREAS.map(|area| {
        let words = area.split(|character: char| !character.is_ascii_alphanumeric());
        let words: Vec<String> = words.filter(|word| word.len() > 1).map(str::to_lowercase).collect();
        format!("report_card_{}", words.join("_"))
    });
    let card = ["report_card_inspected".to_owned(), "report_card_safeguarding".to_owned()];
    let others = ["no_children_on_roll", "out_of_school", "childcare_register"];
    let others = others.into_iter().flat_map(|name| [name.to_owned(), format!("{name}_inspected")]);
    card.into_iter().chain(areas).chain(others)
}

fn judged(said: &Judgements) -> Vec<String> {
    let mut cells = match &said.card {
        Some(card) => {
            let safeguarding = card.safeguarding.map_or("", |met| if met { "met" } else { "not met" });
            let areas = card.areas.map(|grade| grade.map_or("", Worded::label).to_owned());
            [day(card.on), safeguarding.to_owned()].into_iter().chain(areas).collect()
        }
        None => vec![String::new(); 2 + AREAS.len()],
    };
    for outcome in [said.no_children, said.out_of_school, said.childcare_register] {
        cells.push(outcome.map_or("", |outcome| outcome.is.label()).to_owned());
        cells.push(outcome.map_or_else(String::new, |outcome| day(outcome.on)));
    }
    cells
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}
