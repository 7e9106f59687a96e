//! An answer as records, for the service to keep and show.

use std::collections::{BTreeMap, BTreeSet};

use enough_geography::Lsoa;
use enough_kernel::{AreaCode, Level, Minutes};
use enough_market::Location;
use enough_needs::ChildrenByAge;
use geo::MultiPolygon;
use serde::Serialize;

use super::postcodes::districts;
use super::{Assessment, By, Group, Question, Shapes, Supply, decile, groups, notes, supply_id, words};
use crate::{
    Area, AssessError, Assessment as Kept, Data, Detail, Found, InReach, Market, MarketShare, Part, Past,
    Rung, Setting, Source,
};

/// Settings within reach that are kept of an area, the nearest.
const NEAREST: usize = 60;

fn json(value: &impl Serialize) -> Result<String, AssessError> {
    serde_json::to_string(value).map_err(|error| AssessError::Input(error.to_string()))
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn rungs(limits: &[Minutes], levels: &[Option<Level>]) -> Vec<Rung> {
    limits
        .iter()
        .zip(levels)
        .map(|(limit, level)| Rung { minutes: limit.get(), level: level.map(Level::get), reach: None })
        .collect()
}

/// Settings with an address that are told of: those whose places are shared, with the position of their supply, and those of the areas asked
/// for whose places are for other ages. A register may have a number twice; the first stays.
pub fn listed(question: &Question, assessment: &Assessment) -> Vec<(usize, Option<usize>)> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let asked = notes::asked_authorities(assessment);
    let shared = study.supplies.iter().enumerate().filter_map(|(index, supply)| match supply {
        Supply::Setting(number) => Some((*number, Some(index))),
        Supply::Spread(_) => None,
    });
    let others = inputs.settings.iter().enumerate().filter(|(_, setting)| {
        let is_here = setting.authority.is_some_and(|code| asked.contains(&code));
        let is_shared = inputs.places(setting, question.ages()).get() > 0.0;
        is_here && !is_shared && matches!(setting.location, Location::At(_))
    });
    let mut known = BTreeSet::new();
    let all = shared.chain(others.map(|(number, _)| (number, None)));
    all.filter(|(number, _)| known.insert(supply_id(inputs, Supply::Setting(*number)))).collect()
}

/// Settings with an address and places within reach of each group at each limit of the ladder, from any of its neighbourhoods.
fn within_limits(assessment: &Assessment, groups: &[Group]) -> Vec<Vec<(usize, f64)>> {
    let (study, limits) = (&assessment.study, &assessment.ladder.limits);
    let mut of_area = vec![Vec::new(); study.areas.len()];
    for (number, group) in groups.iter().enumerate() {
        for &(area, _) in &group.members {
            of_area[area].push(number);
        }
    }
    let mut found = vec![vec![(0, 0.0); limits.len()]; groups.len()];
    // Minutes from the nearest neighbourhood of each group that reaches a supply; used again for each supply, as there may be millions of pairs.
    let (mut nearest, mut touched) = (vec![f64::INFINITY; groups.len()], Vec::new());
    for (supply, kind) in study.supplies.iter().enumerate() {
        for (&area, &minutes) in study.reach.areas_of(supply).iter().zip(study.reach.minutes_of(supply)) {
            for &group in &of_area[area as usize] {
                if nearest[group].is_infinite() {
                    touched.push(group);
                }
                nearest[group] = nearest[group].min(minutes);
            }
        }
        for group in touched.drain(..) {
            let minutes = std::mem::replace(&mut nearest[group], f64::INFINITY);
            for (limit, (settings, places)) in limits.iter().zip(&mut found[group]) {
                if minutes <= limit.get() {
                    *settings += usize::from(matches!(kind, Supply::Setting(_)));
                    *places += study.capacity[supply].get();
                }
            }
        }
    }
    found
}

/// By how much estimates of the children of such areas are off; nothing of authorities, whose totals are published, and of patches.
fn fit_error(question: &Question, assessment: &Assessment) -> Option<f64> {
    let of: fn(&Lsoa) -> Option<AreaCode> = match question.by {
        By::Lsoa => |lsoa| Some(lsoa.code),
        By::Ward => |lsoa| lsoa.ward,
        By::Msoa => |lsoa| lsoa.msoa,
        By::Authority | By::Patch => return None,
    };
    assessment.inputs.fit_error(question.ages(), of)
}

/// An answer as records. Only with `shapes` it has the details of areas, and settings know the area they lie in.
///
/// # Errors
/// When the groups of the answer cannot be made.
pub fn found(
    question: &Question,
    assessment: &Assessment,
    shapes: Option<&Shapes>,
) -> Result<Found, AssessError> {
    let (mut areas, mut details) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    // Said already: what is not used of a table of patches.
    let mut rejects = assessment.rejects.clone();
    let near = shapes.map(|_| Near::new(assessment, question.minutes));
    for (by, kind) in [
        (By::Ward, "ward"),
        (By::Lsoa, "lsoa"),
        (By::Msoa, "msoa"),
        (By::Authority, "authority"),
        (By::Patch, "patch"),
    ] {
        if by == By::Patch && question.by != By::Patch {
            continue;
        }
        let question = Question { by, ..question.clone() };
        let error = fit_error(&question, assessment);
        let groups = groups(&question, &assessment.inputs, &mut rejects, &assessment.study)?;
        let reaches = shapes.map(|_| within_limits(assessment, &groups));
        for (number, group) in groups.iter().enumerate() {
            // An area that stands for itself at two levels is one area.
            if !known.insert(group.id.clone()) {
                continue;
            }
            let reach = reaches.as_ref().map(|reaches| &reaches[number][..]);
            let one = area(&question, assessment, group, (kind, reach))?;
            areas.push(Area { children_off: error.map(|error| tenths(one.children * error)), ..one });
            if let (Some(shapes), Some(near)) = (shapes, &near) {
                details.push(detail(assessment, shapes, near, group, kind)?);
            }
        }
    }
    Ok(Found {
        areas,
        details,
        markets: markets(question, assessment)?,
        settings: settings(question, assessment, shapes),
        districts: Vec::new(),
        assessment: answer(question, assessment)?,
    })
}

/// An answer as records, with all that is kept: the details of areas and where postcodes lie.
///
/// # Errors
/// When a file of boundaries or the postcode directory cannot be read, or the groups of the answer cannot be made.
pub fn found_with_maps(
    question: &Question,
    assessment: &Assessment,
    data: &Data,
) -> Result<Found, AssessError> {
    let shapes = Shapes::read(data, assessment)?;
    let districts = districts(data, assessment, &shapes)?;
    let mut found = found(question, assessment, Some(&shapes))?;
    let caveats = notes::caveats(question, assessment).into_iter().chain(shapes.missing());
    found.assessment.caveats = json(&caveats.collect::<Vec<_>>())?;
    Ok(Found { districts, ..found })
}

fn answer(question: &Question, assessment: &Assessment) -> Result<Kept, AssessError> {
    let whole = &assessment.whole;
    let sources: Vec<Source> = assessment
        .inputs
        .sources
        .iter()
        .map(|source| Source {
            what: source.what.to_owned(),
            file: source.file.clone(),
            date: source.date.clone(),
        })
        .collect();
    Ok(Kept {
        authority: String::new(),
        id: String::new(),
        made_at: chrono::DateTime::default(),
        title: assessment.title.clone(),
        answer: words::answer(question, assessment),
        made_up: assessment.made_up,
        ages: question.ages().to_string(),
        mode: question.mode.key().to_owned(),
        minutes: question.minutes.get(),
        target: question.target.get(),
        journey: words::journey(question),
        travel: assessment.study.travel.clone(),
        children: whole.children.get(),
        places: whole.places.get(),
        level: whole.level.map(Level::get),
        shortfall: whole.shortfall.get(),
        least_short: assessment.least_short.get(),
        overlap: whole.overlap.get(),
        without_reach: whole.without_reach.get(),
        supply_date: assessment.inputs.supply_date.clone(),
        ladder: json(&rungs(&assessment.ladder.limits, &whole.ladder))?,
        caveats: json(&notes::caveats(question, assessment))?,
        how_we_know: json(&notes::how_we_know(question, assessment))?,
        sources: json(&sources)?,
        attribution: notes::attribution(assessment.made_up, &question.model.options),
    })
}

/// For each area of the study the settings with an address within reach: supply and minutes.
struct Near(Vec<Vec<(u32, f64)>>);

impl Near {
    fn new(assessment: &Assessment, limit: Minutes) -> Self {
        let study = &assessment.study;
        let reach = study.reach.within(limit);
        let mut near = vec![Vec::new(); study.areas.len()];
        for (supply, kind) in study.supplies.iter().enumerate() {
            if let Supply::Setting(_) = kind {
                for (&area, &minutes) in reach.areas_of(supply).iter().zip(reach.minutes_of(supply)) {
                    near[area as usize].push((supply as u32, minutes));
                }
            }
        }
        Self(near)
    }

    /// The nearest settings of a group, each by its shortest way.
    fn of(&self, group: &Group, assessment: &Assessment) -> Vec<InReach> {
        let mut best: BTreeMap<u32, f64> = BTreeMap::new();
        for (area, _) in &group.members {
            for &(supply, minutes) in &self.0[*area] {
                let shortest = best.entry(supply).or_insert(f64::INFINITY);
                *shortest = shortest.min(minutes);
            }
        }
        let mut list: Vec<(u32, f64)> = best.into_iter().collect();
        list.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let id = |supply: u32| supply_id(&assessment.inputs, assessment.study.supplies[supply as usize]);
        list.into_iter()
            .take(NEAREST)
            .map(|(supply, minutes)| InReach { id: id(supply), minutes: tenths(minutes) })
            .collect()
    }
}

fn area(
    question: &Question,
    assessment: &Assessment,
    group: &Group,
    (kind, reach): (&str, Option<&[(usize, f64)]>),
) -> Result<Area, AssessError> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let profile = enough_sufficiency::profiles::profile(
        &group.members,
        &study.need,
        &assessment.shared,
        &assessment.ladder,
        question.target,
    );
    let mut ages = ChildrenByAge::default().0;
    for &(area, share) in &group.members {
        for (sum, children) in ages.iter_mut().zip(inputs.children[study.areas[area]].0) {
            *sum += children * share;
        }
    }
    let history = inputs.years.iter().map(|year| {
        let members = group.members.iter();
        let of =
            members.map(|&(area, share)| year.children[study.areas[area]].of(question.ages()).get() * share);
        Past { when: year.when.clone(), children: tenths(of.sum()) }
    });
    let history: Vec<Past> = history.collect();
    let mut ladder = rungs(&assessment.ladder.limits, &profile.ladder);
    for (rung, reach) in ladder.iter_mut().zip(reach.into_iter().flatten()) {
        rung.reach = Some((reach.0, tenths(reach.1)));
    }
    let mut markets: Vec<MarketShare> = profile
        .markets
        .iter()
        .map(|(market, children)| {
            let level = assessment.shared.markets[*market as usize].level;
            let short = children.at(Level::new((question.target.get() - level.get()).max(0.0)));
            MarketShare {
                number: *market as i32 + 1,
                children: tenths(children.get()),
                shortfall: short.get(),
            }
        })
        .collect();
    markets.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall));
    let lsoa = (kind == "lsoa").then(|| &inputs.hierarchy.lsoas[study.areas[group.members[0].0]]);
    Ok(Area {
        authority: String::new(),
        assessment: String::new(),
        code: group.id.clone(),
        kind: kind.to_owned(),
        name: group.name.clone(),
        parent: inputs.hierarchy.name(group.authority),
        children: profile.children.get(),
        children_off: None,
        places: profile.places.get(),
        level: profile.level.map(Level::get),
        shortfall: profile.shortfall.get(),
        overlap: profile.overlap.get(),
        without_reach: profile.without_reach.get(),
        minutes_to_enough: profile.minutes_to_enough.map(Minutes::get),
        decile: decile(assessment, group),
        ladder: json(&ladder)?,
        ages: json(&ages.map(tenths))?,
        history: json(&history)?,
        market: profile.markets.first().map(|(market, _)| *market as i32 + 1),
        markets: json(&markets)?,
        ward: lsoa.and_then(|lsoa| lsoa.ward).map(|code| code.to_string()),
        msoa: lsoa.and_then(|lsoa| lsoa.msoa).map(|code| code.to_string()),
    })
}

fn detail(
    assessment: &Assessment,
    shapes: &Shapes,
    near: &Near,
    group: &Group,
    kind: &str,
) -> Result<Detail, AssessError> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let codes: Vec<_> =
        group.members.iter().map(|&(area, _)| inputs.hierarchy.lsoas[study.areas[area]].code).collect();
    Ok(Detail {
        authority: String::new(),
        assessment: String::new(),
        code: group.id.clone(),
        // What an authority reaches is all it has; nobody reads that list.
        reach: if kind == "authority" { "[]".to_owned() } else { json(&near.of(group, assessment))? },
        shape: shapes.file.as_ref().and_then(|_| shapes.lsoas.union(&codes)).map(|shape| wkb(&shape)),
    })
}

fn markets(question: &Question, assessment: &Assessment) -> Result<Vec<Market>, AssessError> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let mut list = Vec::new();
    for (index, market) in assessment.shared.markets.iter().enumerate() {
        if !market.areas.iter().any(|&area| study.asked[area as usize]) {
            continue;
        }
        let mut wards: BTreeMap<String, (String, f64)> = BTreeMap::new();
        for &area in &market.areas {
            let lsoa = &inputs.hierarchy.lsoas[study.areas[area as usize]];
            let code = lsoa.ward.unwrap_or(lsoa.code);
            let entry = wards.entry(code.to_string()).or_insert_with(|| (inputs.hierarchy.name(code), 0.0));
            entry.1 += study.need[area as usize].get();
        }
        let mut wards: Vec<(String, (String, f64))> = wards.into_iter().collect();
        wards.sort_by(|a, b| b.1.1.total_cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
        let names: Vec<String> = wards.iter().map(|(_, (name, _))| name.clone()).collect();
        let parts: Vec<Part> = wards.into_iter().map(|(code, (name, _))| Part { code, name }).collect();
        let beyond = |level: f64| market.need.at(Level::new(level.max(0.0))).get();
        list.push(Market {
            authority: String::new(),
            assessment: String::new(),
            number: index as i32 + 1,
            name: enough_kernel::words::list(&names, 3),
            sentence: words::bottleneck(question, assessment, index),
            level: market.level.get(),
            children: market.need.get(),
            places: market.capacity.get(),
            shortfall: beyond(question.target.get() - market.level.get()),
            overlap: beyond(market.level.get() - question.target.get()),
            areas: json(&parts)?,
        });
    }
    Ok(list)
}

fn settings(question: &Question, assessment: &Assessment, shapes: Option<&Shapes>) -> Vec<Setting> {
    let inputs = &assessment.inputs;
    let asked = notes::asked_authorities(assessment);
    let record = |(number, supply): (usize, Option<usize>)| {
        let setting = &inputs.settings[number];
        let Location::At(point) = setting.location else { return None };
        let degrees = point.degrees();
        let lsoa = degrees.zip(shapes).and_then(|(degrees, shapes)| shapes.lsoas.containing(degrees));
        let ward = lsoa
            .and_then(|code| inputs.hierarchy.position(code))
            .and_then(|p| inputs.hierarchy.lsoas[p].ward);
        let name = if setting.name.is_empty() { setting.kind.label() } else { &setting.name };
        let parent = setting.authority.map(|code| inputs.hierarchy.name(code));
        Some(Setting {
            authority: String::new(),
            assessment: String::new(),
            id: supply_id(inputs, Supply::Setting(number)),
            name: name.to_owned(),
            kind: setting.kind.label().to_owned(),
            sector: setting.sector.label().to_owned(),
            places: setting.places.get(),
            places_are: setting.places_are.label().to_owned(),
            counted: inputs.places(setting, question.ages()).get(),
            judgements: serde_json::to_string(&setting.judgements).unwrap_or_default(),
            postcode: setting.postcode.clone(),
            longitude: degrees.map(|degrees| degrees.longitude),
            latitude: degrees.map(|degrees| degrees.latitude),
            lsoa: lsoa.map(|code| code.to_string()),
            ward: ward.map(|code| code.to_string()),
            parent: parent.unwrap_or_else(|| setting.authority_name.clone()),
            here: setting.authority.is_some_and(|code| asked.contains(&code)),
            market: supply
                .and_then(|at| assessment.shared.market_of_setting[at])
                .map(|market| market as i32 + 1),
            helps: supply.map_or(0.0, |at| assessment.helps[at].get()),
        })
    };
    listed(question, assessment).into_iter().filter_map(record).collect()
}

/// A shape in well-known binary.
pub fn wkb(shape: &MultiPolygon) -> Vec<u8> {
    let ring = |line: &geo::LineString| line.coords().map(|at| (at.x, at.y)).collect();
    let rings = |polygon: &geo::Polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    };
    crate::wkb::wkb(&shape.iter().map(rings).collect())
}
