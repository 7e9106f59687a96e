//! Long work: what was asked for, how far it is, what came of it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::accounts::Action;
use enough_store::jobs::Job;

use crate::caller::Caller;
use crate::choices::Choices;
use crate::form::Sent;
use crate::jobs::{ask_for_answer, ask_for_backup};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// Jobs on the page.
const ROWS: u64 = 100;

#[derive(Template)]
#[template(path = "administration/jobs.html")]
struct List {
    frame: Frame,
    jobs: Vec<Job>,
    backup: bool,
}

/// All jobs, newest first.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let (_, jobs) = caller.app.authority().jobs(0, ROWS).await?;
    let backup = caller.may(Action::TakeBackup) && caller.app.settings().backups.is_some();
    Ok(page(List { frame: Frame::new(&caller, "Long work"), jobs, backup })?.into_response())
}

#[derive(Template)]
#[template(path = "administration/job.html")]
struct One {
    frame: Frame,
    job: Job,
}

/// One job.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let job = caller.app.authority().job(&id).await?;
    Ok(page(One { frame: Frame::new(&caller, job.title.clone()), job })?.into_response())
}

/// An answer is to be worked out and kept.
pub async fn assess(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let kept = caller.app.shown().await?.ok_or(Problem::NoAnswer)?;
    let (choices, mistakes) = Choices::read(&sent, &kept.snapshot.answer);
    if let Some((_, what)) = mistakes.iter().next() {
        return Err(Problem::Wrong(format!("{what}.")));
    }
    let id = ask_for_answer(&caller, choices).await?;
    Ok(Redirect::to(&format!("/administration/jobs/{id}")).into_response())
}

/// A backup is to be taken.
pub async fn back_up(caller: Caller) -> Result<Response, Problem> {
    let id = ask_for_backup(&caller).await?;
    Ok(Redirect::to(&format!("/administration/jobs/{id}")).into_response())
}

/// A job is to be stopped.
pub async fn stop(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.app.authority().stop_job(&caller.actor(), &id).await?;
    Ok(Redirect::to(&format!("/administration/jobs/{id}")).into_response())
}
