//! Who wants news by e-mail. Nobody gets any who did not confirm it from the address itself (Privacy and Electronic Communications
//! Regulations 2003 reg 22: consent); each letter names the way to end it. Addresses are sealed, and found again by a mark.

use chrono::{DateTime, Duration, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

use super::Letter;
use super::records::subscription as table;
use crate::accounts::tokens;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::names;

names! {
    /// What there is news of.
    Topic {
        Plans = "plans", "What we plan to buy or fund";
    }
}

/// Before it is confirmed, an address gets at most one letter in so long, however often it is asked for.
const AGAIN: Duration = Duration::minutes(15);
/// And at most so many until it is forgotten.
const MOST: i32 = 2;
/// And so many addresses that did not confirm it get their first letter within [`HOUR`], whoever asks: the mail server of an authority that
/// sends more to strangers is taken for one that sends what nobody wants.
const MOST_STRANGERS: u64 = 100;
/// The time in which they are counted.
const HOUR: Duration = Duration::hours(1);
/// Who did not confirm within so long is forgotten.
pub(crate) const UNCONFIRMED: Duration = Duration::days(7);

#[derive(Serialize, Deserialize)]
struct Sealed {
    email: String,
    token: String,
}

/// Somebody who wants news and confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The id of the subscription.
    pub id: String,
    /// Their address.
    pub email: String,
    /// What ends it.
    pub token: String,
    /// Until when they were told everything.
    pub told_at: DateTime<Utc>,
}

/// An address as it is kept, if it can be one.
pub fn is_address(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.split_once('@')?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;\"@".contains(c);
    let is_right = !local.is_empty()
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty())
        && email.len() <= 254
        && !local.contains(is_odd)
        && !domain.contains(is_odd);
    is_right.then_some(email)
}

fn owner(id: &str) -> String {
    format!("subscription:{id}")
}

fn unseal(authority: &Authority, row: &table::Model) -> Result<Sealed> {
    let content = authority.store().keys().unseal(&row.sealed, &owner(&row.id))?;
    serde_json::from_slice(&content).map_err(|error| StoreError::Damaged(error.to_string()))
}

async fn find(db: &impl ConnectionTrait, authority: &str, token: &str) -> Result<table::Model> {
    let row = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Token.eq(tokens::kept(token)))
        .one(db)
        .await?;
    row.ok_or_else(|| StoreError::NotFound("news".to_owned()))
}

impl Authority {
    /// Somebody asks for news at an address. A letter goes there, written from the address, the token and whether news come there already;
    /// none, if one went there a moment ago. Who asks learns nothing of it.
    ///
    /// # Errors
    /// Refused for what cannot be an address, and when very many strangers have asked within the hour.
    pub async fn ask_for_news(
        &self,
        actor: &Actor,
        (topic, email): (Topic, &str),
        write: impl FnOnce(&str, &str, bool) -> Letter,
    ) -> Result<()> {
        let Some(email) = is_address(email) else {
            let what = "Give an e-mail address, such as name@example.org";
            return Err(Refusal::of_form(what).at("email").into());
        };
        let mut change = self.begin(actor).await?;
        let mark = self.store().keys().mark(&format!("{topic} {email}"));
        let known = table::Entity::find()
            .filter(table::Column::Authority.eq(self.code()))
            .filter(table::Column::Topic.eq(topic.key()))
            .filter(table::Column::Mark.eq(&mark))
            .one(change.tx())
            .await?;
        let letter = if let Some(row) = known {
            let now = Expr::value(change.now());
            if row.confirmed_at.is_some() {
                if change.now() - row.asked_at < UNCONFIRMED {
                    return Ok(());
                }
                set(&change, &row.id, table::Column::AskedAt, now).await?;
            } else {
                if row.letters >= MOST || change.now() - row.told_at < AGAIN {
                    return Ok(());
                }
                set(&change, &row.id, table::Column::ToldAt, now).await?;
                set(&change, &row.id, table::Column::Letters, Expr::value(row.letters + 1)).await?;
            }
            let sealed = unseal(self, &row)?;
            change.log(Event::new("news.ask-again", owner(&row.id)));
            write(&sealed.email, &sealed.token, row.confirmed_at.is_some())
        } else {
            let strangers = table::Entity::find()
                .filter(table::Column::Authority.eq(self.code()))
                .filter(table::Column::ConfirmedAt.is_null())
                .filter(table::Column::AskedAt.gt(change.now() - HOUR))
                .count(change.tx())
                .await?;
            if strangers >= MOST_STRANGERS {
                return Err(StoreError::refused(
                    "Very many have asked for news within the last hour. Try again in an hour",
                ));
            }
            let (id, token) = (self.environment().id(), tokens::new(self.environment()));
            let content = serde_json::to_vec(&Sealed { email: email.clone(), token: token.clone() })
                .map_err(|error| StoreError::Damaged(error.to_string()))?;
            let row = table::ActiveModel {
                authority: Set(self.code().to_owned()),
                id: Set(id.clone()),
                topic: Set(topic.to_string()),
                mark: Set(mark),
                token: Set(tokens::kept(&token)),
                sealed: Set(self.store().keys().seal(&content, &owner(&id), self.environment())),
                asked_at: Set(change.now()),
                confirmed_at: Set(None),
                told_at: Set(change.now()),
                letters: Set(1),
            };
            row.insert(change.tx()).await?;
            change.log(Event::new("news.ask", owner(&id)).with("topic", topic.key()));
            write(&email, &token, false)
        };
        change.post(&letter).await?;
        change.commit().await
    }

    /// Whether somebody with this token confirmed that they want news.
    ///
    /// # Errors
    /// When nobody has this token.
    pub async fn wants_news(&self, token: &str) -> Result<bool> {
        Ok(find(self.store().read(), self.code(), token).await?.confirmed_at.is_some())
    }

    /// Whoever has the address confirms that they want news, of what happens from now on.
    ///
    /// # Errors
    /// When nobody has this token.
    pub async fn confirm_news(&self, actor: &Actor, token: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        let row = find(change.tx(), self.code(), token).await?;
        if row.confirmed_at.is_some() {
            return Ok(());
        }
        set(&change, &row.id, table::Column::ConfirmedAt, Expr::value(change.now())).await?;
        set(&change, &row.id, table::Column::ToldAt, Expr::value(change.now())).await?;
        change.log(Event::new("news.confirm", owner(&row.id)));
        change.commit().await
    }

    /// Whoever has the address wants no news any more: nothing of them is kept.
    ///
    /// # Errors
    /// When nobody has this token.
    pub async fn end_news(&self, actor: &Actor, token: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        let row = find(change.tx(), self.code(), token).await?;
        table::Entity::delete_by_id((row.authority, row.id.clone())).exec(change.tx()).await?;
        change.log(Event::new("news.end", owner(&row.id)));
        change.commit().await
    }

    /// Who wants news of something and was told last before a moment.
    ///
    /// # Errors
    /// When the database fails, or an address was sealed with other keys.
    pub async fn readers_of(&self, topic: Topic, before: DateTime<Utc>) -> Result<Vec<Reader>> {
        let rows = table::Entity::find()
            .filter(table::Column::Authority.eq(self.code()))
            .filter(table::Column::Topic.eq(topic.key()))
            .filter(table::Column::ConfirmedAt.is_not_null())
            .filter(table::Column::ToldAt.lt(before))
            .order_by_asc(table::Column::Id)
            .all(self.store().read())
            .await?;
        let reader = |row: table::Model| {
            let Sealed { email, token } = unseal(self, &row)?;
            Ok(Reader { id: row.id, email, token, told_at: row.told_at })
        };
        rows.into_iter().map(reader).collect()
    }

    /// How many want news of something.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_readers(&self, topic: Topic) -> Result<u64> {
        let find = table::Entity::find()
            .filter(table::Column::Authority.eq(self.code()))
            .filter(table::Column::Topic.eq(topic.key()))
            .filter(table::Column::ConfirmedAt.is_not_null());
        Ok(find.count(self.store().read()).await?)
    }

    /// Posts a letter of news to somebody, who is then told everything until a moment. Nothing happens if they ended it or were told
    /// meanwhile; gives whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_news(
        &self,
        actor: &Actor,
        (reader, until): (&Reader, DateTime<Utc>),
        letter: &Letter,
    ) -> Result<bool> {
        let mut change = self.begin(actor).await?;
        let key = (self.code().to_owned(), reader.id.clone());
        let row = table::Entity::find_by_id(key).one(change.tx()).await?;
        if row.is_none_or(|row| row.told_at != reader.told_at) {
            return Ok(false);
        }
        set(&change, &reader.id, table::Column::ToldAt, Expr::value(until)).await?;
        change.post(letter).await?;
        change.log(Event::new("news.tell", owner(&reader.id)));
        change.commit().await?;
        Ok(true)
    }
}

async fn set(change: &Change, id: &str, column: table::Column, value: Expr) -> Result<()> {
    table::Entity::update_many()
        .col_expr(column, value)
        .filter(table::Column::Authority.eq(change.authority()))
        .filter(table::Column::Id.eq(id))
        .exec(change.tx())
        .await?;
    Ok(())
}
