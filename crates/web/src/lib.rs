//! The service: pages and sign-in. Decides no rule of the field, and is the only crate that knows HTTP.
//!
//! The way of a request: route -> gate -> handler -> rule or record -> template. Every route is in one table with the action it
//! declares ([`routes::all`]); the gate lets through whom the table of roles allows.

mod account;
mod administration;
mod agreements;
mod answer;
mod api;
mod app;
mod assets;
mod attempts;
mod borders;
mod caller;
mod calls;
mod choices;
mod codesign;
mod commissioning;
mod commitments;
mod contracts;
mod desk;
mod direct_payments;
mod doors;
mod files;
mod flags;
mod form;
mod frameworks;
mod funds;
mod gate;
mod health;
mod here;
mod intentions;
mod jobs;
mod mail;
mod mistakes;
mod names;
mod news;
mod notes;
mod notices;
mod objectives;
mod pages;
mod patches;
mod path;
mod presence;
mod problem;
mod providers;
mod publishing;
pub mod routes;
mod server;
mod shapes;
mod shown;
mod sign_in;
mod statements;
mod tenders;
mod typed;
mod view;
mod watch;

pub use api::Document as OpenApiDocument;
pub use app::{App, Settings};
pub use desk::Desk;
pub use mail::{Mail, MailServer, Secrecy, post_news, send_letters};
pub use routes::router;
pub use server::{Tls, serve};
pub use sign_in::elsewhere::Provider;
