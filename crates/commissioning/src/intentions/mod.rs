//! Intentions: what an authority means to buy or fund, why, where, for how much, how and when; published before anything is decided, so
//! that nobody learns of a priority from a tender.

mod keep;
mod records;
mod route;
mod rules;
mod ways;

pub use keep::{
    Change, add_intention, change_intention, intention, intentions, move_intention, remove_draft,
};
pub(crate) use keep::{SOONER, happened, intention_in};
pub use route::{Duty, Route, duties};
pub use rules::{Move, next};
pub use ways::{Circumstances, Fit, Way, ways};

use chrono::{DateTime, Months, NaiveDate, Utc};
use enough_kernel::Pence;
use enough_plans::{Figure, ObjectiveKey};
use enough_store::names;

names! {
    /// How far an intention is.
    State {
        Draft = "draft", "Draft";
        Published = "published", "Published";
        InCodesign = "in-codesign", "Being designed with those who know";
        Procuring = "procuring", "Open to bids or applications";
        Fulfilled = "fulfilled", "Done";
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

/// What somebody writes of an intention.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Draft {
    /// What it is called.
    pub title: String,
    /// The need that it answers.
    pub why: String,
    /// What is to be bought or funded.
    pub what: String,
    /// The codes of the areas that it is for.
    pub areas: Vec<String>,
    /// At least so much in all, with VAT.
    pub least: Pence,
    /// At most so much in all, with VAT.
    pub most: Pence,
    /// How.
    pub route: Option<Route>,
    /// What the choice of this way rests on.
    #[serde(default)]
    pub case: Circumstances,
    /// When bids or applications are asked for.
    pub opens_on: Option<NaiveDate>,
    /// When it starts.
    pub starts_on: Option<NaiveDate>,
    /// For how many months.
    pub months: u32,
    /// Where to ask: an address of a team.
    pub contact: String,
    /// The objectives that it serves.
    #[serde(default)]
    pub objectives: Vec<ObjectiveKey>,
}

/// An area that an intention is for, as it was known when what the intention says was published.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What the answer said of it.
    pub sentence: String,
    /// How many places short of the target it was, if that was kept.
    #[serde(default)]
    pub short: Option<f64>,
    /// The question that was answered, so that only answers to the same are compared.
    #[serde(default)]
    pub asked: String,
}

/// How many places areas are short of in all, to a tenth, if that is known of each of them.
pub fn short(areas: &[Evidence]) -> Option<Figure> {
    let all: Option<Vec<f64>> = areas.iter().map(|area| area.short).collect();
    let sum: f64 = all.filter(|all| !all.is_empty())?.iter().sum();
    Some(Figure::new((sum * 10.0).round() as i64 * 10))
}

/// An intention.
#[derive(Debug, Clone, PartialEq)]
pub struct Intention {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: Draft,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Since when everybody reads what it says now.
    pub said_at: Option<DateTime<Utc>>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// The areas as they were known when what it says now was published.
    pub evidence: Vec<Evidence>,
    /// The id of that answer.
    pub assessment: Option<String>,
}

impl Intention {
    /// The day it ends.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.text.starts_on?.checked_add_months(Months::new(self.text.months))?.pred_opt()
    }

    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.published_at.is_some()
    }
}
