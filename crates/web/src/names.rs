//! Names of people for pages.

use std::collections::HashMap;

use crate::caller::Caller;
use crate::problem::Problem;

/// Names of people, with their organisations, by id.
pub struct Names(HashMap<String, String>);

impl Names {
    /// Of everybody whom the service knows.
    pub async fn all(caller: &Caller) -> Result<Self, Problem> {
        let authority = caller.app.authority();
        let organisations = authority.organisations().await?.into_iter().map(|one| (one.id, one.name));
        let organisations: HashMap<String, String> = organisations.collect();
        let name = |one: enough_store::accounts::Person| {
            let of = organisations.get(&one.organisation).map_or("", String::as_str);
            (one.id, format!("{}, {of}", one.name))
        };
        Ok(Self(authority.people().await?.into_iter().map(name).collect()))
    }

    /// Of one person.
    pub fn of(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| "somebody".to_owned())
    }
}
