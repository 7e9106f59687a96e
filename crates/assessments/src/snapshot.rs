//! An answer in memory: what pages and the API ask many times a second. Knows no database.

use std::collections::{BTreeSet, HashMap};

use enough_market::{Judgements, Standing};
use memchr::memmem::Finder;

use crate::{Area, Assessment, Found, Market, Setting};

/// What is looked for among settings; what is empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingQuery {
    /// A part of the name, or the beginning of the postcode.
    pub text: String,
    /// What it is.
    pub kind: String,
    /// What Ofsted said, in the words of [`enough_market::Judgements::words`].
    pub quality: String,
    /// The name of its authority.
    pub parent: String,
    /// How many to pass over.
    pub from: usize,
}

/// Some settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings<'a> {
    /// How many there are in all.
    pub all: usize,
    /// These.
    pub list: Vec<&'a Setting>,
}

/// Names to be searched: one behind the other, and for each three bytes the names that have them.
#[derive(Debug, Default)]
struct Names {
    text: String,
    /// Where each name begins, and where the last ends.
    starts: Vec<usize>,
    /// Three bytes and the number of a name that has them, in order: a search looks at few names.
    grams: Vec<(u32, u32)>,
}

/// Each three bytes of a text, as a number.
fn grams(text: &str) -> impl Iterator<Item = u32> {
    text.as_bytes().windows(3).map(|three| u32::from_be_bytes([0, three[0], three[1], three[2]]))
}

impl Names {
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self { starts: vec![0], ..Self::default() };
        for (number, name) in names.enumerate() {
            // No name has a line break, and no search finds one.
            let name = name.to_lowercase().replace('\n', " ");
            all.grams.extend(grams(&name).map(|gram| (gram, number as u32)));
            all.text.push_str(&name);
            all.text.push('\n');
            all.starts.push(all.text.len());
        }
        all.grams.sort_unstable();
        all.grams.dedup();
        all
    }

    /// The names that have three bytes in them.
    fn having(&self, gram: u32) -> &[(u32, u32)] {
        let first = self.grams.partition_point(|(known, _)| *known < gram);
        let rest = &self.grams[first..];
        &rest[..rest.partition_point(|(known, _)| *known == gram)]
    }

    /// The numbers of the names that have a text in them, in order.
    fn with(&self, text: &str) -> Vec<usize> {
        let finder = Finder::new(text);
        let has = |name: &usize| {
            finder.find(&self.text.as_bytes()[self.starts[*name]..self.starts[*name + 1] - 1]).is_some()
        };
        match grams(text).map(|gram| self.having(gram)).min_by_key(|names| names.len()) {
            Some(few) => few.iter().map(|(_, name)| *name as usize).filter(has).collect(),
            None => (0..self.starts.len() - 1).filter(has).collect(),
        }
    }
}

/// An answer with its areas, markets and settings.
#[derive(Debug)]
pub struct Snapshot {
    /// The answer.
    pub answer: Assessment,
    areas: Vec<Area>,
    area_names: Names,
    area_by_code: HashMap<String, usize>,
    markets: Vec<Market>,
    settings: Vec<Setting>,
    /// What Ofsted said of each.
    said: Vec<Judgements>,
    setting_names: Names,
    setting_by_id: HashMap<String, usize>,
    /// Postcodes in order, each with the number of its setting.
    postcodes: Vec<(String, usize)>,
    /// Kinds, grades and authorities that settings have.
    filters: [Vec<String>; 3],
}

impl From<Found> for Snapshot {
    fn from(found: Found) -> Self {
        let Found { assessment: answer, mut areas, mut markets, mut settings, .. } = found;
        let level = |area: &Area| area.level.unwrap_or(f64::INFINITY);
        areas.sort_by(|a, b| level(a).total_cmp(&level(b)).then_with(|| a.code.cmp(&b.code)));
        markets.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall).then(a.number.cmp(&b.number)));
        settings.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        let said: Vec<Judgements> = settings.iter().map(Setting::said).collect();
        let here = || settings.iter().filter(|setting| setting.here);
        let values = |of: fn(&Setting) -> Option<&str>| -> Vec<String> {
            let set: BTreeSet<&str> = here().filter_map(of).filter(|value| !value.is_empty()).collect();
            set.into_iter().map(str::to_owned).collect()
        };
        let filters = [
            values(|setting| Some(&setting.kind)),
            {
                let of = |at: &usize| settings[*at].here && !settings[*at].is_school();
                let set: BTreeSet<&str> =
                    (0..settings.len()).filter(of).flat_map(|at| said[at].words()).collect();
                set.into_iter().map(str::to_owned).collect()
            },
            values(|setting| Some(&setting.parent)),
        ];
        let mut postcodes: Vec<(String, usize)> =
            settings.iter().enumerate().map(|(at, setting)| (setting.postcode.clone(), at)).collect();
        postcodes.sort_unstable();
        Self {
            said,
            postcodes,
            area_names: Names::of(areas.iter().map(|area| area.name.as_str())),
            area_by_code: areas.iter().enumerate().map(|(at, area)| (area.code.clone(), at)).collect(),
            setting_names: Names::of(settings.iter().map(|setting| setting.name.as_str())),
            setting_by_id: settings
                .iter()
                .enumerate()
                .map(|(at, setting)| (setting.id.clone(), at))
                .collect(),
            filters,
            answer,
            areas,
            markets,
            settings,
        }
    }
}

impl Snapshot {
    /// Areas and settings, how many.
    pub fn size(&self) -> usize {
        self.areas.len() + self.settings.len()
    }

    /// Its areas of a kind, worst off first, those without children last.
    pub fn areas<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Area> {
        self.areas.iter().filter(move |area| area.kind == kind)
    }

    /// One of its areas.
    pub fn area(&self, code: &str) -> Option<&Area> {
        self.area_by_code.get(code).map(|at| &self.areas[*at])
    }

    /// Areas whose name has a text in it, larger kinds first; and the one with this code.
    pub fn areas_named(&self, text: &str) -> Vec<&Area> {
        let mut found: BTreeSet<usize> = self.area_names.with(&text.to_lowercase()).into_iter().collect();
        found.extend(self.area_by_code.get(&text.to_uppercase()));
        let mut list: Vec<&Area> = found.into_iter().map(|at| &self.areas[at]).collect();
        let rank = |kind: &str| {
            ["authority", "ward", "msoa", "patch", "lsoa"].iter().position(|known| *known == kind)
        };
        list.sort_by(|a, b| {
            let by_name = rank(&a.kind).cmp(&rank(&b.kind)).then_with(|| a.name.cmp(&b.name));
            by_name.then_with(|| a.code.cmp(&b.code))
        });
        list
    }

    /// Its markets, the largest shortfall first.
    pub fn markets(&self) -> &[Market] {
        &self.markets
    }

    /// One of its markets.
    pub fn market(&self, number: i32) -> Option<&Market> {
        self.markets.iter().find(|market| market.number == number)
    }

    /// How many settings of Ofsted's register in the areas asked for it spoke of in which way; each is counted once.
    pub fn standings(&self) -> [(Standing, usize); Standing::ALL.len()] {
        Standing::ALL.map(|standing| {
            let is_it = |(setting, said): &(&Setting, &Judgements)| {
                setting.here && !setting.is_school() && said.standing() == standing
            };
            (standing, self.settings.iter().zip(&self.said).filter(is_it).count())
        })
    }

    /// Settings in the areas asked for, by name.
    pub fn settings(&self, query: &SettingQuery, limit: usize) -> Settings<'_> {
        let text = query.text.trim().to_lowercase();
        // Postcodes are kept without the space.
        let postcode = text.replace(' ', "").to_uppercase();
        let is = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let fits = |at: &usize| {
            let (setting, quality) = (&self.settings[*at], query.quality.as_str());
            setting.here
                && is(&query.kind, &setting.kind)
                && (quality.is_empty() || self.said[*at].words().contains(&quality))
                && is(&query.parent, &setting.parent)
        };
        let (mut all, mut list) = (0, Vec::new());
        let numbers = if text.is_empty() {
            (0..self.settings.len()).collect()
        } else {
            let mut numbers = self.setting_names.with(&text);
            let first = self.postcodes.partition_point(|(known, _)| *known < postcode);
            let here = self.postcodes[first..].iter().take_while(|(known, _)| known.starts_with(&postcode));
            numbers.extend(here.map(|(_, at)| *at));
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        for setting in numbers.into_iter().filter(fits).map(|at| &self.settings[at]) {
            if all >= query.from && list.len() < limit {
                list.push(setting);
            }
            all += 1;
        }
        Settings { all, list }
    }

    /// One setting.
    pub fn setting(&self, id: &str) -> Option<&Setting> {
        self.setting_by_id.get(id).map(|at| &self.settings[*at])
    }

    /// The settings of a market, most places first.
    pub fn settings_of(&self, market: i32) -> Vec<&Setting> {
        let mut list: Vec<&Setting> =
            self.settings.iter().filter(|setting| setting.market == Some(market)).collect();
        list.sort_by(|a, b| b.counted.total_cmp(&a.counted).then_with(|| a.id.cmp(&b.id)));
        list
    }

    /// The values that settings have of what they can be filtered by: kinds, grades, authorities.
    pub fn filters(&self) -> &[Vec<String>; 3] {
        &self.filters
    }
}
