//! The registers as they are published, in the layouts that are about.

use enough_tables::Rejects;

use super::{NurseryAssumption, read_ofsted, read_primary_schools};
use crate::quality::{CardGrade, Grade, Judged, Judgements, Requirements, Standing};
use crate::settings::{Location, Setting};

const COMMON: &str = "Provider URN,Provider type,Provider subtype,Provider status,Provider Early Years Register flag,Provider Compulsory Childcare Register flag,Provider Voluntary Childcare Register flag,Provider name,Provider postcode,Local authority,Places";

fn read(text: &str) -> (Vec<Setting>, Rejects) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, text).unwrap();
    let mut rejects = Rejects::default();
    let settings = read_ofsted(&file, &mut rejects).unwrap();
    (settings, rejects)
}

fn told(rejects: &Rejects) -> Vec<&str> {
    rejects.told().map(|(_, what)| what).collect()
}

fn nursery(urn: &str, rest: &str) -> String {
    format!(
        "{urn},Childcare on Non-Domestic Premises,Full day care,Active,Y,Y,N,Acorns {urn},M1 1AE,Manchester,40,{rest}\n"
    )
}

#[test]
fn report_cards_and_single_grades_stand_side_by_side() {
    let card = "EYR REIF: Most recent: ";
    let areas = crate::quality::AREAS.map(|area| format!(",\"{card}{area}\"")).concat();
    let headings = format!(
        "{COMMON},{card}Inspection date,{card}Safeguarding standards met?{areas},EYR OEIF: Most recent: Full inspection date,EYR OEIF/CIF: Most recent: Overall effectiveness,EYR OEIF NCOR: Most recent: Inspection date,EYR OEIF NCOR: Most recent: Overall effectiveness,CR: Most recent: Inspection date,CR: Compliance,EYR REIF: Most recent: Attendance"
    );
    let text = [
        "Childcare providers and inspections\nas at 30 June 2026\n".to_owned(),
        headings + "\n",
        nursery("1", "03/02/2026,Met,Strong standard,Expected standard,Expected standard,Exceptional,Expected standard,Needs attention,14/05/2019,2,-,-,-,-,x"),
        nursery("2", "REDACTED,-,,,,,,,14/05/2019,1,,,,,"),
        nursery("3", ",,,,,,,,,,01/03/2024,Met,,,"),
        nursery("4", ",,,,,,,,,,,,01/03/2023,Not Met (with actions),"),
        nursery("5", ",,,,,,,,,,,,,,"),
        nursery("6", "03/02/2026,Met,Secure,Expected standard,,,,,soon,2,,,,,"),
    ]
    .concat();
    let (settings, rejects) = read(&text);
    let said: Vec<_> = settings.iter().map(|setting| setting.judgements).collect();
    let card = said[0].card.unwrap();
    assert_eq!(card.on.unwrap().to_string(), "2026-02-03");
    assert_eq!(
        (card.safeguarding, card.areas[3], card.areas[5]),
        (Some(true), Some(CardGrade::Exceptional), Some(CardGrade::NeedsAttention))
    );
    let graded = |is| Some(Judged { is, on: chrono::NaiveDate::from_ymd_opt(2019, 5, 14) });
    assert_eq!(said[0].grade, graded(Grade::Good), "the older grade stays beside the card");
    assert_eq!(said[1].grade, graded(Grade::Outstanding));
    assert_eq!(said[2].no_children.map(|judged| judged.is), Some(Requirements::Met));
    assert_eq!(said[3].childcare_register.map(|judged| judged.is), Some(Requirements::NotMetActions));
    assert_eq!(
        said.iter().map(Judgements::standing).collect::<Vec<_>>(),
        [
            Standing::Card,
            Standing::Grade,
            Standing::NoChildren,
            Standing::Requirements,
            Standing::Nothing,
            Standing::Card
        ]
    );
    // What is not known is told, and the setting keeps its places.
    assert_eq!((said[5].card.unwrap().areas[0], said[5].grade.unwrap().on), (None, None));
    let parts: Vec<_> =
        rejects.rows().iter().map(|row| (row.reject.value.as_str(), row.reject.is_part)).collect();
    assert_eq!(parts, [("Secure", true), ("soon", true)]);
    assert_eq!(
        told(&rejects),
        ["the heading 'EYR REIF: Most recent: Attendance' is not known: what stands under it is not shown"]
    );
}

#[test]
fn the_layout_of_december_2025_is_read_in_any_letter_case() {
    for (effectiveness, date) in [
        ("Most Recent Full: Overall effectiveness", "Most recent full: inspection date"),
        ("Most recent full: Overall Effectiveness", "Most Recent Full: Inspection Date"),
    ] {
        let (settings, rejects) =
            read(&format!("{COMMON},{effectiveness},{date}\n{}", nursery("1", "3,31/12/2025")));
        let grade = settings[0].judgements.grade.unwrap();
        assert_eq!(
            (grade.is, grade.on.unwrap().to_string().as_str()),
            (Grade::RequiresImprovement, "2025-12-31")
        );
        assert!(told(&rejects).is_empty() && rejects.is_empty());
    }
}

#[test]
fn what_it_means_that_columns_are_gone_is_told() {
    let headings = "Provider URN,Provider type,Provider subtype,Provider Early Years Register flag,Provider postcode,Local authority,Places";
    let row = "1,Childcare on non-domestic premises,Full day care,True,M1 1AE,Manchester,40";
    let (settings, rejects) = read(&format!("{headings}\n{row}\n"));
    assert!(settings[0].register.early_years);
    let told = told(&rejects).join("; ");
    for part in [
        "closed count as open",
        "aged 5 to 7",
        "aged 8 and over",
        "no names",
        "no setting is shown with either",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_flag_is_read_or_the_row_is_refused() {
    let row = |urn: u32, flag: &str| {
        format!(
            "{urn},Childcare on non-domestic premises,Full day care,Active,{flag},N,N,x,M1 1AE,Manchester,40\n"
        )
    };
    let flags = ["Y", "yes", "True", "TRUE", "1", "N", "false", "0", "maybe"];
    let rows: String = flags.iter().zip(1..).map(|(flag, urn)| row(urn, flag)).collect();
    let (settings, rejects) = read(&format!("{COMMON}\n{rows}"));
    let on: Vec<bool> = settings.iter().map(|setting| setting.register.early_years).collect();
    assert_eq!(on, [true, true, true, true, true, false, false, false]);
    assert_eq!(rejects.rows()[0].reject.value, "maybe");
}

#[test]
fn a_nursery_class_is_told_by_ages_or_by_what_gias_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("edubasealldata20260601.csv");
    let headings = "URN,LA (name),EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name),StatutoryLowAge,StatutoryHighAge,NurseryProvision (name),Postcode,Easting,Northing";
    let row = |urn: u32, low: &str, nursery: &str, at: &str| {
        format!(
            "{urn},Manchester,School {urn},Academy converter,Open,Primary,{low},11,{nursery},M1 1AE,{at}\n"
        )
    };
    let rows = [
        row(1, "3", "Has Nursery Classes", "384000,398000"),
        row(2, "2", "No Nursery Classes", "-2.2426,53.4785"),
        row(3, "4", "Has Nursery Classes", "0,0"),
        row(4, "5", "No Nursery Classes", "384000,398000"),
    ]
    .concat();
    // As GIAS publishes it, in Windows-1252.
    let text = format!("{headings}\n{rows}").replace("School 1", "Ren\u{e9}'s");
    std::fs::write(&file, text.chars().map(|letter| letter as u8).collect::<Vec<_>>()).unwrap();
    let mut rejects = Rejects::default();
    let schools = read_primary_schools(&file, NurseryAssumption::default(), &mut rejects).unwrap();
    let ages: Vec<_> =
        schools.iter().map(|school| (school.urn.as_str(), school.ages.unwrap().to_string())).collect();
    assert_eq!(ages, [("1", "3-4".to_owned()), ("2", "2-4".to_owned()), ("3", "3-4".to_owned())]);
    assert_eq!(schools[0].name, "Ren\u{e9}'s");
    let [one, other] = [0, 1].map(|at| match schools[at].location {
        Location::At(point) => point,
        Location::Somewhere => panic!("it has a grid reference"),
    });
    assert!((one.easting - other.easting).abs() < 100.0, "degrees are not taken for metres");
    assert_eq!((schools[2].location, rejects.rows()[0].reject.is_part), (Location::Somewhere, true));
    assert!(told(&rejects)[0].starts_with(
        "a nursery class is told for 1 school by its ages and by NurseryProvision, for 1 school by ages"
    ));
}
