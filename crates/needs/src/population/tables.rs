//! The readers of the Office for National Statistics' population tables.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::AreaCode;
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use super::{AGES, ChildrenByAge};

const NOT_A_CODE: &str = "not an area code";
const NOT_A_COUNT: &str =
    "a count of children is missing, negative, no number, or more than there are people";

fn code(row: &Row<'_>, column: usize) -> Result<AreaCode, Reject> {
    row.text(column).parse().map_err(|_| Reject::new(NOT_A_CODE, row.text(column)))
}

fn count(row: &Row<'_>, column: usize) -> Result<f64, Reject> {
    let count = row.needed_number(column, NOT_A_COUNT)?;
    if is_count(count) { Ok(count) } else { Err(Reject::new(NOT_A_COUNT, count.to_string())) }
}

/// Whether so many children can live in an area: England has 12 million.
fn is_count(number: f64) -> bool {
    (0.0..=1e8).contains(&number)
}

/// Children by single year of age and area, as estimated for one year.
#[derive(Debug, Clone, Default)]
pub struct AgeTable {
    /// Children by area.
    pub areas: BTreeMap<AreaCode, ChildrenByAge>,
    /// The year, where the table itself says it, as in "mid-2024".
    pub when: Option<String>,
}

/// Codes of areas, the smallest first: a table by LSOA names the authority too.
const CODES: [&str; 12] = [
    "lsoa11_code",
    "LSOA Code",
    "LSOA 2021 Code",
    "LSOA21CD",
    "LSOA11CD",
    "area_code",
    "LAD {year} Code",
    "LAD{year}CD",
    "ladcode{year}",
    "mnemonic",
    "geography code",
    "code",
];

/// The headings of an age: of the published workbooks, of Nomis, and of the shared data.
fn of_persons(age: usize) -> Vec<String> {
    let years = if age == 1 { "year" } else { "years" };
    let aged = if age == 0 { "Aged under 1 year".to_owned() } else { format!("Aged {age} {years}") };
    vec![format!("age_{age}"), age.to_string(), aged.clone(), format!("Age: {aged}")]
}

/// Reads a table of single years of age by area: mid-year estimates by LSOA, or by local authority. Where a table has rows by sex, only those
/// of all persons are taken; where it has columns by sex (F0, M0), both are added; where it has several years, the newest is taken and told.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_ages(path: &Path, rejects: &mut Rejects) -> Result<AgeTable, TableError> {
    let persons = (0..AGES).map(|age| vec![of_persons(age)]).collect();
    match read_years(path, persons, rejects) {
        Err(wrong @ TableError::WrongHeadings { .. }) => {
            let sexes = (0..AGES).map(|age| vec![vec![format!("F{age}")], vec![format!("M{age}")]]).collect();
            match read_years(path, sexes, rejects) {
                Err(TableError::WrongHeadings { .. }) => Err(wrong),
                other => other,
            }
        }
        other => other,
    }
}

/// Reads the newest year of a table; `ages` are the columns that make up each age, each under its spellings.
fn read_years(
    path: &Path,
    ages: Vec<Vec<Vec<String>>>,
    rejects: &mut Rejects,
) -> Result<AgeTable, TableError> {
    const FIRST: usize = 3;
    let mut columns = vec![
        Column::needed(&CODES),
        Column::alternative(&["sex"]),
        Column::alternative(&["year", "mid_year", "date"]),
    ];
    for spellings in ages.iter().flatten() {
        let spellings: Vec<&str> = spellings.iter().map(String::as_str).collect();
        columns.push(Column::needed(&spellings));
    }
    let of_age = ages.first().map_or(1, Vec::len);
    let what =
        "a population table by single year of age (age_0 to age_18, 0 to 18, or F0 to F18 and M0 to M18)"
            .to_owned();
    let spec = Spec { what, columns, encoding: Encoding::Windows1252Too };
    let mut years: BTreeMap<String, BTreeMap<AreaCode, ChildrenByAge>> = BTreeMap::new();
    let read = read_rows(path, &spec, rejects, &mut |row| {
        let area = code(row, 0)?;
        let sex = row.text(1);
        if !(sex.is_empty() || sex.eq_ignore_ascii_case("persons") || sex.eq_ignore_ascii_case("all persons"))
        {
            return Ok(());
        }
        let mut children = ChildrenByAge::default();
        for age in 0..AGES {
            for column in 0..of_age {
                children.0[age] += count(row, FIRST + age * of_age + column)?;
            }
        }
        let of_year = years.entry(row.text(2).into_owned()).or_default();
        if area.is_english() && of_year.insert(area, children).is_some() {
            return Err(Reject::new("the area stands in the table twice; the last is kept", area.as_str()));
        }
        Ok(())
    })?;
    let Some((newest, areas)) = years.pop_last() else { return Ok(AgeTable::default()) };
    if !years.is_empty() {
        let others: Vec<&str> = years.keys().map(String::as_str).collect();
        rejects.tell(path, format!("its rows of {newest} were read, and not those of {}", others.join(", ")));
    }
    let year = |text: &str| {
        let runs = text.split(|character: char| !character.is_ascii_digit());
        runs.into_iter().find(|run| run.len() == 4 && run.starts_with("20")).map(|year| format!("mid-{year}"))
    };
    let when = year(&newest).or_else(|| year(read.sheet()?));
    Ok(AgeTable { areas, when })
}

/// Census counts of children by area: everyone up to and with an age.
#[derive(Debug, Clone, PartialEq)]
pub struct Census {
    /// The oldest age counted: 15, or 14 where the table has five-year bands.
    pub to: u8,
    /// Children aged 0 to `to`.
    pub children: BTreeMap<AreaCode, f64>,
}

/// Reads a Census 2021 table of age bands by LSOA (Nomis TS007 and its kin).
///
/// # Errors
/// [`TableError`] when the file cannot be read, or its bands do not add up to 0-15 or 0-14.
pub fn read_census(path: &Path, rejects: &mut Rejects) -> Result<Census, TableError> {
    const BANDS: [&str; 5] = [
        "Aged 15 years and under",
        "Aged 4 years and under",
        "Aged 5 to 9 years",
        "Aged 10 to 15 years",
        "Aged 10 to 14 years",
    ];
    let codes =
        ["lsoa21_code", "LSOA21CD", "geography code", "mnemonic", "Lower layer Super Output Areas Code"];
    let mut columns = vec![Column::needed(&codes)];
    for band in BANDS {
        let (age, value) = (format!("Age: {band}"), format!("Age: {band}; measures: Value"));
        columns.push(Column::alternative(&[band, &age, &value]));
    }
    let what =
        "a Census 2021 table of age bands by LSOA (Aged 15 years and under, or bands that add up to it)"
            .to_owned();
    let spec = Spec { what: what.clone(), columns, encoding: Encoding::Windows1252Too };
    let mut census = Census { to: 15, children: BTreeMap::new() };
    let mut seen_bands = true;
    read_rows(path, &spec, rejects, &mut |row| {
        let area = code(row, 0)?;
        let band = |column: usize| row.number(column, NOT_A_COUNT).map(|n| n.filter(|n| is_count(*n)));
        let (young, middle) = (band(2)?, band(3)?);
        let total = match (band(1)?, young.zip(middle), band(4)?, band(5)?) {
            (Some(all), ..) => Some((15, all)),
            (None, Some((young, middle)), Some(old), _) => Some((15, young + middle + old)),
            (None, Some((young, middle)), None, Some(old)) => Some((14, young + middle + old)),
            _ => None,
        };
        let Some((to, children)) = total else {
            seen_bands = false;
            return Err(Reject::new(NOT_A_COUNT, area.as_str()));
        };
        census.to = to;
        if area.is_english() && census.children.insert(area, children).is_some() {
            return Err(Reject::new("the area stands in the table twice; the last is kept", area.as_str()));
        }
        Ok(())
    })?;
    if census.children.is_empty() && !seen_bands {
        let problem = format!("is not {what}");
        return Err(TableError::Row { path: path.to_owned(), line: 1, problem });
    }
    Ok(census)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_beyond_belief_is_a_reject_and_takes_nothing_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("children_lsoa11.csv");
        let headings: Vec<String> = (0..AGES).map(|age| format!("age_{age}")).collect();
        let row = |code: &str, first: &str| format!("{code},{first}{}\n", ",7".repeat(AGES - 1));
        let rows =
            [row("E01000001", "12"), row("E01000002", "1e308"), row("E01000003", "100000001")].concat();
        std::fs::write(&file, format!("lsoa11_code,{}\n{rows}", headings.join(","))).unwrap();
        let mut rejects = Rejects::default();
        let read = read_ages(&file, &mut rejects).unwrap();
        assert_eq!(read.areas.len(), 1);
        let reasons: Vec<&str> = rejects.rows().iter().map(|row| row.reject.reason).collect();
        assert_eq!(reasons, [NOT_A_COUNT; 2]);
    }

    #[test]
    fn columns_by_sex_are_added_and_of_several_years_the_newest_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sape.csv");
        let headings: Vec<String> =
            ["F", "M"].iter().flat_map(|sex| (0..=90).map(move |age| format!("{sex}{age}"))).collect();
        let row = |year: &str, females: u32| {
            format!(
                "{year},E09000001,City,E01000001,100{}{}\n",
                format!(",{females}").repeat(91),
                ",7".repeat(91)
            )
        };
        let text = format!(
            "Year,LAD 2026 Code,LAD 2026 Name,LSOA 2021 Code,Total,{}\n{}{}{}",
            headings.join(","),
            row("2023", 1),
            row("2024", 4),
            row("2022", 2)
        );
        std::fs::write(&file, text).unwrap();
        let mut rejects = Rejects::default();
        let read = read_ages(&file, &mut rejects).unwrap();
        assert_eq!(read.areas[&"E01000001".parse().unwrap()].0, [11.0; AGES]);
        assert_eq!(read.when.as_deref(), Some("mid-2024"));
        let told: Vec<&str> = rejects.told().map(|(_, what)| what).collect();
        assert_eq!(told, ["its rows of 2024 were read, and not those of 2022, 2023"]);
        assert!(rejects.is_empty());
    }

    #[test]
    fn a_table_of_nomis_is_read_as_it_is_downloaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ts007.csv");
        let text = "\"TS007A - Age by five-year age bands\"\n\"ONS Crown Copyright Reserved [from Nomis]\"\n\n\"Population\",\"All usual residents\"\n\"Units\",\"Persons\"\n\n\"2021 super output area - lower layer\",\"mnemonic\",\"Total\",\"Aged 4 years and under\",\"Aged 5 to 9 years\",\"Aged 10 to 14 years\"\n\"City of London 001A\",\"E01000001\",\"1,473\",30,25,20\n\n\"In order to protect against disclosure\"\n";
        std::fs::write(&file, text).unwrap();
        let mut rejects = Rejects::default();
        let census = read_census(&file, &mut rejects).unwrap();
        assert_eq!((census.to, census.children[&"E01000001".parse().unwrap()]), (14, 75.0));
        assert_eq!(rejects.rows().len(), 1, "the line below the table is told");
        let why = read_ages(&file, &mut rejects).unwrap_err().to_string();
        assert!(why.contains("its headings are: 2021 super output area - lower layer, mnemonic"), "{why}");
    }
}
