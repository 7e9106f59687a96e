//! What a file would change: two answers to the same question, side by side.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::words::whole_places;
use enough_tables::Rejects;
use serde::{Deserialize, Serialize};

use crate::{Found, Setting};

/// Rows of each list that are kept.
const ROWS: usize = 100;
/// Rows of each reason that are named.
const EXAMPLES: usize = 5;

/// Rows of the file that were not used, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// Why.
    pub reason: String,
    /// How many.
    pub rows: usize,
    /// The first of them: line and value.
    pub examples: Vec<(u64, String)>,
}

/// A figure before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it counts.
    pub what: String,
    /// Now.
    pub before: f64,
    /// With the file.
    pub after: f64,
}

/// A setting that is new, gone, or has another number of places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Places now; none if it is new.
    pub before: Option<f64>,
    /// Places with the file; none if it is gone.
    pub after: Option<f64>,
}

/// A ward whose level changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaChange {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Places per child now.
    pub before: Option<f64>,
    /// Places per child with the file.
    pub after: Option<f64>,
}

/// What a file would change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The ids of the files that were used with it, its own among them.
    pub with: Vec<String>,
    /// What of the file was not used.
    pub unused: Vec<Unused>,
    /// The answer now, and with the file.
    pub answers: (String, String),
    /// Figures of the whole answer.
    pub figures: Vec<Figure>,
    /// How many settings are new, gone, and have another number of places.
    pub counts: (usize, usize, usize),
    /// The first of them, those with the most places first.
    pub settings: Vec<Changed>,
    /// The wards whose level changes most.
    pub areas: Vec<AreaChange>,
}

/// What of a file was not used.
pub fn unused(rejects: &Rejects, file: &Path) -> Vec<Unused> {
    let mut list: BTreeMap<&str, Unused> = BTreeMap::new();
    for row in rejects.of(file) {
        let reason = row.reject.reason;
        let of = list.entry(reason).or_insert_with(|| Unused {
            reason: reason.to_owned(),
            rows: 0,
            examples: Vec::new(),
        });
        of.rows += 1;
        if of.examples.len() < EXAMPLES {
            of.examples.push((row.line, row.reject.value.chars().take(100).collect()));
        }
    }
    let mut list: Vec<Unused> = list.into_values().collect();
    list.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.reason.cmp(&b.reason)));
    list
}

/// Two answers to the same question, without and with a file.
pub fn compare(before: &Found, after: &Found, with: Vec<String>, unused: Vec<Unused>) -> Report {
    let here = |found: &Found| -> BTreeMap<String, Setting> {
        let here = found.settings.iter().filter(|setting| setting.here);
        here.map(|setting| (setting.id.clone(), setting.clone())).collect()
    };
    let (old, new) = (here(before), here(after));
    let mut settings: Vec<Changed> = Vec::new();
    let mut counts = (0, 0, 0);
    for (id, setting) in &new {
        let before = old.get(id).map(|setting| setting.places);
        match before {
            None => counts.0 += 1,
            Some(places) if places != setting.places => counts.2 += 1,
            Some(_) => continue,
        }
        let name = setting.name.clone();
        settings.push(Changed { id: id.clone(), name, before, after: Some(setting.places) });
    }
    for (id, setting) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
        counts.1 += 1;
        let name = setting.name.clone();
        settings.push(Changed { id: id.clone(), name, before: Some(setting.places), after: None });
    }
    let by = |change: &Changed| (change.after.unwrap_or(0.0) - change.before.unwrap_or(0.0)).abs();
    settings.sort_by(|a, b| by(b).total_cmp(&by(a)).then_with(|| a.id.cmp(&b.id)));
    settings.truncate(ROWS);

    let wards = |found: &Found| -> BTreeMap<String, (String, Option<f64>)> {
        let wards = found.areas.iter().filter(|area| area.kind == "ward");
        wards.map(|area| (area.code.clone(), (area.name.clone(), area.level))).collect()
    };
    let (old_wards, mut new_wards) = (wards(before), wards(after));
    let mut areas: Vec<AreaChange> = Vec::new();
    for (code, (name, before)) in old_wards {
        let after = new_wards.remove(&code).and_then(|(_, level)| level);
        areas.push(AreaChange { code, name, before, after });
    }
    areas.extend(new_wards.into_iter().map(|(code, (name, after))| AreaChange {
        code,
        name,
        before: None,
        after,
    }));
    let moved = |area: &AreaChange| (area.after.unwrap_or(0.0) - area.before.unwrap_or(0.0)).abs();
    // Places for every 100 are shown in whole numbers: less than half of one is no change to see.
    areas.retain(|area| moved(area) >= 0.005);
    areas.sort_by(|a, b| moved(b).total_cmp(&moved(a)).then_with(|| a.code.cmp(&b.code)));
    areas.truncate(ROWS);

    let (a, b) = (&before.assessment, &after.assessment);
    let places = |list: &BTreeMap<String, Setting>| list.values().map(|setting| setting.places).sum();
    let figure = |what: &str, before: f64, after: f64| Figure { what: what.to_owned(), before, after };
    Report {
        with,
        unused,
        answers: (a.answer.clone(), b.answer.clone()),
        figures: vec![
            figure("Children", a.children, b.children),
            figure("Settings with an address", old.len() as f64, new.len() as f64),
            figure("Places in them", places(&old), places(&new)),
            figure("Places within reach of the children", a.places, b.places),
            figure(
                "Short by, when places are shared as evenly as can be",
                whole_places(a.shortfall),
                whole_places(b.shortfall),
            ),
            figure("Spare", whole_places(a.overlap), whole_places(b.overlap)),
            figure("Children with no setting within reach", a.without_reach, b.without_reach),
        ],
        counts,
        settings,
        areas,
    }
}
