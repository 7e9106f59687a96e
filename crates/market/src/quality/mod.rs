//! What Ofsted said of a setting. Since 10 November 2025 a report card grades six areas and says whether safeguarding standards are met; before,
//! one grade stood for the whole. Ofsted says that the two scales do not correspond: both are kept side by side, and none is made into the
//! other.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A judgement that has words.
pub trait Worded: Sized + Copy + PartialEq + 'static {
    /// All of them, the best first.
    const ALL: &'static [(Self, &'static str, &'static [&'static str])];

    /// In the words that people use.
    fn label(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, label, _)| label)
    }

    /// What Ofsted's word for it is, in any letter case.
    fn of(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase();
        let is_it = |label: &str, others: &[&str]| label == plain || others.contains(&plain.as_str());
        Self::ALL.iter().find(|(_, label, others)| is_it(label, others)).map(|(one, ..)| *one)
    }
}

/// The single grade of overall effectiveness, until November 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Grade {
    Outstanding,
    Good,
    RequiresImprovement,
    Inadequate,
}

impl Worded for Grade {
    const ALL: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (Self::Outstanding, "outstanding", &["1"]),
        (Self::Good, "good", &["2"]),
        (Self::RequiresImprovement, "requires improvement", &["3"]),
        (Self::Inadequate, "inadequate", &["4"]),
    ];
}

/// A grade of an area on a report card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum CardGrade {
    Exceptional,
    StrongStandard,
    ExpectedStandard,
    NeedsAttention,
    UrgentImprovement,
}

impl Worded for CardGrade {
    const ALL: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (Self::Exceptional, "exceptional", &[]),
        (Self::StrongStandard, "strong standard", &[]),
        (Self::ExpectedStandard, "expected standard", &[]),
        (Self::NeedsAttention, "needs attention", &[]),
        (Self::UrgentImprovement, "urgent improvement", &[]),
    ];
}

/// Whether requirements are met, where nothing is graded: no children on roll, care out of school hours, the Childcare Register alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Requirements {
    Met,
    NotMet,
    NotMetActions,
    NotMetEnforcement,
}

impl Worded for Requirements {
    const ALL: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (Self::Met, "met", &[]),
        (Self::NotMet, "not met", &[]),
        (
            Self::NotMetActions,
            "not met (with actions)",
            &["not met with actions", "not met - actions", "not met (actions)"],
        ),
        (
            Self::NotMetEnforcement,
            "not met (enforcement)",
            &["not met with enforcement", "not met - enforcement", "not met (with enforcement)"],
        ),
    ];
}

/// The areas of a report card for early years, in Ofsted's order.
pub const AREAS: [&str; 6] = [
    "Inclusion",
    "Curriculum and teaching",
    "Achievement",
    "Behaviour, attitudes and establishing routines",
    "Children's welfare and wellbeing",
    "Leadership and governance",
];

/// A judgement, and the day of the inspection, where it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Judged<T> {
    pub is: T,
    pub on: Option<NaiveDate>,
}

/// A report card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCard {
    /// The day of the inspection.
    pub on: Option<NaiveDate>,
    /// Whether safeguarding standards are met.
    pub safeguarding: Option<bool>,
    /// The grade of each of the [`AREAS`].
    pub areas: [Option<CardGrade>; AREAS.len()],
}

impl ReportCard {
    /// Whether every area has at least the expected standard, and safeguarding standards are met. This is Enough's own measure: Ofsted makes
    /// no whole of a card.
    pub fn is_at_least_expected(&self) -> bool {
        let is_expected =
            |grade: &Option<CardGrade>| grade.is_some_and(|grade| grade <= CardGrade::ExpectedStandard);
        self.safeguarding == Some(true) && self.areas.iter().all(is_expected)
    }
}

/// All that Ofsted said of a setting, each on its own scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgements {
    /// The report card.
    pub card: Option<ReportCard>,
    /// The single grade.
    pub grade: Option<Judged<Grade>>,
    /// The outcome of an inspection with no children on roll.
    pub no_children: Option<Judged<Requirements>>,
    /// The outcome of an inspection of care out of school hours.
    pub out_of_school: Option<Judged<Requirements>>,
    /// The outcome of an inspection for the Childcare Register alone.
    pub childcare_register: Option<Judged<Requirements>>,
}

/// By what a setting is counted: by the first of these that it has, so that all settings are counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Standing {
    Card,
    Grade,
    NoChildren,
    Requirements,
    Nothing,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Card, Self::Grade, Self::NoChildren, Self::Requirements, Self::Nothing];

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Card => "report card (since November 2025)",
            Self::Grade => "single grade (until November 2025)",
            Self::NoChildren => "no children on roll when inspected",
            Self::Requirements => "requirements met or not met",
            Self::Nothing => "nothing published",
        }
    }
}

/// A line of what Ofsted said: under which framework, what, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Line {
    pub framework: &'static str,
    pub about: &'static str,
    pub says: &'static str,
    pub on: Option<NaiveDate>,
}

/// The framework of report cards.
pub const CARD: &str = "Report card, Ofsted's framework since 10 November 2025";
/// The frameworks of single grades.
pub const GRADE: &str = "Single grade, Ofsted's frameworks until November 2025";

impl Judgements {
    /// By what the setting is counted.
    pub fn standing(&self) -> Standing {
        match self {
            Self { card: Some(_), .. } => Standing::Card,
            Self { grade: Some(_), .. } => Standing::Grade,
            Self { no_children: Some(_), .. } => Standing::NoChildren,
            Self { out_of_school: Some(_), .. } | Self { childcare_register: Some(_), .. } => {
                Standing::Requirements
            }
            _ => Standing::Nothing,
        }
    }

    /// All of it, line by line, the newest framework first.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(card) = self.card {
            let line = |about, says| Line { framework: CARD, about, says, on: card.on };
            let safeguarding = card.safeguarding.map(|met| if met { "met" } else { "not met" });
            lines.extend(safeguarding.map(|says| line("Safeguarding standards", says)));
            let areas = AREAS.into_iter().zip(card.areas);
            lines.extend(areas.filter_map(|(about, grade)| Some(line(about, grade?.label()))));
        }
        if let Some(grade) = self.grade {
            let (about, says) = ("Overall effectiveness", grade.is.label());
            lines.push(Line { framework: GRADE, about, says, on: grade.on });
        }
        let others = [
            ("No children on roll when inspected", self.no_children),
            ("Care out of school hours", self.out_of_school),
            ("Childcare Register", self.childcare_register),
        ];
        for (about, judged) in others {
            let line = |judged: Judged<Requirements>| Line {
                framework: "Requirements",
                about,
                says: judged.is.label(),
                on: judged.on,
            };
            lines.extend(judged.map(line));
        }
        lines
    }

    /// What a list can be searched by: each in words, on its own scale.
    pub fn words(&self) -> Vec<&'static str> {
        let mut words = Vec::new();
        if let Some(card) = &self.card {
            words.push("report card");
            if card.is_at_least_expected() {
                words.push(EXPECTED);
            }
            for (grade, words_of) in [
                (CardGrade::NeedsAttention, "report card: an area needs attention"),
                (CardGrade::UrgentImprovement, "report card: an area needs urgent improvement"),
            ] {
                if card.areas.contains(&Some(grade)) {
                    words.push(words_of);
                }
            }
            if card.safeguarding == Some(false) {
                words.push("report card: safeguarding standards not met");
            }
        }
        words.extend(self.grade.map(|grade| grade.is.label()));
        let met = |judged: Judged<Requirements>| judged.is == Requirements::Met;
        if let Some(judged) = self.no_children {
            words.push(if met(judged) { "no children on roll: met" } else { "no children on roll: not met" });
        }
        for judged in [self.out_of_school, self.childcare_register].into_iter().flatten() {
            words.push(if met(judged) { "requirements met" } else { "requirements not met" });
        }
        words.dedup();
        if words.is_empty() {
            words.push(Standing::Nothing.label());
        }
        words
    }

    /// What stands in a short list: what the setting is counted by.
    pub fn short(&self) -> String {
        match (self.standing(), self.card) {
            (Standing::Card, Some(card)) => {
                let graded = card.areas.iter().flatten().count();
                let is_expected = |grade: &&CardGrade| **grade <= CardGrade::ExpectedStandard;
                let expected = card.areas.iter().flatten().filter(is_expected).count();
                let safeguarding =
                    if card.safeguarding == Some(false) { ", safeguarding not met" } else { "" };
                format!("report card: {expected} of {graded} graded areas at least expected{safeguarding}")
            }
            (Standing::Nothing, _) => String::new(),
            (Standing::Requirements, _) => self.words().join(", "),
            _ => self.words().first().copied().unwrap_or_default().to_owned(),
        }
    }
}

/// Enough's own measure of a card, labelled so.
pub const EXPECTED: &str =
    "report card: at least the expected standard in every area and safeguarding met (Enough's measure)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_counted_once_and_no_scale_becomes_another() {
        let expected = ReportCard {
            on: NaiveDate::from_ymd_opt(2026, 2, 3),
            safeguarding: Some(true),
            areas: [Some(CardGrade::ExpectedStandard); 6],
        };
        let grade = Some(Judged { is: Grade::Good, on: None });
        let both = Judgements { card: Some(expected), grade, ..Judgements::default() };
        assert_eq!(both.standing(), Standing::Card);
        assert_eq!(both.lines().len(), 8, "seven of the card and the grade");
        assert_eq!(both.words(), ["report card", EXPECTED, "good"]);
        assert_eq!(both.short(), "report card: 6 of 6 graded areas at least expected");
        assert!(!ReportCard { safeguarding: None, ..expected }.is_at_least_expected());
        let mut areas = expected.areas;
        areas[2] = None;
        assert!(
            !ReportCard { areas, ..expected }.is_at_least_expected(),
            "an area that is not graded is not met"
        );
        areas[2] = Some(CardGrade::NeedsAttention);
        assert!(!ReportCard { areas, ..expected }.is_at_least_expected());
        assert_eq!(Judgements::default().words(), ["nothing published"]);
        let met = Some(Judged { is: Requirements::Met, on: None });
        let club = Judgements { out_of_school: met, childcare_register: met, ..Judgements::default() };
        assert_eq!((club.standing(), club.words()), (Standing::Requirements, vec!["requirements met"]));
    }

    #[test]
    fn words_are_read_in_any_case_and_unknown_ones_are_not_guessed() {
        assert_eq!(CardGrade::of(" Strong Standard "), Some(CardGrade::StrongStandard));
        assert_eq!(Grade::of("2"), Some(Grade::Good));
        assert_eq!(Requirements::of("Not Met (with actions)"), Some(Requirements::NotMetActions));
        for unknown in ["", "secure", "5", "2.0"] {
            assert_eq!((CardGrade::of(unknown), Grade::of(unknown)), (None, None), "{unknown}");
        }
    }
}
