//! Opens a database, makes it whole, and hands out connections. The only place that does.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, FromQueryResult, Statement};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::address::Address;
use crate::audit::records::authority;
use crate::environment::Environment;
use crate::error::{Result, StoreError};
use crate::hashing::{Hashing, Memory};
use crate::keys::{Keys, write_private};
use crate::migrations::Migrator;
use crate::pulse::Pulse;

/// How long a statement waits for another process that is writing to the same file.
const BUSY: Duration = Duration::from_secs(20);
/// How long to wait for one of the connections that many read on.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait for a connection that nobody else has: it is free, or the database is away.
const SOON: Duration = Duration::from_secs(2);
/// Connections that read at the same time.
const READERS: u32 = 8;
/// Connections that look whether the database is there and has what it said that it keeps.
const WATCHERS: u32 = 2;

/// An open database of the newest shape. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    reading: DatabaseConnection,
    /// The one connection on which anything is written.
    pub(crate) writing: DatabaseConnection,
    /// Connections of their own for those who look: never the one that has written, and free however many read.
    pub(crate) watching: DatabaseConnection,
    pub(crate) pulse: Arc<Pulse>,
    writer: Arc<Mutex<()>>,
    pub(crate) keys: Arc<Keys>,
    hashing: Hashing,
    address: Address,
    environment: Environment,
}

/// The turn to write; the connection is free for it.
pub(crate) struct Turn<'a> {
    pub(crate) db: &'a DatabaseConnection,
    _lock: OwnedMutexGuard<()>,
}

impl Store {
    /// Opens a database, or makes an empty one, and brings it to the newest shape.
    ///
    /// # Errors
    /// When there is none to be had, when it is damaged, or when a newer program made it.
    pub async fn create(address: &Address, keys: Keys, environment: Environment) -> Result<Self> {
        if let Some(folder) = address.file().and_then(std::path::Path::parent) {
            std::fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
        }
        // What is in it is for its owner only; what SQLite puts beside it takes after it.
        if let Some(file) = address.file().filter(|file| !file.exists()) {
            write_private(file, &[]).map_err(StoreError::file(file))?;
        }
        Self::connect(address, keys, environment).await
    }

    /// Opens a database that is there, and brings it to the newest shape.
    ///
    /// # Errors
    /// As [`Store::create`], and when there is none.
    pub async fn open(address: &Address, keys: Keys, environment: Environment) -> Result<Self> {
        if address.file().is_some_and(|file| !file.exists()) {
            return Err(StoreError::Missing(address.to_string()));
        }
        Self::connect(address, keys, environment).await
    }

    async fn connect(address: &Address, keys: Keys, environment: Environment) -> Result<Self> {
        let pulse = Arc::new(Pulse::default());
        let reading = pool(address, READERS, None).await?;
        check(&reading).await?;
        migrate(&reading).await?;
        // Its time does not begin again before what is written.
        for row in authority::Entity::find().all(&reading).await? {
            environment.is_at_least(row.log_at);
        }
        Ok(Self {
            writing: pool(address, 1, Some(Arc::clone(&pulse))).await?,
            watching: pool(address, WATCHERS, None).await?,
            reading,
            pulse,
            writer: Arc::default(),
            keys: Arc::new(keys),
            hashing: Hashing::default(),
            address: address.clone(),
            environment,
        })
    }

    /// A connection for reading. What is written through it is not in the audit log: writing goes through
    /// [`Authority::begin`](crate::Authority::begin).
    pub fn read(&self) -> &DatabaseConnection {
        &self.reading
    }

    /// Waits for the turn to write. Whoever waits does so in turn and holds no connection.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { db: &self.writing, _lock: self.lock().await }
    }

    /// The turn to write, if it is free: for what can as well be written later.
    pub(crate) fn free_turn(&self) -> Option<Turn<'_>> {
        let lock = self.writer.clone().try_lock_owned().ok()?;
        Some(Turn { db: &self.writing, _lock: lock })
    }

    pub(crate) async fn lock(&self) -> OwnedMutexGuard<()> {
        self.writer.clone().lock_owned().await
    }

    /// Where the database is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The clock and the randomness.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The keys that sign checkpoints and seal secrets.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Hashes beside the threads that serve, a few at a time.
    ///
    /// # Errors
    /// When the program is stopping.
    pub async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T> {
        self.hashing.run(work).await
    }

    /// Takes the memory that hashes will need, before anybody asks for one.
    pub fn make_ready_to_hash(&self) {
        self.hashing.make_ready();
    }

    /// Waits for the last statement and closes all connections.
    ///
    /// # Errors
    /// When the database cannot be closed properly.
    pub async fn close(self) -> Result<()> {
        self.watching.close().await?;
        self.reading.close().await?;
        Ok(self.writing.close().await?)
    }
}

/// Whether a connection that was given back can be used again: not where a transaction did not end. SQLite ends a transaction by itself
/// when the disk is full; the driver then counts one that is not there, and what is "committed" after it never is.
async fn is_clean<C: Connection>(connection: &mut C) -> std::result::Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be under way: this waits for it.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// So many connections; those that write are looked at more closely.
async fn pool(address: &Address, most: u32, writes: Option<Arc<Pulse>>) -> Result<DatabaseConnection> {
    let wrong = |error: sqlx::Error| StoreError::Address {
        address: address.to_string(),
        reason: format!("cannot be opened: {error}"),
    };
    let patience = if most == READERS { PATIENCE } else { SOON };
    let is_trusted = move || writes.as_ref().is_none_or(|pulse| pulse.is_trusted());
    match address {
        Address::Sqlite(file) => {
            let options = SqliteConnectOptions::new()
                .filename(file)
                .journal_mode(SqliteJournalMode::Wal)
                // What was acknowledged outlives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY)
                .pragma("trusted_schema", "OFF")
                .disable_statement_logging();
            let pool = SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(patience)
                .before_acquire(move |_, _| Box::pin(std::future::ready(Ok(is_trusted()))))
                .after_release(|connection, _| Box::pin(is_clean(connection)))
                .connect_with(options)
                .await;
            Ok(pool.map_err(wrong)?.into())
        }
        Address::Postgres(options, _) => {
            let options: PgConnectOptions =
                options.as_ref().clone().application_name("enough").disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(patience)
                .before_acquire(move |_, _| Box::pin(std::future::ready(Ok(is_trusted()))))
                .after_release(|connection, _| Box::pin(is_clean(connection)))
                .connect_with(options)
                .await;
            Ok(pool.map_err(wrong)?.into())
        }
    }
}

/// Is the file whole? Do references hold? Does the server keep what it acknowledges?
async fn check(db: &DatabaseConnection) -> Result<()> {
    let backend = db.get_database_backend();
    let ask = async |question: &str| -> Result<Vec<String>> {
        let rows = db.query_all_raw(Statement::from_string(backend, question)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<std::result::Result<_, _>>()?)
    };
    if backend == DbBackend::Sqlite {
        let findings = ask("PRAGMA quick_check").await?;
        if findings != ["ok"] {
            return Err(StoreError::Damaged(findings.join("; ")));
        }
        let broken = ask("PRAGMA foreign_key_check").await?;
        if let Some(table) = broken.first() {
            return Err(StoreError::Damaged(format!(
                "{} records refer to others that are not there, first in {table}",
                broken.len()
            )));
        }
    } else {
        for setting in ["fsync", "full_page_writes"] {
            if ask(&format!("SHOW {setting}")).await? != ["on"] {
                tracing::warn!(setting, "the PostgreSQL server may lose what it has acknowledged");
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

async fn migrate(db: &DatabaseConnection) -> Result<()> {
    Migrator::install(db).await?;
    let applied = Statement::from_string(
        db.get_database_backend(),
        "SELECT version FROM seaql_migrations ORDER BY version",
    );
    let known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    for Applied { version } in Applied::find_by_statement(applied).all(db).await? {
        if !known.contains(&version) {
            return Err(StoreError::Newer(version));
        }
    }
    Ok(Migrator::up(db, None).await?)
}
