//! Plans and commitments, each story on both kinds of database. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod commitments;
mod plans;
