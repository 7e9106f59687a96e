//! Quantities as they are written on the command line.

use enough_kernel::{Level, Minutes};

/// Minutes, zero or more.
///
/// # Errors
/// When it is none.
pub fn minutes(text: &str) -> Result<Minutes, String> {
    let number = text.parse().map_err(|_| "minutes are a number, such as 15".to_owned())?;
    Minutes::checked(number).map_err(|error| error.to_string())
}

/// Minutes above zero.
///
/// # Errors
/// When it is none.
pub fn positive_minutes(text: &str) -> Result<Minutes, String> {
    minutes(text)
        .and_then(|minutes| if minutes.get() > 0.0 { Ok(minutes) } else { Err("must be above 0".to_owned()) })
}

/// More places per child than anybody calls enough: beyond, places for every 100 children were meant.
const MOST_PER_CHILD: f64 = 5.0;

/// Places per child.
///
/// ```
/// use enough_assessments::quantities::level;
/// assert_eq!(level("0.4").unwrap().get(), 0.4);
/// assert!(level("40").unwrap_err().contains("write 0.4"));
/// ```
///
/// # Errors
/// When it is none.
pub fn level(text: &str) -> Result<Level, String> {
    let number: f64 = text.parse().map_err(|_| "a level is places per child, such as 0.4".to_owned())?;
    if number.is_finite() && number > MOST_PER_CHILD {
        let meant = number / 100.0;
        return Err(format!(
            "that is {number} places for each child; for {number} in every 100 children write {meant}"
        ));
    }
    Level::checked(number).map_err(|error| error.to_string())
}

/// A number above zero, such as a speed.
///
/// # Errors
/// When it is none.
pub fn positive(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n > 0.0)
        .ok_or_else(|| "must be a number above 0".to_owned())
}
