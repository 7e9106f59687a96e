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

/// Reads a table of single years of age by area: mid-year estimates by LSOA, or by local authority. Where a table has rows
/// by sex, only those of all persons are taken.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_ages(
    path: &Path,
    rejects: &mut Rejects,
) -> Result<BTreeMap<AreaCode, ChildrenByAge>, TableError> {
    let codes = [
        "lsoa11_code",
        "LSOA Code",
        "LSOA 2021 Code",
        "LSOA21CD",
        "LSOA11CD",
        "area_code",
        "LAD 2023 Code",
        "ladcode23",
        "code",
    ];
    let mut columns = vec![Column::needed(&codes), Column::optional(&["sex"])];
    for age in 0..AGES {
        let (named, bare) = (format!("age_{age}"), age.to_string());
        columns.push(Column::needed(&[&named, &bare]));
    }
    let what = "a population table by single year of age (age_0 to age_18, or 0 to 18)".to_owned();
    let spec = Spec { what, columns, encoding: Encoding::Windows1252Too };
    let mut areas = BTreeMap::new();
    read_rows(path, &spec, rejects, &mut |row| {
        let area = code(row, 0)?;
        let sex = row.text(1);
        if !(sex.is_empty() || sex.eq_ignore_ascii_case("persons") || sex.eq_ignore_ascii_case("all persons"))
        {
            return Ok(());
        }
        let mut children = ChildrenByAge::default();
        for age in 0..AGES {
            children.0[age] = count(row, age + 2)?;
        }
        if area.is_english() && areas.insert(area, children).is_some() {
            return Err(Reject::new("the area stands in the table twice; the last is kept", area.as_str()));
        }
        Ok(())
    })?;
    Ok(areas)
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
    let codes = ["lsoa21_code", "LSOA21CD", "geography code", "Lower layer Super Output Areas Code"];
    let mut columns = vec![Column::needed(&codes)];
    for band in BANDS {
        let (age, value) = (format!("Age: {band}"), format!("Age: {band}; measures: Value"));
        columns.push(Column::optional(&[band, &age, &value]));
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
        assert_eq!(read.len(), 1);
        let reasons: Vec<&str> = rejects.rows().iter().map(|row| row.reject.reason).collect();
        assert_eq!(reasons, [NOT_A_COUNT; 2]);
    }
}
