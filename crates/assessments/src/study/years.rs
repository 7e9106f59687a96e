//! Children of earlier years, of one series of estimates, on the neighbourhoods of today.

use std::collections::HashMap;
use std::path::Path;

use enough_geography::Hierarchy;
use enough_geography::areas::Change;
use enough_kernel::AreaCode;
use enough_needs::ChildrenByAge;
use enough_needs::population::{AgeTable, Census, read_ages};
use enough_tables::{Reject, Rejects};

use super::inputs::file_name;
use crate::data::{Data, date_of};

/// The share of neighbourhoods that a table must have to be told of as one of them.
const ENOUGH: f64 = 0.99;

/// Children in a year, as they were estimated then, by position in the hierarchy.
#[derive(Debug)]
pub struct Year {
    /// Which year, as in "mid-2020".
    pub when: String,
    /// The name of the file.
    pub file: String,
    /// The children.
    pub children: Vec<ChildrenByAge>,
}

/// The neighbourhoods of 2021, and how those of 2011 became them.
pub struct Ground<'a> {
    hierarchy: &'a Hierarchy,
    changes: &'a [Change],
    /// By position in the changes: the share of the old neighbourhood that became the new one.
    shares: Vec<f64>,
}

/// A table of estimates on the neighbourhoods of 2021.
pub struct Carried {
    /// By position in the hierarchy.
    pub children: Vec<ChildrenByAge>,
    /// Whether the table itself was of those of 2021, and not of 2011.
    is_of_2021: bool,
    /// Neighbourhoods that it has.
    covered: usize,
    /// The year, where the table itself says it.
    when: Option<String>,
}

impl<'a> Ground<'a> {
    /// The neighbourhoods; one that was split is divided as the census counts its parts.
    pub fn new(hierarchy: &'a Hierarchy, census: &Census, changes: &'a [Change]) -> Self {
        let weight = |code: AreaCode| census.children.get(&code).copied().unwrap_or(0.0).max(1e-9);
        let mut of_old: HashMap<AreaCode, f64> = HashMap::new();
        for change in changes {
            *of_old.entry(change.old).or_insert(0.0) += weight(change.new);
        }
        let shares = changes.iter().map(|change| weight(change.new) / of_old[&change.old]).collect();
        Self { hierarchy, changes, shares }
    }

    /// A table on these neighbourhoods: as it is if it has nearly all of those of 2021, or else as one of those of 2011.
    pub fn carry_over(&self, table: AgeTable) -> Carried {
        let AgeTable { areas: table, when } = table;
        let lsoas = &self.hierarchy.lsoas;
        let own: Vec<Option<&ChildrenByAge>> = lsoas.iter().map(|lsoa| table.get(&lsoa.code)).collect();
        let covered = own.iter().flatten().count();
        // Both have many codes in common; of those that only 2021 has, a table of 2011 has none.
        let (mut new, mut has) = (0, 0);
        let old: std::collections::BTreeSet<AreaCode> =
            self.changes.iter().map(|change| change.old).collect();
        for (lsoa, row) in lsoas.iter().zip(&own).filter(|(lsoa, _)| !old.contains(&lsoa.code)) {
            new += usize::from(lsoa.code.is_english());
            has += usize::from(row.is_some());
        }
        let is_of_2021 = has > 0 && has as f64 >= new as f64 / 2.0;
        if is_of_2021 {
            let children = own.into_iter().map(|row| row.copied().unwrap_or_default()).collect();
            return Carried { children, is_of_2021, covered, when };
        }
        let mut children = vec![ChildrenByAge::default(); lsoas.len()];
        let mut is_covered = vec![false; lsoas.len()];
        for (change, share) in self.changes.iter().zip(&self.shares) {
            let position = self.hierarchy.position(change.new);
            if let (Some(row), Some(position)) = (table.get(&change.old), position) {
                children[position].add(row, *share);
                is_covered[position] = true;
            }
        }
        let covered = is_covered.into_iter().filter(|covered| *covered).count();
        Carried { children, is_of_2021, covered, when }
    }
}

/// Years of the series that the newest table belongs to, oldest first: those on the same neighbourhoods that have nearly as many of
/// them. A table that cannot be read is a reject, as nothing else is made from it.
pub fn years(
    data: &Data,
    ground: &Ground<'_>,
    newest: &Path,
    carried: &Carried,
    rejects: &mut Rejects,
) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for path in data.all("lsoa-ages") {
        let of_name = date_of(path);
        let is_known = |when: &str| years.iter().any(|year| month(&year.when) == month(when));
        // A year may be there in more than one format.
        if path != newest && of_name.as_deref().is_some_and(is_known) {
            continue;
        }
        let (children, when) = if path == newest {
            (carried.children.clone(), carried.when.clone())
        } else {
            let table = match read_ages(path, rejects) {
                Ok(table) => ground.carry_over(table),
                Err(error) => {
                    let reject = Reject::new("an earlier year that cannot be read", error.to_string());
                    rejects.push(path, 0, reject);
                    continue;
                }
            };
            if table.is_of_2021 != carried.is_of_2021
                || (table.covered as f64) < ENOUGH * carried.covered as f64
            {
                continue;
            }
            (table.children, table.when)
        };
        let Some(when) = when.or(of_name).filter(|when| !is_known(when)) else { continue };
        years.push(Year { when, file: file_name(path), children });
    }
    years.sort_by_key(|year| month(&year.when));
    years
}

/// Year and month of a date in words: `mid-2020` and `2020` are June.
fn month(when: &str) -> (u32, u32) {
    let mut parts = when.trim_start_matches("mid-").split('-').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_in_the_order_of_time() {
        let mut dates = ["2022-06-30", "mid-2020", "2019", "2021-03", "mid-2017"];
        dates.sort_by_key(|date| month(date));
        assert_eq!(dates, ["mid-2017", "2019", "mid-2020", "2021-03", "2022-06-30"]);
        assert_eq!(month("2020"), month("mid-2020"));
    }
}
