//! Is the database there? It is looked after all the time, so that whoever asks while it is away is told soon and does not wait.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use enough_store::{Store, StoreError};
use tokio::sync::{Mutex, watch};

use crate::app::App;
use crate::problem::Problem;

/// How often it is looked whether the database answers.
const LOOK: Duration = Duration::from_millis(300);
/// How long a request may take while the database is away: enough for what is in memory.
const GRACE: Duration = Duration::from_millis(500);
/// For how long one look whether the service is well does for all who ask.
const FRESH: Duration = Duration::from_secs(1);

/// Whether the database is there, and whether the service was well when somebody asked last.
#[derive(Debug)]
pub struct Presence {
    there: watch::Sender<bool>,
    asked: Mutex<Option<(Instant, Result<(), &'static str>)>>,
}

impl Default for Presence {
    fn default() -> Self {
        Self { there: watch::Sender::new(true), asked: Mutex::default() }
    }
}

impl Presence {
    /// Whether the database answered when it was asked last.
    pub fn is_there(&self) -> bool {
        *self.there.borrow()
    }

    /// Whether the database answers and keeps what is written, and what is wrong if not. Many who ask at once ask once.
    pub async fn is_well(&self, store: &Store) -> Result<(), &'static str> {
        let mut asked = self.asked.lock().await;
        if let Some((at, said)) = *asked
            && at.elapsed() < FRESH
        {
            return said;
        }
        let said = store.is_well().await.map_err(|error| {
            tracing::error!(%error, "the service is not well");
            match error {
                StoreError::Away => "the database does not answer",
                StoreError::Clock { .. } => "the clock of this machine is wrong: nothing is changed",
                _ => "the database keeps nothing that is written",
            }
        });
        *asked = Some((Instant::now(), said));
        said
    }

    /// Is done when the database has been away for longer than a request may take then.
    async fn is_away(&self) {
        let mut there = self.there.subscribe();
        loop {
            // Whoever would tell of it is as long there as this.
            let _ = there.wait_for(|there| !there).await;
            tokio::time::sleep(GRACE).await;
            if !*there.borrow() {
                return;
            }
        }
    }
}

/// Looks after the database for as long as the service runs.
pub async fn look_after(app: App) {
    loop {
        let answers = app.authority().store().answers().await;
        if let Err(error) = &answers
            && app.presence().is_there()
        {
            tracing::error!(%error, "the database is away");
        }
        app.presence()
            .there
            .send_if_modified(|there| std::mem::replace(there, answers.is_ok()) != answers.is_ok());
        tokio::time::sleep(LOOK).await;
    }
}

/// Answers soon while the database is away.
pub async fn answer_soon(State(app): State<App>, request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = app.presence().is_away() => Problem::Store(StoreError::Away).into_response(),
    }
}
