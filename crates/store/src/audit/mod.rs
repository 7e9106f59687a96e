//! The audit log: append-only, hashed as in RFC 6962, signed from time to time, and provable to others.

mod checkpoint;
mod entry;
pub mod merkle;
pub mod note;
pub(crate) mod records;
mod search;
mod verify;
pub(crate) mod withheld;

pub use checkpoint::Checkpoint;
pub use entry::{Actor, Entry, Event, leaf_of};
pub use note::Verifier;
pub use search::{Page, Query};
pub use verify::{Fault, InclusionProof, Whole};
