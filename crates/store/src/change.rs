//! A change: a transaction that holds the authority's log, and cannot end without an entry in it.
//!
//! Changes of one authority follow each other. That makes each simple to reason about, lets the log be one line, and on both
//! kinds of database needs nothing but a locked row.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::OwnedMutexGuard;

use crate::audit::merkle::{Frontier, Hash};
use crate::audit::records::{audit_entry, authority};
use crate::audit::withheld::{self, Withheld};
use crate::audit::{Actor, Entry, Event, leaf_of};
use crate::environment::Environment;
use crate::error::{Result, StoreError};
use crate::open::Store;

/// The records of one authority.
#[derive(Debug, Clone)]
pub struct Authority {
    store: Store,
    code: String,
    name: String,
    address: Option<String>,
}

impl Store {
    /// The records of an authority; begins its log, under the name, if it has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authority(&self, code: &str, name: &str) -> Result<Authority> {
        let found =
            Authority { store: self.clone(), code: code.to_owned(), name: name.to_owned(), address: None };
        let key = found.verifier().to_string();
        if authority::Entity::find_by_id(code).one(self.read()).await?.is_none() {
            let row = authority::ActiveModel {
                code: Set(code.to_owned()),
                name: Set(name.to_owned()),
                created_at: Set(self.environment().now()),
                log_at: Set(self.environment().now()),
                log_size: Set(0),
                log_frontier: Set(String::new()),
                log_key: Set(key.clone()),
            };
            let or_nothing =
                sea_orm::sea_query::OnConflict::column(authority::Column::Code).do_nothing().to_owned();
            authority::Entity::insert(row)
                .on_conflict(or_nothing)
                .exec_without_returning(self.turn().await.db)
                .await?;
        }
        let row = authority::Entity::find_by_id(code).one(self.read()).await?;
        let row = row.filter(|row| row.log_key == key).ok_or_else(|| {
            StoreError::refused(format!(
                "the records of {code} were begun with other keys; name their file with --keys"
            ))
        })?;
        Ok(Authority { name: row.name, ..found })
    }

    /// Codes and names of the authorities that have records here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authorities(&self) -> Result<Vec<(String, String)>> {
        let rows = authority::Entity::find().all(self.read()).await?;
        let mut list: Vec<_> = rows.into_iter().map(|row| (row.code, row.name)).collect();
        list.sort();
        Ok(list)
    }
}

impl Authority {
    /// Its code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its name, as its log was begun.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same, where letters are written to those who act for organisations: the address, such as `https://enough.example.org`, is
    /// what they name pages by.
    #[must_use]
    pub fn writing_letters(self, address: &str) -> Self {
        Self { address: Some(address.trim_end_matches('/').to_owned()), ..self }
    }

    /// The address by which letters name pages, if any are written.
    pub(crate) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock and the randomness.
    pub fn environment(&self) -> &Environment {
        self.store.environment()
    }

    /// Begins a change by somebody; waits for the change before it to end.
    ///
    /// # Errors
    /// When the database fails, the edge of the log is damaged, or the clock is not to be believed.
    pub async fn begin(&self, actor: &Actor) -> Result<Change> {
        let turn = self.store.lock().await;
        let tx = self.store.writing.begin_with_options(writing()).await?;
        // On PostgreSQL this locks the row until the end; the next change waits here. SQLite has locked all of it.
        let row = authority::Entity::find_by_id(&self.code).lock_exclusive().one(&tx).await?;
        let row =
            row.ok_or_else(|| StoreError::NotFound(format!("authority {} in this database", self.code)))?;
        // Another process may have written with another clock.
        self.environment().is_at_least(row.log_at);
        if let Some(jump) = self.environment().jump() {
            return Err(StoreError::clock(jump));
        }
        let now = self.environment().now();
        self.mark(&tx, (None, now)).await?;
        Ok(Change {
            frontier: frontier(&row)?,
            tx,
            _turn: turn,
            now,
            actor: actor.clone(),
            authority: self.clone(),
            entries: Vec::new(),
            withheld: Vec::new(),
        })
    }

    /// Puts the moment of a change on the row that it locks, and at its end the new edge of the log. A transaction that the database has
    /// ended by itself meanwhile has not the moment of its beginning any more: what came after it would be written piece by piece.
    async fn mark(
        &self,
        tx: &DatabaseTransaction,
        (edge, now): (Option<&Frontier>, DateTime<Utc>),
    ) -> Result<()> {
        let mut update = authority::Entity::update_many()
            .filter(authority::Column::Code.eq(&self.code))
            .col_expr(authority::Column::LogAt, now.into());
        if let Some(edge) = edge {
            let parts: Vec<String> = edge.parts().iter().map(ToString::to_string).collect();
            update = update
                .filter(authority::Column::LogAt.eq(now))
                .col_expr(authority::Column::LogSize, (edge.size() as i64).into())
                .col_expr(authority::Column::LogFrontier, parts.join(" ").into());
        }
        if update.exec(tx).await?.rows_affected == 1 { Ok(()) } else { Err(StoreError::NotKept) }
    }

    /// Writes one entry that goes with no change: a read, an export, a sign-in that failed.
    ///
    /// # Errors
    /// When the database fails: what was to be read must then not be shown.
    pub async fn note(&self, actor: &Actor, event: Event) -> Result<()> {
        let mut change = self.begin(actor).await?;
        change.log(event);
        change.commit().await?;
        Ok(())
    }
}

/// A transaction that writes.
pub(crate) fn writing() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// The edge of a log from its row.
pub(crate) fn frontier(row: &authority::Model) -> Result<Frontier> {
    let parts: std::result::Result<Vec<Hash>, _> =
        row.log_frontier.split_whitespace().map(str::parse).collect();
    parts.ok().and_then(|parts| Frontier::new(row.log_size as u64, parts)).ok_or_else(|| {
        StoreError::Damaged(format!("the edge of the audit log of {} is no edge of a hash tree", row.code))
    })
}

/// A change under way. Dropped without [`commit`](Change::commit), nothing of it happens.
pub struct Change {
    tx: DatabaseTransaction,
    _turn: OwnedMutexGuard<()>,
    now: DateTime<Utc>,
    actor: Actor,
    authority: Authority,
    frontier: Frontier,
    entries: Vec<audit_entry::ActiveModel>,
    withheld: Vec<(String, Withheld)>,
}

impl Change {
    /// The transaction, for the records of the change.
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// The one moment of the whole change.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who makes it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Sets who makes it: for whoever becomes known in the change itself, by signing in.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// The code of the authority.
    pub fn authority(&self) -> &str {
        self.authority.code()
    }

    /// The clock and the randomness.
    pub fn environment(&self) -> &Environment {
        self.authority.environment()
    }

    /// The records that it changes.
    pub(crate) fn records(&self) -> &Authority {
        &self.authority
    }

    /// Puts an entry into the log, to be written with the change.
    pub fn log(&mut self, event: Event) {
        let place = (self.frontier.size(), self.frontier.root());
        let entry = Entry::new(self.authority.code(), place, self.now, &self.actor, event);
        let text = entry.text();
        let leaf = leaf_of(&text);
        self.frontier.push(leaf);
        self.entries.push(audit_entry::ActiveModel {
            authority: Set(entry.authority),
            position: Set(entry.position as i64),
            at: Set(self.now),
            person: Set(entry.person),
            organisation: Set(entry.organisation),
            action: Set(entry.action),
            subject: Set(entry.subject),
            entry: Set(text),
            leaf: Set(leaf.to_string()),
        });
    }

    /// Puts an entry by that nobody may read yet: it comes into the log with what is released about a record.
    pub fn withhold(&mut self, about: &str, actor: &Actor, event: Event) {
        self.withheld.push((about.to_owned(), Withheld::new(self.now, actor, event)));
    }

    /// Ends the change: its records and its entries are written together, or neither is. Whoever is told that it is done can rely on it:
    /// its last entry was read again, on another connection.
    ///
    /// # Errors
    /// When nothing was logged, or the database fails; nothing is written then. Where the database goes away at the very end, nobody
    /// knows whether it was.
    pub async fn commit(mut self) -> Result<()> {
        if self.entries.is_empty() && self.withheld.is_empty() {
            return Err(StoreError::Unlogged);
        }
        self.authority.mark(&self.tx, (Some(&self.frontier), self.now)).await?;
        let last = self.entries.last().map(|last| (last.position.clone().take(), last.leaf.clone().take()));
        let withheld =
            withheld::write(&self.tx, self.authority.code(), std::mem::take(&mut self.withheld)).await?;
        for entries in std::mem::take(&mut self.entries).chunks(100) {
            audit_entry::Entity::insert_many(entries.to_vec()).exec_without_returning(&self.tx).await?;
        }
        self.tx.commit().await?;
        let store = &self.authority.store;
        let mut is_kept = true;
        if let Some((position, leaf)) = last {
            let find = audit_entry::Entity::find()
                .filter(audit_entry::Column::Authority.eq(self.authority.code()))
                .filter(audit_entry::Column::Position.eq(position));
            is_kept = find.one(&store.watching).await?.map(|kept| kept.leaf) == leaf;
        }
        if let Some(one) = withheld {
            is_kept &= withheld::is_kept(&store.watching, &one).await?;
        }
        store.prove(is_kept)
    }
}
