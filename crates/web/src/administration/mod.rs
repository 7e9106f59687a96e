//! Administration: people, organisations, who may do what, the audit log.

pub mod audit;
pub mod organisations;
pub mod people;

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_store::StoreError;
use enough_store::accounts::{Action, Role, TABLE, Who};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, Mistakes, page};

#[derive(Template)]
#[template(path = "administration/index.html")]
struct Index {
    frame: Frame,
    people: bool,
    log: bool,
    verify: bool,
}

/// What there is to do.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let index = Index {
        frame: Frame::new(&caller, "Administration"),
        people: caller.may(Action::ManagePeople),
        log: caller.may(Action::ReadAuditLog),
        verify: caller.may(Action::VerifyAuditLog),
    };
    Ok(page(index)?.into_response())
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

/// All roles, some of them chosen.
pub fn role_choices(chosen: &[Role]) -> Vec<Choice> {
    let choice = |role: &Role| Choice {
        key: role.key().to_owned(),
        label: role.label().to_owned(),
        on: chosen.contains(role),
    };
    Role::ALL.iter().map(choice).collect()
}

/// The field of a form that a refusal is about.
pub fn refused(
    error: StoreError,
    fields: &[(&str, &'static str)],
    otherwise: &'static str,
) -> Result<Mistakes, Problem> {
    match error {
        StoreError::Refused(reason) => {
            let field =
                fields.iter().find(|(word, _)| reason.contains(word)).map_or(otherwise, |(_, field)| field);
            Ok(Mistakes::one(field, reason))
        }
        other => Err(other.into()),
    }
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
