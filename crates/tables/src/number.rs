//! Numbers as published tables write them.

/// Marks that published tables put where a number is withheld, not known or does not apply.
const NO_NUMBER: [&str; 14] =
    ["", "-", "..", ":", "c", "x", "z", "u", "NULL", "NA", "N/A", "REDACTED", "[c]", "[x]"];

/// Whether the text stands for "no number here".
pub(crate) fn is_blank(text: &str) -> bool {
    NO_NUMBER.contains(&text)
}

/// A finite number, with or without commas between thousands. `None` when the text is something else.
///
/// ```
/// use enough_tables::parse_number;
/// assert_eq!(parse_number("1,204.5"), Some(1204.5));
/// assert_eq!(parse_number("12,04"), None);
/// assert_eq!(parse_number("inf"), None);
/// ```
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = if text.contains(',') { without_commas(text)? } else { text.to_owned() };
    plain.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn without_commas(text: &str) -> Option<String> {
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?;
    let right = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    (right && fraction.is_none_or(|digits| !digits.contains(','))).then(|| text.replace(',', ""))
}
