//! Plans: what a children's services authority and its partners mean to achieve, by when, and what tells whether they do. Everything that
//! is bought or funded is for an objective of one. And what organisations promise each other for it ([`commitments`]).

pub mod commitments;
mod figure;
mod keep;
mod records;
mod rules;

pub use figure::{Better, Figure, NotAFigure, Progress, Reading, Unit};
pub use keep::{
    Change, Objectives, Series, Then, Told, add_plan, change_plan, objectives, plan, plans, publish_plan,
    remove_plan, series, standing, take_back_figure, tell_figure,
};
pub use rules::is_reading;

use chrono::{DateTime, NaiveDate, Utc};
use enough_store::names;
use serde::{Deserialize, Serialize};

names! {
    /// What a plan is. None of them is asked for by law as a document of this name any more: the regulations about the Children and Young
    /// People's Plan were revoked on 31 October 2010.
    Kind {
        ChildrenAndYoungPeople = "cypp", "Children and Young People's Plan";
        Send = "send", "Special educational needs and disabilities";
        FamiliesFirst = "families-first", "Families First";
        EarlyHelp = "early-help", "Early help";
        Childcare = "childcare", "Childcare sufficiency action plan";
        Other = "other", "Another plan";
    }
}

names! {
    /// What children should have: the five outcomes that the Children's Trust Board Regulations 2010 (SI 2010/591) named, as a template.
    Outcome {
        Health = "health", "Physical and mental health and emotional well-being";
        Protection = "protection", "Protection from harm and neglect";
        Education = "education", "Education, training and recreation";
        Contribution = "contribution", "The contribution made by them to society";
        WellBeing = "well-being", "Social and economic well-being";
    }
}

/// What tells whether an objective is reached: for all children of the authority, not for those of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// What is counted or measured.
    pub title: String,
    /// In what.
    pub unit: Unit,
    /// Whether more of it is better.
    pub better: Better,
    /// What it was when the plan began, in its unit; of a share of children, in percent.
    pub baseline: Figure,
    /// When that was.
    pub baseline_on: NaiveDate,
    /// What it should be.
    pub target: Figure,
    /// By when.
    pub target_on: NaiveDate,
    /// Where its figures come from.
    pub source: String,
}

/// What a plan is to achieve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// What will be so.
    pub title: String,
    /// Which outcome it is for.
    pub outcome: Outcome,
    /// Who answers for it: a post, not a person.
    pub lead: String,
    /// The story behind the figures.
    pub story: String,
    /// Who has a part in it.
    pub partners: String,
    /// What works, and what is done.
    pub works: String,
    /// What tells whether it is reached.
    pub indicators: Vec<Indicator>,
}

/// What somebody writes of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it is called.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// Its objectives, numbered from 1 in this order; what was published keeps its number.
    pub objectives: Vec<Objective>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// Counts its changes.
    pub version: i32,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

impl Plan {
    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.published_at.is_some()
    }
}

/// Which objective of which plan: written as `plan/number`, as in the address of its page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectiveKey {
    /// The id of the plan.
    pub plan: String,
    /// Its number in the plan.
    pub number: usize,
}

impl std::fmt::Display for ObjectiveKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.plan, self.number)
    }
}

/// A text that names no objective.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no objective; write it as plan/number")]
pub struct NotAnObjective(String);

impl std::str::FromStr for ObjectiveKey {
    type Err = NotAnObjective;

    fn from_str(text: &str) -> Result<Self, NotAnObjective> {
        let wrong = || NotAnObjective(text.to_owned());
        let (plan, number) = text.split_once('/').ok_or_else(wrong)?;
        let number = number.parse().ok().filter(|number| *number > 0).ok_or_else(wrong)?;
        if plan.is_empty() { Err(wrong()) } else { Ok(Self { plan: plan.to_owned(), number }) }
    }
}

impl Serialize for ObjectiveKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'a> Deserialize<'a> for ObjectiveKey {
    fn deserialize<D: serde::Deserializer<'a>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
