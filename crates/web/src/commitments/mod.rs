//! Commitments: what organisations promised each other, read by everybody until the other side has verified that it is kept.

mod downloads;
mod form;
mod list;
mod steps;

pub use downloads::{csv, json};
pub use form::{add, change, edit, new};
pub use list::{Row, list, of_objective, waiting};
pub use steps::{ask, take};

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_kernel::day_in_england;
use enough_plans::commitments::{Act, Commitment, Side, State, Step, commitment};
use enough_plans::objectives;
use enough_store::accounts::{Action, Organisation};

use crate::caller::Caller;
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// The side that whoever asks is, if they are one and may act for it.
fn side_of(caller: &Caller, one: &Commitment) -> Option<Side> {
    let person = caller.person().filter(|_| caller.may(Action::KeepCommitments));
    person.and_then(|person| one.side_of(&person.organisation))
}

/// Whether whoever asks may see one: everybody once both have agreed, before that the two sides.
fn is_shown(caller: &Caller, one: &Commitment) -> bool {
    one.is_public() || caller.person().is_some_and(|person| one.side_of(&person.organisation).is_some())
}

/// One, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<Commitment, Problem> {
    let one = commitment(caller.app.authority(), id).await?;
    if is_shown(caller, &one) { Ok(one) } else { Err(Problem::NotFound) }
}

fn today(caller: &Caller) -> NaiveDate {
    day_in_england(caller.app.authority().environment().now())
}

/// Organisations by name.
struct Organisations(Vec<Organisation>);

impl Organisations {
    async fn all(caller: &Caller) -> Result<Self, Problem> {
        Ok(Self(caller.app.authority().organisations().await?))
    }

    /// What one is called; of one that is closed, that too.
    fn of(&self, id: &str) -> String {
        match self.0.iter().find(|one| one.id == id) {
            Some(one) if one.closed_at.is_some() => format!("{} (closed)", one.name),
            Some(one) => one.name.clone(),
            None => "an organisation that is not known any more".to_owned(),
        }
    }
}

/// What a side is waited for, if it is.
fn next(one: &Commitment, side: Side, today: NaiveDate) -> Option<&'static str> {
    let turn = one.standing(today).turns(side).into_iter().find(|turn| turn.is_awaited)?;
    Some(match turn.act {
        Act::Agree => "Read it, and agree to it or change it",
        Act::Begin => "Say that it has begun",
        Act::Claim => "Keep it, and say so with what shows it",
        Act::Verify => "Say whether it is kept: verify or dispute it",
        Act::Miss => "Its day has passed: say whether it was missed",
        _ => "Another is proposed in its place: agree, or leave it as it is",
    })
}

/// Who holds it, and what comes next, in a sentence.
fn holder(one: &Commitment, (maker, receiver): (&str, &str), today: NaiveDate) -> String {
    let name = |side: Side| match side {
        Side::Maker => maker,
        Side::Receiver => receiver,
    };
    let claimant = one.claimed_by().unwrap_or(Side::Maker);
    let (claims, other) = (name(claimant), name(claimant.other()));
    match one.state {
        State::Recorded => format!("It waits for {} to agree.", name(one.written_by().other())),
        _ if one.is_overdue(today) => {
            format!("It is overdue: {maker} was to keep it, and nobody has said that it is kept.")
        }
        State::AgreedByBoth => format!("Both agreed to it, and {maker} begins next."),
        State::InProgress => format!("{maker} has begun, and keeps it next."),
        State::Claimed => format!("{claims} says that it is kept; {other} says next whether it is."),
        State::Disputed => {
            format!(
                "{claims} says that it is kept; {other} disputes it. Either can show more, or {other} verifies it after all."
            )
        }
        State::Verified => format!("{claims} said that it is kept, and {other} verified it."),
        State::Missed => format!("{receiver} says that it was missed."),
        State::Superseded => "Both agreed that another takes its place.".to_owned(),
    }
}

/// What happened, ready to be read.
struct Past {
    is: Step,
    /// Which organisation did it; for the two sides, who there.
    who: String,
    /// What the other commitment promises that is to take its place.
    other: Option<String>,
}

#[derive(Template)]
#[template(path = "commitments/one.html")]
struct One {
    frame: Frame,
    is: Commitment,
    maker: String,
    receiver: String,
    holder: String,
    overdue: bool,
    /// The title of its objective.
    objective: Option<String>,
    /// The commitment that took its place.
    successor: Option<String>,
    /// What whoever looks is waited for, and all they can do: key, button, rule.
    next: Option<&'static str>,
    turns: Vec<(&'static str, &'static str, &'static str)>,
    side: Option<Side>,
    history: Vec<Past>,
}

impl One {
    /// The two sides, each with the newest rating and its reason.
    fn ratings(&self) -> [(&str, &'static str, Option<&Step>); 2] {
        [(&self.maker, Side::Maker), (&self.receiver, Side::Receiver)]
            .map(|(name, side)| (name.as_str(), self.is.rated(side), self.is.rating(side)))
    }
}

/// One.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is = seen(&caller, &id).await?;
    let (names, today) = (Organisations::all(&caller).await?, today(&caller));
    let (maker, receiver) = (names.of(&is.made_by), names.of(&is.made_to));
    let side = side_of(&caller, &is);
    // People are named to the two sides; everybody else reads which organisation it was.
    let of_side = caller.person().is_some_and(|person| is.side_of(&person.organisation).is_some());
    let people = if of_side { Some(Names::all(&caller).await?) } else { None };
    let mut history = Vec::new();
    for step in if of_side { &is.history[..] } else { is.since_agreed() } {
        let other = match &step.said.successor {
            Some(id) => Some(commitment(authority, id).await?.text.promise),
            None => None,
        };
        let who = match &people {
            Some(people) => people.of(&step.person),
            None => names.of(is.organisation(step.side)),
        };
        history.push(Past { is: step.clone(), who, other });
    }
    let objective = match &is.text.objective {
        Some(key) => objectives(authority).await?.remove(key).map(|one| one.title),
        None => None,
    };
    let turns = side.map(|side| is.standing(today).turns(side)).unwrap_or_default();
    let turns = turns.iter().map(|turn| (turn.act.key(), steps::button(turn.act), steps::rule(turn.act)));
    let page_of = One {
        frame: Frame::new(&caller, is.text.promise.chars().take(60).collect::<String>()),
        holder: holder(&is, (&maker, &receiver), today),
        overdue: is.is_overdue(today),
        objective,
        successor: is.last(Act::Supersede).and_then(|step| step.said.successor.clone()),
        next: side.and_then(|side| next(&is, side, today)),
        turns: turns.collect(),
        side,
        history,
        maker,
        receiver,
        is,
    };
    Ok(page(page_of)?.into_response())
}
