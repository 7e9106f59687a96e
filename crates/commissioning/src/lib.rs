//! Commissioning: from a published intention to an agreement that is kept, and the open data of it.

pub mod publication;
