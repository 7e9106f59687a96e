//! Administration: people, organisations, who may do what, the audit log.

pub mod audit;
pub mod backups;
pub mod jobs;
pub mod letters;
pub mod openings;
pub mod organisations;
pub mod people;

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_store::OneOf;
use enough_store::accounts::{Action, Role, TABLE, Who};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// What there is to do: who may, where, what it is called and what it is for.
const WAYS: [(Action, &str, &str, &str); 9] = [
    (Action::ManagePeople, "people", "People", "add, change, disable, send a new link"),
    (Action::ManagePeople, "organisations", "Organisations", "who works with the authority"),
    (
        Action::SeeJobs,
        "jobs",
        "Long work",
        "answers that are worked out, backups that are taken, and how far they are",
    ),
    (Action::ManagePeople, "letters", "Letters by e-mail", "how many wait, and what could not be sent"),
    (Action::TakeBackup, "backups", "Backups", "those there are"),
    (
        Action::ReviewOpenings,
        "openings",
        "Records opened in an emergency",
        "who opened what and why, and your review",
    ),
    (Action::ReadAuditLog, "audit", "Audit log", "who did what, when and why"),
    (
        Action::VerifyAuditLog,
        "audit/verify",
        "Is the audit log whole?",
        "prove it, and take a checkpoint to keep elsewhere",
    ),
    (Action::SeeRoles, "roles", "Who may do what", "the table of roles"),
];

#[derive(Template)]
#[template(path = "administration/index.html")]
struct Index {
    frame: Frame,
    ways: Vec<(&'static str, &'static str, &'static str)>,
}

/// What there is to do.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let ways = WAYS.into_iter().filter(|(action, ..)| caller.may(*action));
    let ways = ways.map(|(_, to, label, what)| (to, label, what)).collect();
    Ok(page(Index { frame: Frame::new(&caller, "Administration"), ways })?.into_response())
}

#[derive(Template)]
#[template(path = "administration/roles.html")]
struct Roles {
    frame: Frame,
    rows: Vec<(&'static str, String)>,
}

/// The table of who may do what, as the code has it.
pub async fn roles(caller: Caller) -> Result<Response, Problem> {
    let words = |who: Who| match who {
        Who::Everybody => "everybody".to_owned(),
        Who::HalfSignedIn => "whoever is signing in".to_owned(),
        Who::SignedIn => "everybody who has signed in".to_owned(),
        Who::Roles(roles) => roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", "),
    };
    let rows = TABLE.iter().map(|(action, who)| (action.label(), words(*who))).collect();
    Ok(page(Roles { frame: Frame::new(&caller, "Who may do what"), rows })?.into_response())
}

/// A choice in a form.
pub struct Choice {
    /// What is sent.
    pub key: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub on: bool,
}

/// A list of names to choose from, one of them chosen.
pub fn options<T: OneOf>(chosen: &str) -> Vec<Choice> {
    let choice = |(key, label): (&'static str, &'static str)| Choice {
        key: key.to_owned(),
        label: label.to_owned(),
        on: key == chosen,
    };
    T::pairs().into_iter().map(choice).collect()
}

/// All roles, some of them chosen.
pub fn role_choices(chosen: &[Role]) -> Vec<Choice> {
    let choice = |role: &Role| Choice {
        key: role.key().to_owned(),
        label: role.label().to_owned(),
        on: chosen.contains(role),
    };
    Role::ALL.iter().map(choice).collect()
}

/// What somebody else changed while a form was open: the field, what it is now, what was typed.
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// As it is now.
    pub now: String,
    /// As it was typed here.
    pub typed: String,
}

/// The fields whose values differ.
pub fn differences<const N: usize>(fields: [(&'static str, String, String); N]) -> Vec<Difference> {
    fields
        .into_iter()
        .filter(|(_, now, typed)| now != typed)
        .map(|(field, now, typed)| Difference { field, now, typed })
        .collect()
}
