//! Which fields are merged otherwise than the data themselves show: `reference/ocds-merge-rules.csv`, made from the published schemas.

use std::collections::{BTreeMap, BTreeSet};

/// The table; its columns are field, rule, the extensions that are needed, and the source.
const TABLE: &str = include_str!("../../../../../reference/ocds-merge-rules.csv");

/// How a field is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It is left out.
    Omit,
    /// The later value takes the place of the earlier as a whole.
    Replace,
}

/// The rules of a field and of those within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    pub(super) rule: Option<Rule>,
    pub(super) fields: BTreeMap<String, Rules>,
}

/// The name by which the table knows an extension: the repository of its address, or `eu` for the profile of the European Union.
fn name_of(address: &str) -> Option<&str> {
    let parts: Vec<&str> = address.trim_end_matches("/extension.json").split('/').collect();
    if parts.contains(&"profiles") {
        return parts.into_iter().skip_while(|part| *part != "profiles").nth(1);
    }
    // .../organisation/repository/branch
    parts.get(parts.len().checked_sub(2)?).copied()
}

impl Rules {
    /// The rules for a package that declares these extensions, by their addresses.
    pub fn for_extensions<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let names: BTreeSet<&str> = addresses.into_iter().filter_map(name_of).collect();
        let mut rules = Self::default();
        for line in TABLE.lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(field), Some(rule), Some(needs)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let has = |one: &str| one.split('|').any(|name| names.contains(name));
            if needs.split(' ').filter(|one| !one.is_empty()).all(has) {
                let place = field
                    .split('.')
                    .fold(&mut rules, |at, name| at.fields.entry(name.to_owned()).or_default());
                place.rule = Some(if rule == "omit" { Rule::Omit } else { Rule::Replace });
            }
        }
        rules
    }

    pub(super) fn within(&self, field: &str) -> Option<&Self> {
        self.fields.get(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(rules: &Rules, field: &str) -> Option<Rule> {
        field.split('.').try_fold(rules, |at, name| at.within(name)).and_then(|at| at.rule)
    }

    #[test]
    fn the_table_is_read_whole() {
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(["omit", "replace"].contains(&cells[1]), "{line}");
        }
    }

    #[test]
    fn extensions_bring_their_rules_only_where_they_are_declared() {
        let plain = Rules::for_extensions([]);
        assert_eq!(rule(&plain, "tag"), Some(Rule::Omit));
        assert_eq!(rule(&plain, "parties.additionalIdentifiers"), Some(Rule::Replace));
        let field = "awards.amendments.unstructuredChanges";
        assert_eq!(rule(&plain, field), None);
        let eu = "https://standard.open-contracting.org/profiles/eu/latest/en/extension.json";
        assert_eq!(rule(&Rules::for_extensions([eu]), field), Some(Rule::Replace));
        let branch = "https://host/open-contracting-extensions/ocds_metrics_extension/v1.1/extension.json";
        assert_eq!(name_of(branch), Some("ocds_metrics_extension"));
    }
}
