//! Ages in completed years, and ranges of them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An inclusive range of ages in completed years: `0-4` is every child who has not had a fifth birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgeRange {
    from: u8,
    to: u8,
}

/// Why a text is not a range of ages.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a range of ages: write FROM-TO in whole years between 0 and 18, such as 0-4")]
pub struct NotAges(String);

/// The oldest age of the service: 18, the last year of special educational needs duties in published LSOA tables.
pub const OLDEST: u8 = 18;

impl AgeRange {
    /// Under five: the years before school.
    pub const UNDER_FIVE: Self = Self { from: 0, to: 4 };
    /// Up to seven: those for whom a registered place on both of Ofsted's registers may be used.
    pub const UNDER_EIGHT: Self = Self { from: 0, to: 7 };

    /// Ages `from` to `to`, both included.
    ///
    /// # Errors
    /// [`NotAges`] when the range is empty or goes beyond [`OLDEST`].
    pub fn new(from: u8, to: u8) -> Result<Self, NotAges> {
        if from <= to && to <= OLDEST { Ok(Self { from, to }) } else { Err(NotAges(format!("{from}-{to}"))) }
    }

    /// Youngest age.
    pub const fn from(self) -> u8 {
        self.from
    }

    /// Oldest age, included.
    pub const fn to(self) -> u8 {
        self.to
    }

    /// Every single year of age.
    pub fn years(self) -> impl Iterator<Item = u8> {
        self.from..=self.to
    }

    /// Whether some age is in both.
    ///
    /// ```
    /// use enough_kernel::AgeRange;
    /// let early_years: AgeRange = "0-4".parse().unwrap();
    /// assert!(early_years.overlaps("3-11".parse().unwrap()));
    /// assert!(!early_years.overlaps("5-11".parse().unwrap()));
    /// ```
    pub const fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

impl fmt::Display for AgeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl FromStr for AgeRange {
    type Err = NotAges;

    fn from_str(text: &str) -> Result<Self, NotAges> {
        let refuse = || NotAges(text.to_owned());
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let year = |part: &str| part.trim().parse::<u8>().map_err(|_| refuse());
        Self::new(year(from)?, year(to)?).map_err(|_| refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back_as_written() {
        assert_eq!("0-4".parse::<AgeRange>().unwrap().to_string(), "0-4");
        assert_eq!("3".parse::<AgeRange>().unwrap().to_string(), "3-3");
    }

    #[test]
    fn nonsense_is_refused_with_the_text_that_was_given() {
        for bad in ["", "-", "4-0", "0-19", "a-b", "0-4-7", "-1-4"] {
            let error = bad.parse::<AgeRange>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{bad}'")), "{error}");
        }
    }
}
