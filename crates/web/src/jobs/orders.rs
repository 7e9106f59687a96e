//! Asks for jobs: for a person, or a program that acts for one.

use enough_assessments::imports::DataFile;
use enough_assessments::study::Measure;

use super::{ASSESS, BACKUP, FILE, PUT_BACK, USE};
use crate::answer::newest;
use crate::caller::Caller;
use crate::choices::Choices;
use crate::problem::Problem;

async fn ask(caller: &Caller, order: (&str, &str, &str)) -> Result<String, Problem> {
    let person = caller.person().ok_or_else(|| Problem::SignIn(caller.path.clone()))?;
    Ok(caller.app.authority().ask_for_job(&caller.actor(), &person.name, order).await?)
}

/// Asks for an answer to be worked out and kept, the one that is shown anew where nothing is chosen; gives the id of the job.
pub async fn ask_for_answer(caller: &Caller, choices: Option<Choices>) -> Result<String, Problem> {
    let kept = newest(caller).await?;
    let choices = choices.map_or_else(|| Choices::again(&kept.snapshot.answer), Ok)?;
    if choices.measure != Measure::FairShare {
        return Err(Problem::NotHere(
            "Only a fair share can be the answer that everybody sees first.".to_owned(),
        ));
    }
    let title = format!(
        "An answer for ages {} within {} minutes {}, {} places for every 100",
        choices.ages,
        choices.minutes,
        choices.mode.label(),
        choices.per_hundred
    );
    ask(caller, (ASSESS, &choices.query(), &title)).await
}

/// Asks for a file that somebody brought to be looked at; gives the id of the job.
pub async fn ask_for_look(caller: &Caller, file: &DataFile) -> Result<String, Problem> {
    ask(caller, (FILE, &file.id, &format!("What {} would change", file.name))).await
}

/// Asks for an answer with a file, and for the file to be used from then on; gives the id of the job.
pub async fn ask_for_use(caller: &Caller, file: &DataFile) -> Result<String, Problem> {
    ask(caller, (USE, &file.id, &format!("An answer with {}", file.name))).await
}

/// Asks for an answer without a file, and for the file to be put back; gives the id of the job.
pub async fn ask_for_put_back(caller: &Caller, file: &DataFile) -> Result<String, Problem> {
    ask(caller, (PUT_BACK, &file.id, &format!("An answer without {}", file.name))).await
}

/// Asks for a backup; gives the id of the job.
pub async fn ask_for_backup(caller: &Caller) -> Result<String, Problem> {
    ask(caller, (BACKUP, "", "A backup")).await
}
