//! What there is to be done.

use std::sync::Arc;

use enough_assessments::imports::{DataFile, Report, compare, data_file, tell_of_data_file, unused, used};
use enough_assessments::study::{Measure, Shapes, assess, found};
use enough_assessments::{AssessError, keep};
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
/// A file that somebody brought is looked at; ordered by its id.
pub const FILE: &str = "look-at-file";

/// Does a job; gives what came of it.
pub async fn work(app: App, job: Job, far: Arc<Far>) -> Result<String, Problem> {
    match job.kind.as_str() {
        ASSESS => work_out(&app, &job, far).await,
        BACKUP => back_up(&app).await,
        FILE => look(&app, &job.order, far).await,
        other => Err(Problem::NotHere(format!("nothing here does jobs of the kind {other}"))),
    }
}

fn no_files() -> Problem {
    Problem::NotHere("the service was started without published files (--data)".to_owned())
}

async fn work_out(app: &App, job: &Job, far: Arc<Far>) -> Result<String, Problem> {
    let desk = app.desk().ok_or_else(no_files)?;
    let kept = app.shown().await?.ok_or(Problem::NoAnswer)?;
    let (choices, _) = Choices::read(&Sent::read(job.order.as_bytes()), &kept.snapshot.answer);
    let choices = choices.filter(|choices| choices.measure == Measure::FairShare);
    let choices = choices.ok_or_else(|| Problem::Wrong("the order of the job cannot be read".to_owned()))?;
    let mut question = choices.question(desk.question());
    question.soon = false;
    let read = desk.read(app.authority()).await?;
    let found = tokio::task::spawn_blocking(move || {
        let mut watched = Watched(far);
        question.check()?;
        let answer = assess(&question, &read.inputs, &mut watched)?;
        enough_assessments::Progress::begin(&mut watched, "drawing shapes")?;
        let shapes = Shapes::read(&read.data, &answer)?;
        let found = found(&question, &answer, Some(&shapes))?;
        enough_assessments::Progress::begin(&mut watched, "keeping the answer")?;
        Ok::<_, Problem>(found)
    });
    let found = found.await.map_err(|error| Problem::Broken(error.to_string()))??;
    let sentence = found.assessment.answer.clone();
    keep(app.authority(), &Actor::service("enough serve"), found).await?;
    Ok(sentence)
}

/// Reads everything with the file and without it, answers the question that is shown with both, and keeps what differs.
async fn look(app: &App, id: &str, far: Arc<Far>) -> Result<String, Problem> {
    let (authority, actor) = (app.authority(), Actor::service("enough serve"));
    let file = data_file(authority, id).await?;
    let report = match compared(app, &file, far).await {
        Ok(report) => Ok(report),
        // What is wrong with the file is for whoever brought it; where it lies on this machine is not.
        Err(Problem::Assess(AssessError::Stopped)) => {
            Err("It was stopped before the file was read.".to_owned())
        }
        Err(Problem::Assess(error)) => Err(without_folders(&error.to_string())),
        Err(other) => return Err(other),
    };
    let told = report.as_ref().map_err(String::as_str);
    tell_of_data_file(authority, &actor, id, told).await?;
    Ok(report.map_or_else(|reason| reason, |_| format!("{} can be used", file.name)))
}

async fn compared(app: &App, file: &DataFile, far: Arc<Far>) -> Result<Report, Problem> {
    let desk = app.desk().ok_or_else(no_files)?;
    let authority = app.authority();
    let kept = app.shown().await?.ok_or(Problem::NoAnswer)?;
    let choices = Choices::of(&kept.snapshot.answer).unwrap_or_default();
    let question = choices.question(desk.question());
    let before = desk.read(authority).await?;
    let files = used(authority, Some(&file.id)).await?;
    let after = desk.read_with(authority, &files, Watched(Arc::clone(&far))).await?;
    let kind = file.kind.name;
    let work = move || {
        let mut watched = Watched(far);
        question.check()?;
        let mut answer = |inputs| found(&question, &assess(&question, inputs, &mut watched)?, None);
        let (old, new) = (answer(&before.inputs)?, answer(&after.inputs)?);
        let unused = after.places.of(kind).map(|path| unused(&after.inputs.rejects, path));
        Ok::<_, Problem>(compare(&old, &new, unused.unwrap_or_default()))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Broken(error.to_string()))?
}

/// A message with names of files for their paths.
fn without_folders(message: &str) -> String {
    let words = message.split(' ').map(|word| match word.rsplit_once(std::path::MAIN_SEPARATOR) {
        Some((folders, name)) if folders.starts_with(std::path::MAIN_SEPARATOR) => name,
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
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
