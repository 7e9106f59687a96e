//! The second factor: codes that change with time (RFC 6238: SHA-1, six digits, thirty seconds), and recovery codes.

use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use totp_rs::{Builder, Secret, Totp};

use super::passkeys::Answer;
use super::people::Person;
use super::records::{recovery_code, totp};
use super::sessions::{Client, Session, Stage};
use super::tokens;
use crate::audit::Event;
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 8;

/// What somebody needs to set up their authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret, to be typed in (base 32).
    pub secret: String,
    /// The same as a link, to be shown as a QR code.
    pub link: String,
}

/// A second factor as it is shown.
#[derive(Debug, Clone, Copy)]
pub enum Second<'a> {
    /// A code of the authenticator, or a recovery code.
    Code(&'a str),
    /// The answer of a passkey.
    Passkey(Answer<'a>),
}

impl Second<'_> {
    /// As the audit log names it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Passkey(_) => "passkey",
        }
    }
}

fn device(secret: &[u8], email: &str) -> Result<Totp> {
    let broken = |error: totp_rs::TotpError| StoreError::Damaged(format!("a second factor: {error}"));
    // A colon divides the issuer from the account in the link.
    let builder = Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some("Enough"))
        .with_account_name(email.replace(':', " "));
    builder.build().map_err(broken)
}

fn refused() -> StoreError {
    Refusal::of_form("The code is not right. Codes change every 30 seconds and open once").at("code").into()
}

impl Authority {
    pub(super) async fn has_second_factor(&self, db: &impl ConnectionTrait, person: &str) -> Result<bool> {
        Ok(self.has_device(db, person).await? || self.has_passkey(db, person).await?)
    }

    async fn has_device(&self, db: &impl ConnectionTrait, person: &str) -> Result<bool> {
        let row = totp::Entity::find_by_id((self.code().to_owned(), person.to_owned())).one(db).await?;
        Ok(row.is_some_and(|row| row.confirmed_at.is_some()))
    }

    /// Whether a person has set up a second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor(&self, person: &str) -> Result<bool> {
        self.has_second_factor(self.store().read(), person).await
    }

    /// Whether a person has set up an authenticator.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticator(&self, person: &str) -> Result<bool> {
        self.has_device(self.store().read(), person).await
    }

    /// Begins to set up an authenticator: the secret is kept, and opens nothing until a code was shown.
    ///
    /// # Errors
    /// Refused when there is one already.
    pub async fn enrol(&self, client: &Client, session: &Session) -> Result<Enrolment> {
        let person = &session.person;
        let key = (self.code().to_owned(), person.id.clone());
        let mut change = self.begin(&client.actor(person)).await?;
        self.may_add(&change, session).await?;
        let kept = totp::Entity::find_by_id(key.clone()).one(change.tx()).await?;
        let secret = match kept {
            Some(row) if row.confirmed_at.is_some() => {
                return Err(StoreError::refused("You have set up an authenticator already"));
            }
            // Whoever opens the page again sees the same secret: the phone may have it already.
            Some(row) => self.store().keys().unseal(&row.secret, &person.id)?,
            None => {
                let secret: [u8; 20] = self.environment().random();
                let row = totp::ActiveModel {
                    authority: Set(key.0),
                    person: Set(key.1),
                    secret: Set(self.store().keys().seal(&secret, &person.id, self.environment())),
                    confirmed_at: Set(None),
                    last_step: Set(0),
                };
                row.insert(change.tx()).await?;
                change.log(Event::new("second-factor.begin", format!("person:{}", person.id)));
                change.commit().await?;
                secret.to_vec()
            }
        };
        let link = device(&secret, &person.email)?.to_url();
        let link = link.map_err(|error| StoreError::Damaged(format!("a second factor: {error}")))?;
        Ok(Enrolment { secret: Secret::from(secret).to_base32(), link })
    }

    /// Whether whoever has this session may add a second factor: with a password alone only the first. Says whether it is the first.
    pub(super) async fn may_add(&self, change: &Change, session: &Session) -> Result<bool> {
        self.still(change, session).await?;
        let has_one = self.has_second_factor(change.tx(), &session.person.id).await?;
        if has_one && session.stage != Stage::Full {
            return Err(StoreError::refused("Show the second factor that you have first"));
        }
        Ok(!has_one)
    }

    /// Ends the set-up with a code. Whoever had no second factor gets recovery codes, and a new token of the session, which is whole now.
    ///
    /// # Errors
    /// Refused when the code is not right.
    pub async fn confirm(
        &self,
        client: &Client,
        session: &Session,
        code: &str,
    ) -> Result<Option<(Vec<String>, String)>> {
        let person = &session.person;
        let mut change = self.begin(&client.actor(person)).await?;
        let is_first = self.may_add(&change, session).await?;
        if self.has_device(change.tx(), &person.id).await?
            || !self.use_new_code(&change, person, code).await?
        {
            change.log(
                Event::new("session.refuse", format!("person:{}", person.id)).with("reason", "first code"),
            );
            change.commit().await?;
            return Err(refused());
        }
        let row = totp::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(person.id.clone()),
            confirmed_at: Set(Some(change.now())),
            ..Default::default()
        };
        row.update(change.tx()).await?;
        change.log(Event::new("second-factor.set", format!("person:{}", person.id)));
        let given = self.settle(&mut change, client, session, is_first).await?;
        change.commit().await?;
        Ok(given)
    }

    /// Forgets an authenticator that was begun and never confirmed.
    pub(super) async fn forget_unconfirmed(&self, change: &Change, person: &str) -> Result<()> {
        let begun = totp::Entity::delete_many()
            .filter(totp::Column::Authority.eq(self.code()))
            .filter(totp::Column::Person.eq(person))
            .filter(totp::Column::ConfirmedAt.is_null());
        begun.exec(change.tx()).await?;
        Ok(())
    }

    /// New recovery codes in the place of those of before.
    pub(super) async fn new_recovery_codes(&self, change: &Change, person: &str) -> Result<Vec<String>> {
        self.forget_recovery_codes(change, person).await?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| tokens::written(self.environment())).collect();
        let rows = codes.iter().map(|code| recovery_code::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(person.to_owned()),
            hash: Set(tokens::kept(code)),
            used_at: Set(None),
        });
        recovery_code::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
        Ok(codes)
    }

    pub(super) async fn forget_recovery_codes(&self, change: &Change, person: &str) -> Result<()> {
        let codes = recovery_code::Entity::delete_many()
            .filter(recovery_code::Column::Authority.eq(self.code()))
            .filter(recovery_code::Column::Person.eq(person));
        codes.exec(change.tx()).await?;
        Ok(())
    }

    /// Whether a code of the authenticator is right and was not used before; a right one is used up. One that was never confirmed opens
    /// nothing.
    pub(super) async fn use_code(&self, change: &Change, person: &Person, code: &str) -> Result<bool> {
        Ok(self.has_device(change.tx(), &person.id).await? && self.use_new_code(change, person, code).await?)
    }

    /// The same while the authenticator is set up.
    async fn use_new_code(&self, change: &Change, person: &Person, code: &str) -> Result<bool> {
        let key = (self.code().to_owned(), person.id.clone());
        let Some(row) = totp::Entity::find_by_id(key).one(change.tx()).await? else { return Ok(false) };
        let secret = self.store().keys().unseal(&row.secret, &person.id)?;
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = change.now().timestamp().max(0) as u64;
        let step = device(&secret, &person.email)?.check(&digits, now).map(|step| step as i64);
        let Some(step) = step.filter(|step| *step > row.last_step) else { return Ok(false) };
        totp::Entity::update_many()
            .col_expr(totp::Column::LastStep, Expr::value(step))
            .filter(totp::Column::Authority.eq(self.code()))
            .filter(totp::Column::Person.eq(&person.id))
            .exec(change.tx())
            .await?;
        Ok(true)
    }

    /// Whether a recovery code is right and was not used before; a right one is used up.
    pub(super) async fn use_recovery_code(
        &self,
        change: &Change,
        person: &Person,
        code: &str,
    ) -> Result<bool> {
        let hash = tokens::kept(&code.trim().to_lowercase());
        let used = recovery_code::Entity::update_many()
            .col_expr(recovery_code::Column::UsedAt, Expr::value(change.now()))
            .filter(recovery_code::Column::Authority.eq(self.code()))
            .filter(recovery_code::Column::Person.eq(&person.id))
            .filter(recovery_code::Column::Hash.eq(hash))
            .filter(recovery_code::Column::UsedAt.is_null())
            .exec(change.tx())
            .await?;
        Ok(used.rows_affected == 1)
    }
}
