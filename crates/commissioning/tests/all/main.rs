//! Commissioning from the first idea to the review, each story on both kinds of database. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod agreements;
mod calls;
mod codesign;
mod direct_payments;
mod evidence;
mod frameworks;
mod funds;
mod house;
mod intentions;
mod notices;
mod own_releases;
mod providers;
mod register;
mod sealed;
mod tender_histories;
mod tenders;
mod upgrade;
