//! What bids are judged by. Pure.

use std::fmt;
use std::str::FromStr;

use enough_kernel::Pence;
use enough_store::names;
use serde::{Deserialize, Serialize};
use thiserror::Error;

names! {
    /// What a criterion is about.
    Kind {
        Quality = "quality", "Quality";
        SocialValue = "social-value", "Social value";
        Price = "price", "Price";
    }
}

names! {
    /// How a price becomes points: `w` is the weight of the price, `p` the price, `l` the lowest price of the lot.
    Formula {
        Relative = "relative", "The lowest price has all points; another has lowest ÷ price of them";
        Linear = "linear", "The lowest price has all points; another loses them as it is dearer, and at twice the lowest has none";
    }
}

/// A share of 100 %, in hundredths of a percent, exactly.
///
/// ```
/// use enough_commissioning::tenders::Weight;
/// let weight: Weight = "12.5".parse().unwrap();
/// assert_eq!((weight.get(), weight.to_string().as_str()), (1250, "12.5%"));
/// assert!(["", "12.345", "-1", "101", "a"].iter().all(|text| text.parse::<Weight>().is_err()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(u32);

/// A text that is no percentage.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no weight; write a percentage with at most two decimals, such as 12.5")]
pub struct NotAWeight(String);

impl Weight {
    /// 100 %.
    pub const WHOLE: u32 = 10_000;

    /// So many hundredths of a percent.
    pub const fn new(hundredths: u32) -> Self {
        Self(hundredths)
    }

    /// How many hundredths of a percent.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        write!(f, "{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for Weight {
    type Err = NotAWeight;

    fn from_str(text: &str) -> Result<Self, NotAWeight> {
        let wrong = || NotAWeight(text.to_owned());
        let plain = text.trim().trim_end_matches('%').trim();
        let (whole, rest) = plain.split_once('.').unwrap_or((plain, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(rest) || whole.len() > 3 || rest.len() > 2 {
            return Err(wrong());
        }
        let hundredths: u32 = format!("{whole}{rest:0<2}").parse().map_err(|_| wrong())?;
        if hundredths <= Self::WHOLE { Ok(Self(hundredths)) } else { Err(wrong()) }
    }
}

/// What bids are judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// What it is about.
    pub kind: Kind,
    /// What is asked; of a price, what it must include.
    pub asks: String,
    /// How much it counts.
    pub weight: Weight,
    /// At most so many words; 0 for a price.
    pub words: u32,
    /// A bid with fewer points for it cannot win.
    pub least: u32,
}

/// A part that can be won on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What it is called.
    pub title: String,
    /// At most so much, with VAT, for the whole time.
    pub ceiling: Pence,
    /// How prices become points.
    pub formula: Formula,
    /// What bids are judged by, numbered from 1 in this order.
    pub criteria: Vec<Criterion>,
    /// Whether bids say what their price is made up of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub costs: bool,
}

impl Lot {
    /// A criterion by its number.
    pub fn criterion(&self, number: i32) -> Option<&Criterion> {
        self.criteria.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The criteria that evaluators score, with their numbers.
    pub fn scored(&self) -> impl Iterator<Item = (i32, &Criterion)> {
        (1..).zip(&self.criteria).filter(|(_, one)| one.kind != Kind::Price)
    }

    /// What the price counts, if it does.
    pub fn price(&self) -> Option<&Criterion> {
        self.criteria.iter().find(|one| one.kind == Kind::Price)
    }
}

/// The most words that a bid for all lots may have: what is asked of bidders.
pub fn words_asked(lots: &[Lot]) -> u64 {
    lots.iter().flat_map(|lot| &lot.criteria).map(|one| u64::from(one.words)).sum()
}

/// How much work a bid is: words asked for each £1,000 of the value, and hours at 100 words an hour (our assumption: thinking, writing
/// and checking), both rounded up; nothing without a value.
///
/// ```
/// use enough_commissioning::tenders::effort;
/// use enough_kernel::Pence;
/// // 44 questions of 500 words for £350,000 a year, as charities told Commissioning in Crisis (Lloyds Bank Foundation, 2016).
/// assert_eq!(effort(44 * 500, Pence::new(35_000_000)), Some((63, 220)));
/// ```
pub fn effort(words: u64, worth: Pence) -> Option<(u64, u64)> {
    let pounds = u64::try_from(worth.get() / 100).ok().filter(|pounds| *pounds > 0)?;
    Some(((words * 1000).div_ceil(pounds), words.div_ceil(100)))
}
