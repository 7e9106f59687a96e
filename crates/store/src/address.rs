//! The address of a database: a SQLite file, or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;

use crate::error::StoreError;

/// Where the database is: `sqlite:FILE`, or `postgres://user:password@host:port/name`.
///
/// ```
/// use enough_store::Address;
/// assert!(matches!("sqlite:enough.db".parse(), Ok(Address::Sqlite(_))));
/// assert_eq!("postgres://ann:secret@db/enough".parse::<Address>()?.to_string(), "postgres://ann@db:5432/enough");
/// assert!("mysql://db/enough".parse::<Address>().is_err());
/// # Ok::<(), enough_store::StoreError>(())
/// ```
#[derive(Clone)]
pub enum Address {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, as it was given.
    Postgres(Box<PgConnectOptions>, String),
}

impl Address {
    /// The name of a server's database; nothing for a file.
    pub(crate) fn database_name(&self) -> &str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(options, _) => options.get_database().unwrap_or_else(|| options.get_username()),
        }
    }

    /// The file, when it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(file) => Some(file),
            Self::Postgres(..) => None,
        }
    }
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let wrong = |reason: String| {
            let address = text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned();
            StoreError::Address { address, reason }
        };
        if let Some(file) = text.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if file.is_empty() || file.starts_with(':') || file.contains('?') {
                return Err(wrong("SQLite needs the name of a file: sqlite:FILE".to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(file)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let options = text
                .parse::<PgConnectOptions>()
                .map_err(|error| wrong(format!("not an address: {error}")))?;
            return Ok(Self::Postgres(Box::new(options), text.to_owned()));
        }
        Err(wrong("a database is sqlite:FILE or postgres://user@host/name".to_owned()))
    }
}

impl fmt::Display for Address {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(options, _) => {
                let name = self.database_name();
                let host = options.get_socket().map_or_else(
                    || format!("{}:{}", options.get_host(), options.get_port()),
                    |socket| socket.display().to_string(),
                );
                write!(f, "postgres://{}@{host}/{name}", options.get_username())
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
