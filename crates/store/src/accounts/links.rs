//! Links that open once: the first set-up, an invitation, a reset.

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::organisations::OrganisationDraft;
use super::people::{Person, PersonDraft, State};
use super::records::{link, person};
use super::roles::{OrganisationKind, Role};
use super::tokens;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::mail::Letter;
use crate::names;

names! {
    /// What a link is for.
    Purpose {
        SetUp = "set-up", "Set up the service";
        Invitation = "invitation", "Invitation";
        Reset = "reset", "New password";
    }
}

impl Purpose {
    /// How long the link opens.
    pub fn lasts(self) -> Duration {
        match self {
            Self::SetUp => Duration::hours(24),
            Self::Invitation => Duration::days(7),
            Self::Reset => Duration::hours(1),
        }
    }
}

/// A link that still opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: Purpose,
    /// For whom; nobody yet for the first set-up.
    pub person: Option<Person>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Somebody gets at most one letter with a link in so long.
const AGAIN: Duration = Duration::minutes(15);

fn no_link() -> StoreError {
    StoreError::refused("This link does not open: it was used, it is too old, or it is not complete")
}

impl Authority {
    /// Closes the links of a person that are open.
    pub(super) async fn close_links(&self, change: &Change, person: &str) -> Result<()> {
        link::Entity::update_many()
            .col_expr(link::Column::UsedAt, Expr::value(change.now()))
            .filter(link::Column::Authority.eq(self.code()))
            .filter(link::Column::Person.eq(person))
            .filter(link::Column::UsedAt.is_null())
            .exec(change.tx())
            .await?;
        Ok(())
    }

    pub(super) async fn make_link(
        &self,
        change: &mut Change,
        person: Option<&str>,
        purpose: Purpose,
    ) -> Result<String> {
        // Only the newest link of a person opens.
        let mut older = link::Entity::update_many()
            .col_expr(link::Column::ExpiresAt, Expr::value(change.now()))
            .filter(link::Column::Authority.eq(self.code()))
            .filter(link::Column::UsedAt.is_null());
        older = match person {
            Some(person) => older.filter(link::Column::Person.eq(person)),
            None => older.filter(link::Column::Person.is_null()),
        };
        older.exec(change.tx()).await?;
        let token = tokens::new(self.environment());
        let row = link::ActiveModel {
            authority: Set(self.code().to_owned()),
            token: Set(tokens::kept(&token)),
            person: Set(person.map(ToOwned::to_owned)),
            purpose: Set(purpose.to_string()),
            expires_at: Set(change.now() + purpose.lasts()),
            used_at: Set(None),
        };
        row.insert(change.tx()).await?;
        let subject = person.map_or_else(|| "service:set-up".to_owned(), |person| format!("person:{person}"));
        change.log(Event::new("link.make", subject).with("purpose", purpose.key()));
        Ok(token)
    }

    /// A link to set the service up, while nobody has an account; `None` afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_up_link(&self, actor: &Actor) -> Result<Option<String>> {
        let mut change = self.begin(actor).await?;
        if self.has_people(&change).await? {
            return Ok(None);
        }
        let token = self.make_link(&mut change, None, Purpose::SetUp).await?;
        change.commit().await?;
        Ok(Some(token))
    }

    /// Somebody says that they forgot their password: a letter with a link goes to their address, if they have an account there and got none
    /// a moment ago. Who asks learns nothing of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgot_password(
        &self,
        actor: &Actor,
        email: &str,
        write: impl FnOnce(&Person, &str) -> Letter,
    ) -> Result<()> {
        let mut change = self.begin(actor).await?;
        let known = self.find_email(change.tx(), email).await?;
        let Some(person) = known.filter(|person| person.state == State::Active) else { return Ok(()) };
        let newest = link::Entity::find()
            .filter(link::Column::Authority.eq(self.code()))
            .filter(link::Column::Person.eq(&person.id))
            .filter(link::Column::Purpose.eq(Purpose::Reset.key()))
            .filter(link::Column::UsedAt.is_null())
            .filter(link::Column::ExpiresAt.gt(change.now() + Purpose::Reset.lasts() - AGAIN));
        if newest.count(change.tx()).await? > 0 {
            return Ok(());
        }
        let token = self.make_link(&mut change, Some(&person.id), Purpose::Reset).await?;
        let until = Some(change.now() + Purpose::Reset.lasts());
        change.post(&Letter { until, ..write(&person, &token) }).await?;
        change.commit().await
    }

    async fn has_people(&self, change: &Change) -> Result<bool> {
        let people = person::Entity::find().filter(person::Column::Authority.eq(self.code()));
        Ok(people.count(change.tx()).await? > 0)
    }

    /// Looks at a link without using it.
    ///
    /// # Errors
    /// Refused when it does not open.
    pub async fn look_at_link(&self, token: &str) -> Result<Link> {
        self.find_link(self.store().read(), token).await
    }

    async fn find_link(&self, db: &impl sea_orm::ConnectionTrait, token: &str) -> Result<Link> {
        let row = link::Entity::find_by_id((self.code().to_owned(), tokens::kept(token))).one(db).await?;
        let row = row.filter(|row| row.used_at.is_none() && self.environment().now() < row.expires_at);
        let row = row.ok_or_else(no_link)?;
        let person = match &row.person {
            Some(id) => Some(self.find_person(db, id).await?),
            None => None,
        };
        let purpose = row.purpose.parse().map_err(StoreError::Damaged)?;
        Ok(Link { purpose, person, expires_at: row.expires_at })
    }

    async fn use_link(&self, change: &mut Change, token: &str) -> Result<Link> {
        let found = self.find_link(change.tx(), token).await?;
        let row = link::ActiveModel {
            authority: Set(self.code().to_owned()),
            token: Set(tokens::kept(token)),
            used_at: Set(Some(change.now())),
            ..Default::default()
        };
        row.update(change.tx()).await?;
        Ok(found)
    }

    /// Chooses a password with the link of an invitation or a reset.
    ///
    /// # Errors
    /// Refused when the link does not open or the password is not good enough; the link still opens then.
    pub async fn choose_password(&self, actor: &Actor, token: &str, password: &str) -> Result<Person> {
        let person = self.look_at_link(token).await?.person.ok_or_else(no_link)?;
        let hash = self.hash_password(password, &person.name, &person.email).await?;
        let mut change = self.begin(actor).await?;
        let person = self.use_link(&mut change, token).await?.person.ok_or_else(no_link)?;
        if person.state == State::Disabled {
            return Err(StoreError::refused("This account is disabled"));
        }
        change.act_as(Actor {
            person: Some(person.id.clone()),
            organisation: Some(person.organisation.clone()),
            ..actor.clone()
        });
        self.keep_password(&mut change, &person.id, hash).await?;
        self.end_sessions(&mut change, &person.id, None).await?;
        self.forget_failures(&change, &person.email).await?;
        if person.state == State::Invited {
            self.set_state(&mut change, &person, State::Active, "chose a password").await?;
        }
        change.commit().await?;
        self.person(&person.id).await
    }

    /// Sets the service up: the authority's own organisation and its first administrator.
    ///
    /// # Errors
    /// Refused when the link does not open, somebody has an account already, or the password is not good enough.
    pub async fn set_up(
        &self,
        actor: &Actor,
        token: &str,
        (organisation, name, email): (&str, &str, &str),
        password: &str,
    ) -> Result<String> {
        if self.look_at_link(token).await?.purpose != Purpose::SetUp {
            return Err(no_link());
        }
        let hash = self.hash_password(password, name, email).await?;
        let draft = OrganisationDraft { name: organisation.to_owned(), kind: OrganisationKind::Authority };
        let mut change = self.begin(actor).await?;
        if self.has_people(&change).await? {
            return Err(no_link());
        }
        self.use_link(&mut change, token).await?;
        let inserted = self.insert_organisation(&mut change, &draft).await;
        // Its name has another field here than in the form of organisations.
        let organisation = inserted.map_err(|error| match error {
            StoreError::Refused(refusal) => StoreError::Refused(refusal.at("organisation")),
            other => other,
        })?;
        let draft = PersonDraft {
            name: name.to_owned(),
            email: email.to_owned(),
            organisation,
            roles: vec![Role::Administrator],
        };
        let id = self.insert_person(&mut change, &draft, State::Active).await?;
        self.keep_password(&mut change, &id, hash).await?;
        change.commit().await?;
        Ok(id)
    }
}
