//! Commissioning: from a published intention to an agreement that is kept, and the open data of it.

pub mod agreements;
pub mod calls;
pub mod codesign;
pub mod direct_payments;
pub mod facts;
pub mod flags;
pub mod frameworks;
pub mod funds;
pub mod intentions;
pub mod notices;
pub mod providers;
pub mod publication;
pub mod tenders;

pub use enough_kernel::Refusal;
