//! Accounts: organisations, people and their roles, how they prove who they are, and their sessions.
//!
//! Rules (which role may what, which password is good, how long to wait) are plain functions; what is kept goes through
//! [`Change`](crate::Change) and so into the audit log.

mod access;
mod access_keys;
mod identities;
mod links;
mod lockout;
mod organisations;
mod passkeys;
pub mod passwords;
mod people;
pub(crate) mod records;
mod roles;
mod second_factor;
mod sessions;
mod sign_in;
pub(crate) mod tokens;

pub use access_keys::{AccessKey, AccessKeyDraft, LONGEST_KEY};
pub use identities::Identity;
pub use links::{Link, Purpose};
pub use lockout::wait_after;
pub use organisations::{Organisation, OrganisationDraft};
pub use passkeys::{Answer, Challenge, Passkey, Site};
pub use people::{Person, PersonDraft, State};
pub use roles::{Action, OrganisationKind, Role, TABLE, Who};
pub use second_factor::{Enrolment, Second};
pub use sessions::{ABSOLUTE, Client, DORMANT, FRESH, IDLE, Session, Stage};
pub use sign_in::SignIn;
pub use tokens::written as new_password;
