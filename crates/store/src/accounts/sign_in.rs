//! Signing in: a password, then a code. What was wrong is not said, so that nobody learns who has an account.

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::lockout::wait_after;
use super::passwords;
use super::people::{Person, State};
use super::records::{attempt, password, person};
use super::second_factor::Second;
use super::sessions::{Client, DORMANT, Session, Stage};
use super::tokens;
use crate::audit::Event;
use crate::change::{Authority, Change};
use crate::error::Result;

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
        if let Some(until) = self.locked(self.store().read(), &email).await? {
            let subject = self.subject_of(self.store().read(), &email).await?;
            self.note(&client.nobody(), Event::new("session.refuse", subject).with("reason", "wait")).await?;
            return Ok(SignIn::Wait(until));
        }
        // The slow part is done before the log is held.
        let known = self.find_email(self.store().read(), &email).await?;
        let hash = self.password_hash(self.store().read(), known.as_ref()).await?;
        let right = self.is_right(given, hash.clone()).await?;
        let mut change = self.begin(&client.nobody()).await?;
        // Many who guess at once must not each get an answer: those that began before the wait are refused too.
        if let Some(until) = self.locked(change.tx(), &email).await? {
            let subject = self.subject_of(change.tx(), &email).await?;
            change.log(Event::new("session.refuse", subject).with("reason", "wait"));
            change.commit().await?;
            return Ok(SignIn::Wait(until));
        }
        // A password that was changed meanwhile opens nothing any more.
        let person = match known {
            Some(person) if right && self.password_hash(change.tx(), Some(&person)).await? == hash => {
                Some(self.find_person(change.tx(), &person.id).await?)
            }
            _ => None,
        };
        let Some(person) = person.filter(|person| person.state == State::Active) else {
            let wait = self.count_failure(&change, &email).await?;
            change.log(
                Event::new("session.refuse", self.subject_of(change.tx(), &email).await?)
                    .with("reason", "password"),
            );
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        };
        change.act_as(client.actor(&person));
        // Whoever shows the second factor elsewhere has none here: a password alone must not set one up for them.
        let has_own = self.has_second_factor(change.tx(), &person.id).await?;
        if needs_second_factor && !has_own && self.is_joined(change.tx(), &person.id).await? {
            let event = Event::new("session.refuse", format!("person:{}", person.id));
            change.log(event.with("reason", "second factor is elsewhere"));
            change.commit().await?;
            return Ok(SignIn::Refused);
        }
        self.let_in(change, &person, client, false, needs_second_factor).await
    }

    /// Begins the session of somebody who has shown who they are, in a change that acts as them; disables who has been away too long.
    pub(super) async fn let_in(
        &self,
        mut change: Change,
        person: &Person,
        client: &Client,
        has_shown_second_factor: bool,
        needs_second_factor: bool,
    ) -> Result<SignIn> {
        let active =
            person.last_seen_at.unwrap_or(person.created_at).max(self.chosen_at(&change, person).await?);
        // The last administrator stays: nobody could let them in again.
        let may_leave = self.refuse_last_administrator(change.tx(), person).await.is_ok();
        if change.now() - active > DORMANT && may_leave {
            self.set_state(&mut change, person, State::Disabled, "has not signed in for 90 days").await?;
            change.commit().await?;
            return Ok(SignIn::Refused);
        }
        let stage = if has_shown_second_factor {
            Stage::Full
        } else if self.has_second_factor(change.tx(), &person.id).await? {
            Stage::SecondFactor
        } else if needs_second_factor {
            Stage::Enrol
        } else {
            Stage::Full
        };
        if stage == Stage::Full {
            self.arrived(&change, person, &person.email).await?;
        }
        let token = self.begin_session(&mut change, person, client, stage).await?;
        change.commit().await?;
        Ok(SignIn::Begun(token, stage))
    }

    /// Shows the second factor. The session gets a new token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn show_second_factor(
        &self,
        client: &Client,
        session: &Session,
        given: Second<'_>,
    ) -> Result<SignIn> {
        let person = &session.person;
        let mut change = self.begin(&client.actor(person)).await?;
        if let Some(until) = self.locked(change.tx(), &person.email).await? {
            return Ok(SignIn::Wait(until));
        }
        if self.still(&change, session).await.is_err() {
            return Ok(SignIn::Refused);
        }
        let factor = given.key();
        let shown = match given {
            Second::Passkey(answer) => self.use_passkey(&change, session, answer).await?,
            Second::Code(code) if self.use_code(&change, person, code).await? => true,
            Second::Code(code) => {
                let recovered = self.use_recovery_code(&change, person, code).await?;
                if recovered {
                    change.log(Event::new("second-factor.recover", format!("person:{}", person.id)));
                }
                recovered
            }
        };
        if !shown {
            let wait = self.count_failure(&change, &person.email).await?;
            change.log(
                Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "second factor"),
            );
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        }
        self.arrived(&change, person, &person.email).await?;
        change.log(Event::new("second-factor.show", format!("person:{}", person.id)).with("factor", factor));
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
        password: &str,
        second: Second<'_>,
    ) -> Result<SignIn> {
        let person = &session.person;
        let right = self.is_password(Some(person), password).await?;
        let mut change = self.begin(&client.actor(person)).await?;
        if let Some(until) = self.locked(change.tx(), &person.email).await? {
            return Ok(SignIn::Wait(until));
        }
        self.still(&change, session).await?;
        let needs_second = self.has_second_factor(change.tx(), &person.id).await?;
        let how = if needs_second { second.key() } else { "password" };
        let shown = match second {
            _ if !right => false,
            _ if !needs_second => true,
            Second::Passkey(answer) => self.use_passkey(&change, session, answer).await?,
            Second::Code(code) => self.use_code(&change, person, code).await?,
        };
        if !shown {
            let wait = self.count_failure(&change, &person.email).await?;
            change.log(Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "proof"));
            change.commit().await?;
            return Ok(wait.map_or(SignIn::Refused, SignIn::Wait));
        }
        self.forget_failures(&change, &person.email).await?;
        self.mark_proven(&mut change, session, how).await?;
        change.commit().await?;
        Ok(SignIn::Begun(String::new(), Stage::Full))
    }

    /// Changes one's own password; all other sessions and all access keys end.
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
        if self.locked(self.store().read(), &person.email).await?.is_some() {
            let what = "The old password was wrong too often. Wait, then try again";
            return Err(Refusal::of_form(what).at("old").into());
        }
        if !self.is_password(Some(person), old).await? {
            let mut change = self.begin(&client.actor(person)).await?;
            self.count_failure(&change, &person.email).await?;
            change.log(
                Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "old password"),
            );
            change.commit().await?;
            return Err(Refusal::of_form("The old password is not right").at("old").into());
        }
        let hash = self.hash_password(new, &person.name, &person.email).await?;
        let mut change = self.begin(&client.actor(person)).await?;
        self.still(&change, session).await?;
        self.keep_password(&mut change, &person.id, hash).await?;
        // Somebody who knew the old one may have made keys.
        self.end_other_sessions(&mut change, &person.id, &session.id).await?;
        self.end_access_keys(&mut change, &person.id, None).await?;
        change.commit().await
    }

    async fn is_password(&self, person: Option<&Person>, given: &str) -> Result<bool> {
        let hash = self.password_hash(self.store().read(), person).await?;
        self.is_right(given, hash).await
    }

    async fn password_row(
        &self,
        db: &impl ConnectionTrait,
        person: &Person,
    ) -> Result<Option<password::Model>> {
        Ok(password::Entity::find_by_id((self.code().to_owned(), person.id.clone())).one(db).await?)
    }

    async fn password_hash(
        &self,
        db: &impl ConnectionTrait,
        person: Option<&Person>,
    ) -> Result<Option<String>> {
        match person {
            Some(person) => Ok(self.password_row(db, person).await?.map(|row| row.hash)),
            None => Ok(None),
        }
    }

    /// When a person chose their password: whoever did so lately is not away.
    async fn chosen_at(&self, change: &Change, person: &Person) -> Result<DateTime<Utc>> {
        let row = self.password_row(change.tx(), person).await?;
        Ok(row.map_or(person.created_at, |row| row.changed_at))
    }

    async fn is_right(&self, given: &str, hash: Option<String>) -> Result<bool> {
        let given: String = given.chars().take(passwords::LONGEST + 1).collect();
        self.store().hashing(move |memory| passwords::is_right(&given, memory, hash.as_deref())).await
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

    /// Until when the next attempt is refused unseen.
    async fn locked(&self, db: &impl ConnectionTrait, email: &str) -> Result<Option<DateTime<Utc>>> {
        let row = attempt::Entity::find_by_id(self.attempt_key(email)).one(db).await?;
        Ok(row.and_then(|row| row.locked_until).filter(|until| self.environment().now() < *until))
    }

    async fn count_failure(&self, change: &Change, email: &str) -> Result<Option<DateTime<Utc>>> {
        let (authority, email) = self.attempt_key(email);
        let key = (authority.clone(), email.clone());
        let before = attempt::Entity::find_by_id(key).one(change.tx()).await?.map_or(0, |row| row.failures);
        let locked_until = wait_after(before + 1).map(|wait| change.now() + wait);
        let row = attempt::ActiveModel {
            authority: Set(authority),
            email: Set(email),
            failures: Set(before + 1),
            locked_until: Set(locked_until),
            failed_at: Set(change.now()),
        };
        let again = OnConflict::columns([attempt::Column::Authority, attempt::Column::Email])
            .update_columns([
                attempt::Column::Failures,
                attempt::Column::LockedUntil,
                attempt::Column::FailedAt,
            ])
            .to_owned();
        attempt::Entity::insert(row).on_conflict(again).exec_without_returning(change.tx()).await?;
        Ok(locked_until)
    }

    pub(super) async fn forget_failures(&self, change: &Change, email: &str) -> Result<()> {
        attempt::Entity::delete_by_id(self.attempt_key(email)).exec(change.tx()).await?;
        Ok(())
    }

    /// The key of what failed for an address: its hash, for strangers may have typed a password into the wrong field.
    fn attempt_key(&self, email: &str) -> (String, String) {
        let email = email.trim().to_lowercase();
        (self.code().to_owned(), tokens::kept(&format!("{} {email}", self.code())))
    }

    /// Whom an entry is about. What strangers type is not kept: it may be a password in the wrong field.
    async fn subject_of(&self, db: &impl ConnectionTrait, email: &str) -> Result<String> {
        // One question, whether anybody has the address or not: how long it takes tells nothing.
        let id = person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Authority.eq(self.code()))
            .filter(person::Column::Email.eq(email.trim().to_lowercase()))
            .into_tuple::<String>()
            .one(db)
            .await?;
        Ok(format!("person:{}", id.as_deref().unwrap_or("unknown")))
    }
}
