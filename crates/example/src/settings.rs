//! The settings of the town, as Ofsted and the Department publish them, and the postcodes they have.

use std::io;
use std::path::Path;

use crate::random::Random;
use crate::town::{Area, Town};
use crate::{table, words};

const FIRST: [&str; 12] = [
    "Acorn",
    "Bright Start",
    "Caterpillar",
    "Daisy",
    "Elm House",
    "First Steps",
    "Goslings",
    "Holly",
    "Ivy",
    "Jigsaw",
    "Kites",
    "Ladybird",
];

struct Postcodes(Vec<Vec<String>>);

impl Postcodes {
    fn new_at(&mut self, area: &Area, random: &mut Random) -> String {
        let number = self.0.len();
        let letter = |n: usize| char::from(b'A' + (n % 20) as u8);
        let postcode =
            format!("ZZ{} {}{}{}", 1 + number / 4000, number / 400 % 10, letter(number / 20), letter(number));
        let point = area.point(random.unit(), random.unit());
        let row = [
            &postcode,
            &format!("{:.0}", point.easting),
            &format!("{:.0}", point.northing),
            area.authority_code(),
        ];
        self.0.push(words(&row.map(|cell| cell as &str)));
        postcode
    }
}

pub fn write(folder: &Path, town: &Town, seed: u64) -> io::Result<()> {
    let mut random = Random::new(seed ^ 0x05e7_71e5);
    let mut postcodes = Postcodes(Vec::new());
    let mut ofsted = Vec::new();
    let mut childminders = Vec::new();
    for area in &town.areas {
        // Provision follows parents who can pay: richer areas have more of it.
        let chances = [
            ("Full day care", 0.42 - 0.22 * area.deprived, (24.0, 80.0)),
            ("Sessional day care", 0.16, (16.0, 30.0)),
            ("Out-of-school day care", 0.14, (20.0, 60.0)),
        ];
        for (subtype, chance, (least, most)) in chances {
            if random.unit() < chance {
                let name = format!(
                    "{} {}",
                    random.pick(&FIRST),
                    if subtype.starts_with("Full") { "Nursery" } else { "Club" }
                );
                let postcode = postcodes.new_at(area, &mut random);
                ofsted.push((
                    area,
                    "Childcare on non-domestic premises",
                    subtype,
                    name,
                    postcode,
                    random.between(least, most),
                ));
            }
        }
        for _ in 0..(random.between(0.0, 2.4 - 1.4 * area.deprived) as usize) {
            ofsted.push((area, "Childminder", "", String::new(), String::new(), random.between(3.0, 7.0)));
            if random.unit() < 0.8 {
                childminders.push(area.authority_name());
            }
        }
    }
    write_ofsted(folder, &ofsted, &mut random)?;
    let rows = childminders.iter().enumerate().map(|(number, authority)| {
        [format!("EY9{number:05}"), "Childminder".to_owned(), "Active".to_owned(), (*authority).to_owned()]
            .to_vec()
    });
    let headings = ["Provider URN", "Provider type", "Provider status", "Local authority"];
    table(&folder.join("childminders_2025-03-31.csv"), &words(&headings), rows)?;
    write_schools(folder, town, &mut postcodes, &mut random)?;
    // Postcodes where only families live.
    for area in &town.areas {
        postcodes.new_at(area, &mut random);
    }
    table(&folder.join("ONSPD_2025-11.csv"), &words(&["pcds", "oseast1m", "osnrth1m", "oslaua"]), postcodes.0)
}

type Provider<'a> = (&'a Area, &'static str, &'static str, String, String, f64);

fn write_ofsted(folder: &Path, providers: &[Provider<'_>], random: &mut Random) -> io::Result<()> {
    let headings = [
        "Provider URN",
        "Provider type",
        "Provider subtype",
        "Provider status",
        "Provider name",
        "Provider postcode",
        "Local authority",
        "Places",
        "Provider Early Years Register Flag",
        "Provider Compulsory Childcare Register Flag",
        "Provider Voluntary Childcare Register Flag",
        "Most recent full: Overall effectiveness",
        "Most recent full: Inspection date",
    ];
    let rows = providers.iter().enumerate().map(|(number, (area, kind, subtype, name, postcode, places))| {
        let early = if *subtype == "Out-of-school day care" { "N" } else { "Y" };
        let grade = *random.pick(&["1", "2", "2", "2", "2", "2", "3", ""]);
        let places = format!("{places:.0}");
        let urn = format!("EY8{number:05}");
        let date = if grade.is_empty() { "" } else { "2019-05-14" };
        words(&[
            &urn,
            kind,
            subtype,
            "Active",
            name,
            postcode,
            area.authority_name(),
            &places,
            early,
            "Y",
            "Y",
            grade,
            date,
        ])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(&folder.join("Childcare_providers_and_inspections_2021-08-31.csv"), &words(&headings), rows)
}

fn write_schools(
    folder: &Path,
    town: &Town,
    postcodes: &mut Postcodes,
    random: &mut Random,
) -> io::Result<()> {
    let headings = [
        "URN",
        "EstablishmentName",
        "Postcode",
        "LA (name)",
        "Easting",
        "Northing",
        "TypeOfEstablishment (name)",
        "EstablishmentStatus (name)",
        "PhaseOfEducation (name)",
        "StatutoryLowAge",
        "StatutoryHighAge",
        "NumberOfPupils",
    ];
    let mut rows = Vec::new();
    for (number, area) in town.areas.iter().enumerate().filter(|(number, _)| number % 5 == 2) {
        let nursery = number % 40 == 2;
        let postcode = postcodes.new_at(area, random);
        let point = area.point(0.4, 0.6);
        let (phase, low, high, pupils) = if nursery {
            ("Nursery", "2", "5", "78")
        } else {
            ("Primary", if random.unit() < 0.7 { "3" } else { "4" }, "11", "236")
        };
        let name = format!("School {} (made up)", number + 1);
        let (easting, northing) = (format!("{:.0}", point.easting), format!("{:.0}", point.northing));
        let kind = if random.unit() < 0.4 { "Academy converter" } else { "Community school" };
        let urn = format!("{}", 990_000 + number);
        rows.push(words(&[
            &urn,
            &name,
            &postcode,
            area.authority_name(),
            &easting,
            &northing,
            kind,
            "Open",
            phase,
            low,
            high,
            pupils,
        ]));
    }
    table(&folder.join("edubasealldata_2025-05-24.csv"), &words(&headings), rows)
}
