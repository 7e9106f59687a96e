//! Is there enough? Measures of sufficiency as pure functions over compact arrays.
//!
//! Areas hold need (children), settings hold capacity (places), and a [`Reach`] says which area reaches which setting.
//! This crate knows no place name, no file and no table: the same code is the command, the service and the Python package.

pub mod catchment;
pub mod fair_share;
pub mod gap;
pub mod ladder;
pub mod profiles;
pub mod reach;

pub use reach::{Pairs, Reach, ReachError};
