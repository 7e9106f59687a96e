//! The database: connect, migrate, audit log, accounts, jobs. The only crate that opens one.
//!
//! One file of SQLite's, or a PostgreSQL server, with the same code. Every change goes through [`Authority::begin`] and is in the
//! audit log, or does not happen.

pub mod accounts;
mod address;
pub mod audit;
pub mod backup;
mod change;
mod environment;
mod error;
mod hashing;
pub mod jobs;
mod keys;
pub mod mail;
mod migrations;
mod names;
pub mod need_to_know;
mod open;
mod pulse;
mod records;
pub mod retention;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::Address;
pub use change::{Authority, Change};
pub use environment::{Clock, Environment};
pub use error::{Result, StoreError};
pub use hashing::Memory;
pub use keys::{Keys, write_private};
pub use names::OneOf;
pub use open::Store;
pub use sea_orm;
pub use serde;
