//! The answer in sentences, in the words of the service.

use enough_kernel::words::{at_least, count, list, minutes, per_hundred, plural, whole_places};
use enough_kernel::{Level, Places};
use enough_market::PlacesAre;
use enough_sufficiency::fair_share::Market;
use std::collections::BTreeMap;

use super::{Assessment, Measure, Question, Supply};
use crate::travel::Mode;

/// By which way of travelling, as in "within a 15-minute walk".
pub fn journey(question: &Question) -> String {
    let minutes = minutes(question.minutes);
    match question.mode {
        Mode::Walk => format!("{minutes}-minute walk"),
        Mode::Wheel => format!("{minutes}-minute walk without steps"),
        Mode::Cycle => format!("{minutes}-minute cycle ride"),
        Mode::Car => format!("{minutes}-minute drive"),
        Mode::Transit => format!("{minutes}-minute journey by public transport"),
    }
}

/// The answer in one or two sentences.
pub fn answer(question: &Question, assessment: &Assessment) -> String {
    let whole = &assessment.whole;
    let Some(level) = whole.level else {
        return format!(
            "{}: no children aged {} live here, so no places are needed.",
            assessment.title,
            question.ages()
        );
    };
    let head = format!(
        "{}: about {} children aged {}; places for {} in every 100 within a {}.",
        assessment.title,
        count(whole.children.get()),
        question.ages(),
        per_hundred(level),
        journey(question)
    );
    let target = per_hundred(question.target);
    let short = whole_places(whole.shortfall.get());
    if question.measure == Measure::Catchments {
        return format!(
            "{head} Counted by floating catchments, areas are short of {} places in all to reach {target} for every 100 children; this measure proves nothing.{}",
            count(short),
            assumed(question, assessment)
        );
    }
    let least = whole_places(assessment.least_short.get());
    let missing = if short < 1.0 {
        format!("No shortage against {target} places for every 100 children can be proven.")
    } else if least >= short {
        format!(
            "At least {} places are missing to reach {target} for every 100 children, however places are shared.",
            count(short)
        )
    } else {
        let fewest = if least < 1.0 { "none".to_owned() } else { count(least) };
        format!(
            "{} places are missing to reach {target} for every 100 children when places are shared as evenly as can be with the neighbours; {fewest} if the neighbours used no place that children here can reach.",
            count(short)
        )
    };
    let both = if short >= 1.0 { both_are_true(level, question.target) } else { String::new() };
    format!("{head} {missing}{both}{}", assumed(question, assessment))
}

/// Why places are missing where there are more than enough on average.
pub fn both_are_true(level: Level, target: Level) -> String {
    let sentence = " Both are true: places are spare where other children cannot reach them.";
    if level.get() >= target.get() { sentence.to_owned() } else { String::new() }
}

/// What of the places is assumed, in a sentence with a space before it.
fn assumed(question: &Question, assessment: &Assessment) -> String {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let asked = super::notes::asked_authorities(assessment);
    let classes: f64 = study
        .supplies
        .iter()
        .zip(&study.capacity)
        .filter_map(|(supply, places)| match supply {
            Supply::Setting(index) => Some((&inputs.settings[*index], places.get())),
            Supply::Spread(_) => None,
        })
        .filter(|(setting, _)| setting.places_are == PlacesAre::Assumed)
        .filter(|(setting, _)| setting.authority.is_some_and(|code| asked.contains(&code)))
        .map(|(_, places)| places)
        .sum();
    if classes < 0.5 {
        return format!(" How places divide by age {}.", inputs.by_age.origin());
    }
    format!(
        " {} of the places here are assumed, {} for each nursery class of a school. How places divide by age {}.",
        count(classes),
        question.model.nursery_class_places.get(),
        inputs.by_age.origin()
    )
}

/// The bottleneck of a market: who shares what, and how short it is. "At least" only where the market reaches nothing else.
pub fn bottleneck(question: &Question, assessment: &Assessment, index: usize) -> String {
    let market = &assessment.shared.markets[index];
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut wards: BTreeMap<String, f64> = BTreeMap::new();
    let mut authorities: BTreeMap<String, f64> = BTreeMap::new();
    for &area in &market.areas {
        let lsoa = &inputs.hierarchy.lsoas[study.areas[area as usize]];
        let children = study.need[area as usize].get();
        *wards
            .entry(lsoa.ward.map_or_else(|| lsoa.code.to_string(), |ward| inputs.hierarchy.name(ward)))
            .or_insert(0.0) += children;
        *authorities.entry(inputs.hierarchy.name(lsoa.authority)).or_insert(0.0) += children;
    }
    let largest = |map: BTreeMap<String, f64>| {
        let mut names: Vec<(String, f64)> = map.into_iter().collect();
        names.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let (wards, authorities) = (largest(wards), largest(authorities));
    let across = if authorities.len() > 1 { ", across the border of " } else { ", " };
    let (mut addressed, mut spread) = (0, 0.0);
    for &setting in &market.settings {
        match study.supplies[setting as usize] {
            Supply::Setting(_) => addressed += 1,
            Supply::Spread(_) => spread += study.capacity[setting as usize].get(),
        }
    }
    let homes = format!("about {} places of childminders and others without an address", count(spread));
    let only = match (addressed, spread >= 0.5) {
        (0, true) => homes,
        (_, true) => format!("{} and {homes}", plural(addressed, "setting", "settings")),
        (_, false) => plural(addressed, "setting", "settings"),
    };
    let short = market.need.at(Level::new((question.target.get() - market.level.get()).max(0.0)));
    let alone = assessment.alone[index];
    let (reach, proof) = if alone {
        ("can reach only", "at least ")
    } else {
        ("have, beside settings whose places worse-off children need,", "")
    };
    let however = if alone { ", however places are shared" } else { "" };
    format!(
        "{} ({}{across}{}): about {} children aged {} {reach} {only}, {} places in all, {} for every 100; {proof}{} short of {} for every 100{however}.",
        list(&wards, 4),
        plural(market.areas.len(), "neighbourhood", "neighbourhoods"),
        list(&authorities, 3),
        count(market.need.get()),
        question.ages(),
        count(market.capacity.get()),
        per_hundred(market.level),
        at_least(short),
        per_hundred(question.target),
    )
}

/// The short markets that hold children of the areas asked for, largest shortfall first: index, market, shortfall.
pub fn short_markets<'a>(
    question: &Question,
    assessment: &'a Assessment,
) -> Vec<(usize, &'a Market, Places)> {
    let mut short: Vec<(usize, &Market, Places)> = assessment
        .shared
        .markets
        .iter()
        .enumerate()
        .filter(|(_, market)| market.areas.iter().any(|&area| assessment.study.asked[area as usize]))
        .map(|(index, market)| {
            (index, market, market.need.at(Level::new((question.target.get() - market.level.get()).max(0.0))))
        })
        .filter(|(.., short)| short.get() >= 1.0)
        .collect();
    short.sort_by(|a, b| b.2.get().total_cmp(&a.2.get()).then(a.0.cmp(&b.0)));
    short
}

/// The settings in the authorities asked for where added places would help most, a sentence each.
pub fn where_places_help(assessment: &Assessment, most: usize) -> Vec<String> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let asked = super::notes::asked_authorities(assessment);
    let mut best: Vec<(usize, f64)> = study
        .supplies
        .iter()
        .zip(&assessment.helps)
        .filter_map(|(supply, helps)| match supply {
            Supply::Setting(index) if helps.get() >= 1.0 => Some((*index, helps.get())),
            _ => None,
        })
        .filter(|(index, _)| inputs.settings[*index].authority.is_some_and(|code| asked.contains(&code)))
        .collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let sentence = |(index, helps): (usize, f64)| {
        let setting = &inputs.settings[index];
        let name = if setting.name.is_empty() { setting.kind.label() } else { &setting.name };
        let authority = setting.authority.map_or_else(String::new, |code| inputs.hierarchy.name(code));
        format!(
            "{name} ({}, {authority}, {}): each of up to {} places added there closes one missing place.",
            setting.kind.label(),
            setting.postcode,
            count(helps.floor())
        )
    };
    best.into_iter().take(most).map(sentence).collect()
}
