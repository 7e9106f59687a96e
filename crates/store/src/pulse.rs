//! Is the database there, and does it keep what it says that it keeps?
//!
//! A database can say that a change is kept and not have it: a driver that counts transactions wrongly after the disk was full, a
//! `COMMIT` of a transaction that the server had given up. So every change is looked for afterwards, on another connection than the one
//! that wrote it, before anybody is told that it is kept; and a connection on which one was missing is never written on again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, TransactionTrait};

use crate::audit::records::pulse;
use crate::change::writing;
use crate::error::{Result, StoreError};
use crate::open::Store;

/// How long the database may take to answer whoever looks after it.
const ANSWER: Duration = Duration::from_millis(1500);
/// For how long something else may be written before nobody believes any more that it will end.
const LONG: Duration = Duration::from_mins(1);
/// The number of the one row that is written to see whether writing works.
const ROW: i32 = 1;

/// What is known of the writing.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// A change was not there after it had been kept: its connection is not to be used.
    doubt: AtomicBool,
    /// When a change was last seen to be there.
    proven: Mutex<Instant>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { doubt: AtomicBool::new(false), proven: Mutex::new(Instant::now()) }
    }
}

impl Pulse {
    /// Whether the connection that was used last can be used again. Asked once for each use.
    pub(crate) fn is_trusted(&self) -> bool {
        !self.doubt.swap(false, Ordering::AcqRel)
    }

    /// A change was looked for and found, or not.
    pub(crate) fn proven(&self, is_there: bool) {
        if is_there {
            *self.proven.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        } else {
            self.doubt.store(true, Ordering::Release);
        }
    }

    fn since_proven(&self) -> Duration {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

impl Store {
    /// Whether the database answers, on a connection of its own: soon, however many read.
    ///
    /// # Errors
    /// When it does not.
    pub async fn answers(&self) -> Result<()> {
        let asked = tokio::time::timeout(ANSWER, pulse::Entity::find_by_id(ROW).one(&self.watching)).await;
        asked.map_err(|_| StoreError::Away)??;
        Ok(())
    }

    /// Whether the database answers and writes: a moment is written, and looked for on another connection. Where something else is being
    /// written for less than a minute, that is proof enough.
    ///
    /// # Errors
    /// When it does not; when the clock is wrong, for nothing is changed then.
    pub async fn is_well(&self) -> Result<()> {
        self.answers().await?;
        if let Some(jump) = self.environment().jump() {
            return Err(StoreError::clock(jump));
        }
        match tokio::time::timeout(ANSWER, self.beat()).await {
            Ok(done) => done,
            Err(_) if self.pulse.since_proven() < LONG => Ok(()),
            Err(_) => Err(StoreError::Away),
        }
    }

    async fn beat(&self) -> Result<()> {
        let turn = self.turn().await;
        let now = self.environment().now();
        let tx = turn.db.begin_with_options(writing()).await?;
        let row = pulse::ActiveModel { id: Set(ROW), at: Set(now) };
        let again = OnConflict::column(pulse::Column::Id).update_column(pulse::Column::At).to_owned();
        pulse::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
        tx.commit().await?;
        self.prove(pulse::Entity::find_by_id(ROW).one(&self.watching).await?.is_some_and(|row| row.at >= now))
    }

    /// What was looked for after a change was kept is there, or the change is not kept.
    pub(crate) fn prove(&self, is_there: bool) -> Result<()> {
        self.pulse.proven(is_there);
        if is_there { Ok(()) } else { Err(StoreError::NotKept) }
    }
}
