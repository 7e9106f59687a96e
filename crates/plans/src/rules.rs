//! What a plan must be. Pure.

use chrono::NaiveDate;
use enough_kernel::is_plausible;
use enough_store::Refusal;

use super::{Better, Figure, Indicator, Objective, Reading, Text, Unit};

/// The bounds of a form need no source.
pub(super) const FORM: &str = "";
const NUMBERS: &str = "what is bought names the number of its objective";

pub(super) fn given(text: &str, what: &str, most: usize) -> Result<(), Refusal> {
    match text.trim().chars().count() {
        0 => Err(Refusal::new(format!("Say {what}"), FORM)),
        length if length > most => {
            Err(Refusal::new(format!("Say {what} in at most {most} characters"), FORM))
        }
        _ => Ok(()),
    }
}

/// What any plan, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given(&text.title, "what the plan is called", 150)?;
    let days = [text.from, text.until].into_iter().chain(
        text.objectives
            .iter()
            .flat_map(|one| &one.indicators)
            .flat_map(|one| [one.baseline_on, one.target_on]),
    );
    if days.into_iter().any(|day| !is_plausible(day)) {
        return Err(Refusal::new("Give dates between 2000 and 2200", FORM));
    }
    if text.until < text.from {
        return Err(Refusal::new("The plan ends after it begins", FORM));
    }
    if text.objectives.len() > 40 || text.objectives.iter().any(|one| one.indicators.len() > 20) {
        return Err(Refusal::new(
            "A plan has at most 40 objectives, an objective at most 20 indicators",
            FORM,
        ));
    }
    let longest = text.objectives.iter().flat_map(|one| [&one.story, &one.partners, &one.works]);
    if longest.into_iter().any(|text| text.chars().count() > 5000) {
        return Err(Refusal::new(
            "Say the story, the partners and what works in at most 5000 characters each",
            FORM,
        ));
    }
    for one in &text.objectives {
        given(&one.title, "what the objective is", 200)?;
        one.indicators.iter().try_for_each(|indicator| is_indicator(indicator, one))?;
    }
    Ok(())
}

fn is_indicator(one: &Indicator, of: &Objective) -> Result<(), Refusal> {
    given(&one.title, &format!("what the indicator of “{}” counts or measures", of.title), 200)?;
    if one.target_on <= one.baseline_on {
        return Err(Refusal::new(format!("The target of “{}” is after its baseline", one.title), FORM));
    }
    let is_share = matches!(one.unit, Unit::Percent | Unit::ShareOfChildren);
    if is_share && [one.baseline, one.target].iter().any(|figure| *figure > Figure::whole(100)) {
        return Err(Refusal::new(format!("“{}” is 100 % at most", one.title), FORM));
    }
    let is_counted = one.unit == Unit::Children;
    if is_counted && [one.baseline, one.target].iter().any(|figure| figure.get() % 100 != 0) {
        return Err(Refusal::new(format!("“{}” counts children in whole numbers", one.title), FORM));
    }
    let (more, contradicts) = match one.better {
        Better::More => ("more", one.target < one.baseline),
        Better::Less => ("less", one.target > one.baseline),
    };
    if contradicts {
        let rule = format!("For “{}” {more} is better, but its target is worse than its baseline", one.title);
        return Err(Refusal::new(rule, FORM));
    }
    Ok(())
}

/// A baseline is of a day that has come.
pub(super) fn known(text: &Text, today: NaiveDate) -> Result<(), Refusal> {
    let all = text.objectives.iter().flat_map(|one| &one.indicators);
    match all.into_iter().find(|one| one.baseline_on > today) {
        Some(one) => {
            Err(Refusal::new(format!("The baseline of “{}” is of a day that has come", one.title), FORM))
        }
        None => Ok(()),
    }
}

/// What a plan must say before everybody reads it.
pub(super) fn complete(text: &Text) -> Result<(), Refusal> {
    well_formed(text)?;
    if text.objectives.is_empty() {
        return Err(Refusal::new("Add an objective", FORM));
    }
    for one in &text.objectives {
        given(&one.lead, &format!("which post answers for “{}”", one.title), 200)?;
        if one.indicators.is_empty() {
            return Err(Refusal::new(
                format!("Say what tells whether “{}” is reached: add an indicator", one.title),
                "a rule of Enough: every objective shows its indicator",
            ));
        }
        for indicator in &one.indicators {
            given(&indicator.source, &format!("where the figures of “{}” come from", indicator.title), 500)?;
        }
    }
    Ok(())
}

/// Whether a published plan may be changed so.
pub(super) fn changeable(before: &Text, after: &Text, why: &str) -> Result<(), Refusal> {
    complete(after)?;
    given(why, "what changed and why: everybody reads it", 2000)?;
    if after.objectives.len() < before.objectives.len() {
        return Err(Refusal::new(
            "An objective that was published stays; say in its story that it is given up",
            NUMBERS,
        ));
    }
    for (was, is) in before.objectives.iter().zip(&after.objectives) {
        if is.indicators.len() < was.indicators.len() {
            return Err(Refusal::new("An indicator that was published stays", NUMBERS));
        }
        for (was, is) in was.indicators.iter().zip(&is.indicators) {
            let fixed = |one: &Indicator| (one.unit, one.better, one.baseline, one.baseline_on);
            if fixed(was) != fixed(is) {
                return Err(Refusal::new(
                    format!(
                        "The unit and the baseline of “{}” stay as they were published: add another indicator",
                        was.title
                    ),
                    "what is measured is compared with what was said before",
                ));
            }
        }
    }
    Ok(())
}

/// Whether a figure can be one of an indicator, of a day.
pub(super) fn readable(
    unit: Unit,
    reading: Reading,
    (on, today): (NaiveDate, NaiveDate),
) -> Result<(), Refusal> {
    if on > today || !is_plausible(on) {
        return Err(Refusal::new("A figure is of a day that has come", FORM));
    }
    is_reading(unit, reading)
}

/// Whether a figure can be one of a unit.
///
/// # Errors
/// With what is wrong.
pub fn is_reading(unit: Unit, reading: Reading) -> Result<(), Refusal> {
    if reading.out_of.is_some_and(|all| all > 10_000_000) {
        return Err(Refusal::new("So many children there are not", FORM));
    }
    let whole = reading.value.get() % 100 == 0;
    match (unit, reading.out_of) {
        (Unit::Children | Unit::ShareOfChildren, _) if !whole => {
            Err(Refusal::new("Children are counted in whole numbers", FORM))
        }
        (Unit::ShareOfChildren, None | Some(0)) => Err(Refusal::new("Say of how many children", FORM)),
        (Unit::ShareOfChildren, Some(all)) if reading.value > Figure::whole(i64::from(all)) => {
            Err(Refusal::new(format!("Of {all} children it can be {all} at most"), FORM))
        }
        (Unit::ShareOfChildren, Some(_)) => Ok(()),
        (_, Some(_)) => Err(Refusal::new("Only a share of children is of so many", FORM)),
        (Unit::Percent, _) if reading.value > Figure::whole(100) => {
            Err(Refusal::new("It is 100 % at most", FORM))
        }
        _ => Ok(()),
    }
}
