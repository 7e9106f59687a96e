//! What there is to be done.

use std::sync::Arc;

use enough_assessments::imports::{
    DataFile, Report, Turn, can_be_put_back, can_be_used, compare, data_file, tell_of_data_file, unused,
    used, used_without,
};
use enough_assessments::study::{Measure, Question, Shapes, assess, found, found_with_maps};
use enough_assessments::{AssessError, Found, Progress, keep_and_turn};
use enough_store::Authority;
use enough_store::audit::{Actor, Event};
use enough_store::backup::backup;
use enough_store::jobs::Job;

use super::{Far, Watched};
use crate::app::App;
use crate::choices::Choices;
use crate::desk::{Desk, Read};
use crate::form::Sent;
use crate::problem::Problem;

/// An answer is worked out and kept; ordered by choices as an address has them.
pub const ASSESS: &str = "assess";
/// A backup is taken.
pub const BACKUP: &str = "backup";
/// A file that somebody brought is looked at; ordered by its id.
pub const FILE: &str = "look-at-file";

/// The answer that is shown is worked out with a file, which is used from then on; ordered by its id.
pub const USE: &str = "use-file";
/// The answer that is shown is worked out without a file, which is put back; ordered by its id.
pub const PUT_BACK: &str = "put-back-file";

/// Does a job; gives what came of it.
pub async fn work(app: App, job: Job, far: Arc<Far>) -> Result<String, Problem> {
    match job.kind.as_str() {
        ASSESS => work_out(&app, &job, far).await,
        BACKUP => back_up(&app).await,
        USE => turn(&app, Turn::Use(job.order.clone()), far).await,
        PUT_BACK => turn(&app, Turn::PutBack(job.order.clone()), far).await,
        FILE => look(&app, &job.order, far).await,
        other => Err(Problem::NotHere(format!("nothing here does jobs of the kind {other}"))),
    }
}

fn no_files() -> Problem {
    Problem::NotHere("the service was started without published files (--data)".to_owned())
}

/// The question that is shown, to be asked again.
async fn same_question(app: &App, desk: &Desk) -> Result<Question, Problem> {
    let kept = app.shown().await?.ok_or(Problem::NoAnswer)?;
    let mut question = Choices::again(&kept.snapshot.answer)?.question(desk.question());
    question.soon = false;
    Ok(question)
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
    answer(app, question, read, far, None).await
}

/// Works the answer that is shown out with other files, and uses them from then on.
async fn turn(app: &App, turn: Turn, far: Arc<Far>) -> Result<String, Problem> {
    let (desk, authority) = (app.desk().ok_or_else(no_files)?, app.authority());
    let files = match &turn {
        Turn::Use(id) => {
            can_be_used(authority, id).await?;
            used(authority, Some(id)).await?
        }
        Turn::PutBack(id) => {
            can_be_put_back(authority, id).await?;
            used_without(authority, id).await?
        }
    };
    let question = same_question(app, desk).await?;
    let read = Arc::new(desk.read_with(authority, files, Watched(Arc::clone(&far))).await?);
    answer(app, question, read, far, Some(turn)).await
}

async fn answer(
    app: &App,
    question: Question,
    read: Arc<Read>,
    far: Arc<Far>,
    turn: Option<Turn>,
) -> Result<String, Problem> {
    let found = tokio::task::spawn_blocking(move || {
        let mut watched = Watched(far);
        question.check()?;
        let answer = assess(&question, &read.inputs, &mut watched)?;
        watched.begin("drawing shapes and finding postcodes")?;
        let found = found_with_maps(&question, &answer, &read.data)?;
        watched.begin("keeping the answer")?;
        Ok::<_, Problem>(found)
    });
    let found = found.await.map_err(|error| Problem::Broken(error.to_string()))??;
    let sentence = found.assessment.answer.clone();
    keep_and_turn(app.authority(), &Actor::service("enough serve"), found, turn.as_ref()).await?;
    Ok(sentence)
}

/// Reads everything with the file and without it, answers the question that is shown with both, and keeps what differs.
async fn look(app: &App, id: &str, far: Arc<Far>) -> Result<String, Problem> {
    let (desk, authority) = (app.desk().ok_or_else(no_files)?, app.authority());
    let file = data_file(authority, id).await?;
    let question = same_question(app, desk).await?;
    // What is wrong without the file is not its fault.
    let before = desk.read(authority).await?;
    let old = {
        let (question, far) = (question.clone(), Arc::clone(&far));
        let work = move || {
            question.check()?;
            found(&question, &assess(&question, &before.inputs, &mut Watched(far))?, None)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Broken(error.to_string()))??
    };
    let files = used(authority, Some(id)).await?;
    let report = match with_file(desk, authority, (&file, files), (question, old), far).await {
        Ok(report) => Ok(report),
        Err(Problem::Assess(AssessError::Stopped)) => return Err(Problem::Assess(AssessError::Stopped)),
        // What is wrong with the file is for whoever brought it; where it lies on this machine is not.
        Err(Problem::Assess(error)) => Err(without_folders(&error.to_string())),
        Err(other) => return Err(other),
    };
    let told = report.as_ref().map_err(String::as_str);
    tell_of_data_file(authority, &Actor::service("enough serve"), id, told).await?;
    Ok(report.map_or_else(|reason| reason, |_| format!("{} can be used", file.name)))
}

async fn with_file(
    desk: &Arc<Desk>,
    authority: &Authority,
    (file, files): (&DataFile, Vec<DataFile>),
    (question, old): (Question, Found),
    far: Arc<Far>,
) -> Result<Report, Problem> {
    let with = files.iter().map(|file| file.id.clone()).collect();
    let after = desk.read_with(authority, files, Watched(Arc::clone(&far))).await?;
    let (kind, name) = (file.kind.name, file.name.clone());
    let work = move || {
        let answer = assess(&question, &after.inputs, &mut Watched(far))?;
        // Boundaries are for maps: the figures do not show what is wrong with them.
        if kind == "boundaries" && Shapes::read(&after.data, &answer)?.file.as_ref() != Some(&name) {
            return Err(AssessError::Input(format!(
                "{name} has not the shapes of all neighbourhoods asked for"
            )));
        }
        let new = found(&question, &answer, None)?;
        let unused = after.places.of(kind).map(|path| unused(&after.inputs.rejects, path));
        Ok(compare(&old, &new, with, unused.unwrap_or_default()))
    };
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| Problem::Broken(error.to_string()))?;
    Ok(done?)
}

/// A message with names of files for their paths.
pub fn without_folders(message: &str) -> String {
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
