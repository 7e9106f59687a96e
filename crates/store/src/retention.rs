//! How long records of how people come in are kept, and their end. What happened stays in the audit log, which holds ids and no names.

use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::accounts::records::{attempt, link, session};
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::Result;
use crate::jobs::records::job;
use crate::mail::UNCONFIRMED;
use crate::mail::records::{letter, subscription};

/// Sessions and links are kept so long after they ended: as long as an account may sleep.
pub const ACCESS: Duration = Duration::days(90);
/// Failed sign-ins are forgotten so long after the last.
pub const FAILURES: Duration = Duration::days(30);
/// Long work is listed so long after it ended.
pub const JOBS: Duration = Duration::days(365);

/// That a letter was sent, or could not be, is kept so long.
pub const LETTERS: Duration = Duration::days(30);

/// What is older than a term of a table.
async fn remove<E: EntityTrait>(change: &Change, of: impl ColumnTrait, old: Expr) -> Result<u64> {
    let removed = E::delete_many().filter(of.eq(change.authority())).filter(old).exec(change.tx());
    Ok(removed.await?.rows_affected)
}

impl Authority {
    /// Removes what is older than its term; gives the number of records. Nothing is logged when there was nothing.
    ///
    /// # Errors
    /// When the database fails; nothing is removed then.
    pub async fn sweep(&self, actor: &Actor) -> Result<u64> {
        let mut change = self.begin(actor).await?;
        let before = |term: Duration| -> DateTime<Utc> { change.now() - term };
        let (access, failures, jobs) = (before(ACCESS), before(FAILURES), before(JOBS));
        let old = session::Column::LastSeenAt.lt(access);
        let sessions = remove::<session::Entity>(&change, session::Column::Authority, old).await?;
        let old = link::Column::ExpiresAt.lt(access);
        let links = remove::<link::Entity>(&change, link::Column::Authority, old).await?;
        let old = attempt::Column::FailedAt.lt(failures);
        let attempts = remove::<attempt::Entity>(&change, attempt::Column::Authority, old).await?;
        let old = job::Column::EndedAt.lt(jobs);
        let ended = remove::<job::Entity>(&change, job::Column::Authority, old).await?;
        let (letters, unconfirmed) = (before(LETTERS), before(UNCONFIRMED));
        let old = letter::Column::EndedAt.lt(letters);
        let letters = remove::<letter::Entity>(&change, letter::Column::Authority, old).await?;
        let old = ExprTrait::and(
            subscription::Column::ConfirmedAt.is_null(),
            subscription::Column::AskedAt.lt(unconfirmed),
        );
        let unconfirmed =
            remove::<subscription::Entity>(&change, subscription::Column::Authority, old).await?;
        let all = sessions + links + attempts + ended + letters + unconfirmed;
        if all > 0 {
            let event = Event::new("retention.sweep", "authority");
            let event = event.with("sessions", sessions).with("links", links);
            let event = event.with("failures", attempts).with("jobs", ended);
            change.log(event.with("letters", letters).with("unconfirmed", unconfirmed));
            change.commit().await?;
        }
        Ok(all)
    }
}
