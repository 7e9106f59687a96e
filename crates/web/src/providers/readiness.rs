//! How ready one is, to provide or to commission, as one sees it oneself.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::providers::{Answer, Question, Side, profile, questions, set_readiness};
use enough_store::StoreError;
use enough_store::accounts::Action;

use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A question with its answers, and what was answered.
struct Asked {
    is: Question,
    answers: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "providers/readiness.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    side: Side,
    version: String,
    asked: Vec<Asked>,
    /// How many were answered with yes.
    ready: usize,
    /// How many were answered.
    answered: usize,
}

/// The side that an address names, for those whose side it is.
fn side(caller: &Caller, text: &str) -> Result<Side, Problem> {
    let side = text.parse::<Side>().map_err(|_| Problem::NotFound)?;
    let action = match side {
        Side::Provide => Action::KeepProfile,
        Side::Commission => Action::ManageIntentions,
    };
    if caller.may(action) { Ok(side) } else { Err(Problem::NotFound) }
}

async fn form(caller: &Caller, side: Side, mistakes: Mistakes) -> Result<Response, Problem> {
    let own = &caller.session()?.person.organisation;
    let one = profile(caller.app.authority(), own).await?;
    let known = &one.readiness;
    let all = questions(side);
    let ready = all.iter().filter(|one| known.get(&one.key) == Some(&Answer::Yes)).count();
    let answered = all.iter().filter(|one| known.contains_key(&one.key)).count();
    let asked = |is: Question| {
        let chosen = known.get(&is.key).map_or("", |answer| answer.key());
        Asked { answers: options::<Answer>(chosen), is }
    };
    let frame = Frame::new(caller, side.label());
    let asked = all.into_iter().map(asked).collect();
    Ok(page(Form { frame, mistakes, side, version: one.version.to_string(), asked, ready, answered })?
        .into_response())
}

/// The questions.
pub async fn ask(caller: Caller, Path(text): Path<String>) -> Result<Response, Problem> {
    let side = side(&caller, &text)?;
    form(&caller, side, Mistakes::none()).await
}

/// They were answered.
pub async fn answered(caller: Caller, Path(text): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let side = side(&caller, &text)?;
    let own = &caller.session()?.person.organisation;
    // What was answered for the other side stays.
    let mut answers: BTreeMap<String, Answer> = profile(caller.app.authority(), own).await?.readiness;
    for question in questions(side) {
        if let Ok(answer) = sent.get(&question.key).parse() {
            answers.insert(question.key, answer);
        }
    }
    match set_readiness(caller.app.authority(), &caller.actor(), sent.number("version")?, &answers).await {
        Ok(()) => Ok(Redirect::to(&format!("/readiness/{}", side.key())).into_response()),
        Err(StoreError::Conflict { .. }) => {
            let what =
                "A colleague answered meanwhile: what is below is theirs. Change what you see otherwise";
            form(&caller, side, Mistakes::one("main-content", what)).await
        }
        Err(error) => form(&caller, side, refused(error, "main-content")?).await,
    }
}
