//! Iterative proportional fitting: older detail made to agree with newer totals.
//!
//! Deming and Stephan 1940, doi:10.1214/aoms/1177731829. The detail is children by single year and LSOA of mid-2020; the
//! newer totals are each LSOA's share of its authority's children in Census 2021 (rows) and the authority's children by single
//! year of mid-2023 (columns). Of all tables with those totals the fit is the nearest to the detail in relative entropy.

use std::collections::BTreeMap;

use super::{AGES, ChildrenByAge};

/// How often rows and columns are scaled at most.
const MOST_ROUNDS: usize = 1000;
/// Relative error of the totals that counts as none.
const ENOUGH: f64 = 1e-9;

/// The newer totals.
#[derive(Debug, Clone, Copy)]
pub struct Margins<'a> {
    /// Children aged 0 to `to` of each area; only their proportions inside an authority matter.
    pub rows: &'a [f64],
    /// The oldest age that the rows count.
    pub to: u8,
    /// The authority of each area, an index into `columns`.
    pub authority: &'a [usize],
    /// Children by single year of each authority; `None` leaves its detail as it is.
    pub columns: &'a [Option<ChildrenByAge>],
}

/// The fitted table and how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// Children by single year of each area.
    pub children: Vec<ChildrenByAge>,
    /// Rounds of the slowest authority.
    pub rounds: usize,
    /// The largest error of any total, relative to it.
    pub largest_error: f64,
    /// Children of all ages before the fit.
    pub before: f64,
    /// Children of all ages after it.
    pub after: f64,
    /// Authorities without newer totals, left as they were.
    pub unfitted: usize,
}

/// Fits the detail to the totals, authority by authority.
pub fn fit(detail: &[ChildrenByAge], margins: Margins<'_>) -> Fit {
    let mut areas_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (area, &authority) in margins.authority.iter().enumerate() {
        areas_of.entry(authority).or_default().push(area);
    }
    let total = |children: &[ChildrenByAge]| children.iter().flat_map(|c| c.0).sum::<f64>();
    let mut fit = Fit {
        children: detail.to_vec(),
        rounds: 0,
        largest_error: 0.0,
        before: total(detail),
        after: 0.0,
        unfitted: 0,
    };
    for (authority, areas) in areas_of {
        let Some(columns) = &margins.columns[authority] else {
            fit.unfitted += 1;
            continue;
        };
        let mut block: Vec<ChildrenByAge> = areas.iter().map(|&area| detail[area]).collect();
        let rows: Vec<f64> = areas.iter().map(|&area| margins.rows[area]).collect();
        let (rounds, error) = fit_block(&mut block, &rows, usize::from(margins.to) + 1, columns);
        fit.rounds = fit.rounds.max(rounds);
        fit.largest_error = fit.largest_error.max(error);
        for (area, children) in areas.into_iter().zip(block) {
            fit.children[area] = children;
        }
    }
    fit.after = total(&fit.children);
    fit
}

fn fit_block(
    block: &mut [ChildrenByAge],
    rows: &[f64],
    counted: usize,
    columns: &ChildrenByAge,
) -> (usize, f64) {
    let row_total: f64 = rows.iter().sum();
    let wanted: f64 = columns.0[..counted].iter().sum();
    let rows: Vec<f64> =
        rows.iter().map(|row| if row_total > 0.0 { row * wanted / row_total } else { 0.0 }).collect();
    seed_empty(block, &rows, counted, columns);
    // Ages beyond the census band follow their column alone.
    for age in counted..AGES {
        scale_column(block, age, columns.0[age]);
    }
    let mut error = f64::INFINITY;
    let mut rounds = 0;
    while error > ENOUGH && rounds < MOST_ROUNDS {
        rounds += 1;
        for (children, row) in block.iter_mut().zip(&rows) {
            let sum: f64 = children.0[..counted].iter().sum();
            for count in &mut children.0[..counted] {
                *count = if sum > 0.0 { *count * row / sum } else { 0.0 };
            }
        }
        for age in 0..counted {
            scale_column(block, age, columns.0[age]);
        }
        error = block
            .iter()
            .zip(&rows)
            .filter(|(_, row)| **row > 0.0)
            .map(|(children, row)| (children.0[..counted].iter().sum::<f64>() / row - 1.0).abs())
            .fold(0.0, f64::max);
    }
    for age in 0..AGES {
        let sum: f64 = block.iter().map(|children| children.0[age]).sum();
        let off = if columns.0[age] > 0.0 { (sum / columns.0[age] - 1.0).abs() } else { sum };
        error = error.max(off);
    }
    (rounds, error)
}

/// A new area with children in the census but none in the detail starts with its authority's pattern; otherwise no scaling
/// could ever give it any.
fn seed_empty(block: &mut [ChildrenByAge], rows: &[f64], counted: usize, columns: &ChildrenByAge) {
    let total: f64 = columns.0[..counted].iter().sum();
    for (children, row) in block.iter_mut().zip(rows) {
        if *row > 0.0 && children.0[..counted].iter().sum::<f64>() <= 0.0 && total > 0.0 {
            for (count, column) in children.0.iter_mut().zip(columns.0) {
                *count = row * column / total;
            }
        }
    }
    for age in 0..AGES {
        if columns.0[age] > 0.0 && block.iter().map(|children| children.0[age]).sum::<f64>() <= 0.0 {
            for (children, row) in block.iter_mut().zip(rows) {
                children.0[age] = *row;
            }
        }
    }
}

fn scale_column(block: &mut [ChildrenByAge], age: usize, wanted: f64) {
    let sum: f64 = block.iter().map(|children| children.0[age]).sum();
    for children in block {
        children.0[age] = if sum > 0.0 { children.0[age] * wanted / sum } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uneven(seed: u64, areas: usize) -> Vec<ChildrenByAge> {
        let count = |area: usize, age: usize| ((area as u64 * 31 + age as u64 * 17 + seed) % 23 + 1) as f64;
        (0..areas).map(|area| ChildrenByAge(std::array::from_fn(|age| count(area, age)))).collect()
    }

    proptest! {
        #[test]
        fn the_fit_has_the_totals_it_was_given(seed in 0u64..1000, areas in 1usize..30, grow in 0.5f64..2.0) {
            let detail = uneven(seed, areas);
            let rows: Vec<f64> = (0..areas).map(|area| ((area as u64 * 7 + seed) % 40 + 5) as f64).collect();
            let columns = ChildrenByAge(std::array::from_fn(|age| grow * (areas * (age + 3)) as f64));
            let authority = vec![0; areas];
            let margins = Margins { rows: &rows, to: 15, authority: &authority, columns: &[Some(columns)] };
            let fit = fit(&detail, margins);
            prop_assert!(fit.largest_error <= 1e-9, "{}", fit.largest_error);
            for age in 0..AGES {
                let sum: f64 = fit.children.iter().map(|children| children.0[age]).sum();
                prop_assert!((sum / columns.0[age] - 1.0).abs() < 1e-9);
            }
            let share = |row: f64| row / rows.iter().sum::<f64>();
            let all: f64 = columns.0[..16].iter().sum();
            for (children, row) in fit.children.iter().zip(&rows) {
                prop_assert!((children.0[..16].iter().sum::<f64>() / (all * share(*row)) - 1.0).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn detail_that_has_the_totals_already_is_left_alone() {
        let detail = uneven(5, 6);
        let rows: Vec<f64> = detail.iter().map(|children| children.0[..16].iter().sum()).collect();
        let mut columns = ChildrenByAge::default();
        for children in &detail {
            columns.add(children, 1.0);
        }
        let margins = Margins { rows: &rows, to: 15, authority: &[0; 6], columns: &[Some(columns)] };
        for (before, after) in detail.iter().zip(fit(&detail, margins).children) {
            for age in 0..AGES {
                assert!((before.0[age] - after.0[age]).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_new_area_without_detail_gets_its_census_share() {
        let mut detail = uneven(1, 3);
        detail[1] = ChildrenByAge::default();
        let columns = ChildrenByAge([30.0; AGES]);
        let margins =
            Margins { rows: &[10.0, 20.0, 30.0], to: 15, authority: &[0; 3], columns: &[Some(columns)] };
        let fitted: f64 = fit(&detail, margins).children[1].0[..16].iter().sum();
        assert!((fitted - 480.0 / 3.0).abs() < 1e-6, "{fitted}");
    }

    #[test]
    fn an_authority_without_new_totals_is_counted_and_kept() {
        let detail = uneven(2, 2);
        let margins = Margins { rows: &[1.0, 1.0], to: 15, authority: &[0, 0], columns: &[None] };
        let fit = fit(&detail, margins);
        assert_eq!((fit.unfitted, fit.children), (1, detail));
    }
}
