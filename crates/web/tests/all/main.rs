//! The service as people and programs meet it: pages, forms, the API, letters. One program for all of them: each is linked once.

#![allow(clippy::unwrap_used)]

mod access_keys;
mod agreements;
mod codesign;
mod commissioning;
mod commitments;
mod direct_payments;
mod house;
mod intentions;
mod journeys;
mod letters;
mod money;
mod notes;
mod pages;
mod roles;
mod tenders;
mod typed;
