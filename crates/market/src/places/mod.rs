//! For which ages the places of a setting are. A register has one number of places for all ages, and neither sessions nor ages by setting
//! are published: so a table says for each kind of setting which part of its places is for which ages (`reference/places-by-age.csv`), and
//! anybody may bring another one.

use std::path::Path;

use enough_kernel::AgeRange;
use enough_tables::{Column, Encoding, Reject, Rejects, Spec, TableError, read_rows};

use crate::settings::{Kind, Setting};

const USUAL: &str = include_str!("../../../../reference/places-by-age.csv");

/// The last year of age of primary school.
const PRIMARY_ENDS: u8 = 11;

/// One row: a part of the places of settings of a kind is for these ages.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    kind: Kind,
    ages: AgeRange,
    share: f64,
}

/// Which part of the places of each kind of setting is for which ages.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacesByAge {
    parts: Vec<Part>,
    /// Where the parts come from.
    from: From,
}

#[derive(Debug, Clone, PartialEq)]
enum From {
    /// The usual table.
    Assumption,
    /// A file of this name.
    File(String),
    /// Nowhere: nothing is divided.
    EarlyYearsRegister,
}

impl Default for PlacesByAge {
    fn default() -> Self {
        let rows = USUAL.lines().skip(1).filter_map(|line| {
            let mut cells = line.splitn(5, ',');
            let kind = Kind::labelled(cells.next()?)?;
            let ages = AgeRange::new(cells.next()?.parse().ok()?, cells.next()?.parse().ok()?).ok()?;
            Some(Part { kind, ages, share: cells.next()?.parse().ok()? })
        });
        Self { parts: rows.collect(), from: From::Assumption }
    }
}

impl PlacesByAge {
    /// Reads another table with the headings `kind,from,to,share`. Kinds that it does not have keep the usual parts.
    ///
    /// # Errors
    /// [`TableError`] when the file cannot be read, is another kind of file, or its shares of a kind do not sum to one.
    pub fn read(path: &Path) -> Result<Self, TableError> {
        let columns = ["kind", "from", "to", "share"].map(|name| Column::needed(&[name])).to_vec();
        let what = "a table of places by age with the headings kind,from,to,share".to_owned();
        let spec = Spec { what, columns, encoding: Encoding::Utf8 };
        let (mut parts, mut rejects): (Vec<Part>, Rejects) = (Vec::new(), Rejects::default());
        read_rows(path, &spec, &mut rejects, &mut |row| {
            let wrong = "the ages are not a range of whole years";
            let year =
                |column| row.text(column).parse::<u8>().map_err(|_| Reject::new(wrong, row.text(column)));
            let ages = AgeRange::new(year(1)?, year(2)?).map_err(|_| Reject::new(wrong, row.text(1)))?;
            let kind = row.text(0);
            let known = Kind::labelled(&kind).filter(|kind| *kind != Kind::SchoolNursery);
            let unknown = "the kind of setting is not known, or is a school, which says its own ages";
            let kind = known.ok_or_else(|| Reject::new(unknown, kind))?;
            let share = row.needed_number(3, "the share is not a number")?;
            parts.push(Part { kind, ages, share });
            Ok(())
        })?;
        let refuse = |line, problem| TableError::Row { path: path.to_owned(), line, problem };
        if let Some(first) = rejects.rows().first() {
            return Err(refuse(first.line, format!("{}: '{}'", first.reject.reason, first.reject.value)));
        }
        for kind in Kind::ALL {
            let of_kind = || parts.iter().filter(|part| part.kind == kind);
            let sum: f64 = of_kind().map(|part| part.share).sum();
            let is_whole = (sum - 1.0).abs() < 1e-9 && of_kind().all(|part| part.share >= 0.0);
            if of_kind().next().is_some() && !is_whole {
                return Err(refuse(1, format!("the shares of '{}' sum to {sum} and not to 1", kind.label())));
            }
        }
        let usual = Self::default()
            .parts
            .into_iter()
            .filter(|usual| parts.iter().all(|part| part.kind != usual.kind));
        let usual: Vec<Part> = usual.collect();
        parts.extend(usual);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { parts, from: From::File(name) })
    }

    /// Nothing divided, as in Ofsted's and ONS's measure: all places of settings on the Early Years Register, and of schools' nurseries, count
    /// for whoever is asked about ("Childcare accessibility by neighbourhood", methodology).
    pub fn early_years_register() -> Self {
        Self { parts: Vec::new(), from: From::EarlyYearsRegister }
    }

    /// Which part of the places of a setting is for children of these ages, from 0 to 1. A part is spread evenly over the years of age that
    /// the setting is registered for; what it is not registered for falls to the other parts. Schools say their own ages.
    pub fn share(&self, setting: &Setting, ages: AgeRange) -> f64 {
        if self.from == From::EarlyYearsRegister {
            let counts = setting.ages.map_or(setting.register.early_years, |own| own.overlaps(ages));
            return f64::from(u8::from(counts));
        }
        let is_wanted = |year: &u8| ages.from() <= *year && *year <= ages.to();
        if let Some(own) = setting.ages {
            let years = own.years().count();
            return own.years().filter(is_wanted).count() as f64 / years as f64;
        }
        let (mut all, mut wanted) = (0.0, 0.0);
        for part in self.parts.iter().filter(|part| part.kind == setting.kind) {
            let (mut years, mut hits) = (0_u8, 0_u8);
            for year in part.ages.years().filter(|year| setting.register.has(*year)) {
                years += 1;
                hits += u8::from(is_wanted(&year));
            }
            if years > 0 {
                all += part.share;
                wanted += part.share * f64::from(hits) / f64::from(years);
            }
        }
        if all > 0.0 {
            return wanted / all;
        }
        // Its kind and its registers do not meet: then the registers say the ages, up to the end of primary school.
        let years = || (0..=PRIMARY_ENDS).filter(|year| setting.register.has(*year));
        let hits = years().filter(is_wanted).count();
        if hits > 0 { hits as f64 / years().count() as f64 } else { 0.0 }
    }

    /// Where it is from, as in "is assumed".
    pub fn origin(&self) -> String {
        match &self.from {
            From::Assumption => "is assumed".to_owned(),
            From::File(name) => format!("is as {name} says"),
            From::EarlyYearsRegister => "does not matter to this measure".to_owned(),
        }
    }

    /// The table in a sentence.
    pub fn sentence(&self) -> String {
        let of_kind = |kind: Kind| {
            let parts = self.parts.iter().filter(move |part| part.kind == kind);
            let parts: Vec<String> = parts
                .map(|part| {
                    let share = if part.share < 1.0 {
                        format!("{:.0} % ", part.share * 100.0)
                    } else {
                        String::new()
                    };
                    format!("{share}{}", part.ages)
                })
                .collect();
            (!parts.is_empty()).then(|| format!("{} {}", kind.label(), parts.join(" and ")))
        };
        let kinds: Vec<String> = Kind::ALL.into_iter().filter_map(of_kind).collect();
        let from = match &self.from {
            From::Assumption => "as assumed".to_owned(),
            From::File(name) => format!("by {name}"),
            From::EarlyYearsRegister => {
                return "All places of settings on the Early Years Register count, as in Ofsted's and ONS's measure.".to_owned();
            }
        };
        format!(
            "How places divide by age is not published; they are divided {from} (change it with --places-by-age): {}; schools by their own ages.",
            kinds.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use enough_kernel::Places;

    use super::*;
    use crate::quality::Judgements;
    use crate::settings::{Location, PlacesAre, Register, Sector};

    fn setting(kind: Kind, register: [bool; 3], ages: Option<&str>) -> Setting {
        let [early_years, compulsory, voluntary] = register;
        Setting {
            urn: "1".to_owned(),
            name: String::new(),
            kind,
            sector: Sector::NotStated,
            register: Register { early_years, compulsory, voluntary },
            ages: ages.map(|ages| ages.parse().unwrap()),
            places: Places::new(10.0),
            places_are: PlacesAre::Registered,
            judgements: Judgements::default(),
            postcode: String::new(),
            authority_name: String::new(),
            location: Location::Somewhere,
            authority: None,
        }
    }

    #[test]
    fn every_row_of_the_usual_table_is_read_and_each_kind_is_whole() {
        let usual = PlacesByAge::default();
        assert_eq!(usual.parts.len(), USUAL.lines().count() - 1);
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::SchoolNursery) {
            let sum: f64 = usual.parts.iter().filter(|part| part.kind == kind).map(|part| part.share).sum();
            assert_eq!(sum, 1.0, "{kind:?}");
        }
    }

    #[test]
    fn places_are_counted_once_over_all_ages() {
        let usual = PlacesByAge::default();
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::SchoolNursery);
        let mut all: Vec<Setting> = kinds.map(|kind| setting(kind, [true; 3], None)).collect();
        all.push(setting(Kind::SchoolNursery, [false; 3], Some("2-4")));
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::SchoolNursery) {
            for registers in 1..8_u8 {
                all.push(setting(kind, [registers & 1 > 0, registers & 2 > 0, registers & 4 > 0], None));
            }
        }
        for setting in all {
            let of = |ages: &str| usual.share(&setting, ages.parse().unwrap());
            let sum: f64 = (0..=18).map(|year: u8| of(&year.to_string())).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{:?}: {sum}", setting.kind);
            assert!((of("0-4") + of("5-18") - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn clubs_are_for_school_ages_and_registers_bound_what_counts() {
        let usual = PlacesByAge::default();
        let share =
            |kind, register, ages: &str| usual.share(&setting(kind, register, None), ages.parse().unwrap());
        assert_eq!(share(Kind::OutOfSchool, [true; 3], "0-4"), 0.0);
        assert_eq!(share(Kind::OutOfSchool, [true; 3], "5-11"), 1.0);
        assert_eq!(
            share(Kind::OutOfSchool, [true, true, false], "5-7"),
            1.0,
            "it is not registered for older ones"
        );
        assert_eq!(share(Kind::DayNursery, [true; 3], "0-1"), 0.4);
        assert_eq!(share(Kind::Playgroup, [true; 3], "0-1"), 0.0);
        assert_eq!(share(Kind::Childminder, [true; 3], "0-4"), 0.5);
        assert_eq!(share(Kind::Childminder, [true, false, false], "0-4"), 1.0);
        assert_eq!(share(Kind::DayNursery, [false, true, true], "0-4"), 0.0);
        // An out-of-school club that is registered for the early years alone has places, and they count there.
        assert_eq!(share(Kind::OutOfSchool, [true, false, false], "0-4"), 1.0);
        assert_eq!(share(Kind::OutOfSchool, [false; 3], "0-11"), 0.0);
    }

    #[test]
    fn in_ofsteds_and_onss_measure_all_places_of_the_early_years_register_count() {
        let whole = PlacesByAge::early_years_register();
        let share = |kind, register, own| whole.share(&setting(kind, register, own), "0-7".parse().unwrap());
        assert_eq!(share(Kind::Childminder, [true, false, false], None), 1.0);
        assert_eq!(share(Kind::OutOfSchool, [true, true, true], None), 1.0);
        assert_eq!(share(Kind::OutOfSchool, [false, true, true], None), 0.0);
        assert_eq!(share(Kind::SchoolNursery, [false; 3], Some("3-4")), 1.0);
    }

    #[test]
    fn another_table_is_read_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ours.csv");
        let read = |text: &str| {
            std::fs::write(&file, format!("kind,from,to,share\n{text}")).unwrap();
            PlacesByAge::read(&file)
        };
        let ours = read("day nursery,0,1,0.2\nday nursery,2,4,0.8\n").unwrap();
        let nursery = setting(Kind::DayNursery, [true; 3], None);
        assert!((ours.share(&nursery, "0-1".parse().unwrap()) - 0.2).abs() < 1e-12);
        assert_eq!(ours.share(&setting(Kind::OutOfSchool, [true; 3], None), "0-4".parse().unwrap()), 0.0);
        assert!(
            ours.sentence().contains("by ours.csv")
                && ours.sentence().contains("day nursery 20 % 0-1 and 80 % 2-4")
        );
        for (wrong, what) in [
            ("day nursery,0,1,0.2\n", "sum to 0.2"),
            ("creche,0,1,1\n", "'creche'"),
            ("day nursery,4,1,1\n", "not a range"),
            ("day nursery,0,4,all\n", "not a number"),
        ] {
            let why = read(wrong).unwrap_err().to_string();
            assert!(why.contains(what), "{why}");
        }
    }
}
