//! What frameworks and dynamic markets must say, and how members come and go. Pure.

use chrono::NaiveDate;
use enough_kernel::{Pence, Refusal, given, is_plausible};

use super::{Kind, Standing, State, Text};

pub(super) const DUTIES: &str = "separation of duties";
pub(super) const MEMBERS: &str = "Procurement Act 2023 s45: a framework is for those it was made with";
pub(super) const COMPETE: &str =
    "Procurement Act 2023 s46 and s34: members compete, unless the framework says when not";

/// What any, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given("title", &text.title, "what it is called", 150)?;
    if !is_plausible(text.from) || text.until.is_some_and(|until| !is_plausible(until) || until <= text.from)
    {
        let at = if is_plausible(text.from) { "until" } else { "from" };
        return Err(Refusal::of_form("Its last day is after its first, both between 2000 and 2200").at(at));
    }
    for (at, long, what) in [
        ("what", &text.what, "what can be called off"),
        ("conditions", &text.conditions, "what members must show"),
        ("direct", &text.direct, "the grounds"),
        ("basis", &text.basis, "who set it up and how"),
    ] {
        if long.chars().count() > 5000 {
            return Err(Refusal::of_form(format!("Say {what} in at most 5000 characters")).at(at));
        }
    }
    if text.ceiling.is_some_and(|ceiling| ceiling <= Pence::default()) {
        return Err(
            Refusal::of_form("Say what all call-offs together can be worth, more than nothing").at("ceiling")
        );
    }
    Ok(())
}

/// What it must say before everybody reads it.
pub(super) fn complete(kind: Kind, text: &Text) -> Result<(), Refusal> {
    well_formed(text)?;
    given("what", &text.what, "what can be called off", 5000)?;
    given("basis", &text.basis, "who set it up and how: the tender, the notice and its number", 5000)?;
    given("contact", &text.contact, "where to ask: the e-mail address of a team", 254)?;
    if kind == Kind::Market {
        given("conditions", &text.conditions, "what members must show", 5000)?;
        if !text.direct.trim().is_empty() {
            return Err(Refusal::new("In a dynamic market members always compete", COMPETE).at("direct"));
        }
        return Ok(());
    }
    if text.ceiling.is_none() || text.until.is_none() {
        return Err(Refusal::new(
            "A framework says what all call-offs together can be worth, and its last day",
            "Procurement Act 2023 s45",
        )
        .at(if text.ceiling.is_none() { "ceiling" } else { "until" }));
    }
    Ok(())
}

/// Whether somebody may come to stand so, from how they stand.
pub(super) fn may_follow(
    (kind, state): (Kind, State),
    from: Option<Standing>,
    to: Standing,
) -> Result<(), Refusal> {
    use Standing::{Admitted, Applied, Removed, Suspended, TurnedDown};
    let is_early = state == State::Draft;
    let ok = match (from, to) {
        // A market takes applications all its life.
        (None | Some(TurnedDown | Removed), Applied) => kind == Kind::Market && state == State::Open,
        (Some(Applied), Admitted | TurnedDown) => kind == Kind::Market,
        // Those with whom a framework was made are written down before it is published.
        (None | Some(Removed), Admitted) => kind == Kind::Framework && is_early,
        (Some(Admitted), Removed) => true,
        (Some(Admitted), Suspended) | (Some(Suspended), Admitted | Removed) => !is_early,
        _ => false,
    };
    if ok {
        return Ok(());
    }
    if kind == Kind::Framework && matches!(to, Applied | Admitted) {
        return Err(Refusal::new("Nobody joins a framework once it is published", MEMBERS));
    }
    let from = from.map_or("not known to it", Standing::label);
    Err(Refusal::of_form(format!("They stand so now: {from}. That step does not follow from there")))
}

/// Whether it is open for call-offs on a day.
pub(super) fn runs(state: State, text: &Text, on: NaiveDate) -> Result<(), Refusal> {
    if state == State::Open && on >= text.from && text.until.is_none_or(|until| on <= until) {
        return Ok(());
    }
    Err(Refusal::new("It is not open on this day: nothing is called off from it", MEMBERS))
}
