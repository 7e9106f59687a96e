//! Keeps the answer in a database, for the service to show.

use std::collections::BTreeMap;

use enough_assessments::{
    Area, Assessment as Kept, Found, InReach, Market, Part, Rung, Setting, Source, keep,
};
use enough_kernel::{Level, Minutes};
use enough_market::Location;
use enough_store::audit::Actor;
use serde::Serialize;

use super::study::{Supply, supply_id};
use super::{Arguments, Assessment, By, Group, groups};
use crate::data::Data;
use crate::database::{Place, block_on};
use crate::failure::Failure;
use crate::report::shapes::Shapes;
use crate::report::{map, notes, tables, words};
use crate::travel::Mode;

/// Settings within reach that are kept of an area, the nearest.
const NEAREST: usize = 60;

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Input(error.to_string()))
}

fn rungs(limits: &[Minutes], levels: &[Option<Level>]) -> Vec<Rung> {
    limits
        .iter()
        .zip(levels)
        .map(|(limit, level)| Rung { minutes: limit.get(), level: level.map(Level::get) })
        .collect()
}

/// The database to keep the answer in, if one was given; what is wrong with it is said before anything is computed.
pub fn place(arguments: &Arguments) -> Result<Option<Place>, Failure> {
    let Some(database) = arguments.database.clone() else { return Ok(None) };
    if arguments.authority.len() > 1 {
        return Err(Failure::Usage("--database keeps the answer of one --authority at a time".to_owned()));
    }
    let place = Place { database, keys: arguments.keys.clone() };
    place.address()?;
    Ok(Some(place))
}

/// Keeps the answer; the authority is made if the database does not have it.
pub fn run(
    arguments: &Arguments,
    assessment: &mut Assessment,
    data: &Data,
    place: &Place,
) -> Result<(), Failure> {
    let found = found(arguments, assessment, data)?;
    block_on(async {
        let store = place.create().await?;
        let authority = store.authority(&arguments.authority[0], &assessment.title).await?;
        keep(&authority, &Actor::service("enough assess"), found).await?;
        store.close().await?;
        Ok(())
    })
}

fn found(arguments: &Arguments, assessment: &mut Assessment, data: &Data) -> Result<Found, Failure> {
    let shapes = Shapes::read(data, assessment)?;
    let mut areas = Vec::new();
    for (by, kind) in [
        (By::Ward, "ward"),
        (By::Lsoa, "lsoa"),
        (By::Msoa, "msoa"),
        (By::Authority, "authority"),
        (By::Patch, "patch"),
    ] {
        if by == By::Patch && arguments.by != By::Patch {
            continue;
        }
        let arguments = Arguments { by, ..arguments.clone() };
        let groups = groups::groups(&arguments, &mut assessment.inputs, &assessment.study)?;
        let near = Near::new(assessment, arguments.minutes);
        for group in groups {
            areas.push(area(&arguments, assessment, &shapes, &near, &group, kind)?);
        }
    }
    // An area that stands for itself at two levels is one area.
    let mut known = std::collections::BTreeSet::new();
    areas.retain(|area: &Area| known.insert(area.code.clone()));
    Ok(Found {
        areas,
        markets: markets(arguments, assessment)?,
        settings: settings(assessment, &shapes),
        assessment: answer(arguments, assessment)?,
    })
}

fn answer(arguments: &Arguments, assessment: &Assessment) -> Result<Kept, Failure> {
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
        answer: words::answer(arguments, assessment),
        made_up: assessment.made_up,
        ages: arguments.ages().to_string(),
        mode: match arguments.mode {
            Mode::Walk => "walk",
            Mode::Wheel => "wheel",
            Mode::Cycle => "cycle",
            Mode::Car => "car",
            Mode::Transit => "transit",
        }
        .to_owned(),
        minutes: arguments.minutes.get(),
        target: arguments.target.get(),
        journey: words::journey(arguments),
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
        caveats: json(&notes::caveats(arguments, assessment))?,
        how_we_know: json(&notes::how_we_know(assessment))?,
        sources: json(&sources)?,
        attribution: notes::attribution(assessment.made_up, &arguments.options),
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
            .map(|(supply, minutes)| InReach { id: id(supply), minutes: (minutes * 10.0).round() / 10.0 })
            .collect()
    }
}

fn area(
    arguments: &Arguments,
    assessment: &Assessment,
    shapes: &Shapes,
    near: &Near,
    group: &Group,
    kind: &str,
) -> Result<Area, Failure> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let profile = enough_sufficiency::profiles::profile(
        &group.members,
        &study.need,
        &assessment.shared,
        &assessment.ladder,
        arguments.target,
    );
    let codes: Vec<_> =
        group.members.iter().map(|&(area, _)| inputs.hierarchy.lsoas[study.areas[area]].code).collect();
    let mut ages = [0.0; 18];
    for &(area, share) in &group.members {
        for (sum, children) in ages.iter_mut().zip(inputs.children[study.areas[area]].0) {
            *sum += children * share;
        }
    }
    Ok(Area {
        authority: String::new(),
        assessment: String::new(),
        code: group.id.clone(),
        kind: kind.to_owned(),
        name: group.name.clone(),
        parent: inputs.hierarchy.name(group.authority),
        children: profile.children.get(),
        places: profile.places.get(),
        level: profile.level.map(Level::get),
        shortfall: profile.shortfall.get(),
        overlap: profile.overlap.get(),
        without_reach: profile.without_reach.get(),
        minutes_to_enough: profile.minutes_to_enough.map(Minutes::get),
        decile: tables::decile(assessment, group),
        ladder: json(&rungs(&assessment.ladder.limits, &profile.ladder))?,
        ages: json(&ages.map(|children| (children * 10.0).round() / 10.0))?,
        market: profile.markets.first().map(|(market, _)| *market as i32 + 1),
        // What an authority reaches is all it has; nobody reads that list.
        reach: if kind == "authority" { "[]".to_owned() } else { json(&near.of(group, assessment))? },
        shape: shapes.file.as_ref().and_then(|_| shapes.lsoas.union(&codes)).map(|shape| map::wkb(&shape)),
    })
}

fn markets(arguments: &Arguments, assessment: &Assessment) -> Result<Vec<Market>, Failure> {
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
            name: words::list(&names, 3),
            sentence: words::bottleneck(arguments, assessment, index),
            level: market.level.get(),
            children: market.need.get(),
            places: market.capacity.get(),
            shortfall: beyond(arguments.target.get() - market.level.get()),
            overlap: beyond(market.level.get() - arguments.target.get()),
            areas: json(&parts)?,
        });
    }
    Ok(list)
}

fn settings(assessment: &Assessment, shapes: &Shapes) -> Vec<Setting> {
    let (inputs, study) = (&assessment.inputs, &assessment.study);
    let asked = notes::asked_authorities(assessment);
    let mut list: Vec<Setting> = Vec::new();
    for (index, supply) in study.supplies.iter().enumerate() {
        let Supply::Setting(number) = supply else { continue };
        let setting = &inputs.settings[*number];
        let Location::At(point) = setting.location else { continue };
        let degrees = point.degrees();
        let lsoa = degrees.and_then(|degrees| shapes.lsoas.containing(degrees));
        let ward = lsoa
            .and_then(|code| inputs.hierarchy.position(code))
            .and_then(|p| inputs.hierarchy.lsoas[p].ward);
        list.push(Setting {
            authority: String::new(),
            assessment: String::new(),
            id: supply_id(inputs, *supply),
            name: if setting.name.is_empty() {
                setting.kind.label().to_owned()
            } else {
                setting.name.clone()
            },
            kind: setting.kind.label().to_owned(),
            sector: setting.sector.label().to_owned(),
            places: setting.places.get(),
            quality: setting.quality.map(|quality| quality.label().to_owned()),
            inspected: setting.inspected.clone(),
            postcode: setting.postcode.clone(),
            longitude: degrees.map(|degrees| degrees.longitude),
            latitude: degrees.map(|degrees| degrees.latitude),
            lsoa: lsoa.map(|code| code.to_string()),
            ward: ward.map(|code| code.to_string()),
            parent: setting
                .authority
                .map_or_else(|| setting.authority_name.clone(), |code| inputs.hierarchy.name(code)),
            here: setting.authority.is_some_and(|code| asked.contains(&code)),
            market: assessment.shared.market_of_setting[index].map(|market| market as i32 + 1),
            helps: assessment.helps[index].get(),
        });
    }
    // A register may have a number twice; the first stays, as in the tables.
    let mut known = std::collections::BTreeSet::new();
    list.retain(|setting| known.insert(setting.id.clone()));
    list
}
