//! Signing in with an account elsewhere (OpenID Connect): who a person is there, and what that proves here.
//!
//! The first time, a person is found by the e-mail address that the provider has verified; from then on only by the provider's own name
//! for them, which it never gives to somebody else (OpenID Connect Core 1.0, section 5.7).

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::people::{Person, State};
use super::records::identity;
use super::sessions::{Client, Session};
use super::sign_in::SignIn;
use crate::audit::Event;
use crate::change::{Authority, Change};
use crate::error::Result;

/// What a provider says of somebody who has just signed in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's name for them.
    pub subject: String,
    /// Their e-mail address, if the provider has verified it.
    pub email: Option<String>,
    /// Whether they showed a second factor there.
    pub second_factor: bool,
}

impl Authority {
    async fn person_of(&self, db: &impl ConnectionTrait, given: &Identity) -> Result<Option<Person>> {
        let key = (self.code().to_owned(), given.issuer.clone(), given.subject.clone());
        match identity::Entity::find_by_id(key).one(db).await? {
            Some(row) => Ok(Some(self.find_person(db, &row.person).await?)),
            None => Ok(None),
        }
    }

    /// Signs in whoever has signed in elsewhere, if they have an account here. A second factor that was shown there counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in_elsewhere(
        &self,
        client: &Client,
        given: &Identity,
        needs_second_factor: bool,
    ) -> Result<SignIn> {
        let mut change = self.begin(&client.nobody()).await?;
        let known = self.person_of(change.tx(), given).await?;
        let is_new = known.is_none();
        let person = match (known, &given.email) {
            (Some(person), _) => Some(person),
            // An address may have gone to somebody else there: whoever is joined already is not found by it any more.
            (None, Some(email)) => match self.find_email(change.tx(), email).await? {
                Some(person) if self.is_joined(change.tx(), &person.id).await? => None,
                found => found,
            },
            (None, None) => None,
        };
        let Some(person) = person.filter(|person| person.state != State::Disabled) else {
            let event = Event::new("session.refuse", "person:unknown").with("reason", "account elsewhere");
            change.log(event.with("issuer", given.issuer.as_str()));
            change.commit().await?;
            return Ok(SignIn::Refused);
        };
        change.act_as(client.actor(&person));
        if is_new {
            let row = identity::ActiveModel {
                authority: Set(self.code().to_owned()),
                issuer: Set(given.issuer.clone()),
                subject: Set(given.subject.clone()),
                person: Set(person.id.clone()),
                linked_at: Set(change.now()),
            };
            row.insert(change.tx()).await?;
            let event = Event::new("identity.link", format!("person:{}", person.id));
            change.log(event.with("issuer", given.issuer.as_str()));
        }
        if person.state == State::Invited {
            let why = "signed in with an account elsewhere";
            self.set_state(&mut change, &person, State::Active, why).await?;
            self.close_links(&change, &person.id).await?;
        }
        self.let_in(change, &person, client, given.second_factor, needs_second_factor).await
    }

    /// Whether a person is joined with an account elsewhere.
    pub(super) async fn is_joined(&self, db: &impl ConnectionTrait, person: &str) -> Result<bool> {
        let find = identity::Entity::find()
            .filter(identity::Column::Authority.eq(self.code()))
            .filter(identity::Column::Person.eq(person));
        Ok(find.one(db).await?.is_some())
    }

    /// Parts a person from accounts elsewhere: the next sign-in there finds them by their address again.
    pub(super) async fn part(&self, change: &Change, person: &str) -> Result<()> {
        identity::Entity::delete_many()
            .filter(identity::Column::Authority.eq(self.code()))
            .filter(identity::Column::Person.eq(person))
            .exec(change.tx())
            .await?;
        Ok(())
    }

    /// Proves again who somebody is by an account elsewhere; not if it is somebody else's, and not without a second factor where one is
    /// needed or was set up here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prove_elsewhere(
        &self,
        client: &Client,
        session: &Session,
        given: &Identity,
        needs_second_factor: bool,
    ) -> Result<bool> {
        let mut change = self.begin(&client.actor(&session.person)).await?;
        self.still(&change, session).await?;
        let is_same =
            self.person_of(change.tx(), given).await?.is_some_and(|one| one.id == session.person.id);
        let has_own = self.has_second_factor(change.tx(), &session.person.id).await?;
        let is_proof = is_same && (given.second_factor || !(needs_second_factor || has_own));
        if is_proof {
            self.mark_proven(&mut change, session, "account elsewhere").await?;
        } else {
            let event = Event::new("session.refuse", format!("person:{}", session.person.id));
            change.log(event.with("reason", "account elsewhere"));
        }
        change.commit().await?;
        Ok(is_proof)
    }
}
