//! Numbers as published tables write them.

use enough_kernel::words::ungrouped;

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
    let plain = if text.contains(',') { ungrouped(text)? } else { text.to_owned() };
    plain.parse::<f64>().ok().filter(|number| number.is_finite())
}
