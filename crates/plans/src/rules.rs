//! What a plan must be. Pure.

use chrono::NaiveDate;
use enough_kernel::{Field, Refusal, given, is_plausible};

use super::{Better, Figure, Indicator, Objective, Reading, Text, Unit};

const NUMBERS: &str = "what is bought names the number of its objective";

/// What any plan, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given("title", &text.title, "what the plan is called", 150)?;
    for (at, day) in [("from", text.from), ("until", text.until)] {
        if !is_plausible(day) {
            return Err(Refusal::of_form("Give a date between 2000 and 2200").at(at));
        }
    }
    if text.until < text.from {
        return Err(Refusal::of_form("The plan ends after it begins").at("until"));
    }
    if text.objectives.len() > 40 || text.objectives.iter().any(|one| one.indicators.len() > 20) {
        return Err(Refusal::of_form("A plan has at most 40 objectives, an objective at most 20 indicators"));
    }
    for (number, one) in (1..).zip(&text.objectives) {
        let at = |field: &str| of_objective(number, field);
        given(at("title"), &one.title, "what the objective is", 200)?;
        for (field, long, what) in [
            ("story", &one.story, "the story behind it"),
            ("partners", &one.partners, "who has a part in it"),
            ("works", &one.works, "what works, and what is done"),
        ] {
            if long.chars().count() > 5000 {
                return Err(Refusal::of_form(format!("Say {what} in at most 5000 characters")).at(at(field)));
            }
        }
        for indicator in &one.indicators {
            is_indicator(indicator, one).map_err(|refusal| refusal.at(at("indicators")))?;
        }
    }
    Ok(())
}

/// A field of the form of an objective.
fn of_objective(number: usize, field: &str) -> Field {
    Field::numbered("objective", format!("{number}.{field}"))
}

fn is_indicator(one: &Indicator, of: &Objective) -> Result<(), Refusal> {
    given(
        "indicators",
        &one.title,
        &format!("what the indicator of “{}” counts or measures", of.title),
        200,
    )?;
    if [one.baseline_on, one.target_on].iter().any(|day| !is_plausible(*day)) {
        return Err(Refusal::of_form(format!("Give dates between 2000 and 2200 for “{}”", one.title)));
    }
    if one.target_on <= one.baseline_on {
        return Err(Refusal::of_form(format!("The target of “{}” is after its baseline", one.title)));
    }
    let is_share = matches!(one.unit, Unit::Percent | Unit::ShareOfChildren);
    if is_share && [one.baseline, one.target].iter().any(|figure| *figure > Figure::whole(100)) {
        return Err(Refusal::of_form(format!("“{}” is 100 % at most", one.title)));
    }
    let is_counted = one.unit == Unit::Children;
    if is_counted && [one.baseline, one.target].iter().any(|figure| figure.get() % 100 != 0) {
        return Err(Refusal::of_form(format!("“{}” counts children in whole numbers", one.title)));
    }
    let (more, contradicts) = match one.better {
        Better::More => ("more", one.target < one.baseline),
        Better::Less => ("less", one.target > one.baseline),
    };
    if contradicts {
        let rule = format!("For “{}” {more} is better, but its target is worse than its baseline", one.title);
        return Err(Refusal::of_form(rule));
    }
    Ok(())
}

/// A baseline is of a day that has come.
pub(super) fn known(text: &Text, today: NaiveDate) -> Result<(), Refusal> {
    for (number, of) in (1..).zip(&text.objectives) {
        if let Some(one) = of.indicators.iter().find(|one| one.baseline_on > today) {
            let rule = format!("The baseline of “{}” is of a day that has come", one.title);
            return Err(Refusal::of_form(rule).at(of_objective(number, "indicators")));
        }
    }
    Ok(())
}

/// What a plan must say before everybody reads it.
pub(super) fn complete(text: &Text) -> Result<(), Refusal> {
    well_formed(text)?;
    if text.objectives.is_empty() {
        return Err(Refusal::of_form("Add an objective"));
    }
    for (number, one) in (1..).zip(&text.objectives) {
        let indicators = || of_objective(number, "indicators");
        given(
            of_objective(number, "lead"),
            &one.lead,
            &format!("which post answers for “{}”", one.title),
            200,
        )?;
        if one.indicators.is_empty() {
            return Err(Refusal::new(
                format!("Say what tells whether “{}” is reached: add an indicator", one.title),
                "a rule of Enough: every objective shows its indicator",
            )
            .at(indicators()));
        }
        for indicator in &one.indicators {
            given(
                indicators(),
                &indicator.source,
                &format!("where the figures of “{}” come from", indicator.title),
                500,
            )?;
        }
    }
    Ok(())
}

/// Whether a published plan may be changed so.
pub(super) fn changeable(before: &Text, after: &Text, why: &str) -> Result<(), Refusal> {
    complete(after)?;
    given("because", why, "what changed and why: everybody reads it", 2000)?;
    if after.objectives.len() < before.objectives.len() {
        return Err(Refusal::new(
            "An objective that was published stays; say in its story that it is given up",
            NUMBERS,
        ));
    }
    for (number, (was, is)) in (1..).zip(before.objectives.iter().zip(&after.objectives)) {
        let indicators = || of_objective(number, "indicators");
        if is.indicators.len() < was.indicators.len() {
            return Err(Refusal::new("An indicator that was published stays", NUMBERS).at(indicators()));
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
                )
                .at(indicators()));
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
        return Err(Refusal::of_form("A figure is of a day that has come").at("on"));
    }
    is_reading(unit, reading)
}

/// Whether a figure can be one of a unit.
///
/// # Errors
/// With what is wrong.
pub fn is_reading(unit: Unit, reading: Reading) -> Result<(), Refusal> {
    if reading.out_of.is_some_and(|all| all > 10_000_000) {
        return Err(Refusal::of_form("So many children there are not").at("out_of"));
    }
    let whole = reading.value.get() % 100 == 0;
    match (unit, reading.out_of) {
        (Unit::Children | Unit::ShareOfChildren, _) if !whole => {
            Err(Refusal::of_form("Children are counted in whole numbers").at("value"))
        }
        (Unit::ShareOfChildren, None | Some(0)) => {
            Err(Refusal::of_form("Say of how many children").at("out_of"))
        }
        (Unit::ShareOfChildren, Some(all)) if reading.value > Figure::whole(i64::from(all)) => {
            Err(Refusal::of_form(format!("Of {all} children it can be {all} at most")).at("value"))
        }
        (Unit::ShareOfChildren, Some(_)) => Ok(()),
        (_, Some(_)) => Err(Refusal::of_form("Only a share of children is of so many").at("out_of")),
        (Unit::Percent, _) if reading.value > Figure::whole(100) => {
            Err(Refusal::of_form("It is 100 % at most").at("value"))
        }
        _ => Ok(()),
    }
}
