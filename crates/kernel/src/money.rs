//! Money in whole pence, exactly: never a fraction of a penny, never a rounded sum.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::words::{count, ungrouped};

/// A text that is no amount of pounds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Write an amount of pounds as 12,500 or 12500.50{}", got(.0))]
pub struct NotPounds(String);

fn got(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("; {text:?} is none") }
}

/// An amount in whole pence. It reads as `£12,500`, or `£12,500.50` where there are pence.
///
/// ```
/// use enough_kernel::Pence;
/// let amount: Pence = "£12,500.5".parse().unwrap();
/// assert_eq!((amount.get(), amount.to_string().as_str()), (1_250_050, "£12,500.50"));
/// assert_eq!("60 000".parse::<Pence>().unwrap().to_string(), "£60,000");
/// assert!(["12.345", "-5", "many", "", "99999999999", "92,5", "1,00"].iter().all(|text| text.parse::<Pence>().is_err()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pence(i64);

impl Pence {
    /// So many pence.
    pub const fn new(pence: i64) -> Self {
        Self(pence)
    }

    /// How many pence.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pounds, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}£{}", count(pounds as f64))?;
        if rest > 0 { write!(f, ".{rest:02}") } else { Ok(()) }
    }
}

impl FromStr for Pence {
    type Err = NotPounds;

    /// As people write it; at most ten digits of pounds.
    fn from_str(text: &str) -> Result<Self, NotPounds> {
        let wrong = || NotPounds(text.to_owned());
        let plain = ungrouped(text.trim().trim_start_matches('£').trim_start()).ok_or_else(wrong)?;
        let (pounds, rest) = plain.split_once('.').unwrap_or((&plain, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(pounds) || !are_digits(rest) || rest.len() > 2 || pounds.len() > 10 {
            return Err(wrong());
        }
        let pounds: i64 = pounds.parse().map_err(|_| wrong())?;
        let rest: i64 = format!("{rest:0<2}").parse().map_err(|_| wrong())?;
        Ok(Self(pounds * 100 + rest))
    }
}
