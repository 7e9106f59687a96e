//! Figures that tell how something is: exact, with a unit, and kept back where they could name a child. Pure.

use std::fmt;
use std::str::FromStr;

use enough_kernel::is_few;
use enough_kernel::words::{count, ungrouped};
use enough_store::names;
use serde::{Deserialize, Serialize};
use thiserror::Error;

names! {
    /// What a figure is in.
    Unit {
        Children = "children", "children";
        ShareOfChildren = "share-of-children", "% of children";
        Percent = "percent", "%";
        Number = "number", "a number";
        Days = "days", "days";
        Minutes = "minutes", "minutes";
        Pounds = "pounds", "pounds";
    }
}

names! {
    /// Which way is better.
    Better {
        More = "more", "More is better";
        Less = "less", "Less is better";
    }
}

/// A figure in hundredths of its unit, exactly.
///
/// ```
/// use enough_plans::Figure;
/// let figure: Figure = "1,240.5".parse().unwrap();
/// assert_eq!((figure.get(), figure.to_string().as_str()), (124_050, "1,240.5"));
/// assert!(["", "1.234", "-1", "a", "99999999999", "92,5"].iter().all(|text| text.parse::<Figure>().is_err()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figure(i64);

/// A text that is no figure.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Write a figure with at most two decimals, such as 92.5{}", got(.0))]
pub struct NotAFigure(String);

fn got(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("; {text:?} is none") }
}

impl Figure {
    /// So many hundredths.
    pub const fn new(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// So many.
    pub const fn whole(number: i64) -> Self {
        Self(number * 100)
    }

    /// How many hundredths.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", count(whole as f64))?;
        match rest {
            0 => Ok(()),
            rest if rest % 10 == 0 => write!(f, ".{}", rest / 10),
            rest => write!(f, ".{rest:02}"),
        }
    }
}

impl FromStr for Figure {
    type Err = NotAFigure;

    fn from_str(text: &str) -> Result<Self, NotAFigure> {
        let wrong = || NotAFigure(text.to_owned());
        let plain = ungrouped(text.trim()).ok_or_else(wrong)?;
        let (whole, rest) = plain.split_once('.').unwrap_or((&plain, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(rest) || whole.len() > 10 || rest.len() > 2 {
            return Err(wrong());
        }
        format!("{whole}{rest:0<2}").parse().map(Self).map_err(|_| wrong())
    }
}

/// What was counted or measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The figure; of a share of children, how many children.
    pub value: Figure,
    /// Of how many children, for a share of them.
    pub out_of: Option<u32>,
}

/// Whether a figure is as good as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// At the target or beyond.
    Reached,
    /// Nearer to the target than the baseline was.
    Nearer,
    /// As far as the baseline, or farther.
    NotNearer,
}

impl Progress {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reached => "Reached",
            Self::Nearer => "On the way",
            Self::NotNearer => "No nearer",
        }
    }
}

impl Better {
    /// Whether a figure is at the target or beyond.
    pub fn is_reached(self, figure: Figure, target: Figure) -> bool {
        match self {
            Self::More => figure >= target,
            Self::Less => figure <= target,
        }
    }

    /// How far a figure is on the way from a baseline to a target.
    pub fn progress(self, figure: Figure, baseline: Figure, target: Figure) -> Progress {
        let is_better = match self {
            Self::More => figure > baseline,
            Self::Less => figure < baseline,
        };
        match (self.is_reached(figure, target), is_better) {
            (true, _) => Progress::Reached,
            (_, true) => Progress::Nearer,
            _ => Progress::NotNearer,
        }
    }
}

impl Unit {
    /// What a reading is in the unit: of a share of children, the percentage, rounded half up to hundredths.
    ///
    /// ```
    /// use enough_plans::{Figure, Reading, Unit};
    /// let reading = Reading { value: Figure::whole(31), out_of: Some(40) };
    /// assert_eq!(Unit::ShareOfChildren.figure(reading).to_string(), "77.5");
    /// ```
    pub fn figure(self, reading: Reading) -> Figure {
        match reading.out_of.filter(|_| self == Self::ShareOfChildren) {
            Some(0) | None => reading.value,
            Some(all) => {
                let all = i64::from(all);
                Figure((reading.value.get() * 100 + all / 2).div_euclid(all))
            }
        }
    }

    /// A figure with its unit.
    pub fn say(self, figure: Figure) -> String {
        match self {
            Self::Pounds => format!("£{figure}"),
            Self::Percent => format!("{figure} %"),
            Self::Number => figure.to_string(),
            _ => format!("{figure} {}", self.label()),
        }
    }

    /// A reading with its unit, for those who may know it.
    pub fn tell(self, reading: Reading) -> String {
        match (self, reading.out_of) {
            (Self::ShareOfChildren, Some(all)) => {
                format!("{} ({} of {all})", self.say(self.figure(reading)), reading.value)
            }
            _ => self.say(self.figure(reading)),
        }
    }

    /// Whether a reading could name a child where everybody reads it: a few children, or all but a few of those there are.
    ///
    /// ```
    /// use enough_plans::{Figure, Reading, Unit};
    /// let few = |unit: Unit, value, out_of| unit.is_kept_back(Reading { value: Figure::whole(value), out_of });
    /// assert!(few(Unit::Children, 3, None) && !few(Unit::Children, 0, None) && !few(Unit::Days, 3, None));
    /// assert!(few(Unit::ShareOfChildren, 38, Some(40)), "two have it not");
    /// assert!(!few(Unit::ShareOfChildren, 30, Some(40)));
    /// ```
    pub fn is_kept_back(self, reading: Reading) -> bool {
        let children = u64::try_from(reading.value.get() / 100).unwrap_or_default();
        match self {
            Self::Children => is_few(children),
            Self::ShareOfChildren => {
                let all = u64::from(reading.out_of.unwrap_or_default());
                is_few(children) || is_few(all) || is_few(all.saturating_sub(children))
            }
            _ => false,
        }
    }

    /// A reading with its unit where everybody reads it.
    pub fn publish(self, reading: Reading) -> String {
        if self.is_kept_back(reading) {
            return "kept back: it is about so few children that one could be recognised".to_owned();
        }
        self.tell(reading)
    }
}
