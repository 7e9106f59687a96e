//! The steps that a side takes: each has its own form, with what must be said.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_plans::commitments::{
    Act, Commitment, Evidence, Rating, Said, Side, State, commitments, next_state, take_step,
};

use super::{Organisations, seen, side_of, today};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// How many pieces of evidence a form has room for.
const PIECES: usize = 3;

/// What a button says that leads to a step.
pub(super) fn button(act: Act) -> &'static str {
    match act {
        Act::Record => "Write it down",
        Act::Change => "Change it",
        Act::Agree => "Agree to it",
        Act::Begin => "Say that it has begun",
        Act::Note => "Say how far it is",
        Act::Claim => "Say that it is kept",
        Act::Verify => "Verify that it is kept",
        Act::Dispute => "Dispute that it is kept",
        Act::Miss => "Say that it was missed",
        Act::Answer => "Answer",
        Act::Propose => "Propose another in its place",
        Act::Supersede => "Agree that another takes its place",
    }
}

/// The rule of a step, as those read it who may take it.
pub(super) fn rule(act: Act) -> &'static str {
    match act {
        Act::Record | Act::Change => "by either side, until both have agreed; the other side is asked again",
        Act::Agree => {
            "by the side that did not write it as it is; then everybody reads it, and it stays as it is"
        }
        Act::Begin => "by the side that made it",
        Act::Note => "by either side, while it is under way",
        Act::Claim => "by either side, with a rating and what shows it",
        Act::Verify => "only by the side that did not claim it; then it is done",
        Act::Dispute => "by the side that did not claim it, with another rating",
        Act::Miss => {
            "by the side to which it was made, when its day has passed and nobody says that it is kept"
        }
        Act::Answer => "by the side that made it; it stands beside the other rating",
        Act::Propose => "by either side: one that both have agreed to; the other side agrees",
        Act::Supersede => "by the side that did not propose it; then this one is done",
    }
}

/// What a field asks for.
fn asks(act: Act) -> &'static str {
    match act {
        Act::Agree | Act::Supersede => "What you want to say with it; you need not",
        Act::Begin => "What has begun",
        Act::Note => "How far it is",
        Act::Claim => "What was done",
        Act::Answer => "What you answer",
        _ => "Why",
    }
}

fn rates(act: Act) -> bool {
    matches!(act, Act::Claim | Act::Verify | Act::Dispute | Act::Answer)
}

fn shows(act: Act) -> bool {
    rates(act) || matches!(act, Act::Note | Act::Miss)
}

/// A piece of evidence as it was typed.
struct Piece {
    number: usize,
    what: String,
    link: String,
}

#[derive(Template)]
#[template(path = "commitments/step.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    is: Commitment,
    maker: String,
    receiver: String,
    title: &'static str,
    rule: &'static str,
    label: &'static str,
    version: String,
    words: String,
    ratings: Vec<Choice>,
    pieces: Vec<Piece>,
    successors: Vec<Choice>,
    /// The commitment that is proposed in its place: what it promises.
    proposed: Option<(String, String)>,
}

/// Others between the same two, to which both have agreed, to choose from.
async fn successors(caller: &Caller, is: &Commitment, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let same = |one: &Commitment| {
        is.side_of(&one.made_by).is_some() && is.side_of(&one.made_to).is_some() && one.id != is.id
    };
    let stands =
        |one: &Commitment| one.is_public() && !matches!(one.state, State::Missed | State::Superseded);
    let all = commitments(caller.app.authority()).await?.into_iter();
    let none = Choice { key: String::new(), label: "Choose one".to_owned(), on: chosen.is_empty() };
    let choice = |one: Commitment| Choice {
        label: one.text.promise.chars().take(100).collect(),
        on: one.id == chosen,
        key: one.id,
    };
    Ok(std::iter::once(none).chain(all.filter(|one| same(one) && stands(one)).map(choice)).collect())
}

async fn form(
    caller: &Caller,
    (is, act): (Commitment, Act),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let names = Organisations::all(caller).await?;
    let piece = |number: usize| Piece {
        number,
        what: sent.line(&format!("what-{number}")),
        link: sent.line(&format!("link-{number}")),
    };
    let typed = sent.line("version");
    let proposed = match is.proposal().filter(|_| act == Act::Supersede) {
        Some((_, id)) => {
            let other = enough_plans::commitments::commitment(caller.app.authority(), id).await?;
            Some((other.id, other.text.promise))
        }
        None => None,
    };
    let page_of = Form {
        frame: Frame::new(caller, titled(button(act), &mistakes)),
        mistakes,
        maker: names.of(&is.made_by),
        receiver: names.of(&is.made_to),
        title: button(act),
        rule: rule(act),
        label: asks(act),
        version: if typed.is_empty() { is.version.to_string() } else { typed },
        words: sent.get("words").to_owned(),
        ratings: if rates(act) { options::<Rating>(sent.get("rating")) } else { Vec::new() },
        pieces: if shows(act) { (1..=PIECES).map(piece).collect() } else { Vec::new() },
        successors: if act == Act::Propose {
            successors(caller, &is, &sent.line("successor")).await?
        } else {
            Vec::new()
        },
        proposed,
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// A step that has a form of its own.
fn read_act(key: &str) -> Result<Act, Problem> {
    let act = key.parse::<Act>().map_err(|_| Problem::NotFound)?;
    if matches!(act, Act::Record | Act::Change) { Err(Problem::NotFound) } else { Ok(act) }
}

/// The form of a step; the commitment itself where the step cannot be taken.
pub async fn ask(caller: Caller, Path((id, act)): Path<(String, String)>) -> Result<Response, Problem> {
    let (is, act) = (seen(&caller, &id).await?, read_act(&act)?);
    let can = |side: Side| next_state(is.standing(today(&caller)), side, act).is_ok();
    if side_of(&caller, &is).is_none_or(|side| !can(side)) {
        return Ok(Redirect::to(&format!("/commitments/{id}")).into_response());
    }
    form(&caller, (is, act), &Sent::default(), Mistakes::none()).await
}

/// What was said with a step.
fn read(sent: &Sent, act: Act) -> Said {
    let piece = |number: usize| Evidence {
        what: sent.line(&format!("what-{number}")),
        link: sent.line(&format!("link-{number}")),
    };
    let pieces = (1..=PIECES).filter(|_| shows(act)).map(piece);
    Said {
        words: sent.get("words").trim().to_owned(),
        rating: sent.get("rating").parse().ok().filter(|_| rates(act)),
        evidence: pieces.filter(|piece| !piece.what.is_empty() || !piece.link.is_empty()).collect(),
        successor: Some(sent.line("successor")).filter(|id| act == Act::Propose && !id.is_empty()),
    }
}

/// The form was sent.
pub async fn take(
    caller: Caller,
    Path((id, act)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let (is, act) = (seen(&caller, &id).await?, read_act(&act)?);
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    match take_step(authority, &actor, place, act, &read(&sent, act)).await {
        Ok(()) => Ok(Redirect::to(&format!("/commitments/{id}")).into_response()),
        Err(error) => {
            let own = [("evidence", shows(act)), ("rating", rates(act)), ("successor", act == Act::Propose)];
            let mut fields = vec!["words"];
            fields.extend(own.into_iter().filter(|(_, is_there)| *is_there).map(|(field, _)| field));
            form(&caller, (is, act), &sent, told(error, "step")?.only(&fields, "step")).await
        }
    }
}
