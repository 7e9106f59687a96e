//! Questions of bidders, and their answers to all.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::tenders::{Enquiry, Tender, answer_question, ask_question, questions};

use super::{done, own_organisation, seen, shown};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A question was sent.
pub async fn ask(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    seen(&caller, &id).await?;
    let of = (id.as_str(), own_organisation(&caller)?);
    match ask_question(caller.app.authority(), &caller.actor(), of, sent.get("question")).await {
        Ok(_) => Ok(Redirect::to(&format!("/tenders/{id}#questions")).into_response()),
        Err(error) => shown(&caller, &id, &sent, told(error, "question")?).await,
    }
}

#[derive(Template)]
#[template(path = "tenders/answer.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    enquiry: Enquiry,
    answer: String,
}

async fn form(
    caller: &Caller,
    (id, number): (&str, i32),
    answer: &str,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let all = questions(caller.app.authority(), id).await?;
    let enquiry = all.into_iter().find(|one| one.number == number).ok_or(Problem::NotFound)?;
    let title = if mistakes.is_empty() { "Answer a question" } else { "Error: Answer a question" };
    let frame = Frame::new(caller, title);
    Ok(page(Form { frame, mistakes, tender, enquiry, answer: answer.to_owned() })?.into_response())
}

/// The form that answers a question.
pub async fn answer(caller: Caller, Path((id, number)): Path<(String, i32)>) -> Result<Response, Problem> {
    form(&caller, (&id, number), "", Mistakes::none()).await
}

/// The form was sent.
pub async fn answered(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    match answer_question(caller.app.authority(), &caller.actor(), (&id, number), sent.get("answer")).await {
        Ok(()) => done(&caller, &id, "#questions").await,
        Err(error) => form(&caller, (&id, number), sent.get("answer"), told(error, "answer")?).await,
    }
}
