//! An application: the form, its receipt, and what became of it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::calls::{
    Answers, Application, Call, Decision, Phase, View, apply as keep, decisions, own_applications, views,
    withdraw_application,
};
use enough_kernel::Pence;

use super::{now, seen};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "calls/apply.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    is: Call,
    phase: Phase,
    /// Whether something was typed that must not be lost, also when applications are not taken any more.
    typed: bool,
    /// What the organisation sent, newest first.
    own: Vec<Application>,
    /// What was decided on it, and the views of it, without names.
    decision: Option<Decision>,
    views: Vec<View>,
    title: String,
    amount: String,
    /// Number, what is asked, the most words, the answer.
    questions: Vec<(usize, String, u32, String)>,
    partners: String,
}

impl Form {
    /// Whether an application of the organisation counts.
    fn waits(&self) -> bool {
        self.own.first().is_some_and(|one| one.says.is_some())
    }
}

async fn form(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (authority, is) = (caller.app.authority(), seen(caller, id).await?);
    let own_id = caller.session()?.person.organisation.clone();
    let own = own_applications(authority, id, &own_id).await?;
    let last = own.first().and_then(|one| one.says.as_ref());
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let decided = decisions(authority, id).await?.into_iter().find(|one| one.organisation == own_id);
    let mut seen_by = views(authority, id, None).await?;
    seen_by.retain(|view| view.organisation == own_id && view.points.is_some() && decided.is_some());
    let question = |(at, one): (usize, &enough_commissioning::calls::Question)| {
        let answer = last.and_then(|last| last.answers.get(at)).cloned();
        (at + 1, one.asks.clone(), one.words, or(&format!("answer-{}", at + 1), answer))
    };
    let page_of = Form {
        frame: Frame::new(caller, titled("Your application", &mistakes)),
        mistakes,
        phase: is.phase(now(caller)),
        typed: sent.is_some(),
        decision: decided,
        views: seen_by,
        title: or("title", last.map(|last| last.title.clone())),
        amount: or("amount", last.map(|last| last.amount.to_string().trim_start_matches('£').to_owned())),
        questions: is.text.questions.iter().enumerate().map(question).collect(),
        partners: or("partners", last.map(|last| last.partners.clone())),
        own,
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// The form, with what was sent before; later, what became of it.
pub async fn application(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, None, Mistakes::none()).await
}

/// An application was sent.
pub async fn apply(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let amount = match sent.line("amount").parse::<Pence>() {
        Ok(amount) => amount,
        Err(wrong) => {
            return form(&caller, &id, Some(&sent), Mistakes::one("amount", wrong.to_string())).await;
        }
    };
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let answer = |number: usize| plain(sent.get(&format!("answer-{number}")));
    let says = Answers {
        title: sent.line("title"),
        amount,
        answers: (1..=is.text.questions.len()).map(answer).collect(),
        partners: plain(sent.get("partners")),
    };
    match keep(caller.app.authority(), &caller.actor(), &id, &says).await {
        Ok(_) => Ok(Redirect::to(&format!("/calls/{id}/application#sent")).into_response()),
        Err(error) => form(&caller, &id, Some(&sent), told(error, "title")?).await,
    }
}

/// An application is withdrawn.
pub async fn withdraw(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    match withdraw_application(caller.app.authority(), &caller.actor(), &id).await {
        Ok(()) => Ok(Redirect::to(&format!("/calls/{id}/application")).into_response()),
        Err(error) => form(&caller, &id, None, told(error, "main-content")?).await,
    }
}
