//! Empty databases for tests: one of each kind.

#![allow(clippy::missing_panics_doc)]

use std::str::FromStr;

use sea_orm::ConnectionTrait;

pub use crate::Clock;
use crate::{Address, Environment, Keys, Store};

/// The variable with the address of a PostgreSQL server on which tests may make databases.
pub const SERVER: &str = "ENOUGH_TEST_POSTGRES";

/// The authority of tests.
pub const AUTHORITY: &str = "E06999001";

/// An empty database.
pub struct Empty {
    /// Where it is.
    pub address: Address,
    _folder: Option<tempfile::TempDir>,
}

impl Empty {
    /// A new file of SQLite's, which goes with this value.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a database");
        Self { address: Address::Sqlite(folder.path().join("enough.db")), _folder: Some(folder) }
    }

    /// A new database of the server in [`SERVER`]; it stays until the server goes.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            assert!(
                std::env::var_os("ENOUGH_REQUIRE").is_none(),
                "{SERVER} must name a PostgreSQL server; ./test starts one"
            );
            return None;
        };
        let name = format!("enough_{}", Environment::system().id().replace('-', ""));
        let db = sea_orm::Database::connect(&server).await.expect("the PostgreSQL server answers");
        db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
        db.close().await.expect("the connection closes");
        let (start, rest) = server.rsplit_once('/').expect("the address names a database");
        let query = rest.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
        let address = Address::from_str(&format!("{start}/{name}{query}")).expect("an address");
        Some(Self { address, _folder: None })
    }

    /// One of each kind that there is.
    pub async fn each() -> Vec<Self> {
        let mut list = vec![Self::sqlite()];
        list.extend(Self::postgres().await);
        list
    }

    /// Keys that are the same in every test.
    pub fn keys() -> Keys {
        Keys::new([7; 32])
    }

    /// The store in it.
    pub async fn store(&self) -> Store {
        self.store_at(Environment::system()).await
    }

    /// The store in it, with another clock.
    pub async fn store_at(&self, environment: Environment) -> Store {
        Store::create(&self.address, Self::keys(), environment).await.expect("the store opens")
    }
}
