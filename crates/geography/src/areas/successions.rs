//! Authorities that replaced others: `reference/authority-changes.csv`. A list of authorities of an earlier year does not know them, and a
//! table of a later year has their codes or names.

use enough_kernel::AreaCode;

use super::{Hierarchy, plain_name};

const TABLE: &str = include_str!("../../../../reference/authority-changes.csv");

/// One authority, or a part of it, and what replaced it.
struct Succession<'a> {
    former: AreaCode,
    former_name: &'a str,
    /// Its code, once it is published.
    successor: Option<AreaCode>,
    successor_name: &'a str,
}

fn successions() -> impl Iterator<Item = Succession<'static>> {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let mut next = || cells.next();
        Some(Succession {
            former: next()?.parse().ok()?,
            former_name: next()?,
            successor: next()?.parse().ok(),
            successor_name: next()?,
        })
    })
}

impl Hierarchy {
    /// Adds what the list of authorities does not say: codes that replaced others, and names that stand for several authorities.
    pub(super) fn apply_successions(&mut self) {
        for one in successions() {
            let is_divided = successions().filter(|other| other.former == one.former).count() > 1;
            match one.successor {
                Some(code) if !is_divided => self.replace(one.former, code, one.successor_name),
                // The name of what was divided stands for all its parts, its code for none of them.
                Some(code) => self.also_named(one.former_name, code),
                // It is not in force, or has no code yet: its name stands for what it is made of.
                None => self.also_named(one.successor_name, one.former),
            }
        }
    }

    fn replace(&mut self, former: AreaCode, code: AreaCode, name: &str) {
        if self.current.get(&former).is_some_and(|current| *current != former) {
            return;
        }
        let upper = self.upper.get(&former).copied().filter(|upper| *upper != former);
        self.upper.entry(code).or_insert(upper.unwrap_or(code));
        if let Some(wider) = self.wider.get(&former).cloned() {
            self.wider.entry(code).or_insert(wider);
        }
        self.current.extend([(former, code), (code, code)]);
        self.names.entry(code).or_insert_with(|| name.to_owned());
        for known in self.authorities_by_name.values_mut() {
            known.retain(|known| *known != former);
        }
        self.also_named(name, code);
    }

    fn also_named(&mut self, name: &str, code: AreaCode) {
        let known = self.authorities_by_name.entry(plain_name(name)).or_default();
        if !known.contains(&code) {
            known.push(code);
            known.sort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AreaCode {
        text.parse().unwrap()
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(successions().count(), TABLE.lines().count() - 1);
        assert!(TABLE.lines().all(|line| line.split(',').count() == 6));
    }

    #[test]
    fn a_list_of_an_earlier_year_knows_the_codes_and_names_of_today() {
        let mut old = Hierarchy::default();
        for (number, name) in
            [("E08000016", "Barnsley"), ("E07000207", "Elmbridge"), ("E07000208", "Epsom and Ewell")]
        {
            old.current.insert(code(number), code(number));
            old.upper.insert(code(number), code(number));
            old.authorities_by_name.insert(plain_name(name), vec![code(number)]);
        }
        for cumbria in ["E06000063", "E06000064"] {
            old.current.insert(code(cumbria), code(cumbria));
        }
        old.authorities_by_name.insert("cumberland".to_owned(), vec![code("E06000063")]);
        old.apply_successions();
        assert_eq!(old.current(code("E08000016")), code("E08000038"));
        assert_eq!(old.authorities_named("Barnsley"), [code("E08000038")]);
        assert_eq!(old.upper_of(code("E08000038")), code("E08000038"));
        assert_eq!(old.authorities_named("Cumbria"), [code("E06000063"), code("E06000064")]);
        assert_eq!(old.authorities_named("Cumberland"), [code("E06000063")]);
        assert_eq!(old.current(code("E10000006")), code("E10000006"), "it stands for none of its halves");
        // A name of the year to come stands for what it will be made of.
        assert!(old.authorities_named("East Surrey").starts_with(&[code("E07000207"), code("E07000208")]));
        assert_eq!(old.authorities_named("Elmbridge"), [code("E07000207")]);
        // Where the list knows them already, nothing changes.
        let before = (old.current.clone(), old.authorities_by_name.clone());
        old.apply_successions();
        assert_eq!((old.current, old.authorities_by_name), before);
    }
}
