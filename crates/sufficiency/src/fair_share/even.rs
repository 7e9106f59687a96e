//! The exact finish: makes a part level by moving places along alternating paths, or proves where it falls in two.
//!
//! With `q` the places per child of the whole part, an area above `q` has excess and one below has deficit. Excess travels
//! from an area back to a setting that gives to it, and on to another area that the setting reaches: a maximum flow, warm
//! started from what descent left, found by blocking flows along shortest ways (Dinic 1970). If no excess remains the part
//! is level. Otherwise the areas and settings from which no way leads to a deficit are the high side of a minimum cut: those
//! settings reach only those areas, and no other setting gives to them. This is the divide and conquer of parametric flow (Gallo, Grigoriadis and
//! Tarjan 1989, doi:10.1137/0218003; Tatti and Gionis 2015, doi:10.1145/2736277.2741119).

use super::part::Part;

/// Excess of an area below this share of its fair places is rounding.
const ROUNDING: f64 = 1e-12;
/// Deficit of an area below this share of its fair places, with no excess left anywhere, is rounding.
const NEAR: f64 = 1e-9;
const FAR: u32 = u32::MAX;

/// What became of a part.
pub(super) enum Outcome {
    /// Every area has the same level.
    Level,
    /// The marked areas and settings are better off than the rest, whatever anyone does.
    Cut { high_area: Vec<bool>, high_setting: Vec<bool> },
}

/// The pairs of a part grouped by area: the way back from an area to the settings that may give to it.
struct Back {
    start: Vec<u32>,
    setting: Vec<u32>,
    pair: Vec<u32>,
}

impl Back {
    fn new(part: &Part) -> Self {
        let mut start = vec![0u32; part.areas() + 1];
        for &area in &part.area {
            start[area as usize + 1] += 1;
        }
        for area in 0..part.areas() {
            start[area + 1] += start[area];
        }
        let mut next = start.clone();
        let (mut setting, mut pair) = (vec![0u32; part.area.len()], vec![0u32; part.area.len()]);
        for from in 0..part.settings() {
            for at in part.row(from) {
                let slot = &mut next[part.area[at] as usize];
                setting[*slot as usize] = from as u32;
                pair[*slot as usize] = at as u32;
                *slot += 1;
            }
        }
        Self { start, setting, pair }
    }

    fn row(&self, area: usize) -> std::ops::Range<usize> {
        self.start[area] as usize..self.start[area + 1] as usize
    }
}

/// Levels the part or cuts it.
pub(super) fn even_out(part: &mut Part) -> Outcome {
    let ratio = part.ratio();
    let fair: Vec<f64> = part.need.iter().map(|need| ratio * need).collect();
    let back = Back::new(part);
    loop {
        let mut excess: Vec<f64> = part.has.iter().zip(&fair).map(|(has, fair)| has - fair).collect();
        for (excess, fair) in excess.iter_mut().zip(&fair) {
            if excess.abs() <= ROUNDING * fair {
                *excess = 0.0;
            }
        }
        // Excess can be rounding beside a large area while a small one has nothing: then there is still something to cut.
        let level = |(excess, fair): (&f64, &f64)| *excess <= 0.0 && -excess <= NEAR * fair;
        if excess.iter().zip(&fair).all(level) {
            return Outcome::Level;
        }
        let steps = Steps::new(part, &back, &excess);
        if !steps.from_excess {
            let high_area: Vec<bool> = steps.area.iter().map(|&steps| steps == FAR).collect();
            let high_setting: Vec<bool> = steps.setting.iter().map(|&steps| steps == FAR).collect();
            // With nobody on one side there is no cut: what is left is rounding summed over the part.
            return if high_area.iter().all(|&high| high) || high_area.iter().all(|&high| !high) {
                Outcome::Level
            } else {
                Outcome::Cut { high_area, high_setting }
            };
        }
        block(part, &back, &mut excess, &steps);
    }
}

/// How many steps each area and setting is from the nearest deficit; [`FAR`] if excess there can go nowhere.
struct Steps {
    area: Vec<u32>,
    setting: Vec<u32>,
    from_excess: bool,
}

impl Steps {
    /// Breadth first, backwards from all areas with deficit.
    fn new(part: &Part, back: &Back, excess: &[f64]) -> Self {
        let mut area = vec![FAR; part.areas()];
        let mut setting = vec![FAR; part.settings()];
        let mut queue: Vec<u32> = (0..part.areas() as u32).filter(|&at| excess[at as usize] < 0.0).collect();
        for &at in &queue {
            area[at as usize] = 0;
        }
        let mut from_excess = false;
        let mut head = 0;
        // Where most settings reach most areas all are found soon, and most pairs need not be looked at.
        let (mut areas_left, mut settings_left) = (part.areas() - queue.len(), part.settings());
        while let Some(&at) = queue.get(head)
            && settings_left > 0
        {
            head += 1;
            let steps = area[at as usize];
            for &giver in &back.setting[back.row(at as usize)] {
                if setting[giver as usize] != FAR {
                    continue;
                }
                setting[giver as usize] = steps + 1;
                settings_left -= 1;
                if areas_left == 0 {
                    continue;
                }
                let row = part.row(giver as usize);
                for (&other, &given) in part.area[row.clone()].iter().zip(&part.given[row]) {
                    if area[other as usize] == FAR && given > 0.0 {
                        area[other as usize] = steps + 2;
                        from_excess |= excess[other as usize] > 0.0;
                        areas_left -= 1;
                        queue.push(other);
                    }
                }
            }
        }
        Self { area, setting, from_excess }
    }
}

/// Moves excess down the steps until every way is used up.
fn block(part: &mut Part, back: &Back, excess: &mut [f64], steps: &Steps) {
    let mut next_back: Vec<u32> = back.start[..part.areas()].to_vec();
    let mut next_pair: Vec<usize> = part.start[..part.settings()].to_vec();
    // Each step of the path: the pair that takes back, the pair that gives on.
    let mut path: Vec<(u32, u32)> = Vec::new();
    for source in 0..part.areas() {
        if steps.area[source] == FAR {
            continue;
        }
        path.clear();
        let mut here = source;
        while excess[source] > 0.0 {
            if excess[here] < 0.0 {
                here = push(part, excess, source, here, &mut path);
            } else if let Some(step) = advance(part, back, steps, here, &mut next_back, &mut next_pair) {
                path.push(step);
                here = part.area[step.1 as usize] as usize;
            } else if let Some((taken, _)) = path.pop() {
                // A dead end: nobody needs to come here again in this round.
                here = part.area[taken as usize] as usize;
                next_pair[back.setting[next_back[here] as usize] as usize] += 1;
            } else {
                break;
            }
        }
    }
}

/// The next usable step from an area to one nearer a deficit.
fn advance(
    part: &Part,
    back: &Back,
    steps: &Steps,
    here: usize,
    next_back: &mut [u32],
    next_pair: &mut [usize],
) -> Option<(u32, u32)> {
    let left = steps.area[here];
    while left > 0 && next_back[here] < back.start[here + 1] {
        let slot = next_back[here] as usize;
        let setting = back.setting[slot] as usize;
        if steps.setting[setting] == left - 1 && part.given[back.pair[slot] as usize] > 0.0 {
            let end = part.start[setting + 1];
            while next_pair[setting] < end {
                if steps.area[part.area[next_pair[setting]] as usize] == left - 2 {
                    return Some((back.pair[slot], next_pair[setting] as u32));
                }
                next_pair[setting] += 1;
            }
        }
        next_back[here] += 1;
    }
    None
}

/// Sends what the path can carry from `source` to `sink`; cuts the path back to where it is used up and returns that area.
fn push(
    part: &mut Part,
    excess: &mut [f64],
    source: usize,
    sink: usize,
    path: &mut Vec<(u32, u32)>,
) -> usize {
    let mut amount = excess[source].min(-excess[sink]);
    for &(taken, _) in path.iter() {
        amount = amount.min(part.given[taken as usize]);
    }
    let mut keep = path.len();
    for (k, &(taken, given)) in path.iter().enumerate().rev() {
        let left = &mut part.given[taken as usize];
        *left -= amount;
        if *left <= 0.0 {
            *left = 0.0;
            keep = k;
        }
        part.given[given as usize] += amount;
    }
    excess[source] -= amount;
    part.has[source] -= amount;
    part.has[sink] += amount;
    excess[sink] += amount;
    // From a filled sink the path may go on; from a used-up step it starts again.
    let here = path.get(keep).map_or(sink, |&(taken, _)| part.area[taken as usize] as usize);
    path.truncate(keep);
    here
}
