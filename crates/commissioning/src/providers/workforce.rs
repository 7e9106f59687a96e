//! What the people of organisations can, and what they want to learn: by skill, `reference/skills.csv`. Counts of workers, paid or not, never
//! of one person by name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Provider;

const TABLE: &str = include_str!("../../../../reference/skills.csv");

/// The fewest organisations of whom a sum says nothing about one of them to another.
pub const FEWEST_ORGANISATIONS: usize = 3;

/// A skill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Skill {
    /// What names it.
    pub key: String,
    /// What it is.
    pub skill: String,
    /// Why it is asked for.
    pub why: String,
}

/// How many workers of an organisation, paid or not, have a skill, and how many want to learn it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Staff {
    /// So many have it.
    pub have: u32,
    /// So many want or need to learn it.
    pub want: u32,
}

/// A skill over all organisations that said something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The skill.
    pub skill: Skill,
    /// How many organisations said something of it.
    pub organisations: usize,
    /// How many workers have it, and how many want to learn it.
    pub staff: Staff,
    /// The ids of the organisations whose workers want to learn it, those with most first.
    pub wanted_by: Vec<(String, u32)>,
}

impl Total {
    /// Whether the sum may be told to everybody.
    pub fn is_public(&self) -> bool {
        self.organisations >= FEWEST_ORGANISATIONS
    }
}

/// The skills, in order.
pub fn skills() -> Vec<Skill> {
    csv::Reader::from_reader(TABLE.as_bytes()).into_deserialize().filter_map(Result::ok).collect()
}

/// Every skill over all organisations.
pub fn workforce(all: &[Provider]) -> Vec<Total> {
    let total = |skill: Skill| {
        let said: Vec<(&str, Staff)> = all
            .iter()
            .filter_map(|one| Some((one.organisation.id.as_str(), *one.workforce.get(&skill.key)?)))
            .collect();
        let sum = |of: fn(&Staff) -> u32| said.iter().map(|(_, staff)| of(staff)).sum();
        let mut wanted_by: Vec<(String, u32)> = said
            .iter()
            .filter(|(_, staff)| staff.want > 0)
            .map(|(id, staff)| ((*id).to_owned(), staff.want))
            .collect();
        wanted_by.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        Total {
            organisations: said.len(),
            staff: Staff { have: sum(|staff| staff.have), want: sum(|staff| staff.want) },
            wanted_by,
            skill,
        }
    };
    skills().into_iter().map(total).collect()
}

/// What is said of skills, as it is kept: by key.
pub type Workforce = BTreeMap<String, Staff>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_skill_has_a_name_and_a_reason() {
        let all = skills();
        assert_eq!(all.len(), TABLE.lines().count() - 1, "every line is read");
        assert!(all.iter().all(|one| !one.skill.is_empty() && !one.why.is_empty()));
    }
}
