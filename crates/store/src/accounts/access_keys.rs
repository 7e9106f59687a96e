//! Access keys: with one of these a program acts for a person over the API, for a time, and no further than the person may.

use chrono::{DateTime, Duration, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

use super::people::{Person, State};
use super::records::access_key;
use super::sessions::{Client, DORMANT, Session};
use super::tokens;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

/// No key lasts longer, in days.
pub const LONGEST_KEY: u16 = 365;
/// Keys that a person may have at a time.
const MOST: usize = 20;
/// What every key begins with, so that those who look for secrets in files find it.
const PREFIX: &str = "enough_";
/// How exactly the last use is kept.
const GRAIN: Duration = Duration::minutes(10);

/// A key that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// What is kept of its secret; its id.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// Whether it may change anything.
    pub may_change: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, to ten minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A key that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKeyDraft {
    /// What its person calls it.
    pub name: String,
    /// For how many days.
    pub days: u16,
    /// Whether it may change anything.
    pub may_change: bool,
}

/// The beginning of a key's id, by which the audit log names it.
fn short(id: &str) -> String {
    id.chars().take(16).collect()
}

fn read(row: access_key::Model) -> AccessKey {
    AccessKey {
        id: row.token,
        name: row.name,
        may_change: row.may_change,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    }
}

impl AccessKey {
    /// By what the audit log names it.
    pub fn short(&self) -> String {
        short(&self.id)
    }
}

impl Authority {
    /// Makes a key for a person; gives its secret, which is never shown again.
    ///
    /// # Errors
    /// Refused without a name, for too long, or when there are too many.
    pub async fn add_access_key(
        &self,
        client: &Client,
        session: &Session,
        draft: &AccessKeyDraft,
    ) -> Result<String> {
        let person = &session.person;
        let name = draft.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Refusal::of_form("Give the key a name of at most 100 characters").at("name").into());
        }
        if !(1..=LONGEST_KEY).contains(&draft.days) {
            return Err(Refusal::of_form(format!("Days must be a whole number from 1 to {LONGEST_KEY}"))
                .at("days")
                .into());
        }
        let mut change = self.begin(&client.actor(person)).await?;
        self.still(&change, session).await?;
        if self.access_keys(person).await?.len() >= MOST {
            return Err(StoreError::refused(format!("You have {MOST} keys; end one of them first")));
        }
        let token = format!("{PREFIX}{}", tokens::new(self.environment()));
        let id = tokens::kept(&token);
        let expires_at = change.now() + Duration::days(i64::from(draft.days));
        let row = access_key::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(person.id.clone()),
            token: Set(id.clone()),
            name: Set(name.to_owned()),
            may_change: Set(draft.may_change),
            created_at: Set(change.now()),
            expires_at: Set(expires_at),
            last_used_at: Set(None),
            ended_at: Set(None),
        };
        row.insert(change.tx()).await?;
        change.log(
            Event::new("access-key.add", format!("person:{}", person.id))
                .with("key", short(&id))
                .with("days", draft.days)
                .with("may_change", draft.may_change),
        );
        change.commit().await?;
        Ok(token)
    }

    /// The keys of a person that go on, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access_keys(&self, person: &Person) -> Result<Vec<AccessKey>> {
        let rows = access_key::Entity::find()
            .filter(access_key::Column::Authority.eq(self.code()))
            .filter(access_key::Column::Person.eq(&person.id))
            .filter(access_key::Column::EndedAt.is_null())
            .filter(access_key::Column::ExpiresAt.gt(self.environment().now()))
            .all(self.store().read())
            .await?;
        let mut list: Vec<AccessKey> = rows.into_iter().map(read).collect();
        list.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
        Ok(list)
    }

    /// The key with this secret and its person, if it goes on and the person may still come in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access_key(&self, client: &Client, secret: &str) -> Result<Option<(AccessKey, Person)>> {
        let db = self.store().read();
        let now = self.environment().now();
        let key = (self.code().to_owned(), tokens::kept(secret));
        let row = access_key::Entity::find_by_id(key).one(db).await?;
        let Some(row) = row else { return Ok(None) };
        let person = self.find_person(db, &row.person).await?;
        let goes_on = row.ended_at.is_none() && row.expires_at > now;
        // A key does not outlive the account of somebody who has left.
        let seen = person.last_seen_at.unwrap_or(person.created_at);
        if !goes_on || person.state != State::Active || now - seen > DORMANT {
            // Whoever tries a key that was one once is seen trying.
            let event = Event::new("access-key.refuse", format!("person:{}", person.id));
            self.note(&client.nobody(), event.with("key", short(&row.token))).await?;
            return Ok(None);
        }
        if row.last_used_at.is_none_or(|used| now - used > GRAIN)
            && let Some(turn) = self.store().free_turn()
        {
            access_key::Entity::update_many()
                .col_expr(access_key::Column::LastUsedAt, Expr::value(now))
                .filter(access_key::Column::Authority.eq(self.code()))
                .filter(access_key::Column::Token.eq(&row.token))
                .exec(turn.db)
                .await?;
        }
        Ok(Some((read(row), person)))
    }

    /// Ends a key of a person, by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_access_key(&self, actor: &Actor, person: &str, id: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        self.end_access_keys(&mut change, person, Some(id)).await?;
        change.commit().await
    }

    pub(super) async fn end_access_keys(
        &self,
        change: &mut Change,
        person: &str,
        id: Option<&str>,
    ) -> Result<()> {
        let mut end = access_key::Entity::update_many()
            .col_expr(access_key::Column::EndedAt, Expr::value(change.now()))
            .filter(access_key::Column::Authority.eq(self.code()))
            .filter(access_key::Column::Person.eq(person))
            .filter(access_key::Column::EndedAt.is_null());
        if let Some(id) = id {
            end = end.filter(access_key::Column::Token.eq(id));
        }
        let ended = end.exec(change.tx()).await?.rows_affected;
        let event = Event::new("access-key.end", format!("person:{person}")).with("keys", ended);
        change.log(match id {
            Some(id) => event.with("key", short(id)),
            None => event,
        });
        Ok(())
    }
}
