//! The nine-character codes of the Office for National Statistics (GSS codes) and what kind of area each names.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A GSS area code such as `E08000003`: one letter and eight digits, kept in its nine bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode([u8; 9]);

/// Why a text is not a GSS code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not an area code: one capital letter and eight digits, such as E08000003")]
pub struct NotACode(String);

/// The kinds of area that the service measures by or groups by, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// Census output area, about 130 households.
    OutputArea,
    /// Lower layer super output area, 400 to 1,200 households: the unit of need.
    Lsoa,
    /// Middle layer super output area, 2,000 to 6,000 households.
    Msoa,
    /// Electoral ward or division.
    Ward,
    /// District, borough, metropolitan or unitary authority.
    LocalAuthority,
    /// County council: the children's services authority above districts.
    County,
}

impl AreaCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored (see `from_str`), so this is always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What the first three characters say the area is, for the kinds the service uses.
    ///
    /// Source: ONS Register of Geographic Codes.
    ///
    /// ```
    /// use enough_kernel::{AreaCode, AreaKind};
    /// let manchester: AreaCode = "E08000003".parse().unwrap();
    /// assert_eq!(manchester.kind(), Some(AreaKind::LocalAuthority));
    /// ```
    pub fn kind(&self) -> Option<AreaKind> {
        match &self.0[..3] {
            b"E00" | b"W00" => Some(AreaKind::OutputArea),
            b"E01" | b"W01" => Some(AreaKind::Lsoa),
            b"E02" | b"W02" => Some(AreaKind::Msoa),
            b"E05" | b"W05" => Some(AreaKind::Ward),
            b"E06" | b"E07" | b"E08" | b"E09" | b"W06" => Some(AreaKind::LocalAuthority),
            b"E10" => Some(AreaKind::County),
            _ => None,
        }
    }

    /// Whether the area is in England.
    pub fn is_english(&self) -> bool {
        self.0[0] == b'E'
    }
}

impl FromStr for AreaCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let bytes: [u8; 9] = text.trim().as_bytes().try_into().map_err(|_| NotACode(text.to_owned()))?;
        if bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit) {
            Ok(Self(bytes))
        } else {
            Err(NotACode(text.to_owned()))
        }
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_letter_and_eight_digits_are_a_code() {
        assert!(" E01005062 ".parse::<AreaCode>().is_ok(), "spaces around a code are trimmed");
        for bad in ["", "E0100506", "E010050622", "e01005062", "101005062", "E0100506x", "£01005062"] {
            assert!(bad.parse::<AreaCode>().is_err(), "{bad} was taken");
        }
    }
}
