//! What an answer says of an area, in words.

use enough_kernel::Level;
use enough_kernel::words::{count, per_hundred, whole_places};

use crate::study::words::both_are_true;
use crate::{Area, Assessment};

/// The question that an answer is to, so that only answers to the same are compared.
pub fn asked(answer: &Assessment) -> String {
    format!("ages {}, within a {}, {} places a child", answer.ages, answer.journey, answer.target)
}

/// What a file of the answer is: the question, the dates, and what its sources ask to be said.
pub fn about(answer: &Assessment) -> String {
    let places =
        answer.supply_date.as_deref().map_or_else(String::new, |date| format!(" Register of {date}."));
    let made_up = if answer.made_up { " Made up: it describes no real place." } else { "" };
    format!(
        "{}: children aged {}, within a {}; enough is {} places for every 100 children.{places} Assessed on {}.{made_up} {}",
        answer.title,
        answer.ages,
        answer.journey,
        per_hundred(Level::new(answer.target)),
        answer.made_at.date_naive(),
        answer.attribution
    )
}

/// The answer for one area in a sentence or two. "Missing" is what the fairest sharing leaves: nothing is said of others.
pub fn sentence(assessment: &Assessment, area: &Area) -> String {
    let Some(level) = area.level else {
        return format!(
            "{}: no children aged {} live here, so no places are needed.",
            area.name, assessment.ages
        );
    };
    let head = format!(
        "{}: about {} children aged {}; places for {} in every 100 within a {}.",
        area.name,
        count(area.children),
        assessment.ages,
        per_hundred(Level::new(level)),
        assessment.journey
    );
    let target = per_hundred(Level::new(assessment.target));
    let short = whole_places(area.shortfall);
    if short < 1.0 {
        return format!("{head} No places are missing to reach {target} for every 100.");
    }
    let places = if short < 2.0 { "place is" } else { "places are" };
    format!(
        "{head} {} {places} missing to reach {target} for every 100, when places are shared as evenly as can be.{}",
        count(short),
        both_are_true(Level::new(level), Level::new(assessment.target))
    )
}
