//! Does the jobs that were asked for, one after the other, and says how far it is.

mod kinds;
mod orders;

pub use orders::{ask_for_answer, ask_for_backup, ask_for_look, ask_for_put_back, ask_for_use};

use kinds::{ASSESS, BACKUP, FILE, PUT_BACK, USE, without_folders};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use enough_assessments::{AssessError, Progress};
use enough_store::audit::Actor;
use enough_store::jobs::{Job, JobState};
use tokio::sync::watch::Receiver;

use crate::app::App;
use crate::problem::Problem;

/// How often it is looked whether there is something to do, and how far it is.
const LOOK: Duration = Duration::from_millis(500);
/// How long to wait when the database does not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// How far a job is.
#[derive(Debug, Default)]
struct Far {
    phase: Mutex<&'static str>,
    done: Arc<AtomicU64>,
    parts: AtomicU64,
    stop: AtomicBool,
}

impl Far {
    fn phase(&self) -> &'static str {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever works tells of it here.
struct Watched(Arc<Far>);

impl Progress for Watched {
    fn begin(&mut self, phase: &'static str) -> Result<(), AssessError> {
        if self.0.stop.load(Ordering::Relaxed) {
            return Err(AssessError::Stopped);
        }
        *self.0.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
        self.0.done.store(0, Ordering::Relaxed);
        self.0.parts.store(0, Ordering::Relaxed);
        Ok(())
    }

    fn parts(&mut self, parts: usize) -> Box<dyn Fn() + Sync> {
        self.0.parts.store(parts as u64, Ordering::Relaxed);
        let done = Arc::clone(&self.0.done);
        Box::new(move || {
            done.fetch_add(1, Ordering::Relaxed);
        })
    }
}

/// Is done when the service ends.
async fn ended(ending: &mut Receiver<bool>) {
    // Whoever would have told of it has gone: that is an end too.
    let _ = ending.wait_for(|ending| *ending).await;
}

/// How often it is tried to say that a job is done, before it is left to be begun again.
const TRIES: u32 = 12;

/// Does jobs until the service ends.
pub async fn work(app: App, mut ending: Receiver<bool>) {
    loop {
        let pause = match app.authority().take_up_job().await {
            Ok(Some(job)) => match run(&app, &job, &mut ending).await {
                Ok(()) => Duration::ZERO,
                Err(error) => {
                    tracing::error!(%error, job = job.id, "a job could not be ended");
                    PAUSE
                }
            },
            Ok(None) => LOOK,
            Err(error) => {
                tracing::error!(%error, "jobs cannot be looked for");
                PAUSE
            }
        };
        tokio::select! {
            () = ended(&mut ending) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn run(app: &App, job: &Job, ending: &mut Receiver<bool>) -> Result<(), Problem> {
    let authority = app.authority();
    let actor = Actor::service("enough serve");
    let far = Arc::new(Far::default());
    // On its own: whoever tells of it may have to wait for what it holds.
    let mut work = tokio::spawn(kinds::work(app.clone(), job.clone(), Arc::clone(&far)));
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            () = ended(ending) => {
                // The next process begins it again.
                far.stop.store(true, Ordering::Relaxed);
                work.abort();
                let _ = work.await;
                return Ok(authority.put_back_job(&job.id).await?);
            }
            () = tokio::time::sleep(LOOK) => {
                let parts = (far.done.load(Ordering::Relaxed), far.parts.load(Ordering::Relaxed));
                match authority.tell_of_job(&job.id, far.phase(), parts).await {
                    Ok(true) => {}
                    Ok(false) => far.stop.store(true, Ordering::Relaxed),
                    // The work goes on: what came of it is said when the database is back.
                    Err(error) => tracing::error!(%error, job = job.id, "nothing can be told of a job"),
                }
            }
        }
    };
    let done = done.unwrap_or_else(|_| Err(Problem::Broken("the work ended badly".to_owned())));
    let (state, result) = match done {
        Ok(result) => (JobState::Done, result),
        Err(Problem::Assess(AssessError::Stopped)) => (JobState::Stopped, String::new()),
        // Where files lie on this machine is not for those who read it.
        Err(problem) => (JobState::Failed, without_folders(&problem.to_string())),
    };
    for _ in 0..TRIES {
        match authority.end_job(&actor, &job.id, state, &result).await {
            Ok(()) => return Ok(()),
            Err(error) => tracing::error!(%error, job = job.id, "a job is done and cannot be ended"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(authority.end_job(&actor, &job.id, state, &result).await?)
}
