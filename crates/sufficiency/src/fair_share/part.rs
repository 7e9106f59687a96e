//! A piece of the problem that no longer touches the rest: its areas, settings, pairs, and who gives what now.

/// A closed piece: the pairs that join its areas to its settings, grouped by setting, with the places given along each.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Index of each area in the whole problem.
    pub area_ids: Vec<u32>,
    /// Index of each setting in the whole problem.
    pub setting_ids: Vec<u32>,
    /// Children of each area; above zero.
    pub need: Vec<f64>,
    /// Places of each setting.
    pub capacity: Vec<f64>,
    /// Where the pairs of each setting start, and the end of the last.
    pub start: Vec<usize>,
    /// Area of each pair, an index into `need`.
    pub area: Vec<u32>,
    /// Places given along each pair.
    pub given: Vec<f64>,
    /// Places each area has: the sum of `given` over its pairs.
    pub has: Vec<f64>,
    /// The level up to which each setting last poured; a good first guess for its next pour.
    pub water: Vec<f64>,
}

impl Part {
    pub fn settings(&self) -> usize {
        self.capacity.len()
    }

    pub fn areas(&self) -> usize {
        self.need.len()
    }

    pub fn row(&self, setting: usize) -> std::ops::Range<usize> {
        self.start[setting]..self.start[setting + 1]
    }

    /// Places per child over the whole part.
    pub fn ratio(&self) -> f64 {
        self.capacity.iter().sum::<f64>() / self.need.iter().sum::<f64>()
    }

    /// Sums `given` afresh, so that rounding does not pile up.
    pub fn recount(&mut self) {
        self.has.fill(0.0);
        for (&area, &given) in self.area.iter().zip(&self.given) {
            self.has[area as usize] += given;
        }
    }

    /// Cuts the part in two: the areas and settings marked `high`, and the rest. Pairs between the two are dropped; they
    /// carry nothing when the mark is a proven cut.
    pub fn split(self, high_area: &[bool], high_setting: &[bool]) -> (Self, Self) {
        let high = self.only(high_area, high_setting, true);
        let low = self.only(high_area, high_setting, false);
        (high, low)
    }

    fn only(&self, high_area: &[bool], high_setting: &[bool], side: bool) -> Self {
        let mut new_index = vec![u32::MAX; self.areas()];
        let mut part = Self { start: vec![0], ..Self::default() };
        for area in (0..self.areas()).filter(|&area| high_area[area] == side) {
            new_index[area] = part.need.len() as u32;
            part.area_ids.push(self.area_ids[area]);
            part.need.push(self.need[area]);
        }
        for setting in (0..self.settings()).filter(|&setting| high_setting[setting] == side) {
            part.setting_ids.push(self.setting_ids[setting]);
            part.capacity.push(self.capacity[setting]);
            part.water.push(self.water[setting]);
            for pair in self.row(setting) {
                let area = new_index[self.area[pair] as usize];
                if area != u32::MAX {
                    part.area.push(area);
                    part.given.push(self.given[pair]);
                }
            }
            part.start.push(part.area.len());
        }
        part.has = vec![0.0; part.areas()];
        part.recount();
        part
    }
}
