//! The rational agent access model: children spread over settings so that nobody could lower travel plus congestion by
//! going elsewhere. Solved to equilibrium, not by a fixed number of rounds.
//!
//! Cost of setting `j` for area `i`: `t_ij / tau + x_j / (rho * c_j)`, with `x_j` the children who go there, `tau` the minutes
//! that weigh as much as doubling the average crowding, and `rho` the children per place of the whole area (Saxon and Snow
//! 2020, doi:10.1080/24694452.2019.1629870). The equilibrium is the least of Beckmann's function, found by pouring each
//! area's children over its settings in turn, cheapest first, which is the fair share's water-filling with the roles swapped.

use enough_kernel::{Children, Minutes, Places};

use crate::fair_share::water_level;
use crate::reach::Reach;

/// The equilibrium.
#[derive(Debug, Clone, PartialEq)]
pub struct Raam {
    /// Average cost of the children of each area, without unit: 1 is the average crowding with no travel. None without reach.
    /// Lower is better: this is a cost, not a level.
    pub cost: Vec<Option<f64>>,
    /// `sum f_ij * (cost_ij - cheapest of i) / sum f_ij * cost_ij`: what could still be saved by going elsewhere.
    pub relative_residual: f64,
    /// Rounds it took.
    pub rounds: usize,
}

const ENOUGH: f64 = 1e-10;
const MOST_ROUNDS: usize = 20_000;

struct Choice {
    setting: usize,
    travel: f64,
    children: f64,
}

/// Finds the equilibrium of the children of all areas with need; areas without need are told the cheapest cost.
pub fn raam(need: &[Children], capacity: &[Places], reach: &Reach, tau: Minutes) -> Raam {
    let places: f64 = capacity.iter().map(|c| c.get()).sum();
    let children: f64 = need.iter().map(|d| d.get()).sum();
    if places <= 0.0 || children <= 0.0 {
        return Raam { cost: vec![None; need.len()], relative_residual: 0.0, rounds: 0 };
    }
    let room: Vec<f64> = capacity.iter().map(|c| c.get() * children / places).collect();
    let mut choices: Vec<Vec<Choice>> = need.iter().map(|_| Vec::new()).collect();
    for setting in (0..capacity.len()).filter(|&setting| room[setting] > 0.0) {
        for (&area, &minutes) in reach.areas_of(setting).iter().zip(reach.minutes_of(setting)) {
            choices[area as usize].push(Choice { setting, travel: minutes / tau.get(), children: 0.0 });
        }
    }
    let mut going = vec![0.0; capacity.len()];
    let mut rounds = 0;
    let mut relative_residual = f64::INFINITY;
    while relative_residual > ENOUGH && rounds < MOST_ROUNDS {
        for (need, choices) in need.iter().zip(&mut choices) {
            if need.get() > 0.0 && !choices.is_empty() {
                pour(need.get(), choices, &room, &mut going);
            }
        }
        rounds += 1;
        relative_residual = residual(&choices, &room, &going);
    }
    let cost = need
        .iter()
        .zip(&choices)
        .map(|(need, choices)| {
            let cheapest =
                choices.iter().map(|c| c.travel + going[c.setting] / room[c.setting]).reduce(f64::min)?;
            let paid: f64 =
                choices.iter().map(|c| c.children * (c.travel + going[c.setting] / room[c.setting])).sum();
            Some(if need.get() > 0.0 { paid / need.get() } else { cheapest })
        })
        .collect();
    Raam { cost, relative_residual, rounds }
}

fn pour(children: f64, choices: &mut [Choice], room: &[f64], going: &mut [f64]) {
    let wide: Vec<f64> = choices.iter().map(|choice| room[choice.setting]).collect();
    let filled: Vec<f64> = choices
        .iter()
        .zip(&wide)
        .map(|(choice, wide)| (going[choice.setting] - choice.children).max(0.0) + choice.travel * wide)
        .collect();
    let cost = water_level(&filled, &wide, children, 0.0);
    for ((choice, wide), filled) in choices.iter_mut().zip(&wide).zip(&filled) {
        let now = (cost * wide - filled).max(0.0);
        going[choice.setting] = (going[choice.setting] - choice.children).max(0.0) + now;
        choice.children = now;
    }
}

fn residual(choices: &[Vec<Choice>], room: &[f64], going: &[f64]) -> f64 {
    let (mut saved, mut paid) = (0.0, 0.0);
    for choices in choices {
        let cost = |choice: &Choice| choice.travel + going[choice.setting] / room[choice.setting];
        let cheapest = choices.iter().map(cost).fold(f64::INFINITY, f64::min);
        for choice in choices.iter().filter(|choice| choice.children > 0.0) {
            saved += choice.children * (cost(choice) - cheapest);
            paid += choice.children * cost(choice);
        }
    }
    if paid > 0.0 { saved / paid } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::Pairs;

    #[test]
    fn two_equal_settings_at_different_distances_end_at_one_cost() {
        let mut pairs = Pairs::default();
        pairs.push(0, 0, Minutes::new(0.0));
        pairs.push(0, 1, Minutes::new(30.0));
        let reach = Reach::new(1, 2, &pairs, None).unwrap();
        let answer = raam(&[Children::new(20.0)], &[10.0, 10.0].map(Places::new), &reach, Minutes::new(60.0));
        // x/10 = (20 - x)/10 + 0.5 gives x = 12.5 and cost 1.25, with one child per place of rho = 1.
        assert!((answer.cost[0].unwrap() - 1.25).abs() < 1e-9, "{:?}", answer.cost);
    }
}
