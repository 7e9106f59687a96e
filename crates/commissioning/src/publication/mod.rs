//! What is published of commissioning as open data, and what others publish, read.

mod contract;
mod grants;
pub mod ocds;
mod own;
mod records;
mod register;
pub mod transparency;

pub use grants::{Funder, grants};
pub use own::{Publisher, publish_own};
pub use register::{Imported, Process, Release, contract, contracts, import, releases};
