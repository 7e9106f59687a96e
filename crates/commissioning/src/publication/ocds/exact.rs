//! What releases say to the last digit: numbers of any length stay as they were published (`arbitrary_precision` of serde_json), and dates are
//! instants, however they are written.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Number, Value};

use super::rules::{Rule, Rules};

/// The instant that a date stands for (RFC 3339); nothing where it is another text.
pub(crate) fn instant(date: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(date).ok().map(|at| at.to_utc())
}

/// What releases are ordered by: the instant, and the text where that is the same or is none. OCDS Merge compares texts, which put
/// `2026-02-28T23:45:00Z` before `2026-03-01T00:30:00+01:00`, though it comes a quarter of an hour later.
pub(crate) fn order(date: &str) -> (Option<DateTime<Utc>>, &str) {
    // A day without a time, which the standard does not have, begins at midnight.
    let day = || Some(date.parse::<chrono::NaiveDate>().ok()?.and_time(chrono::NaiveTime::MIN).and_utc());
    (instant(date).or_else(day), date)
}

/// A date in Coordinated Universal Time, so that texts are in the order of time; as it is where it is none.
pub(crate) fn in_utc(date: &str) -> String {
    instant(date).map_or_else(|| date.to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Whether two numbers are the same: 1 and 1.0 are, and of two long ones every digit counts.
pub(super) fn are_same(one: &Number, other: &Number) -> bool {
    digits(one) == digits(other)
}

/// A number in one way of the many in which JSON may write it: without an exponent and without zeros that say nothing, unless that would be
/// longer than any number that people write.
pub(in crate::publication) fn digits(number: &Number) -> String {
    const LONGEST: i64 = 400;
    let text = number.to_string();
    let (sign, size) = text.strip_prefix('-').map_or(("", text.as_str()), |size| ("-", size));
    let (mantissa, exponent) = size.split_once(['e', 'E']).unwrap_or((size, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{part}");
    let (kept, Ok(exponent)) = (all.trim_end_matches('0'), exponent.parse::<i64>()) else { return text };
    // Where the point stands in the digits that are left.
    let Some(point) = exponent.checked_add(whole.len() as i64) else { return text };
    let leading = kept.len() - kept.trim_start_matches('0').len();
    let (kept, point) = (&kept[leading..], point.saturating_sub(leading as i64));
    if kept.is_empty() {
        return "0".to_owned();
    }
    if point.abs() > LONGEST {
        return format!("{sign}{kept}e{point}");
    }
    let zeros = |count: i64| "0".repeat(count.max(0) as usize);
    let length = kept.len() as i64;
    if point <= 0 {
        format!("{sign}0.{}{kept}", zeros(-point))
    } else if point >= length {
        format!("{sign}{kept}{}", zeros(point - length))
    } else {
        let (whole, part) = kept.split_at(point as usize);
        format!("{sign}{whole}.{part}")
    }
}

/// Whether a number that was kept is what an earlier version of this program made of a longer one: a fraction or a power of ten, of the same
/// size, with fewer digits. Two numbers that were both kept whole are never taken for each other.
fn is_cut(kept: &Number, brought: &Number) -> bool {
    let digits_of = |text: &str| {
        text.split(['e', 'E']).next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count()
    };
    let (kept_text, brought_text) = (kept.to_string(), brought.to_string());
    kept_text.contains(['.', 'e', 'E'])
        && digits_of(&kept_text) < digits_of(&brought_text)
        && kept.as_f64() == brought.as_f64()
}

/// Whether a release that was kept says the same as one that is brought, as far as the version that kept it could say it.
pub(crate) fn say_the_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => are_same(one, other) || is_cut(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| say_the_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|other| say_the_same(value, other))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// Ids that stand twice in one list of a release, each with its list: the objects are one when releases are merged, and of what they say
/// differently the last counts.
pub fn repeated_ids(release: &Value, rules: &Rules) -> Vec<(String, String)> {
    let mut found = Vec::new();
    look(release, rules, "", &mut found);
    found
}

fn look(value: &Value, rules: &Rules, path: &str, found: &mut Vec<(String, String)>) {
    static NONE: Rules = Rules { rule: None, fields: std::collections::BTreeMap::new() };
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let within = rules.within(name).unwrap_or(&NONE);
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        match value {
            _ if matches!(within.rule, Some(Rule::Replace | Rule::Omit)) => {}
            Value::Array(list) => {
                let mut seen = BTreeSet::new();
                for item in list {
                    let id = match item.get("id") {
                        Some(Value::String(text)) => Some(text.clone()),
                        Some(Value::Number(number)) => Some(digits(number)),
                        _ => None,
                    };
                    let twice = id.filter(|id| !seen.insert(id.clone()));
                    found.extend(twice.map(|id| (path.clone(), id)));
                    look(item, within, &path, found);
                }
            }
            _ => look(value, within, &path, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rules, compile};
    use super::*;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn releases_are_in_the_order_of_time_and_not_of_text() {
        for (earlier, later) in [
            ("2026-03-01T00:30:00+01:00", "2026-02-28T23:45:00Z"),
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500Z"),
            ("2026-10-25T01:50:00+01:00", "2026-10-25T01:10:00+00:00"),
        ] {
            assert!(order(earlier) < order(later), "{earlier} {later}");
            let release = |id: &str, date: &str| {
                read(&format!(
                    "{{\"ocid\":\"o\",\"id\":\"{id}\",\"date\":\"{date}\",\"tender\":{{\"title\":\"{id}\"}}}}"
                ))
            };
            let (first, second) = (release("first", earlier), release("second", later));
            for list in [[&first, &second], [&second, &first]] {
                assert_eq!(compile(&list, &Rules::for_extensions([])).unwrap()["tender"]["title"], "second");
            }
            assert!(in_utc(earlier) < in_utc(later));
        }
    }

    #[test]
    fn numbers_of_any_length_stay_as_they_are() {
        let text = "{\"ocid\":\"o\",\"id\":\"a\",\"date\":\"2026-01-01T00:00:00Z\",\"tender\":{\"value\":{\"amount\":1234567.10},\"items\":[{\"id\":20230000000000000001,\"description\":\"first\"},{\"id\":20230000000000000002,\"description\":\"second\"}]}}";
        let release = read(text);
        assert_eq!(release.to_string(), text);
        let compiled = compile(&[&release], &Rules::for_extensions([])).unwrap();
        assert_eq!(compiled["tender"]["items"].as_array().unwrap().len(), 2);
        assert_eq!(compiled["tender"]["items"][1]["id"].to_string(), "20230000000000000002");
        // What an earlier version kept of it is the same, for it could keep no more.
        let before = read(
            &text.replace("20230000000000000001", "2.023e19").replace("20230000000000000002", "2.023e19"),
        );
        assert!(say_the_same(&before, &release) && !say_the_same(&release, &read("{\"ocid\":\"o\"}")));
    }

    #[test]
    fn numbers_that_were_kept_whole_are_not_taken_for_each_other() {
        let say = |kept: &str, brought: &str| say_the_same(&read(kept), &read(brought));
        assert!(say("2.023e+19", "20230000000000000001"));
        assert!(!say("20230000000000000001", "20230000000000000002"), "nothing is lost in silence");
        assert!(!say("20230000000000000001", "2.023e+19"));
        assert!(say("1.50", "1.5") && !say("1.5", "1.6"));
    }

    #[test]
    fn an_award_with_the_number_1_is_that_with_the_text_1() {
        for (one, other) in [("1", "\"1\""), ("1", "1.0"), ("1.50", "1.5")] {
            let release = |id: &str, date: &str, title: &str| {
                read(&format!(
                    "{{\"ocid\":\"o\",\"id\":\"{date}\",\"date\":\"{date}\",\"awards\":[{{\"id\":{id},\"title\":\"{title}\"}}]}}"
                ))
            };
            let (first, second) =
                (release(one, "2026-01-01T00:00:00Z", "a"), release(other, "2026-01-02T00:00:00Z", "b"));
            let compiled = compile(&[&first, &second], &Rules::for_extensions([])).unwrap();
            assert_eq!(compiled["awards"].as_array().unwrap().len(), 1, "{one} {other}");
            assert_eq!(compiled["awards"][0]["title"], "b");
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (same, as_digits) in [
            (&["1", "1.0", "1e0", "10E-1", "0.1e1", "100e-2"][..], "1"),
            (&["0.05", "5e-2", "0.50e-1"], "0.05"),
            (&["-1200", "-1.2e3", "-1200.00"], "-1200"),
            (&["12.5", "1.25e1"], "12.5"),
            (&["0", "-0", "0.0", "0e9"], "0"),
            (&["12345678901234567890123", "12345678901234567890123.0"], "12345678901234567890123"),
            (&["1e5000", "10e4999"], "1e5001"),
        ] {
            for text in same {
                assert_eq!(digits(&serde_json::from_str(text).unwrap()), as_digits, "{text}");
            }
        }
    }

    #[test]
    fn an_id_that_stands_twice_in_a_list_is_told() {
        let release = read(
            "{\"tender\":{\"items\":[{\"id\":\"1\"},{\"id\":1},{\"id\":\"2\"}],\"lots\":[{\"id\":\"1\",\"units\":[{\"id\":7},{\"id\":7.0}]}]},\"tag\":[\"tender\"],\"parties\":[{\"id\":\"1\",\"additionalIdentifiers\":[{\"id\":\"x\"},{\"id\":\"x\"}]}]}",
        );
        let found = repeated_ids(&release, &Rules::for_extensions([]));
        let expected = [("tender/items", "1"), ("tender/lots/units", "7")];
        assert_eq!(found, expected.map(|(list, id)| (list.to_owned(), id.to_owned())));
    }

    #[test]
    fn a_null_takes_away_a_value_and_no_object_or_list_of_objects() {
        let before = "{\"ocid\":\"o\",\"id\":\"a\",\"date\":\"2026-01-01T00:00:00Z\",\"tender\":{\"title\":\"x\",\"value\":{\"amount\":1},\"items\":[{\"id\":1}]}}";
        let after = "{\"ocid\":\"o\",\"id\":\"b\",\"date\":\"2026-01-02T00:00:00Z\",\"tender\":{\"title\":null,\"value\":null,\"items\":null}}";
        let compiled = compile(&[&read(before), &read(after)], &Rules::for_extensions([])).unwrap();
        assert_eq!(compiled["tender"], read("{\"value\":{\"amount\":1},\"items\":[{\"id\":1}]}"));
    }
}
