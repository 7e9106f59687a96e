//! The Open Contracting Data Standard 1.1: releases are read, kept and merged into compiled releases.
//!
//! Source: the standard's documentation, "Merging" (standard.open-contracting.org/1.1/en/schema/merging).

mod compile;
mod error;
mod exact;
mod package;
mod rules;
mod write;

pub use compile::compile;
pub use error::OcdsError;
pub use exact::repeated_ids;
pub(super) use exact::{digits, in_utc, order, say_the_same};
pub use package::{Package, packages, processes};
pub use rules::Rules;
pub use write::{Given, record_package, release_package};
