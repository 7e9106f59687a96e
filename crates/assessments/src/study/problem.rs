//! The study: the areas asked for, the neighbours that share places with them, and everything as arrays for the engine.

use std::collections::{BTreeMap, HashMap, HashSet};

use enough_geography::GridPoint;
use enough_kernel::{AreaCode, Children, Metres, Minutes, Places};
use enough_market::{Kind, Location, Setting, spread};
use enough_sufficiency::Reach;

use super::{Inputs, Question, pairs};
use crate::AssessError;
use crate::Progress;

/// A supply of the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// A setting at an address, by position in [`Inputs::settings`].
    Setting(usize),
    /// Places without an address, spread over an area, by position in the hierarchy.
    Spread(usize),
}

/// Places that could not be put anywhere.
#[derive(Debug, Clone, Default)]
pub struct NotPlaced {
    pub settings: usize,
    pub places: f64,
}

/// The problem as arrays, and what each index stands for.
pub struct Study {
    /// Positions in the hierarchy.
    pub areas: Vec<usize>,
    /// Which of them were asked for.
    pub asked: Vec<bool>,
    /// Children of each area.
    pub need: Vec<Children>,
    /// What has places.
    pub supplies: Vec<Supply>,
    /// Places of each supply.
    pub capacity: Vec<Places>,
    /// Wide enough for the last limit of the ladder.
    pub reach: Reach,
    /// The limits, in order.
    pub ladder: Vec<Minutes>,
    /// Limits that were left out because they would need too many pairs.
    pub left_out: Vec<Minutes>,
    /// Places spread over the areas asked for.
    pub not_placed: NotPlaced,
    /// Areas asked for that have no point and so no reach.
    pub without_point: usize,
    /// Areas asked for whose point is too far from any street, and so have no reach.
    pub off_streets: usize,
    /// Neighbouring areas beyond the edge of the map of streets, and so out of reach.
    pub off_map: usize,
    /// Which travel model made the minutes, in words.
    pub travel: String,
    /// What was read and used for it, a sentence each.
    pub travel_notes: Vec<String>,
    /// Pairs of a given table that name settings without places for the ages asked for.
    pub pairs_not_used: usize,
    /// How far beyond the areas asked for neighbours are counted; `None` when all of England is in the study.
    pub margin: Option<Metres>,
}

impl Study {
    /// The problem of a question.
    ///
    /// # Errors
    /// When its travel cannot be found, or is too much.
    pub fn new(
        question: &Question,
        inputs: &Inputs,
        asked_for: &[usize],
        progress: &mut dyn Progress,
    ) -> Result<Self, AssessError> {
        let all_need = inputs.need(question.ages());
        let shares_of = |positions: &[usize]| positions.iter().copied().collect::<HashSet<_>>();
        let asked_set = shares_of(asked_for);
        let margin = question.model.margin.map_or_else(
            || {
                let widest = question.ladder().last().map_or(0.0, |rung| question.farthest(*rung).get());
                Metres::new(10_000.0_f64.max(2.0 * question.farthest(question.minutes).get()).max(widest))
            },
            |kilometres| Metres::new(kilometres.get() * 1000.0),
        );
        let near = Near::new(asked_for.iter().filter_map(|&p| inputs.hierarchy.lsoas[p].point), margin);
        let given = question.pairs.is_some();
        let areas: Vec<usize> = (0..inputs.hierarchy.lsoas.len())
            .filter(|p| {
                given
                    || asked_set.contains(p)
                    || inputs.hierarchy.lsoas[*p].point.is_some_and(|at| near.has(at))
            })
            .collect();
        let asked: Vec<bool> = areas.iter().map(|p| asked_set.contains(p)).collect();
        let need: Vec<Children> = areas.iter().map(|&p| all_need[p]).collect();

        // With the places that are for the ages asked for.
        let offered: Vec<Setting> = inputs
            .settings
            .iter()
            .map(|setting| (setting, inputs.places(setting, question.ages())))
            .filter(|(_, places)| places.get() > 0.0)
            .map(|(setting, places)| Setting { places, ..setting.clone() })
            .collect();
        let homes: Vec<(AreaCode, Children)> = inputs
            .hierarchy
            .lsoas
            .iter()
            .zip(&all_need)
            .map(|(lsoa, need)| (lsoa.authority, *need))
            .collect();
        let (shares, nowhere) = spread(&offered, &homes, |setting| {
            setting.authority.map_or_else(
                || inputs.hierarchy.authorities_named(&setting.authority_name).to_vec(),
                |code| vec![code],
            )
        });
        let not_placed = NotPlaced {
            settings: nowhere.len(),
            places: nowhere.iter().map(|setting| setting.places.get()).sum(),
        };

        let asked_authorities: HashSet<AreaCode> =
            asked_for.iter().map(|&p| inputs.hierarchy.lsoas[p].authority).collect();
        let mut supplies = Vec::new();
        let mut capacity = Vec::new();
        let mut points = Vec::new();
        for (index, setting) in inputs.settings.iter().enumerate() {
            if let Location::At(point) = setting.location
                && inputs.places(setting, question.ages()).get() > 0.0
                && (given
                    || near.has(point)
                    || setting.authority.is_some_and(|code| asked_authorities.contains(&code)))
            {
                supplies.push(Supply::Setting(index));
                capacity.push(inputs.places(setting, question.ages()));
                points.push(Some(point));
            }
        }
        let in_study: HashMap<usize, usize> =
            areas.iter().enumerate().map(|(index, &p)| (p, index)).collect();
        for share in shares.iter().filter(|share| in_study.contains_key(&share.area)) {
            supplies.push(Supply::Spread(share.area));
            capacity.push(share.places);
            points.push(inputs.hierarchy.lsoas[share.area].point);
        }
        let without_point = asked_for.iter().filter(|&&p| inputs.hierarchy.lsoas[p].point.is_none()).count();
        let at: Vec<Option<GridPoint>> = areas.iter().map(|&p| inputs.hierarchy.lsoas[p].point).collect();
        let found = pairs::find(question, inputs, (&areas, &at), (&supplies, &points), progress)?;
        let settings_name = question.pairs.as_deref().unwrap_or_else(|| std::path::Path::new("travel"));
        let names: Vec<String> = areas.iter().map(|&p| inputs.hierarchy.lsoas[p].code.to_string()).collect();
        let ids: Vec<String> = supplies.iter().map(|supply| supply_id(inputs, *supply)).collect();
        let reach = Reach::new(areas.len(), supplies.len(), &found.pairs, None)
            .map_err(|error| AssessError::reach(&error, &names, &ids, settings_name))?;
        let of_asked = |list: &[usize]| list.iter().filter(|&&area| asked[area]).count();
        let off_streets = of_asked(&found.off_streets);
        let off_map = found.off_map.len() - of_asked(&found.off_map);
        refuse_another_map(asked_for.len(), of_asked(&found.off_map), off_streets)?;
        let margin = (!given && areas.len() < inputs.hierarchy.lsoas.len()).then_some(margin);
        Ok(Self {
            areas,
            asked,
            need,
            supplies,
            capacity,
            reach,
            ladder: found.ladder,
            left_out: found.left_out,
            not_placed,
            without_point,
            off_streets,
            off_map,
            pairs_not_used: found.not_used,
            travel: found.label,
            travel_notes: found.notes,
            margin,
        })
    }
}

/// The id of a supply in tables: the reference number of a setting, or the code of the area that home places are spread over.
pub fn supply_id(inputs: &Inputs, supply: Supply) -> String {
    match supply {
        // Reference numbers of schools and of Ofsted's register overlap.
        Supply::Setting(index) if inputs.settings[index].kind == Kind::SchoolNursery => {
            format!("school-{}", inputs.settings[index].urn)
        }
        Supply::Setting(index) => inputs.settings[index].urn.clone(),
        Supply::Spread(position) => inputs.hierarchy.lsoas[position].code.to_string(),
    }
}

/// A map that does not hold the areas asked for would make a gap of what it does not show.
fn refuse_another_map(asked: usize, off_map: usize, off_streets: usize) -> Result<(), AssessError> {
    if off_map == 0 && off_streets * 10 <= asked {
        return Ok(());
    }
    Err(AssessError::Input(format!(
        "--streets: of {asked} neighbourhoods asked for, {off_map} lie beyond the edge of the map and {off_streets} far from any of its streets; take a map of the whole area and its surroundings"
    )))
}

/// Whether a point is near any of a set of points, by cells of the margin's size.
struct Near {
    cell: f64,
    margin: f64,
    points: BTreeMap<(i64, i64), Vec<GridPoint>>,
}

impl Near {
    fn new(points: impl Iterator<Item = GridPoint>, margin: Metres) -> Self {
        let margin = margin.get();
        let mut near = Self { cell: margin.max(1.0), margin, points: BTreeMap::new() };
        for point in points {
            near.points.entry(near.key(point)).or_default().push(point);
        }
        near
    }

    fn key(&self, point: GridPoint) -> (i64, i64) {
        ((point.easting / self.cell).floor() as i64, (point.northing / self.cell).floor() as i64)
    }

    fn has(&self, point: GridPoint) -> bool {
        let (x, y) = self.key(point);
        (x - 1..=x + 1).any(|x| {
            self.points.range((x, y - 1)..=(x, y + 1)).flat_map(|(_, points)| points).any(|other| {
                (other.easting - point.easting).hypot(other.northing - point.northing) <= self.margin
            })
        })
    }
}
