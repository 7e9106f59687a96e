//! What there is to be done.

use std::sync::Arc;

use enough_assessments::keep;
use enough_assessments::study::{Measure, Shapes, assess, found};
use enough_store::audit::{Actor, Event};
use enough_store::backup::backup;
use enough_store::jobs::Job;

use super::{Far, Watched};
use crate::app::App;
use crate::choices::Choices;
use crate::form::Sent;
use crate::problem::Problem;

/// An answer is worked out and kept; ordered by choices as an address has them.
pub const ASSESS: &str = "assess";
/// A backup is taken.
pub const BACKUP: &str = "backup";

/// Does a job; gives what came of it.
pub async fn work(app: App, job: Job, far: Arc<Far>) -> Result<String, Problem> {
    match job.kind.as_str() {
        ASSESS => work_out(&app, &job, far).await,
        BACKUP => back_up(&app).await,
        other => Err(Problem::NotHere(format!("nothing here does jobs of the kind {other}"))),
    }
}

async fn work_out(app: &App, job: &Job, far: Arc<Far>) -> Result<String, Problem> {
    let desk = app.desk().ok_or_else(|| {
        Problem::NotHere("the service was started without published files (--data)".to_owned())
    })?;
    let kept = app.shown().await?.ok_or(Problem::NoAnswer)?;
    let (choices, _) = Choices::read(&Sent::read(job.order.as_bytes()), &kept.snapshot.answer);
    let choices = choices.filter(|choices| choices.measure == Measure::FairShare);
    let choices = choices.ok_or_else(|| Problem::Wrong("the order of the job cannot be read".to_owned()))?;
    let mut question = choices.question(desk.question());
    question.soon = false;
    let inputs = Arc::clone(desk.inputs().await?);
    let desk = Arc::clone(desk);
    let found = tokio::task::spawn_blocking(move || {
        let mut watched = Watched(far);
        question.check()?;
        let answer = assess(&question, &inputs, &mut watched)?;
        enough_assessments::Progress::begin(&mut watched, "drawing shapes")?;
        let shapes = Shapes::read(desk.data(), &answer)?;
        let found = found(&question, &answer, Some(&shapes))?;
        enough_assessments::Progress::begin(&mut watched, "keeping the answer")?;
        Ok::<_, Problem>(found)
    });
    let found = found.await.map_err(|error| Problem::Broken(error.to_string()))??;
    let sentence = found.assessment.answer.clone();
    keep(app.authority(), &Actor::service("enough serve"), found).await?;
    Ok(sentence)
}

async fn back_up(app: &App) -> Result<String, Problem> {
    let folder = app.settings().backups.as_deref().ok_or_else(|| {
        Problem::NotHere("the service was started without a folder for backups (--backups)".to_owned())
    })?;
    let authority = app.authority();
    let name = authority.environment().now().format("enough-%Y-%m-%dT%H-%M-%SZ.backup").to_string();
    authority.note(&Actor::service("enough serve"), Event::new("backup.take", "database")).await?;
    let made = backup(authority.store(), &folder.join(&name)).await?;
    Ok(format!("{name}: {} bytes, SHA-256 {}", made.bytes, made.hash))
}
