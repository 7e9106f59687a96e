//! Commands on the database: which one, with which keys, and the runtime they need.

pub mod audit;
pub mod backup;

use std::future::Future;
use std::path::PathBuf;

use clap::Args;
use enough_store::{Address, Authority, Environment, Keys, Store};

use crate::failure::Failure;

/// Which database, and the keys that belong to it.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The database: sqlite:FILE or postgres://user:password@host/name
    #[arg(
        long,
        value_name = "URL",
        env = "ENOUGH_DATABASE",
        hide_env_values = true,
        default_value = "sqlite:enough.db"
    )]
    pub database: String,
    /// The file of the service's keys, never kept with its backups [default: beside a SQLite file, ending in .keys; else enough.keys]
    #[arg(long, value_name = "FILE", env = "ENOUGH_KEYS")]
    pub keys: Option<PathBuf>,
}

impl Place {
    /// The address. It is read here and not with the other arguments, whose messages would repeat a password in it.
    pub fn address(&self) -> Result<Address, Failure> {
        self.database.parse().map_err(|error| Failure::Usage(format!("--database: {error}")))
    }

    /// The file of keys.
    fn keys_file(&self) -> Result<PathBuf, Failure> {
        Ok(match (&self.keys, self.address()?) {
            (Some(file), _) => file.clone(),
            (None, Address::Sqlite(file)) => file.with_extension("keys"),
            (None, Address::Postgres(..)) => PathBuf::from("enough.keys"),
        })
    }

    /// Whether the database is there; of one on a server nobody knows before it is asked.
    pub fn is_there(&self) -> Result<bool, Failure> {
        Ok(match self.address()? {
            Address::Sqlite(file) => file.exists(),
            Address::Postgres(..) => true,
        })
    }

    pub fn keys(&self) -> Result<Keys, Failure> {
        Ok(Keys::open(&self.keys_file()?)?)
    }

    /// Opens a database, or makes it and its keys.
    pub async fn create(&self) -> Result<Store, Failure> {
        self.create_with(Environment::system()).await
    }

    /// The same, with a clock of its own.
    pub async fn create_with(&self, environment: Environment) -> Result<Store, Failure> {
        let address = self.address()?;
        let keys = Keys::open_or_make(&self.keys_file()?, &environment)?;
        Ok(Store::create(&address, keys, environment).await?)
    }

    /// Opens a database that is there.
    pub async fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.address()?, self.keys()?, Environment::system()).await?)
    }
}

/// The authority asked for, or the only one there is.
pub async fn authority(store: &Store, code: Option<&str>) -> Result<Authority, Failure> {
    let list = store.authorities().await?;
    let known: Vec<&str> = list.iter().map(|(code, _)| code.as_str()).collect();
    let chosen = match (code, &list[..]) {
        (Some(code), _) => list.iter().find(|(known, _)| known == code),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let (code, name) = chosen.ok_or_else(|| match code {
        Some(code) => Failure::Input(format!("--authority {code}: this database has {}", known.join(", "))),
        None if known.is_empty() => Failure::Input(
            "this database has no authority yet: 'enough assess --database' makes one, or 'enough serve --authority CODE --name NAME'".to_owned(),
        ),
        None => Failure::Usage(format!("--authority is needed: this database has {}", known.join(", "))),
    })?;
    Ok(store.authority(code, name).await?)
}

/// Runs a command that waits for a database.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Input(format!("no threads to be had: {error}")))?;
    let done = runtime.block_on(work);
    // What is still being worked out for nobody is not waited for.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    done
}
