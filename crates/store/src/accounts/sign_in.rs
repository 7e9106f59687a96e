//! Signing in: a password, then a code. What was wrong is not said, so that nobody learns who has an account.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::lockout::wait_after;
use super::passwords;
use super::people::{Person, State};
use super::records::{attempt, password, person, session};
use super::sessions::{Client, DORMANT, Session, Stage};
use crate::audit::Event;
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

/// How a sign-in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// There is a session; `Stage` says what is still to be shown.
    Begun(String, Stage),
    /// Not right; which part is not said.
    Refused,
    /// Too many that were not right: the next is looked at then.
    Wait(DateTime<Utc>),
}

impl Authority {
    /// Signs in with a password. Where a second factor is needed, whoever has none must set one up before anything else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in(
        &self,
        client: &Client,
        email: &str,
        given: &str,
        needs_second_factor: bool,
    ) -> Result<SignIn> {
        let email: String = email.trim().to_lowercase().chars().take(254).collect();
        if let Some(until) = self.locked(&email).await? {
            let subject = self.subject_of(&email).await?;
            self.note(&client.nobody(), Event::new("session.refuse", subject).with("reason", "wait")).await?;
            return Ok(SignIn::Wait(until));
        }
        // The slow part is done before the log is held.
        let known = self.find_email(self.store().read(), &email).await?;
        let right = self.is_password(known.as_ref(), given).await?;
        let mut change = self.begin(&client.nobody()).await?;
        let person = match known {
            Some(person) if right => Some(self.find_person(change.tx(), &person.id).await?),
            _ => None,
        };
        let Some(person) = person.filter(|person| person.state == State::Active) else {
            let wait = self.count_failure(&change, &email).await?;
            change
                .log(Event::new("session.refuse", self.subject_of(&email).await?).with("reason", "password"));
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        };
        change.act_as(client.actor(&person));
        if change.now() - person.last_seen_at.unwrap_or(person.created_at) > DORMANT {
            self.set_state(&mut change, &person, State::Disabled, "has not signed in for 90 days").await?;
            change.commit().await?;
            return Ok(SignIn::Refused);
        }
        let stage = if self.has_second_factor(change.tx(), &person.id).await? {
            Stage::SecondFactor
        } else if needs_second_factor {
            Stage::Enrol
        } else {
            Stage::Full
        };
        if stage == Stage::Full {
            self.arrived(&change, &person, &email).await?;
        }
        let token = self.begin_session(&mut change, &person, client, stage).await?;
        change.commit().await?;
        Ok(SignIn::Begun(token, stage))
    }

    /// Shows the second factor: a code of the authenticator, or a recovery code. The session gets a new token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn show_second_factor(&self, client: &Client, session: &Session, code: &str) -> Result<SignIn> {
        let person = &session.person;
        if let Some(until) = self.locked(&person.email).await? {
            return Ok(SignIn::Wait(until));
        }
        let mut change = self.begin(&client.actor(person)).await?;
        let by_device = self.use_code(&change, person, code).await?;
        if !by_device && !self.use_recovery_code(&change, person, code).await? {
            let wait = self.count_failure(&change, &person.email).await?;
            change.log(
                Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "second factor"),
            );
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        }
        if !by_device {
            change.log(Event::new("second-factor.recover", format!("person:{}", person.id)));
        }
        self.arrived(&change, person, &person.email).await?;
        self.end_sessions(&mut change, &person.id, Some(&session.id)).await?;
        let token = self.begin_session(&mut change, person, client, Stage::Full).await?;
        change.commit().await?;
        Ok(SignIn::Begun(token, Stage::Full))
    }

    /// Proves again who somebody is, before a dangerous act.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prove_again(
        &self,
        client: &Client,
        session: &Session,
        given: &str,
        code: &str,
    ) -> Result<SignIn> {
        let person = &session.person;
        if let Some(until) = self.locked(&person.email).await? {
            return Ok(SignIn::Wait(until));
        }
        let right = self.is_password(Some(person), given).await?;
        let mut change = self.begin(&client.actor(person)).await?;
        let second = !self.has_second_factor(change.tx(), &person.id).await?
            || (right && self.use_code(&change, person, code).await?);
        if !(right && second) {
            let wait = self.count_failure(&change, &person.email).await?;
            change.log(Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "proof"));
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        }
        self.forget_failures(&change, &person.email).await?;
        session::Entity::update_many()
            .col_expr(session::Column::ProvenAt, Expr::value(change.now()))
            .filter(session::Column::Authority.eq(self.code()))
            .filter(session::Column::Token.eq(&session.id))
            .exec(change.tx())
            .await?;
        change.log(Event::new("session.prove", format!("person:{}", person.id)));
        change.commit().await?;
        Ok(SignIn::Begun(String::new(), Stage::Full))
    }

    /// Changes one's own password; all other sessions end.
    ///
    /// # Errors
    /// Refused when the old one is not right or the new one not good enough.
    pub async fn change_password(
        &self,
        client: &Client,
        session: &Session,
        old: &str,
        new: &str,
    ) -> Result<()> {
        let person = &session.person;
        if self.locked(&person.email).await?.is_some() || !self.is_password(Some(person), old).await? {
            let mut change = self.begin(&client.actor(person)).await?;
            self.count_failure(&change, &person.email).await?;
            change.log(
                Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "old password"),
            );
            change.commit().await?;
            return Err(StoreError::Refused("The old password is not right".to_owned()));
        }
        let hash = self.hash_password(new, &person.name, &person.email).await?;
        let mut change = self.begin(&client.actor(person)).await?;
        self.keep_password(&mut change, &person.id, hash).await?;
        for other in self.sessions(person).await?.iter().filter(|other| other.id != session.id) {
            self.end_sessions(&mut change, &person.id, Some(&other.id)).await?;
        }
        change.commit().await
    }

    async fn is_password(&self, person: Option<&Person>, given: &str) -> Result<bool> {
        let hash = match person {
            Some(person) => {
                let key = (self.code().to_owned(), person.id.clone());
                password::Entity::find_by_id(key).one(self.store().read()).await?.map(|row| row.hash)
            }
            None => None,
        };
        let given: String = given.chars().take(passwords::LONGEST + 1).collect();
        let right = tokio::task::spawn_blocking(move || passwords::is_right(&given, hash.as_deref())).await;
        right.map_err(|error| StoreError::Program(error.to_string()))
    }

    /// Somebody is in: failures are forgotten, and it is kept when they came.
    async fn arrived(&self, change: &Change, arrived: &Person, email: &str) -> Result<()> {
        self.forget_failures(change, email).await?;
        person::Entity::update_many()
            .col_expr(person::Column::LastSeenAt, Expr::value(change.now()))
            .filter(person::Column::Authority.eq(self.code()))
            .filter(person::Column::Id.eq(&arrived.id))
            .exec(change.tx())
            .await?;
        Ok(())
    }

    async fn locked(&self, email: &str) -> Result<Option<DateTime<Utc>>> {
        let key = (self.code().to_owned(), email.to_owned());
        let row = attempt::Entity::find_by_id(key).one(self.store().read()).await?;
        Ok(row.and_then(|row| row.locked_until).filter(|until| self.environment().now() < *until))
    }

    async fn count_failure(&self, change: &Change, email: &str) -> Result<Option<DateTime<Utc>>> {
        let key = (self.code().to_owned(), email.to_owned());
        let before = attempt::Entity::find_by_id(key).one(change.tx()).await?.map_or(0, |row| row.failures);
        let locked_until = wait_after(before + 1).map(|wait| change.now() + wait);
        let row = attempt::ActiveModel {
            authority: Set(self.code().to_owned()),
            email: Set(email.to_owned()),
            failures: Set(before + 1),
            locked_until: Set(locked_until),
        };
        let again = OnConflict::columns([attempt::Column::Authority, attempt::Column::Email])
            .update_columns([attempt::Column::Failures, attempt::Column::LockedUntil])
            .to_owned();
        attempt::Entity::insert(row).on_conflict(again).exec_without_returning(change.tx()).await?;
        Ok(locked_until)
    }

    async fn forget_failures(&self, change: &Change, email: &str) -> Result<()> {
        attempt::Entity::delete_by_id((self.code().to_owned(), email.to_owned())).exec(change.tx()).await?;
        Ok(())
    }

    /// Whom an entry is about. What strangers type is not kept: it may be a password in the wrong field.
    async fn subject_of(&self, email: &str) -> Result<String> {
        let person = self.find_email(self.store().read(), email).await?;
        Ok(person.map_or_else(|| "person:unknown".to_owned(), |person| format!("person:{}", person.id)))
    }
}
