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

/// Places per child.
///
/// # Errors
/// When it is none.
pub fn level(text: &str) -> Result<Level, String> {
    let number = text.parse().map_err(|_| "a level is places per child, such as 0.4".to_owned())?;
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
