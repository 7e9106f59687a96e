//! Opens a database, makes it whole, and hands out connections. The only place that does.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::ConnectOptions;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, Statement};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, Semaphore};

use crate::address::Address;
use crate::environment::Environment;
use crate::error::{Result, StoreError};
use crate::keys::{Keys, write_private};
use crate::migrations::Migrator;

/// How long a statement waits for another process that is writing to the same file.
const BUSY: Duration = Duration::from_secs(20);
/// How long to wait for a free connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections that read at the same time.
const CONNECTIONS: u32 = 8;

/// Passwords that are hashed at the same time: each takes 19 MiB, and strangers decide how many are asked for.
const HASHES: usize = 4;

/// An open database of the newest shape. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) writer: Arc<Mutex<()>>,
    pub(crate) keys: Arc<Keys>,
    hashing: Arc<Semaphore>,
    address: Address,
    environment: Environment,
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
        let db = pool(address).await?;
        check(&db).await?;
        migrate(&db).await?;
        let (writer, keys) = (Arc::default(), Arc::new(keys));
        let hashing = Arc::new(Semaphore::new(HASHES));
        Ok(Self { db, writer, keys, hashing, address: address.clone(), environment })
    }

    /// A connection for reading. What is written through it is not in the audit log: writing goes through
    /// [`Authority::begin`](crate::Authority::begin).
    pub fn read(&self) -> &DatabaseConnection {
        &self.db
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

    /// Hashes a password beside the threads that serve, a few at a time.
    ///
    /// # Errors
    /// When the program is stopping.
    pub async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let stopped = |error: String| StoreError::Program(format!("a password could not be hashed: {error}"));
        let turn = self.hashing.clone().acquire_owned().await.map_err(|error| stopped(error.to_string()))?;
        // The turn ends with the work, even if nobody waits for it any more.
        let work = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| stopped(error.to_string()))
    }

    /// Waits for the last statement and closes all connections.
    ///
    /// # Errors
    /// When the database cannot be closed properly.
    pub async fn close(self) -> Result<()> {
        Ok(self.db.close().await?)
    }
}

async fn pool(address: &Address) -> Result<DatabaseConnection> {
    let wrong = |error: sea_orm::sqlx::Error| StoreError::Address {
        address: address.to_string(),
        reason: format!("cannot be opened: {error}"),
    };
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
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await;
            Ok(pool.map_err(wrong)?.into())
        }
        Address::Postgres(options, _) => {
            let options: PgConnectOptions =
                options.as_ref().clone().application_name("enough").disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
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
