//! Passkeys as a second factor (W3C Web Authentication, level 2): the browser signs a challenge with a key that never leaves the device,
//! for this site and no other.
//!
//! A challenge goes to the browser sealed, and comes back with its answer: it is bound to the session and to the last proof of it, so
//! that it serves once, and to a time.

use chrono::{DateTime, Duration, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{Passkey as Kept, Url, Uuid, Webauthn, WebauthnBuilder};

use super::records::passkey;
use super::sessions::{Client, Session};
use crate::audit::Event;
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

/// How long a challenge may be answered.
const LASTS: Duration = Duration::minutes(5);
/// Passkeys that somebody may have.
const MOST: u64 = 10;

/// The site that passkeys are for: its host and its address as browsers know it.
#[derive(Debug, Clone)]
pub struct Site {
    webauthn: Webauthn,
    /// Its address, as the pages of it have it as their origin.
    pub origin: String,
}

/// A challenge, and what must come back with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// For the browser, as JSON.
    pub options: String,
    /// Sealed.
    pub state: String,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The site.
    pub site: &'a Site,
    /// What the browser made, as JSON.
    pub credential: &'a str,
    /// The state of the challenge.
    pub state: &'a str,
}

/// A passkey of somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Site {
    /// A site at an address.
    ///
    /// # Errors
    /// When browsers make no passkeys for it: an address has a name, and HTTPS unless it is this machine.
    pub fn new(origin: &str) -> std::result::Result<Self, String> {
        let url = Url::parse(origin).map_err(|error| error.to_string())?;
        let host = url.domain().ok_or("an address in numbers has no passkeys")?.to_owned();
        let builder = WebauthnBuilder::new(&host, &url).map_err(|error| error.to_string())?;
        let webauthn = builder.rp_name("Enough").build().map_err(|error| error.to_string())?;
        Ok(Self { webauthn, origin: url.origin().ascii_serialization() })
    }
}

#[derive(Serialize, Deserialize)]
struct State<T> {
    until: DateTime<Utc>,
    of: T,
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged(format!("a passkey: {error}")))
}

fn refused() -> StoreError {
    StoreError::refused("The passkey was not accepted. Try again, or use a code")
}

/// What a challenge is bound to.
fn context(session: &Session, what: &str) -> String {
    format!("passkey {what} {} {}", session.id, session.proven_at.timestamp_micros())
}

impl Authority {
    fn sealed<T: Serialize>(&self, session: &Session, what: &str, of: T) -> Result<String> {
        let state = json(&State { until: self.environment().now() + LASTS, of })?;
        Ok(self.store().keys().seal(state.as_bytes(), &context(session, what), self.environment()))
    }

    fn unsealed<T: DeserializeOwned>(&self, session: &Session, what: &str, sealed: &str) -> Result<T> {
        let text = self.store().keys().unseal(sealed, &context(session, what)).map_err(|_| refused())?;
        let state: State<T> = serde_json::from_slice(&text).map_err(|_| refused())?;
        if self.environment().now() > state.until { Err(refused()) } else { Ok(state.of) }
    }

    async fn rows(&self, db: &impl ConnectionTrait, person: &str) -> Result<Vec<passkey::Model>> {
        let find = passkey::Entity::find().filter(passkey::Column::Authority.eq(self.code()));
        Ok(find.filter(passkey::Column::Person.eq(person)).all(db).await?)
    }

    pub(super) async fn has_passkey(&self, db: &impl ConnectionTrait, person: &str) -> Result<bool> {
        let find = passkey::Entity::find().filter(passkey::Column::Authority.eq(self.code()));
        Ok(find.filter(passkey::Column::Person.eq(person)).count(db).await? > 0)
    }

    /// The passkeys of a person, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passkeys(&self, person: &str) -> Result<Vec<Passkey>> {
        let rows = self.rows(self.store().read(), person).await?.into_iter();
        let mut list: Vec<Passkey> = rows
            .map(|row| Passkey {
                id: row.id,
                name: row.name,
                created_at: row.created_at,
                last_used_at: row.last_used_at,
            })
            .collect();
        list.sort_by(|a, b| a.created_at.cmp(&b.created_at).then_with(|| a.id.cmp(&b.id)));
        Ok(list)
    }

    /// Begins to make a passkey for whoever has this session.
    ///
    /// # Errors
    /// Refused when they have too many.
    pub async fn offer_passkey(&self, site: &Site, session: &Session) -> Result<Challenge> {
        let person = &session.person;
        let rows = self.rows(self.store().read(), &person.id).await?;
        if rows.len() as u64 >= MOST {
            return Err(StoreError::refused(format!("You have {MOST} passkeys; remove one of them first")));
        }
        let id = Uuid::parse_str(&person.id).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let known =
            rows.iter().map(read).map(|kept| Ok(kept?.cred_id().clone())).collect::<Result<Vec<_>>>()?;
        let begun = site.webauthn.start_passkey_registration(id, &person.email, &person.name, Some(known));
        let (options, state) = begun.map_err(|error| StoreError::Damaged(format!("a passkey: {error}")))?;
        Ok(Challenge { options: json(&options)?, state: self.sealed(session, "make", state)? })
    }

    /// Keeps a passkey that the browser made. Whoever had no second factor gets recovery codes and the session's new token.
    ///
    /// # Errors
    /// Refused when the answer does not fit the challenge, or the session may not add one.
    pub async fn add_passkey(
        &self,
        client: &Client,
        session: &Session,
        name: &str,
        answer: Answer<'_>,
    ) -> Result<Option<(Vec<String>, String)>> {
        let (person, name) = (&session.person, name.trim());
        if name.is_empty() || name.chars().count() > 100 {
            let what = "Give the passkey a name of at most 100 characters";
            return Err(Refusal::of_form(what).at("name").into());
        }
        let mut change = self.begin(&client.actor(person)).await?;
        let is_first = self.may_add(&change, session).await?;
        let kept = self.made(session, answer).ok();
        let known = self.rows(change.tx(), &person.id).await?;
        let known = known.iter().map(read).collect::<Result<Vec<_>>>()?;
        let new = kept.filter(|kept| known.iter().all(|known| known.cred_id() != kept.cred_id()));
        let Some(kept) = new.filter(|_| (known.len() as u64) < MOST) else {
            let event = Event::new("session.refuse", format!("person:{}", person.id));
            change.log(event.with("reason", "new passkey"));
            change.commit().await?;
            return Err(refused());
        };
        let id = self.environment().id();
        let row = passkey::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(person.id.clone()),
            id: Set(id.clone()),
            name: Set(name.to_owned()),
            passkey: Set(json(&kept)?),
            created_at: Set(change.now()),
            last_used_at: Set(None),
        };
        row.insert(change.tx()).await?;
        // Somebody else may have seen its secret.
        self.forget_unconfirmed(&change, &person.id).await?;
        change.log(Event::new("passkey.add", format!("person:{}", person.id)).with("passkey", id));
        let given = self.settle(&mut change, client, session, is_first).await?;
        change.commit().await?;
        Ok(given)
    }

    /// The passkey that the browser made of a challenge.
    fn made(&self, session: &Session, answer: Answer<'_>) -> Result<Kept> {
        let state = self.unsealed(session, "make", answer.state)?;
        let credential = serde_json::from_str(answer.credential).map_err(|_| refused())?;
        answer.site.webauthn.finish_passkey_registration(&credential, &state).map_err(|_| refused())
    }

    /// Asks for a passkey of whoever has this session; nothing if they have none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_for_passkey(&self, site: &Site, session: &Session) -> Result<Option<Challenge>> {
        let rows = self.rows(self.store().read(), &session.person.id).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let kept = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let begun = site.webauthn.start_passkey_authentication(&kept);
        let (options, state) = begun.map_err(|error| StoreError::Damaged(format!("a passkey: {error}")))?;
        Ok(Some(Challenge { options: json(&options)?, state: self.sealed(session, "ask", state)? }))
    }

    /// Whether a passkey of the session's person answers the challenge.
    pub(super) async fn use_passkey(
        &self,
        change: &Change,
        session: &Session,
        answer: Answer<'_>,
    ) -> Result<bool> {
        let Ok(state) = self.unsealed(session, "ask", answer.state) else { return Ok(false) };
        let Ok(credential) = serde_json::from_str(answer.credential) else { return Ok(false) };
        let Ok(result) = answer.site.webauthn.finish_passkey_authentication(&credential, &state) else {
            return Ok(false);
        };
        for row in self.rows(change.tx(), &session.person.id).await? {
            let mut kept = read(&row)?;
            // The counter of the device goes on; one that was copied falls behind, and the library refuses it.
            let Some(changed) = kept.update_credential(&result) else { continue };
            let mut update = passkey::Entity::update_many()
                .col_expr(passkey::Column::LastUsedAt, Expr::value(change.now()))
                .filter(passkey::Column::Authority.eq(self.code()))
                .filter(passkey::Column::Id.eq(&row.id));
            if changed {
                update = update.col_expr(passkey::Column::Passkey, Expr::value(json(&kept)?));
            }
            update.exec(change.tx()).await?;
            return Ok(true);
        }
        // It was removed while somebody was asked for it.
        Ok(false)
    }

    /// Takes a passkey away; all other sessions end.
    ///
    /// # Errors
    /// Refused for the last second factor.
    pub async fn remove_passkey(&self, client: &Client, session: &Session, id: &str) -> Result<()> {
        let person = &session.person;
        let mut change = self.begin(&client.actor(person)).await?;
        self.still(&change, session).await?;
        let removed = passkey::Entity::delete_many()
            .filter(passkey::Column::Authority.eq(self.code()))
            .filter(passkey::Column::Person.eq(&person.id))
            .filter(passkey::Column::Id.eq(id));
        if removed.exec(change.tx()).await?.rows_affected == 0 {
            return Err(StoreError::NotFound(format!("passkey {id}")));
        }
        if !self.has_second_factor(change.tx(), &person.id).await? {
            return Err(StoreError::refused("This is your only second factor; set up another one first"));
        }
        change.log(Event::new("passkey.remove", format!("person:{}", person.id)).with("passkey", id));
        // Whoever has the device may be signed in with it.
        self.end_other_sessions(&mut change, &person.id, &session.id).await?;
        change.commit().await
    }

    pub(super) async fn forget_passkeys(&self, change: &Change, person: &str) -> Result<()> {
        let delete = passkey::Entity::delete_many().filter(passkey::Column::Authority.eq(self.code()));
        delete.filter(passkey::Column::Person.eq(person)).exec(change.tx()).await?;
        Ok(())
    }
}

fn read(row: &passkey::Model) -> Result<Kept> {
    serde_json::from_str(&row.passkey).map_err(|error| StoreError::Damaged(format!("a passkey: {error}")))
}
