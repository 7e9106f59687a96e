//! The answer in sentences, in the words of the service.

use enough_kernel::{Level, Minutes, Places};
use enough_sufficiency::fair_share::Market;
use std::collections::{BTreeMap, BTreeSet};

use crate::assess::study::Supply;
use crate::assess::{Arguments, Assessment, Mode, Travel};

/// A whole number with commas between thousands.
pub fn count(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 { format!("-{text}") } else { text }
}

/// At least so many: rounded down, because it is proven.
pub fn at_least(places: Places) -> String {
    count((places.get() + 1e-6).floor())
}

/// Places for every 100 children.
pub fn per_hundred(level: Level) -> String {
    format!("{:.0}", level.get() * 100.0)
}

/// Minutes without needless decimals.
pub fn minutes(minutes: Minutes) -> String {
    minutes.get().to_string()
}

/// `A, B and C`, or `A, B and 7 others`.
pub fn list(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        // "and 1 other" would be no shorter than its name.
        _ if names.len() > most + 1 => {
            format!("{} and {} others", names[..most].join(", "), names.len() - most)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number as f64), if number == 1 { one } else { many })
}

/// By which way of travelling, as in "within a 15-minute walk".
pub fn journey(arguments: &Arguments) -> String {
    let minutes = minutes(arguments.minutes);
    match arguments.mode {
        Mode::Walk => format!("{minutes}-minute walk"),
        Mode::Cycle => format!("{minutes}-minute cycle ride"),
        Mode::Car => format!("{minutes}-minute drive"),
    }
}

/// How minutes were made.
pub fn travel(arguments: &Arguments) -> String {
    if arguments.pairs.is_some() {
        return "measured elsewhere and given as a table".to_owned();
    }
    match arguments.travel {
        Travel::Straight => {
            format!(
                "modelled: straight line x {} at {} km/h, which does not know water, railways or motorways in the way",
                arguments.detour,
                arguments.speed().get()
            )
        }
        Travel::FittedDrive => {
            "modelled: 9.7 minutes + 1.05 minutes a kilometre, fitted to 4,086 drive times".to_owned()
        }
    }
}

/// The answer in one or two sentences.
pub fn answer(arguments: &Arguments, assessment: &Assessment) -> String {
    let whole = &assessment.whole;
    let Some(level) = whole.level else {
        return format!(
            "{}: no children aged {} live here, so no places are needed.",
            assessment.title, arguments.ages
        );
    };
    let head = format!(
        "{}: about {} children aged {}; places for {} in every 100 within a {}.",
        assessment.title,
        count(whole.children.get()),
        arguments.ages,
        per_hundred(level),
        journey(arguments)
    );
    let target = per_hundred(arguments.target);
    let short = (whole.shortfall.get() + 1e-6).floor();
    let least = (assessment.least_short.get() + 1e-6).floor();
    if short < 1.0 {
        format!("{head} No shortage against {target} places for every 100 children can be proven.")
    } else if least >= short {
        format!(
            "{head} At least {} places are missing to reach {target} for every 100 children, however places are shared.",
            count(short)
        )
    } else {
        format!(
            "{head} {} places are missing to reach {target} for every 100 children when places are shared as evenly as can be with the neighbours; at least {} however they are shared.",
            count(short),
            count(least)
        )
    }
}

/// The bottleneck of a market: who shares what, and how short it is. "At least" only where the market reaches nothing else.
pub fn bottleneck(arguments: &Arguments, assessment: &Assessment, index: usize) -> String {
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
    let short = market.need.at(Level::new((arguments.target.get() - market.level.get()).max(0.0)));
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
        arguments.ages,
        count(market.capacity.get()),
        per_hundred(market.level),
        at_least(short),
        per_hundred(arguments.target),
    )
}

/// The short markets that hold children of the areas asked for, largest shortfall first: index, market, shortfall.
pub fn short_markets<'a>(
    arguments: &Arguments,
    assessment: &'a Assessment,
) -> Vec<(usize, &'a Market, Places)> {
    let mut short: Vec<(usize, &Market, Places)> = assessment
        .shared
        .markets
        .iter()
        .enumerate()
        .filter(|(_, market)| market.areas.iter().any(|&area| assessment.study.asked[area as usize]))
        .map(|(index, market)| {
            (
                index,
                market,
                market.need.at(Level::new((arguments.target.get() - market.level.get()).max(0.0))),
            )
        })
        .filter(|(.., short)| short.get() >= 1.0)
        .collect();
    short.sort_by(|a, b| b.2.get().total_cmp(&a.2.get()).then(a.0.cmp(&b.0)));
    short
}

/// The settings in the authorities asked for where added places would help most, a sentence each.
pub fn where_places_help(assessment: &Assessment, most: usize) -> Vec<String> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let asked = asked_authorities(assessment);
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

fn asked_authorities(assessment: &Assessment) -> BTreeSet<enough_kernel::AreaCode> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    (0..study.areas.len())
        .filter(|&area| study.asked[area])
        .map(|area| inputs.hierarchy.lsoas[study.areas[area]].authority)
        .collect()
}

/// What could not be placed, read or reached, a sentence each.
pub fn caveats(arguments: &Arguments, assessment: &Assessment) -> Vec<String> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut lines = Vec::new();
    let (mut spread, mut all, mut schools) = (0.0, 0.0, 0.0);
    for (setting, supply) in study.supplies.iter().enumerate() {
        let places = study.capacity[setting].get();
        all += places;
        match supply {
            Supply::Spread(_) => spread += places,
            Supply::Setting(index) if inputs.settings[*index].ages.is_some() => schools += places,
            Supply::Setting(_) => {}
        }
    }
    lines.push(format!(
        "Of {} places here and around, {} belong to childminders and others whose address is not published; they are spread over their authority in proportion to children.",
        count(all),
        count(spread)
    ));
    lines.push(format!(
        "A setting counts with all its places if it takes any of the ages {}.",
        arguments.ages
    ));
    if schools > 0.0 {
        lines.push(format!(
            "{} places are of nursery schools and nursery classes; a class is assumed to have {} places (change it with --nursery-class-places).",
            count(schools),
            arguments.nursery_class_places.get()
        ));
    }
    if study.not_placed.settings > 0 {
        lines.push(format!(
            "{} with {} places could not be placed anywhere in England: no postcode, and no authority that is known.",
            plural(study.not_placed.settings, "setting", "settings"),
            count(study.not_placed.places)
        ));
    }
    let empty = inputs
        .settings
        .iter()
        .filter(|setting| setting.takes(arguments.ages) && setting.places.get() <= 0.0)
        .count();
    if empty > 0 {
        lines.push(format!(
            "{} of England that take these ages have 0 places in the register.",
            plural(empty, "setting", "settings")
        ));
    }
    if inputs.without_census > 0 {
        let areas = plural(inputs.without_census, "area is", "areas are");
        lines.push(format!("{areas} not in the census table and keep the weight of the older estimates."));
    }
    if study.pairs_not_used > 0 {
        let pairs = plural(study.pairs_not_used, "pair", "pairs");
        lines.push(format!(
            "{pairs} of the table given name settings without places for these ages; they were not used."
        ));
    }
    if assessment.whole.without_reach.get() >= 0.5 {
        lines.push(format!(
            "About {} children live where no setting is within a {}; they count with no places.",
            count(assessment.whole.without_reach.get()),
            journey(arguments)
        ));
    }
    let asked = asked_authorities(assessment);
    let (mut lonely, mut lonely_places) = (0, 0.0);
    for (supply, (market, places)) in
        study.supplies.iter().zip(assessment.shared.market_of_setting.iter().zip(&study.capacity))
    {
        if let (Supply::Setting(index), None) = (supply, market)
            && inputs.settings[*index].authority.is_some_and(|code| asked.contains(&code))
        {
            lonely += 1;
            lonely_places += places.get();
        }
    }
    if lonely > 0 {
        lines.push(format!(
            "{} with {} places have no neighbourhood's point within a {}; their places are in nobody's reach.",
            plural(lonely, "setting", "settings"),
            count(lonely_places),
            journey(arguments)
        ));
    }
    if study.without_point > 0 {
        lines.push(format!(
            "{} have no point on the map and so no reach.",
            plural(study.without_point, "area", "areas")
        ));
    }
    for limit in &study.left_out {
        lines.push(format!(
            "The limit of {} minutes was left out of the ladder: it has too many pairs.",
            minutes(*limit)
        ));
    }
    if let Some(text) = childminders(assessment) {
        lines.push(text);
    }
    for ((file, reason), rows) in inputs.rejects.counts() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        lines.push(format!("{name}: {} not used: {reason}.", plural(rows, "row", "rows")));
    }
    lines
}

fn childminders(assessment: &Assessment) -> Option<String> {
    let inputs = &assessment.inputs;
    let (counts, date) = inputs.newer_childminders.as_ref()?;
    let asked = asked_authorities(assessment);
    let here = |name: &str| inputs.hierarchy.authorities_named(name).iter().any(|code| asked.contains(code));
    let newer: usize = counts.iter().filter(|(name, _)| here(name)).map(|(_, count)| count).sum();
    let older = inputs
        .settings
        .iter()
        .filter(|setting| setting.kind == enough_market::Kind::Childminder && here(&setting.authority_name))
        .count();
    (older > 0).then(|| {
        format!(
            "Childminders: {} in the register of {}, {} in the newer list of {}; the places are those of the register.",
            count(older as f64),
            inputs.supply_date.as_deref().unwrap_or("unknown date"),
            count(newer as f64),
            date.as_deref().unwrap_or("unknown date")
        )
    })
}

/// How we know: sources, fit, method, proof.
pub fn how_we_know(arguments: &Arguments, assessment: &Assessment) -> Vec<String> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut lines = vec![
        format!(
            "Children (estimated): single years of age of the older estimates, fitted to the census and to newer totals by authority in {} rounds; the largest error of any total is {:.1e}; {} children 0-18 in England before, {} after.",
            inputs.fit.rounds,
            inputs.fit.largest_error,
            count(inputs.fit.before),
            count(inputs.fit.after)
        ),
        format!("Places: register of {}; modelled or counted as said above.", inputs.supply_date.as_deref().unwrap_or("unknown date")),
        format!("Travel {}.", travel(arguments)),
        match study.margin {
            Some(margin) => format!("Neighbours count: children and places up to {:.0} km around are in the sharing.", margin.get() / 1000.0),
            None => "All areas and settings of the data are in the sharing.".to_owned(),
        },
        format!(
            "Method: fair share, the sharing that leaves the least shortfall; its certificate has a relative residual of {:.1e} (0 is proof up to rounding).",
            assessment.certificate.relative_residual
        ),
        "Minutes to enough: the smallest limit at which the neighbourhoods together are short of less than half a place; none within the ladder is shown as 'none'.".to_owned(),
    ];
    if inputs.fit.unfitted > 0 {
        let text = plural(
            inputs.fit.unfitted,
            "authority has no newer total and keeps",
            "authorities have no newer totals and keep",
        );
        lines.push(format!("{text} the older children."));
    }
    if let Some(check) = &inputs.fit_check {
        lines.insert(
            1,
            format!(
                "Check of the children against a newer count of {} areas: {} counted, {} fitted; by area the fit is off by {:.1} % of all children ({:.1} % before the fit).",
                check.areas,
                count(check.counted),
                count(check.fitted),
                check.error * 100.0,
                check.error_before * 100.0
            ),
        );
    }
    lines
}

/// The attribution the data ask for.
pub const ATTRIBUTION: &str = "Contains public sector information licensed under the Open Government Licence v3.0. Source: Office for National Statistics. Contains OS data \u{a9} Crown copyright and database right 2025. Contains Royal Mail data \u{a9} Royal Mail copyright and database right 2025. Contains National Statistics data \u{a9} Crown copyright. Ofsted, DfE, MHCLG (OGL v3.0).";

/// What every output of the example carries.
pub const MADE_UP: &str = "Everything here is made up by the program: it describes no real place.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_between_thousands() {
        assert_eq!(
            ["0", "7", "999", "1,000", "1,234,568"],
            [0.2, 7.0, 999.0, 999.6, 1_234_567.8].map(count)[..]
        );
    }

    #[test]
    fn at_least_is_never_rounded_up() {
        assert_eq!(at_least(Places::new(731.9)), "731");
        assert_eq!(
            at_least(Places::new(731.999_999_9)),
            "732",
            "but rounding of sums is not taken for a gap"
        );
    }

    #[test]
    fn long_lists_say_how_many_others() {
        let names = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(list(&names, 4), "A, B, C and D");
        assert_eq!(list(&names, 3), "A, B, C and D");
        assert_eq!(list(&names, 2), "A, B and 2 others");
    }
}
