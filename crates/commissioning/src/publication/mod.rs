//! What is published of commissioning as open data, and what others publish, read.

mod agreements;
mod contract;
mod documents;
mod frameworks;
mod grants;
pub mod ocds;
mod planning;
mod plans;
mod records;
mod register;
mod release;
mod tenders;
pub mod transparency;

pub use agreements::publish_agreement;
pub use frameworks::publish_members;
pub use grants::{Funder, grants};
pub use plans::publish_intention;
pub use register::{Imported, Process, Release, contract, contracts, import, releases};
pub use release::{OUTCOMES, Publisher};
pub use tenders::publish_tender;
