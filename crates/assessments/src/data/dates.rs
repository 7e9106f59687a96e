//! The date in the name of a file or its folder.

use std::path::Path;

use chrono::NaiveDate;

/// The date in a file's or folder's name, the most exact of both: `2021-08-31` (also written `30_June_2026` or `20250524`), `2025-11` (also
/// `NOV_2025`), `mid-2020`, `2021`.
pub fn date_of(path: &Path) -> Option<String> {
    let names = path.iter().rev().take(2).filter_map(|part| part.to_str());
    names.filter_map(date_in).max_by_key(String::len)
}

fn date_in(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let at = |position: usize| words.get(position).copied().unwrap_or_default();
    let mut dates = Vec::new();
    for position in 0..words.len() {
        let (word, next, third) = (at(position), at(position + 1), at(position + 2));
        let (letters, digits) = word.split_at(word.len() - trailing_digits(word));
        dates.extend(match (digits.len(), month(next), month(word)) {
            // 2021-08-31, 2025-11, 2021; also where the year ends a word, as in edubasealldata2025.
            (4, ..) => year(digits).map(|year| match (two(next), two(third)) {
                _ if letters == "mid" => format!("mid-{year}"),
                (Some(month), Some(day)) if letters.is_empty() && day_of(year, month, day).is_some() => {
                    format!("{year}-{month:02}-{day:02}")
                }
                (Some(month), _) if letters.is_empty() && day_of(year, month, 1).is_some() => {
                    format!("{year}-{month:02}")
                }
                _ => year.to_string(),
            }),
            // 20250524, or two years: 20222024 is of 2022 to 2024.
            (8, ..) => {
                whole(digits).or_else(|| Some(year(&digits[..4]).and(year(&digits[4..]))?.to_string()))
            }
            // 30_June_2026
            (1 | 2, Some(month), _) if letters.is_empty() => {
                year(third).and_then(|year| Some(day_of(year, month, digits.parse().ok()?)?.to_string()))
            }
            // NOV_2025, June 2026
            (_, _, Some(month)) => year(next).map(|year| format!("{year}-{month:02}")),
            _ => None,
        });
    }
    dates.into_iter().max_by_key(String::len)
}

fn trailing_digits(word: &str) -> usize {
    word.bytes().rev().take_while(u8::is_ascii_digit).count()
}

fn year(text: &str) -> Option<i32> {
    (text.len() == 4).then(|| text.parse().ok()).flatten().filter(|year| (2000..2100).contains(year))
}

fn two(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| text.parse().ok()).flatten()
}

fn whole(digits: &str) -> Option<String> {
    let day = day_of(year(&digits[..4])?, two(&digits[4..6])?, two(&digits[6..])?)?;
    Some(day.to_string())
}

fn day_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A month by the three letters that it begins with, or its name.
fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    MONTHS
        .iter()
        .position(|name| word.len() >= 3 && name.starts_with(word))
        .map(|position| position as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_from_names() {
        for (path, date) in [
            ("ofsted_childcare_2021-08-31/providers_england.parquet", Some("2021-08-31")),
            ("population_lsoa11_mid2020/children_lsoa11_mid2020_england.csv.gz", Some("mid-2020")),
            ("postcodes_onspd_2025-11/postcodes_england.parquet", Some("2025-11")),
            ("geography_england/lsoa21_centroid_england.csv.gz", None),
            ("x/census2021_lsoa21_age_groups.csv.gz", Some("2021")),
            (
                "x/Management_information_-_childcare_providers_and_inspections_-_childcare_provider_data_as_at_30_June_2026.csv",
                Some("2026-06-30"),
            ),
            ("x/edubasealldata20250524.csv", Some("2025-05-24")),
            ("x/ONSPD_NOV_2025_UK.csv", Some("2025-11")),
            ("x/sapelsoasyoa20222024.xlsx", Some("2024")),
            ("x/LSOA_(2021)_to_Ward_(2026).csv", Some("2026")),
            ("x/Childminders_31_February_2026.csv", Some("2026-02")),
        ] {
            assert_eq!(date_of(Path::new(path)).as_deref(), date, "{path}");
        }
    }
}
