//! Co-design: the specification of a plan with what was said about each paragraph and what came of it, for everybody; the rounds; and
//! what those who plan do with them.

mod round;
mod text;

pub use round::{add, answer, ask, comment, extend, new, reply, respond, show};
pub use text::{change, edit, freeze, specification};

use chrono::NaiveDate;
use enough_commissioning::codesign::{Comment, Design, Round, RoundState, codesign};
use enough_commissioning::intentions::{Intention, State, intention, intentions};
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::problem::Problem;

/// A plan and its co-design, as far as whoever asks may see them; and whether they plan.
async fn seen(caller: &Caller, id: &str) -> Result<(Intention, Design, bool), Problem> {
    let authority = caller.app.authority();
    let (one, _) = intention(authority, id).await?;
    let plans = caller.may(Action::ManageIntentions);
    let design = codesign(authority, id).await?;
    if !plans && !is_public(&one, &design) {
        return Err(Problem::NotFound);
    }
    Ok((one, design, plans))
}

/// Whether everybody may see the co-design of a plan: once it has begun.
pub fn is_public(one: &Intention, design: &Design) -> bool {
    one.is_public() && (one.state == State::InCodesign || !design.rounds.is_empty() || design.last.is_some())
}

/// The rounds that are over and wait for answers, for those who plan.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (authority, mut list) = (caller.app.authority(), Vec::new());
    if !caller.may(Action::ManageIntentions) {
        return Ok(list);
    }
    for plan in intentions(authority).await?.into_iter().filter(|one| one.state == State::InCodesign) {
        for round in codesign(authority, &plan.id).await?.rounds {
            if round.state(today(caller)) == RoundState::Closed {
                let to = format!("/intentions/{}/rounds/{}", plan.id, round.number);
                list.push(waits(&plan.text.title, to, "Answer the comments, and publish what came of them"));
            }
        }
    }
    Ok(list)
}

fn today(caller: &Caller) -> NaiveDate {
    enough_kernel::day_in_england(caller.app.authority().environment().now())
}

/// A comment as it is shown.
pub struct Said {
    /// The round it was made in.
    pub round: i32,
    /// The comment.
    pub comment: Comment,
    /// Who says it, in words.
    pub who: String,
}

fn said_by(comment: &Comment) -> String {
    let voice = &comment.voice;
    let mut who = voice.sector.label().to_owned();
    if let Some(size) = voice.size {
        who = format!("{who}, {}", size.label().to_lowercase());
    }
    voice.name.as_ref().map_or(who.clone(), |name| format!("{name} ({who})"))
}

/// The comments of rounds that whoever asks may read, about a paragraph or about the whole.
fn about(rounds: &[Round], paragraph: Option<i32>, plans: bool) -> Vec<Said> {
    let mut list = Vec::new();
    for round in rounds {
        let own = round.comments.iter().filter(|one| one.paragraph == paragraph);
        // That one was withheld is shown, with why; what it said is not.
        let own = own.filter(|one| plans || one.answer.is_some()).cloned();
        list.extend(own.map(|mut comment| {
            if !plans && !comment.is_shown() {
                comment.text.clear();
                comment.voice.name = None;
            }
            Said { round: round.number, who: said_by(&comment), comment }
        }));
    }
    list
}

/// Where a round is, in words.
// Templates pass what they show by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub fn state(round: &Round, on: &NaiveDate) -> String {
    let day = crate::intentions::day;
    match round.state(*on) {
        RoundState::Scheduled => {
            format!("opens on {}, until {}", day(&round.opens_on), day(&round.closes_on))
        }
        RoundState::Open => format!("open until the end of {}", day(&round.closes_on)),
        RoundState::Closed => format!("closed on {}, its comments are being answered", day(&round.closes_on)),
        RoundState::Responded => {
            format!("from {} to {}, answered", day(&round.opens_on), day(&round.closes_on))
        }
    }
}
