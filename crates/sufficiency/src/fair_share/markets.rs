//! Markets: connected groups of areas and settings with one common level, found by the sharing instead of drawn on the map.

use enough_kernel::{Children, Level, Places};

use super::part::Part;
use super::{FairShare, Flows};
use crate::reach::Reach;

/// A group of areas and settings, connected by reach, that the fair share gives one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Places per child: `capacity / need`, exactly.
    pub level: Level,
    /// Children of its areas.
    pub need: Children,
    /// Places of its settings: all of them go to its areas.
    pub capacity: Places,
    /// Its areas, ascending.
    pub areas: Vec<u32>,
    /// Its settings, ascending.
    pub settings: Vec<u32>,
}

impl FairShare {
    /// For each market whether its areas reach settings of no other market: then its level is a bottleneck by itself. The
    /// areas of other markets also reach settings whose places worse-off children need.
    pub fn self_contained(&self, reach: &Reach) -> Vec<bool> {
        let mut alone = vec![true; self.markets.len()];
        for (setting, market) in self.market_of_setting.iter().enumerate() {
            for &area in reach.areas_of(setting) {
                if let Some(own) = self.market_of_area[area as usize]
                    && Some(own) != *market
                {
                    alone[own as usize] = false;
                }
            }
        }
        alone
    }
}

/// A part that came out level, kept small: only pairs that carry something, and the group each area and setting is in.
#[derive(Debug)]
pub(super) struct Levelled {
    area_ids: Vec<u32>,
    setting_ids: Vec<u32>,
    need: Vec<f64>,
    capacity: Vec<f64>,
    start: Vec<usize>,
    area: Vec<u32>,
    amount: Vec<f64>,
    group_of_area: Vec<u32>,
    group_of_setting: Vec<u32>,
}

impl Levelled {
    pub fn new(part: Part) -> Self {
        let mut groups = Groups::new(part.areas());
        for setting in 0..part.settings() {
            for two in part.area[part.row(setting)].windows(2) {
                groups.join(two[0], two[1]);
            }
        }
        let group_of_area: Vec<u32> = (0..part.areas() as u32).map(|area| groups.find(area)).collect();
        let group_of_setting = (0..part.settings())
            .map(|setting| group_of_area[part.area[part.start[setting]] as usize])
            .collect();
        let carrying = part.given.iter().filter(|&&given| given > 0.0).count();
        let (mut start, mut area) = (vec![0], Vec::with_capacity(carrying));
        let mut amount = Vec::with_capacity(carrying);
        for setting in 0..part.settings() {
            for pair in part.row(setting).filter(|&pair| part.given[pair] > 0.0) {
                area.push(part.area[pair]);
                amount.push(part.given[pair]);
            }
            start.push(area.len());
        }
        let Part { area_ids, setting_ids, need, capacity, .. } = part;
        Self { area_ids, setting_ids, need, capacity, start, area, amount, group_of_area, group_of_setting }
    }

    fn markets(&self) -> Vec<Market> {
        const NONE: u32 = u32::MAX;
        let mut market_of_group = vec![NONE; self.area_ids.len()];
        let mut markets: Vec<Market> = Vec::new();
        for (area, &group) in self.group_of_area.iter().enumerate() {
            let market = &mut market_of_group[group as usize];
            if *market == NONE {
                *market = markets.len() as u32;
                let empty = (Level::new(0.0), Children::new(0.0), Places::new(0.0));
                let (level, need, capacity) = empty;
                markets.push(Market { level, need, capacity, areas: Vec::new(), settings: Vec::new() });
            }
            let market = &mut markets[*market as usize];
            market.areas.push(self.area_ids[area]);
            market.need += Children::new(self.need[area]);
        }
        for (setting, &group) in self.group_of_setting.iter().enumerate() {
            let market = &mut markets[market_of_group[group as usize] as usize];
            market.settings.push(self.setting_ids[setting]);
            market.capacity += Places::new(self.capacity[setting]);
        }
        for market in &mut markets {
            market.level = market.capacity.per(market.need).unwrap_or_default();
        }
        markets
    }
}

/// Union-find over the areas of a part.
struct Groups(Vec<u32>);

impl Groups {
    fn new(areas: usize) -> Self {
        Self((0..areas as u32).collect())
    }

    fn find(&mut self, mut area: u32) -> u32 {
        while self.0[area as usize] != area {
            self.0[area as usize] = self.0[self.0[area as usize] as usize];
            area = self.0[area as usize];
        }
        area
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

/// Puts the levelled parts together in the numbering of the whole problem.
pub(super) fn assemble(need: &[Children], reach: &Reach, parts: Vec<Levelled>) -> FairShare {
    let mut markets: Vec<Market> = parts.iter().flat_map(Levelled::markets).collect();
    markets.sort_by(|a, b| a.level.get().total_cmp(&b.level.get()).then(a.areas.cmp(&b.areas)));
    let mut level = vec![Level::new(0.0); reach.areas()];
    let mut market_of_area = vec![None; reach.areas()];
    let mut market_of_setting = vec![None; reach.settings()];
    for (index, market) in markets.iter().enumerate() {
        for &area in &market.areas {
            market_of_area[area as usize] = Some(index as u32);
            level[area as usize] = market.level;
        }
        for &setting in &market.settings {
            market_of_setting[setting as usize] = Some(index as u32);
        }
    }
    for (setting, market) in market_of_setting.iter().enumerate() {
        let Some(market) = market else { continue };
        let best = markets[*market as usize].level;
        for &area in reach.areas_of(setting) {
            if need[area as usize].get() <= 0.0 && level[area as usize] < best {
                level[area as usize] = best;
            }
        }
    }
    FairShare { level, market_of_area, market_of_setting, markets, flows: flows(reach.settings(), parts) }
}

fn flows(settings: usize, parts: Vec<Levelled>) -> Flows {
    let mut start = vec![0usize; settings + 1];
    for part in &parts {
        for (k, &setting) in part.setting_ids.iter().enumerate() {
            start[setting as usize + 1] = part.start[k + 1] - part.start[k];
        }
    }
    for setting in 0..settings {
        start[setting + 1] += start[setting];
    }
    let (mut area, mut amount) = (vec![0; start[settings]], vec![0.0; start[settings]]);
    for part in parts {
        for (k, &setting) in part.setting_ids.iter().enumerate() {
            for (slot, from) in (start[setting as usize]..).zip(part.start[k]..part.start[k + 1]) {
                area[slot] = part.area_ids[part.area[from] as usize];
                amount[slot] = part.amount[from];
            }
        }
    }
    Flows { start, area, amount }
}
