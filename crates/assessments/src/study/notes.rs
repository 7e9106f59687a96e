//! What to know of an answer and how it is known: caveats, fit, method, sources.

use std::collections::{BTreeMap, BTreeSet};

use enough_kernel::words::{count, minutes, plural};
use enough_market::Standing;

use super::words::journey;
use super::{Assessment, Measure, Question, Study, Supply};
use crate::travel::StreetOptions;

/// The authorities of the areas asked for.
pub fn asked_authorities(assessment: &Assessment) -> BTreeSet<enough_kernel::AreaCode> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    (0..study.areas.len())
        .filter(|&area| study.asked[area])
        .map(|area| inputs.hierarchy.lsoas[study.areas[area]].authority)
        .collect()
}

/// What could not be placed, read or reached, a sentence each.
pub fn caveats(question: &Question, assessment: &Assessment) -> Vec<String> {
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
        "Of {} places for these ages here and around, {} belong to childminders and others whose address is not published; they are spread over their authority in proportion to children.",
        count(all),
        count(spread)
    ));
    lines.push(inputs.by_age.sentence());
    if schools > 0.0 {
        lines.push(format!(
            "{} of these places are of nursery schools, whose places are taken to be their pupils, and of nursery classes; a class is assumed to have {} places (change it with --nursery-class-places).",
            count(schools),
            question.model.nursery_class_places.get()
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
        .filter(|setting| inputs.by_age.share(setting, question.ages()) > 0.0 && setting.places.get() <= 0.0)
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
            journey(question)
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
            journey(question)
        ));
    }
    if study.without_point > 0 {
        lines.push(format!(
            "{} have no point on the map and so no reach.",
            plural(study.without_point, "area", "areas")
        ));
    }
    lines.extend(off_streets(question, study));
    for limit in &study.left_out {
        lines.push(format!(
            "The limit of {} minutes was left out of the ladder: it has too many pairs.",
            minutes(*limit)
        ));
    }
    lines.extend(childminders(assessment));
    lines.extend(judged(question, assessment));
    lines.extend(assessment.rejects.sentences());
    lines
}

/// Areas that have no reach because the map of streets does not hold them.
pub fn off_streets(question: &Question, study: &Study) -> Vec<String> {
    let mut lines = Vec::new();
    if study.off_streets > 0 {
        lines.push(format!(
            "{} a point farther than {:.0} m from any street of the map and so no reach (change it with --snap).",
            plural(study.off_streets, "area has", "areas have"),
            question.model.options.map.snap.get()
        ));
    }
    if study.off_map > 0 {
        lines.push(format!(
            "{} around lie beyond the edge of the map of streets: neither their children nor their places are in the sharing.",
            plural(study.off_map, "neighbourhood", "neighbourhoods")
        ));
    }
    lines
}

/// Childminders of the register and of the newer list. A county that was divided since has one figure in both: where only a part of it was
/// asked for, the whole is told by its name.
fn childminders(assessment: &Assessment) -> Option<String> {
    let inputs = &assessment.inputs;
    let (newer, date) = inputs.newer_childminders.as_ref()?;
    let mut older: BTreeMap<&str, usize> = BTreeMap::new();
    let registered =
        inputs.settings.iter().filter(|setting| setting.kind == enough_market::Kind::Childminder);
    for setting in registered {
        *older.entry(&setting.authority_name).or_insert(0) += 1;
    }
    let asked = asked_authorities(assessment);
    let (mut here, mut parted) = ((0, 0), Vec::new());
    let names: BTreeSet<&str> = older.keys().copied().chain(newer.keys().map(String::as_str)).collect();
    for name in names {
        let authorities = inputs.hierarchy.authorities_named(name);
        let inside = authorities.iter().filter(|code| asked.contains(code)).count();
        let counts = (older.get(name).copied().unwrap_or(0), newer.get(name).copied().unwrap_or(0));
        if inside == 0 {
            continue;
        }
        if inside == authorities.len() {
            here = (here.0 + counts.0, here.1 + counts.1);
        } else {
            let [old, new] = [counts.0, counts.1].map(|count_of| count(count_of as f64));
            parted.push(format!(
                " {name}, of which only a part was asked for, has {old} in the register and {new} in the newer list; they are not divided here."
            ));
        }
    }
    let sentence = format!(
        "Childminders: {} in the register of {}, {} in the newer list of {}; the places are those of the register.",
        count(here.0 as f64),
        inputs.supply_date.as_deref().unwrap_or("unknown date"),
        count(here.1 as f64),
        date.as_deref().unwrap_or("unknown date")
    );
    let sentence = if here.0 > 0 { sentence } else { String::new() };
    Some(format!("{sentence}{}", parted.concat()).trim().to_owned()).filter(|text| !text.is_empty())
}

/// How many settings with an address in the areas asked for Ofsted spoke of in which way; each is counted once.
fn judged(question: &Question, assessment: &Assessment) -> Option<String> {
    let asked = asked_authorities(assessment);
    let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
    for (number, _) in super::listed(question, assessment) {
        let setting = &assessment.inputs.settings[number];
        let is_here = setting.authority.is_some_and(|code| asked.contains(&code));
        if is_here && setting.kind != enough_market::Kind::SchoolNursery {
            *counts.entry(setting.judgements.standing()).or_insert(0) += 1;
        }
    }
    let all: usize = counts.values().sum();
    let parts: Vec<String> = Standing::ALL
        .iter()
        .map(|standing| format!("{} {}", standing.label(), counts.get(standing).copied().unwrap_or(0)))
        .collect();
    (all > 0).then(|| {
        format!(
            "What Ofsted published of the {} of its register with an address here: {}. Report cards and single grades are on different scales.",
            plural(all, "setting", "settings"),
            parts.join(", ")
        )
    })
}

/// How we know: sources, fit, method, proof.
pub fn how_we_know(question: &Question, assessment: &Assessment) -> Vec<String> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut lines = vec![
        format!(
            "Children (estimated): single years of age of the older estimates, fitted to the census and to newer totals by authority in {} rounds; the largest error of any total is {:.1e}; {} children 0-18 in England before, {} after.",
            inputs.fit.rounds,
            inputs.fit.largest_error,
            count(inputs.fit.before),
            count(inputs.fit.after)
        ),
        format!("Places: registered ones of the register of {}, pupils of nursery schools, and assumed ones of nursery classes.", inputs.supply_date.as_deref().unwrap_or("unknown date")),
        match study.margin {
            Some(margin) => format!("Neighbours count: children and places up to {:.0} km around are in the sharing.", margin.get() / 1000.0),
            None => "All areas and settings of the data are in the sharing.".to_owned(),
        },
        match question.measure {
            Measure::FairShare => format!(
                "Method: fair share, the sharing that leaves the least shortfall; its certificate has a relative residual of {:.1e} (0 is proof up to rounding).",
                assessment.certificate.relative_residual
            ),
            Measure::Catchments => "Method: two-step floating catchments (Luo and Wang, 2003): every setting divides its places among all children within reach, every area adds up what it gets.".to_owned(),
        },
        "Minutes to enough: the smallest limit at which the neighbourhoods together are short of less than half a place; none within the ladder is shown as 'none'.".to_owned(),
    ];
    lines.extend(study.travel_notes.iter().cloned());
    if inputs.fit.unfitted > 0 {
        let text = plural(
            inputs.fit.unfitted,
            "authority has no newer total and keeps",
            "authorities have no newer totals and keep",
        );
        lines.push(format!("{text} the older children."));
    }
    if let Some(check) = inputs.fit_check(question.ages()) {
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

/// The attribution that the data used ask for.
pub fn attribution(made_up: bool, options: &StreetOptions) -> String {
    let mut text = if made_up { MADE_UP } else { ATTRIBUTION }.to_owned();
    if options.map.streets.is_some() {
        text.push_str(" Streets \u{a9} OpenStreetMap contributors (ODbL 1.0, openstreetmap.org/copyright).");
    }
    text
}

/// The attribution the published data ask for.
const ATTRIBUTION: &str = "Contains public sector information licensed under the Open Government Licence v3.0. Source: Office for National Statistics. Contains OS data \u{a9} Crown copyright and database right 2025. Contains Royal Mail data \u{a9} Royal Mail copyright and database right 2025. Contains National Statistics data \u{a9} Crown copyright. Ofsted, DfE, MHCLG (OGL v3.0).";

/// What every output of the example carries.
pub const MADE_UP: &str = "Everything here is made up by the program: it describes no real place.";
