//! What somebody chose to see: ages, way of travelling, minutes, target and measure, as an address has them.

use enough_assessments::Assessment;
use enough_assessments::study::{Measure, Model, Question, Travel};
use enough_assessments::travel::Mode;
use enough_kernel::{AgeRange, Level, Minutes};

use crate::form::Sent;
use crate::mistakes::Mistakes;
use crate::problem::Problem;

/// Ages that can be chosen from a list; an address may have others.
const AGES: [(&str, &str); 7] = [
    ("0-4", "0 to 4"),
    ("0-1", "0 and 1"),
    ("2-2", "2"),
    ("3-4", "3 and 4"),
    ("0-7", "0 to 7"),
    ("5-7", "5 to 7"),
    ("5-11", "5 to 11"),
];
/// The most minutes: beyond it nearly everything is within reach, and nothing is learnt.
const MOST_MINUTES: u32 = 60;
/// The latest age that a choice of ages may begin with.
pub const OLDEST_BEGINNING: u8 = 5;
/// The most places for every 100 children that can count as enough.
const MOST_PLACES: u32 = 200;

/// What was chosen. Whole minutes and whole places for every 100, so that views can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choices {
    /// Ages of the children.
    pub ages: AgeRange,
    /// How families travel.
    pub mode: Mode,
    /// Within how many minutes.
    pub minutes: u32,
    /// Places for every 100 children that count as enough.
    pub per_hundred: u32,
    /// How places are measured.
    pub measure: Measure,
}

/// A choice in a list: its value, what it says, whether it is taken.
pub type Offer = (String, String, bool);

fn whole(number: f64) -> Option<u32> {
    ((number - number.round()).abs() < 1e-9 && (1.0..1e6).contains(&number)).then_some(number.round() as u32)
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            ages: AgeRange::UNDER_FIVE,
            mode: Mode::Walk,
            minutes: 15,
            per_hundred: 40,
            measure: Measure::FairShare,
        }
    }
}

impl Choices {
    /// Whether minutes and target are among those that can be chosen.
    pub fn is_within_bounds(&self) -> bool {
        (1..=MOST_MINUTES).contains(&self.minutes) && (1..=MOST_PLACES).contains(&self.per_hundred)
    }

    /// Those of an answer; none if its figures cannot be chosen, such as half minutes.
    pub fn of(answer: &Assessment) -> Option<Self> {
        Some(Self {
            ages: answer.ages.parse().ok()?,
            mode: Mode::ALL.into_iter().find(|mode| mode.key() == answer.mode)?,
            minutes: whole(answer.minutes)?,
            per_hundred: whole(answer.target * 100.0)?,
            measure: Measure::FairShare,
        })
    }

    /// Those of an answer with which the service can ask the same question again; the reason if it cannot.
    pub fn again(answer: &Assessment) -> Result<Self, Problem> {
        Self::of(answer).filter(|own| own.is_within_bounds() && own.ages.from() <= OLDEST_BEGINNING).ok_or_else(|| {
            Problem::NotHere(
                "The answer that is shown was made by a command with choices that the service does not have, such as half minutes.".to_owned(),
            )
        })
    }

    /// Those of an address, the answer's where it says nothing; and what is wrong with it. None if nothing was chosen.
    pub fn read(sent: &Sent, answer: &Assessment) -> (Option<Self>, Mistakes) {
        let mut mistakes = Mistakes::none();
        let usual = Self::of(answer).unwrap_or_default();
        if ["ages", "mode", "minutes", "per_hundred", "measure"].iter().all(|name| sent.get(name).is_empty())
        {
            return (None, mistakes);
        }
        let mut wrong = |field, what: String| mistakes.add(field, what);
        let mut chosen = usual;
        match sent.get("ages") {
            "" => {}
            text => match text.parse::<AgeRange>() {
                // Older beginnings would be too many different views.
                Ok(ages) if ages.from() <= OLDEST_BEGINNING => chosen.ages = ages,
                _ => wrong("ages", "Choose ages, such as 0-4; they begin at 5 at the latest".to_owned()),
            },
        }
        match sent.get("mode") {
            "" => {}
            text => match Mode::ALL.into_iter().find(|mode| mode.key() == text) {
                Some(mode) => chosen.mode = mode,
                None => wrong("mode", "Choose how families travel".to_owned()),
            },
        }
        let mut number = |field, most: u32, what: &str, into: &mut u32| match sent.get(field).trim() {
            "" => {}
            text => match text.parse() {
                Ok(number) if (1..=most).contains(&number) => *into = number,
                _ => wrong(field, format!("Enter {what} as a whole number from 1 to {most}")),
            },
        };
        number("minutes", MOST_MINUTES, "minutes", &mut chosen.minutes);
        number("per_hundred", MOST_PLACES, "places for every 100 children", &mut chosen.per_hundred);
        match sent.get("measure") {
            "" => {}
            text => match Measure::ALL.into_iter().find(|measure| measure.key() == text) {
                Some(measure) => chosen.measure = measure,
                None => wrong("measure", "Choose how places are measured".to_owned()),
            },
        }
        let chosen = mistakes.is_empty().then_some(chosen);
        (chosen, mistakes)
    }

    /// The question that asks for it.
    pub fn question(&self, base: &Question) -> Question {
        Question {
            ages: Some(self.ages),
            mode: self.mode,
            minutes: Minutes::new(f64::from(self.minutes)),
            target: Level::new(f64::from(self.per_hundred) / 100.0),
            measure: self.measure,
            soon: true,
            model: self.model(base),
            ..base.clone()
        }
    }

    /// The model for this way of travelling: a speed was given for the one that the place is usually asked about.
    fn model(&self, base: &Question) -> Model {
        let mut model = base.model.clone();
        model.options = model.options.for_mode(self.mode);
        if self.mode != base.mode {
            model.speed = None;
        }
        if self.mode != Mode::Car {
            model.travel = Travel::Straight;
        }
        model
    }

    /// As the end of an address.
    pub fn query(&self) -> String {
        format!(
            "ages={}&mode={}&minutes={}&per_hundred={}&measure={}",
            self.ages,
            self.mode.key(),
            self.minutes,
            self.per_hundred,
            self.measure.key()
        )
    }

    /// Ages to choose from.
    pub fn ages_to_choose(&self) -> Vec<Offer> {
        let here = self.ages.to_string();
        let mut list: Vec<Offer> = AGES
            .iter()
            .map(|(value, label)| ((*value).to_owned(), (*label).to_owned(), *value == here))
            .collect();
        if list.iter().all(|(.., taken)| !taken) {
            list.push((here.clone(), here.replace('-', " to "), true));
        }
        list
    }

    /// Measures to choose from.
    pub fn measures_to_choose(&self) -> Vec<Offer> {
        let one = |measure: Measure| {
            (measure.key().to_owned(), measure.label().to_owned(), measure == self.measure)
        };
        Measure::ALL.into_iter().map(one).collect()
    }

    /// Ways of travelling to choose from, of those that a question about this place can have.
    pub fn modes_to_choose(&self, base: &Question) -> Vec<Offer> {
        let minutes = Minutes::new(f64::from(self.minutes));
        let can = |mode: &Mode| {
            *mode == self.mode || base.model.options.for_mode(*mode).check(*mode, None, minutes).is_ok()
        };
        let one = |mode: Mode| (mode.key().to_owned(), mode.label().to_owned(), mode == self.mode);
        Mode::ALL.into_iter().filter(can).map(one).collect()
    }
}
