//! Looks through the log for those who may: newest first, page by page.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entry::Entry;
use super::records::audit_entry;
use crate::change::Authority;
use crate::error::{Result, StoreError};

/// What is looked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Id of the person who acted.
    pub person: Option<String>,
    /// What was done; a noun alone finds all that was done to its kind: `session` finds `session.begin`.
    pub action: Option<String>,
    /// To what, as kind and id.
    pub subject: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Older than this position: the last one of the page before.
    pub before: Option<u64>,
}

/// Entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

fn read(row: &audit_entry::Model) -> Result<Entry> {
    serde_json::from_str(&row.entry)
        .map_err(|_| StoreError::Damaged(format!("entry {} of the audit log is no entry", row.position)))
}

impl Authority {
    /// What was done to a record, oldest first.
    ///
    /// # Errors
    /// When the database fails or an entry is none.
    pub async fn entries_of(
        &self,
        db: &impl ConnectionTrait,
        action: &str,
        subject: &str,
    ) -> Result<Vec<Entry>> {
        let find = audit_entry::Entity::find()
            .filter(audit_entry::Column::Authority.eq(self.code()))
            .filter(audit_entry::Column::Subject.eq(subject))
            .filter(audit_entry::Column::Action.eq(action));
        let rows = find.order_by_asc(audit_entry::Column::Position).all(db).await?;
        rows.iter().map(read).collect()
    }

    /// Finds entries.
    ///
    /// # Errors
    /// When the database fails or an entry is none.
    pub async fn search(&self, query: &Query, limit: usize) -> Result<Page> {
        use audit_entry::Column;
        let mut find = audit_entry::Entity::find().filter(Column::Authority.eq(self.code()));
        if let Some(person) = &query.person {
            find = find.filter(Column::Person.eq(person));
        }
        if let Some(action) = &query.action {
            find = if action.contains('.') {
                find.filter(Column::Action.eq(action))
            } else {
                find.filter(Column::Action.starts_with(format!("{action}.")))
            };
        }
        if let Some(subject) = &query.subject {
            find = find.filter(Column::Subject.eq(subject));
        }
        if let Some(since) = query.since {
            find = find.filter(Column::At.gte(since));
        }
        if let Some(until) = query.until {
            find = find.filter(Column::At.lt(until));
        }
        if let Some(before) = query.before {
            find = find.filter(Column::Position.lt(before as i64));
        }
        let rows =
            find.order_by_desc(Column::Position).limit(limit as u64 + 1).all(self.store().read()).await?;
        let more = rows.len() > limit;
        let entries = rows.iter().take(limit).map(read).collect::<Result<Vec<Entry>>>()?;
        let next = entries.last().filter(|_| more).map(|entry| entry.position);
        Ok(Page { entries, next })
    }
}
