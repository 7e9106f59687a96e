//! Jobs: long work that is asked for, taken up by one process, watched, stopped, and begun again when its process ended in good order.
//!
//! What a job does is not known here: `kind` and `order` are for whoever does it. That a job is asked for, stopped and ended is in
//! the audit log; how far it is, is not.

pub(crate) mod records;

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
};

use crate::audit::{Actor, Event};
use crate::change::Authority;
use crate::error::{Result, StoreError};
use crate::names;
use records::job;

/// A process that was not heard of for so long has gone. What it did is not begun again by itself: it may be what the process died of.
pub const GONE: Duration = Duration::seconds(30);

/// A job that was put back so often by processes that ended in good order is not begun again either: they may have been ended because of it.
const MOST_ATTEMPTS: i64 = 3;

names! {
    /// How a job stands.
    JobState {
        Waiting = "waiting", "Waiting its turn";
        Running = "running", "Running";
        Stopping = "stopping", "Stopping";
        Done = "done", "Done";
        Failed = "failed", "Failed";
        Stopped = "stopped", "Stopped";
    }
}

impl JobState {
    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Stopped)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is to be done, as whoever does it names it.
    pub kind: String,
    /// With what, as whoever does it writes it.
    pub order: String,
    /// The same for people.
    pub title: String,
    /// The name of who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// How it stands.
    pub state: JobState,
    /// What is being done.
    pub phase: String,
    /// Parts of the phase that are done, and how many it has; none if they are not counted.
    pub parts: Option<(u64, u64)>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of it, for people.
    pub result: String,
}

fn read(row: job::Model) -> Result<Job> {
    Ok(Job {
        id: row.id,
        kind: row.kind,
        order: row.order,
        title: row.title,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
        state: row.state.parse().map_err(StoreError::Damaged)?,
        phase: row.phase,
        parts: (row.parts > 0).then_some((row.done.max(0) as u64, row.parts as u64)),
        ended_at: row.ended_at,
        result: row.result,
    })
}

impl Authority {
    fn of_job(&self, id: &str) -> UpdateMany<job::Entity> {
        let these = job::Entity::update_many().filter(job::Column::Authority.eq(self.code()));
        these.filter(job::Column::Id.eq(id))
    }

    /// Asks for a job: its kind, what it needs, and both for people. Gives its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_for_job(
        &self,
        actor: &Actor,
        asked_by: &str,
        (kind, order, title): (&str, &str, &str),
    ) -> Result<String> {
        let mut change = self.begin(actor).await?;
        let id = self.environment().id();
        let row = job::ActiveModel {
            authority: Set(self.code().to_owned()),
            id: Set(id.clone()),
            kind: Set(kind.to_owned()),
            order: Set(order.to_owned()),
            title: Set(title.to_owned()),
            asked_by: Set(asked_by.to_owned()),
            asked_at: Set(change.now()),
            state: Set(JobState::Waiting.to_string()),
            started_at: Set(None),
            heard_at: Set(None),
            phase: Set(String::new()),
            attempts: Set(0),
            done: Set(0),
            parts: Set(0),
            ended_at: Set(None),
            result: Set(String::new()),
        };
        row.insert(change.tx()).await?;
        change.log(Event::new("job.ask", format!("job:{id}")).with("kind", kind).with("order", order));
        change.commit().await?;
        Ok(id)
    }

    /// How many jobs there are, and some of them, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self, from: u64, limit: u64) -> Result<(u64, Vec<Job>)> {
        let (find, db) = (job::Entity::find(), self.store().read());
        let find = find.filter(job::Column::Authority.eq(self.code()));
        let all = find.clone().count(db).await?;
        let rows = find.order_by_desc(job::Column::Id).offset(from).limit(limit).all(db).await?;
        Ok((all, rows.into_iter().map(read).collect::<Result<_>>()?))
    }

    /// One job.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn job(&self, id: &str) -> Result<Job> {
        let key = (self.code().to_owned(), id.to_owned());
        let row = job::Entity::find_by_id(key).one(self.store().read()).await?;
        read(row.ok_or_else(|| StoreError::NotFound(format!("job {id}")))?)
    }

    /// Takes up the job that has waited longest; nobody else takes it up then. One whose process has gone, or that was put back too often, is
    /// ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_up_job(&self) -> Result<Option<Job>> {
        let now = self.environment().now();
        let is_free = || {
            let is_waiting = job::Column::State.eq(JobState::Waiting.key());
            let was_left = Condition::all()
                .add(job::Column::State.is_in([JobState::Running.key(), JobState::Stopping.key()]))
                .add(job::Column::HeardAt.lt(now - GONE));
            Condition::any().add(is_waiting).add(was_left)
        };
        let find = job::Entity::find().filter(job::Column::Authority.eq(self.code())).filter(is_free());
        let Some(row) = find.order_by_asc(job::Column::Id).one(self.store().read()).await? else {
            return Ok(None);
        };
        let was_left = row.state != JobState::Waiting.key();
        if was_left || row.attempts >= MOST_ATTEMPTS {
            let why = if was_left {
                "The service ended while it did this, perhaps because of it. Ask for it again when those who run the service know why."
            } else {
                "It was begun three times, and the service was ended each time before it was done."
            };
            // What was to be stopped is stopped.
            let (state, why) = if row.state == JobState::Stopping.key() {
                (JobState::Stopped, "")
            } else {
                (JobState::Failed, why)
            };
            self.end_job(&Actor::service("jobs"), &row.id, state, why).await?;
            return Ok(None);
        }
        let turn = self.store().turn().await;
        let taken = self
            .of_job(&row.id)
            .filter(is_free())
            .filter(job::Column::State.eq(&row.state))
            .col_expr(job::Column::Attempts, Expr::value(row.attempts + 1))
            .col_expr(job::Column::State, Expr::value(JobState::Running.key()))
            .col_expr(job::Column::StartedAt, Expr::value(now))
            .col_expr(job::Column::HeardAt, Expr::value(now))
            .exec(turn.db)
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        self.job(&row.id).await.map(Some)
    }

    /// Says how far a job is; gives whether it is to go on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_of_job(&self, id: &str, phase: &str, (done, parts): (u64, u64)) -> Result<bool> {
        let turn = self.store().turn().await;
        self.of_job(id)
            .col_expr(job::Column::HeardAt, Expr::value(self.environment().now()))
            .col_expr(job::Column::Phase, Expr::value(phase))
            .col_expr(job::Column::Done, Expr::value(done as i64))
            .col_expr(job::Column::Parts, Expr::value(parts as i64))
            .exec(turn.db)
            .await?;
        drop(turn);
        Ok(self.job(id).await?.state == JobState::Running)
    }

    /// Ends a job, with what came of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_job(&self, actor: &Actor, id: &str, state: JobState, result: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        self.of_job(id)
            .col_expr(job::Column::State, Expr::value(state.key()))
            .col_expr(job::Column::EndedAt, Expr::value(change.now()))
            .col_expr(job::Column::Result, Expr::value(result))
            .exec(change.tx())
            .await?;
        change.log(Event::new("job.end", format!("job:{id}")).with("state", state.key()));
        change.commit().await
    }

    /// Puts a job back that a process which ends has begun, for the next one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_back_job(&self, id: &str) -> Result<()> {
        let turn = self.store().turn().await;
        self.of_job(id)
            .filter(job::Column::State.eq(JobState::Running.key()))
            .col_expr(job::Column::State, Expr::value(JobState::Waiting.key()))
            .exec(turn.db)
            .await?;
        Ok(())
    }

    /// Stops a job: at once if it waits, else when its process hears of it.
    ///
    /// # Errors
    /// When it is over, or the database fails.
    pub async fn stop_job(&self, actor: &Actor, id: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        let key = (self.code().to_owned(), id.to_owned());
        let row = job::Entity::find_by_id(key).one(change.tx()).await?;
        let job = read(row.ok_or_else(|| StoreError::NotFound(format!("job {id}")))?)?;
        if job.state.is_over() {
            return Err(StoreError::refused("the job is over: there is nothing to stop"));
        }
        let stop = self.of_job(id);
        let stop = if job.state == JobState::Waiting {
            stop.col_expr(job::Column::State, Expr::value(JobState::Stopped.key()))
                .col_expr(job::Column::EndedAt, Expr::value(change.now()))
        } else {
            stop.col_expr(job::Column::State, Expr::value(JobState::Stopping.key()))
        };
        stop.exec(change.tx()).await?;
        change.log(Event::new("job.stop", format!("job:{id}")));
        change.commit().await
    }
}
