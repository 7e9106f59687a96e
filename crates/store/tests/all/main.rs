//! The database: what is kept, logged, backed up, and what holds when things go wrong. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod accounts;
mod backups;
mod drills;
mod identities;
mod jobs;
mod log;
mod need_to_know;
mod news;
mod opening;
mod retention;
mod upgrade;
