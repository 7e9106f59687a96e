//! Asks for jobs: for a person, or a program that acts for one.

use enough_assessments::study::Measure;

use super::{ASSESS, BACKUP, FILE};
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
    let choices = choices.or_else(|| Choices::of(&kept.snapshot.answer)).unwrap_or_default();
    if choices.measure != Measure::FairShare {
        return Err(Problem::Wrong(
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
pub async fn ask_for_look(caller: &Caller, id: &str, name: &str) -> Result<String, Problem> {
    ask(caller, (FILE, id, &format!("What {name} would change"))).await
}

/// Asks for a backup; gives the id of the job.
pub async fn ask_for_backup(caller: &Caller) -> Result<String, Problem> {
    ask(caller, (BACKUP, "", "A backup")).await
}
