//! Who reaches whom in the study: on real streets, from a table given, or modelled from the straight line; and which of these.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use enough_geography::GridPoint;
use enough_kernel::{KilometresPerHour, LonLat, Metres, Minutes};
use enough_sufficiency::Pairs;
use enough_sufficiency::reach::{Point, TravelModel};
use enough_tables::{Index, read_note, read_pairs};

use super::{Inputs, Question, Supply, Travel, supply_id};
use crate::AssessError;
use crate::Progress;
use crate::travel::{Mode, travel};

/// Pairs for the widest limit that fits, and how they were made.
#[derive(Default)]
pub struct Found {
    pub pairs: Pairs,
    /// The limits of the ladder that fit.
    pub ladder: Vec<Minutes>,
    /// Limits that were left out because they would need too many pairs.
    pub left_out: Vec<Minutes>,
    /// Which travel model made the minutes, in words.
    pub label: String,
    /// What was read and used for it, a sentence each.
    pub notes: Vec<String>,
    /// Pairs of a given table that name settings without places for the ages asked for.
    pub not_used: usize,
    /// Areas, by index, whose point is too far from any street.
    pub off_streets: Vec<usize>,
    /// Areas, by index, beyond the edge of the map of streets.
    pub off_map: Vec<usize>,
}

/// More pairs than this take longer than people wait; wider limits of the ladder are then left out, and it is said.
const MOST_PAIRS: f64 = 40e6;
/// The same where somebody waits for a page.
const MOST_PAIRS_SOON: f64 = 7e5;
/// More pairs than this at the limit itself do not fit into the memory of an ordinary machine.
const MOST_PAIRS_ASKED: f64 = 150e6;
/// The same where somebody waits for a page, beside others who do.
const MOST_PAIRS_ASKED_SOON: f64 = 12e6;

/// Finds the pairs of areas and supplies, each with its point.
pub fn find(
    question: &Question,
    inputs: &Inputs,
    (areas, area_points): (&[usize], &[Option<GridPoint>]),
    (supplies, supply_points): (&[Supply], &[Option<GridPoint>]),
    progress: &mut dyn Progress,
) -> Result<Found, AssessError> {
    let wanted = question.ladder();
    if let Some(path) = &question.pairs {
        let (pairs, not_used) = given(path, inputs, areas, supplies)?;
        let mut label = format!("measured elsewhere and given as a table ({}", name(path));
        if let Some(made) = read_note(path, "travel")? {
            label = format!("{label}: {made}");
        }
        return Ok(Found { pairs, ladder: wanted, label: label + ")", not_used, ..Found::default() });
    }
    let (ladder, left_out) = that_fit(question, area_points, supply_points, &wanted)?;
    let widest = ladder.last().copied().unwrap_or(question.minutes);
    if question.model.options.map.streets.is_none() {
        let pairs = modelled(question, area_points, supply_points, widest);
        let label = question.model_in_words();
        return Ok(Found { pairs, ladder, left_out, label, ..Found::default() });
    }
    let degrees = |points: &[Option<GridPoint>]| -> Vec<Option<LonLat>> {
        points.iter().map(|point| point.and_then(GridPoint::degrees)).collect()
    };
    let (starts, ends) = (degrees(area_points), degrees(supply_points));
    let sides = (
        ("Neighbourhoods", &starts[..]),
        ("Settings and neighbourhoods with places of childminders", &ends[..]),
    );
    let trips =
        travel(&question.model.options, question.mode, question.model.speed, widest, sides, progress)?;
    let mut pairs = Pairs::default();
    for trip in &trips.list {
        pairs.push(trip.from, trip.to, trip.minutes);
    }
    let off_streets = (0..areas.len())
        .filter(|&area| area_points[area].is_some() && trips.from.snaps[area].is_none())
        .filter(|&area| !trips.from.is_outside[area])
        .collect();
    let off_map = (0..areas.len()).filter(|&area| trips.from.is_outside[area]).collect();
    Ok(Found {
        pairs,
        ladder,
        left_out,
        label: trips.label,
        notes: trips.notes,
        off_streets,
        off_map,
        ..Found::default()
    })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Points that are known, and the index of each.
fn known(points: &[Option<GridPoint>]) -> (Vec<u32>, Vec<Point>) {
    let pairs = points.iter().enumerate().filter_map(|(index, point)| {
        let point = (*point)?;
        Some((index as u32, Point { easting: point.easting, northing: point.northing }))
    });
    pairs.unzip()
}

/// The limits whose pairs fit, and those that are left out, by the straight line.
fn that_fit(
    question: &Question,
    areas: &[Option<GridPoint>],
    supplies: &[Option<GridPoint>],
    ladder: &[Minutes],
) -> Result<(Vec<Minutes>, Vec<Minutes>), AssessError> {
    let ((_, areas), (_, supplies)) = (known(areas), known(supplies));
    let limit = question.minutes;
    let estimate = |limit: Minutes| question.model().estimate_pairs(&areas, &supplies, limit);
    let pairs_at_limit = estimate(limit);
    let asked = if question.soon { MOST_PAIRS_ASKED_SOON } else { MOST_PAIRS_ASKED };
    if pairs_at_limit > asked {
        return Err(AssessError::Usage(format!(
            "about {:.0} million pairs are within {} minutes, too many to share: ask for fewer minutes or a smaller area",
            pairs_at_limit / 1e6,
            limit.get()
        )));
    }
    let most = if question.soon { MOST_PAIRS_SOON } else { MOST_PAIRS };
    Ok(ladder.iter().partition(|rung| **rung <= limit || estimate(**rung) <= most))
}

/// Pairs within a limit, modelled from the straight line.
fn modelled(
    question: &Question,
    areas: &[Option<GridPoint>],
    supplies: &[Option<GridPoint>],
    widest: Minutes,
) -> Pairs {
    let ((area_index, area_points), (supply_index, supply_points)) = (known(areas), known(supplies));
    let mut pairs = question.model().pairs(&area_points, &supply_points, widest);
    if question.mode == Mode::Transit {
        // Whoever is there sooner on foot walks.
        let walk = TravelModel::Straight { detour: question.model.detour, speed: Question::WALKING };
        let longest = Minutes::new(question.model.options.max_walk.get().min(widest.get()));
        let walks = walk.pairs(&area_points, &supply_points, longest);
        let mut best: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for list in [&pairs, &walks] {
            for k in 0..list.len() {
                let minutes = best.entry((list.setting[k], list.area[k])).or_insert(f64::INFINITY);
                *minutes = minutes.min(list.minutes[k]);
            }
        }
        pairs = Pairs::default();
        for ((setting, area), minutes) in best {
            pairs.push(area, setting, Minutes::new(minutes));
        }
    }
    for area in &mut pairs.area {
        *area = area_index[*area as usize];
    }
    for setting in &mut pairs.setting {
        *setting = supply_index[*setting as usize];
    }
    pairs
}

/// The pairs of a table, and how many of them name settings that have no places for the ages asked for.
fn given(
    path: &Path,
    inputs: &Inputs,
    areas: &[usize],
    supplies: &[Supply],
) -> Result<(Pairs, usize), AssessError> {
    let area_ids: Vec<String> = areas.iter().map(|&p| inputs.hierarchy.lsoas[p].code.to_string()).collect();
    let mut ids: Vec<String> = supplies.iter().map(|supply| supply_id(inputs, *supply)).collect();
    let used: HashSet<String> = ids.iter().cloned().collect();
    let others =
        (0..inputs.settings.len()).map(Supply::Setting).chain(areas.iter().copied().map(Supply::Spread));
    ids.extend(others.map(|supply| supply_id(inputs, supply)).filter(|id| !used.contains(id)));
    let mut pairs = Pairs::default();
    let mut not_used = 0;
    read_pairs(path, &Index::new(&area_ids), &Index::new(&ids), &mut |area, setting, minutes| {
        if (setting as usize) < supplies.len() {
            pairs.push(area, setting, Minutes::new(minutes));
        } else {
            not_used += 1;
        }
    })?;
    Ok((pairs, not_used))
}

impl Question {
    const WALKING: KilometresPerHour = enough_travel::streets::WALKING;

    /// Door-to-door speed of the mode as the crow flies with the detour.
    fn door_to_door(&self) -> KilometresPerHour {
        KilometresPerHour::new(self.model.speed.unwrap_or(match self.mode {
            Mode::Walk | Mode::Wheel => 4.8,
            Mode::Cycle => 15.0,
            Mode::Car => 30.0,
            Mode::Transit => 18.0,
        }))
    }

    /// The rule that turns distance into minutes where there are no streets.
    fn model(&self) -> TravelModel {
        match (self.model.travel, self.mode) {
            // Ten minutes for the walks at both ends and the wait.
            (Travel::Straight, Mode::Transit) => TravelModel::Fitted {
                fixed: Minutes::new(10.0),
                per_kilometre: 60.0 * self.model.detour / self.door_to_door().get(),
            },
            (Travel::Straight, _) => {
                TravelModel::Straight { detour: self.model.detour, speed: self.door_to_door() }
            }
            (Travel::FittedDrive, _) => TravelModel::Fitted { fixed: Minutes::new(9.7), per_kilometre: 1.05 },
        }
    }

    fn model_in_words(&self) -> String {
        let straight = format!("straight line x {} at {} km/h", self.model.detour, self.door_to_door().get());
        match (self.model.travel, self.mode) {
            (Travel::Straight, Mode::Transit) => format!(
                "modelled: 10 minutes of walking and waiting and {straight}, or the walk where that is shorter and at most {} minutes: an assumption, not a timetable",
                self.model.options.max_walk.get()
            ),
            (Travel::Straight, _) => {
                format!("modelled: {straight}, which does not know water, railways or motorways in the way")
            }
            (Travel::FittedDrive, _) => {
                "modelled: 9.7 minutes + 1.05 minutes a kilometre, fitted to 4,086 drive times".to_owned()
            }
        }
    }

    /// About how far one may get in the time, as the crow flies. The study takes twice that, which no car of the rules (at most
    /// 100 km/h) and hardly a train exceeds, so that every place within reach of the areas asked for is in it.
    pub fn farthest(&self, limit: Minutes) -> Metres {
        if self.model.options.map.streets.is_none() {
            return self.model().radius(limit);
        }
        let speed = match self.mode {
            Mode::Car => 60.0,
            Mode::Transit => 80.0,
            _ => self.door_to_door().get(),
        };
        TravelModel::Straight { detour: 1.0, speed: KilometresPerHour::new(speed) }.radius(limit)
    }
}
