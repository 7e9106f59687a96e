//! Long work.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use enough_store::jobs as kept;
use serde::Serialize;
use utoipa::ToSchema;

use super::failures::{NotAllowed, NotFound, NotNow, NotSignedIn, NotUnderstood};
use super::queries::{ListQuery, Query, View, rows};
use super::records::Page;
use crate::answer::newest;
use crate::caller::Caller;
use crate::jobs::{ask_for_answer, ask_for_backup};
use crate::path::Path;
use crate::problem::Problem;

/// A moment as the API writes it (RFC 3339, UTC).
pub fn moment(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Long work that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its id.
    id: String,
    /// What is done.
    kind: String,
    /// The same for people.
    title: String,
    /// Who asked for it.
    asked_by: String,
    /// When.
    #[schema(format = DateTime)]
    asked_at: String,
    /// waiting, running, stopping, done, failed or stopped.
    state: String,
    /// What is being done now.
    phase: String,
    /// Parts of it that are done.
    done: Option<u64>,
    /// How many it has.
    parts: Option<u64>,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// What came of it.
    result: String,
}

impl From<kept::Job> for Job {
    fn from(job: kept::Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            title: job.title,
            asked_by: job.asked_by,
            asked_at: moment(&job.asked_at),
            state: job.state.to_string(),
            phase: job.phase,
            done: job.parts.map(|(done, _)| done),
            parts: job.parts.map(|(_, parts)| parts),
            ended_at: job.ended_at.as_ref().map(moment),
            result: job.result,
        }
    }
}

/// All jobs, newest first
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs", security(("key" = []), ("session" = [])), params(ListQuery),
    responses((status = 200, description = "Jobs", body = Page<Job>), NotUnderstood, NotSignedIn, NotAllowed)
)]
pub async fn jobs(caller: Caller, Query(query): Query<ListQuery>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let (total, jobs) = caller.app.authority().jobs(from as u64, limit as u64).await?;
    let items = jobs.into_iter().map(Job::from).collect();
    Ok(Json(Page { total: total as usize, from, items }).into_response())
}

/// One job
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}", tag = "jobs", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The job", body = Job), NotSignedIn, NotAllowed, NotFound)
)]
pub async fn job(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(Json(Job::from(caller.app.authority().job(&id).await?)).into_response())
}

/// The job that was asked for.
pub async fn asked(caller: &Caller, id: &str) -> Result<Response, Problem> {
    let job = Job::from(caller.app.authority().job(id).await?);
    let address = [(header::LOCATION, format!("/api/v1/jobs/{id}"))];
    Ok((StatusCode::ACCEPTED, address, Json(job)).into_response())
}

/// Work out an answer and keep it for everybody to see
#[utoipa::path(
    post, path = "/api/v1/jobs/assess", tag = "jobs", security(("key" = []), ("session" = [])), params(View),
    responses(
        (status = 202, description = "It was asked for", body = Job, headers(("location" = String, description = "Its address"))),
        NotUnderstood, NotSignedIn, NotAllowed, NotFound, NotNow,
    )
)]
pub async fn assess(caller: Caller, Query(view): Query<View>) -> Result<Response, Problem> {
    let choices = view.choices(&newest(&caller).await?.snapshot.answer)?;
    asked(&caller, &ask_for_answer(&caller, choices).await?).await
}

/// Take a backup
#[utoipa::path(
    post, path = "/api/v1/jobs/backup", tag = "jobs", security(("key" = []), ("session" = [])),
    responses(
        (status = 202, description = "It was asked for", body = Job, headers(("location" = String, description = "Its address"))),
        NotSignedIn, NotAllowed,
    )
)]
pub async fn back_up(caller: Caller) -> Result<Response, Problem> {
    asked(&caller, &ask_for_backup(&caller).await?).await
}

/// Stop a job
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/stop", tag = "jobs", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The job as it is now", body = Job), NotSignedIn, NotAllowed, NotFound, NotNow)
)]
pub async fn stop_job(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    caller.app.authority().stop_job(&caller.actor(), &id).await?;
    job(caller, Path(id)).await
}
