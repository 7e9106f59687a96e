//! The settings of the town, as Ofsted and the Department publish them, and the postcodes they have.

use std::io;
use std::path::Path;

use enough_market::quality::AREAS;

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
    table(&folder.join("childminders_2025-03-31.csv"), headings, rows)?;
    write_schools(folder, town, &mut postcodes, &mut random)?;
    // Postcodes where only families live.
    for area in &town.areas {
        postcodes.new_at(area, &mut random);
    }
    table(&folder.join("ONSPD_2025-11.csv"), ["pcds", "oseast1m", "osnrth1m", "oslaua"], postcodes.0)
}

type Provider<'a> = (&'a Area, &'static str, &'static str, String, String, f64);

/// The register in the layout of 2026: most settings have a single grade of before November 2025, some a report card since.
fn write_ofsted(folder: &Path, providers: &[Provider<'_>], random: &mut Random) -> io::Result<()> {
    let mut headings = words(&[
        "Provider URN",
        "Provider type",
        "Provider subtype",
        "Provider status",
        "Provider Early Years Register flag",
        "Provider Compulsory Childcare Register flag",
        "Provider Voluntary Childcare Register flag",
        "Provider name",
        "Provider postcode",
        "Local authority",
        "Places",
        "EYR OEIF: Most recent: Full inspection date",
        "EYR OEIF/CIF: Most recent: Overall effectiveness",
        "CR: Most recent: Inspection date",
        "CR: Compliance",
    ]);
    let of_card = ["Inspection date", "Safeguarding standards met?"].into_iter().chain(AREAS);
    headings.extend(of_card.map(|about| format!("EYR REIF: Most recent: {about}")));
    let rows = providers.iter().enumerate().map(|(number, (area, kind, subtype, name, postcode, places))| {
        let is_club = *subtype == "Out-of-school day care";
        let grade = *random.pick(&["1", "2", "2", "2", "2", "2", "3", ""]);
        let grade = if is_club { "" } else { grade };
        let day = |is_there: bool, day: &'static str| if is_there { day } else { "-" };
        let mut row = words(&[
            &format!("EY8{number:05}"),
            kind,
            subtype,
            "Active",
            if is_club { "N" } else { "Y" },
            "Y",
            "Y",
            name,
            postcode,
            area.authority_name(),
            &format!("{places:.0}"),
            day(!grade.is_empty(), "14/05/2019"),
            grade,
            day(is_club, "03/10/2023"),
            if is_club { "Met" } else { "" },
        ]);
        row.extend(card(number, is_club));
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let name = "Management_information_-_childcare_providers_and_inspections_-_childcare_provider_data_as_at_30_June_2026.csv";
    table(&folder.join(name), &headings, rows)
}

/// A report card for one setting in nine, or nothing.
fn card(number: usize, is_club: bool) -> Vec<String> {
    let has_card = !is_club && number % 9 == 4;
    let grade = |area: usize| match (number / 9 + area) % 7 {
        0 => "Strong standard",
        3 if number.is_multiple_of(4) => "Needs attention",
        _ => "Expected standard",
    };
    let cell = |text: &'static str| if has_card { text } else { "-" }.to_owned();
    [cell("03/02/2026"), cell("Met")]
        .into_iter()
        .chain((0..AREAS.len()).map(|area| cell(grade(area))))
        .collect()
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
        "NurseryProvision (name)",
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
            if low == "4" { "No Nursery Classes" } else { "Has Nursery Classes" },
        ]));
    }
    table(&folder.join("edubasealldata_2025-05-24.csv"), headings, rows)
}
