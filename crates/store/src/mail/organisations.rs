//! Letters to those who act for organisations: that something happened which they may have to act on. They say what everybody may read, and
//! where the rest is, behind a sign-in.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Letter;
use crate::accounts::records::{person, person_role};
use crate::accounts::{Action, Role, State};
use crate::change::Change;
use crate::error::{Result, StoreError};

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<'a> {
    /// What it is about: the title of a tender, an agreement.
    pub about: &'a str,
    /// What happened.
    pub what: &'a str,
    /// The path of its page.
    pub page: &'a str,
    /// Why they get the letter, as `You get this letter because your organisation ...`.
    pub because: &'a str,
}

impl Change {
    /// Posts a letter to everybody of some organisations who has an account and may do something there; not to the organisation of whoever
    /// acts, which knows. Gives how many; none where the service writes no letters.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_to(
        &self,
        organisations: &BTreeSet<String>,
        action: Action,
        told: &Told<'_>,
    ) -> Result<usize> {
        let Some(here) = self.records().address() else { return Ok(0) };
        let others = organisations.iter().filter(|one| self.actor().organisation.as_ref() != Some(one));
        let people = person::Entity::find()
            .filter(person::Column::Authority.eq(self.authority()))
            .filter(person::Column::Organisation.is_in(others))
            .filter(person::Column::State.eq(State::Active.key()))
            .all(self.tx())
            .await?;
        let rows = person_role::Entity::find()
            .filter(person_role::Column::Authority.eq(self.authority()))
            .filter(person_role::Column::Person.is_in(people.iter().map(|one| one.id.as_str())))
            .all(self.tx())
            .await?;
        let mut roles: BTreeMap<&str, Vec<Role>> = BTreeMap::new();
        for row in &rows {
            let role = row.role.parse().map_err(StoreError::Damaged)?;
            roles.entry(&row.person).or_default().push(role);
        }
        let subject = format!("{}: {}", self.records().name(), told.about);
        let text = [told.about, told.what, &format!("{here}{}", told.page), told.because]
            .map(str::trim)
            .join("\n\n");
        let mut count = 0;
        for one in &people {
            if roles.get(one.id.as_str()).is_some_and(|roles| action.allows(roles)) {
                let letter = Letter {
                    to: one.email.clone(),
                    // A title is one line; what comes after would be a header of its own.
                    subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
                    text: text.clone(),
                    end: None,
                    until: None,
                };
                self.post(&letter).await?;
                count += 1;
            }
        }
        Ok(count)
    }
}
