//! Figures and lists as people read them.

use crate::{Level, Minutes, Places};

/// A whole number with commas between thousands.
pub fn count(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 { format!("-{text}") } else { text }
}

/// Figures as people type them without the commas or spaces between thousands; nothing where these stand elsewhere, so that `92,5` is
/// never taken for 925.
///
/// ```
/// use enough_kernel::words::ungrouped;
/// assert_eq!(ungrouped("1,204.5").as_deref(), Some("1204.5"));
/// assert_eq!(ungrouped("-60 000").as_deref(), Some("-60000"));
/// assert!(["92,5", "12,04", "1,2345", "1.5,000", ",5", "1, 000"].iter().all(|text| ungrouped(text).is_none()));
/// ```
pub fn ungrouped(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.trim_start_matches('-').split([',', ' ']);
    let first = groups.next()?.len();
    let mut others = groups.peekable();
    let right = others.peek().is_none() || (1..=3).contains(&first) && others.all(|group| group.len() == 3);
    let marks = [',', ' '];
    (right && fraction.is_none_or(|digits| !digits.contains(marks))).then(|| text.replace(marks, ""))
}

/// A whole number as people type it.
///
/// ```
/// use enough_kernel::words::whole;
/// assert_eq!((whole("1,500"), whole(" 12 "), whole("1,5"), whole("-1"), whole("")), (Some(1500), Some(12), None, None, None));
/// ```
pub fn whole(text: &str) -> Option<u32> {
    let plain = ungrouped(text.trim())?;
    plain.bytes().all(|byte| byte.is_ascii_digit()).then(|| plain.parse().ok())?
}

/// Whole places that are missing or spare, the same wherever they are shown: rounded down, as no more is claimed than there is.
///
/// ```
/// use enough_kernel::words::whole_places;
/// assert_eq!([66.99, 67.0, 66.999_999_9, 0.4].map(whole_places), [66.0, 67.0, 67.0, 0.0]);
/// ```
pub fn whole_places(places: f64) -> f64 {
    (places + 1e-6).floor()
}

/// At least so many: rounded down, because it is proven.
pub fn at_least(places: Places) -> String {
    count(whole_places(places.get()))
}

/// Places for every 100 children.
pub fn per_hundred(level: Level) -> String {
    format!("{:.0}", level.get() * 100.0)
}

/// Minutes without needless decimals.
pub fn minutes(minutes: Minutes) -> String {
    minutes.get().to_string()
}

/// `A, B and C`, or `A, B and 7 others`.
pub fn list(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        // "and 1 other" would be no shorter than its name.
        _ if names.len() > most + 1 => {
            format!("{} and {} others", names[..most].join(", "), names.len() - most)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A number and its noun.
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number as f64), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_between_thousands() {
        assert_eq!(
            ["0", "7", "999", "1,000", "1,234,568"],
            [0.2, 7.0, 999.0, 999.6, 1_234_567.8].map(count)[..]
        );
    }

    #[test]
    fn at_least_is_never_rounded_up() {
        assert_eq!(at_least(Places::new(731.9)), "731");
        assert_eq!(
            at_least(Places::new(731.999_999_9)),
            "732",
            "but rounding of sums is not taken for a gap"
        );
    }

    #[test]
    fn long_lists_say_how_many_others() {
        let names = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(list(&names, 4), "A, B, C and D");
        assert_eq!(list(&names, 3), "A, B, C and D");
        assert_eq!(list(&names, 2), "A, B and 2 others");
    }
}
