//! Entries that nobody may read yet: that a bid came tells who bids and how many do, also to whoever opens them.
//!
//! Such an entry is written in the transaction of its change, to a table of its own that no page, file or proof shows. From time to time,
//! and always when nothing has happened as well, the log gets an entry that binds what is withheld about a record: SHA-256 of the entries
//! so far and of random bytes, which tells neither what they say nor how many they are. When it may be known, the entries come into the
//! log as they were, after every binding was compared with them: whoever has left one out, or put one in, is found.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::entry::{Actor, Event};
use super::merkle::Hash;
use super::records::{withheld_binding, withheld_entry};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

/// An entry that is withheld, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Withheld {
    at: String,
    person: Option<String>,
    organisation: Option<String>,
    request: Option<String>,
    action: String,
    subject: String,
    detail: BTreeMap<String, Value>,
}

impl Withheld {
    pub(crate) fn new(at: DateTime<Utc>, actor: &Actor, event: Event) -> Self {
        let Actor { person, organisation, request, .. } = actor.clone();
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        Self {
            at,
            person,
            organisation,
            request,
            action: event.action,
            subject: event.subject,
            detail: event.detail,
        }
    }

    /// As an entry of the log: who did it and when is in its detail, for the log's own are those of whoever let it in.
    fn event(self) -> Event {
        let mut event = Event { detail: self.detail, ..Event::new(&self.action, self.subject) };
        event = event.with("at", self.at);
        let who = [("person", self.person), ("organisation", self.organisation), ("request", self.request)];
        for (name, value) in who {
            if let Some(value) = value {
                event = event.with(name, value);
            }
        }
        event
    }
}

/// What binds entries: their texts, each on a line, after random bytes.
fn binding(blind: &str, texts: &[String]) -> String {
    let mut hash = Sha256::new();
    for line in std::iter::once(blind).chain(texts.iter().map(String::as_str)) {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    Hash(hash.finalize().into()).to_string()
}

async fn entries(
    db: &impl ConnectionTrait,
    authority: &str,
    about: &str,
) -> Result<Vec<withheld_entry::Model>> {
    let find = withheld_entry::Entity::find()
        .filter(withheld_entry::Column::Authority.eq(authority))
        .filter(withheld_entry::Column::About.eq(about));
    Ok(find.order_by_asc(withheld_entry::Column::Number).all(db).await?)
}

/// Writes entries that are withheld about records; gives the last of them, to be looked for.
pub(crate) async fn write(
    db: &impl ConnectionTrait,
    authority: &str,
    list: Vec<(String, Withheld)>,
) -> Result<Option<withheld_entry::Model>> {
    let mut last = None;
    for (about, one) in list {
        let last_of = withheld_entry::Entity::find()
            .select_only()
            .column_as(withheld_entry::Column::Number.max(), "number")
            .filter(withheld_entry::Column::Authority.eq(authority))
            .filter(withheld_entry::Column::About.eq(&about));
        let number = last_of.into_tuple::<Option<i32>>().one(db).await?.flatten().map_or(0, |last| last + 1);
        let text = serde_json::to_string(&one).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let row = withheld_entry::ActiveModel {
            authority: Set(authority.to_owned()),
            about: Set(about),
            number: Set(number),
            entry: Set(text),
        };
        last = Some(row.insert(db).await?);
    }
    Ok(last)
}

/// Whether an entry that was withheld is kept.
pub(crate) async fn is_kept(db: &impl ConnectionTrait, one: &withheld_entry::Model) -> Result<bool> {
    let key = (one.authority.clone(), one.about.clone(), one.number);
    Ok(withheld_entry::Entity::find_by_id(key).one(db).await?.as_ref() == Some(one))
}

impl Change {
    /// Binds what is withheld about a record in the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind(&mut self, about: &str) -> Result<()> {
        let texts: Vec<String> =
            entries(self.tx(), self.authority(), about).await?.into_iter().map(|row| row.entry).collect();
        let blind = Hash(self.environment().random()).to_string();
        let sha256 = binding(&blind, &texts);
        let row = withheld_binding::ActiveModel {
            authority: Set(self.authority().to_owned()),
            about: Set(about.to_owned()),
            sha256: Set(sha256.clone()),
            entries: Set(texts.len() as i32),
            blind: Set(blind),
        };
        row.insert(self.tx()).await?;
        self.log(Event::new("withheld.bind", about).with("sha256", sha256));
        Ok(())
    }

    /// Lets into the log what was withheld about a record, with what shows that each binding holds. Gives whether it is whole: every entry
    /// can be read, and each binding that is in the log is there, and is of the entries as they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&mut self, about: &str) -> Result<bool> {
        let rows = entries(self.tx(), self.authority(), about).await?;
        let bindings = withheld_binding::Entity::find()
            .filter(withheld_binding::Column::Authority.eq(self.authority()))
            .filter(withheld_binding::Column::About.eq(about))
            .all(self.tx())
            .await?;
        let bindings: BTreeMap<String, withheld_binding::Model> =
            bindings.into_iter().map(|row| (row.sha256.clone(), row)).collect();
        let texts: Vec<String> = rows.into_iter().map(|row| row.entry).collect();
        let is_numbered = |row: &withheld_binding::Model| {
            usize::try_from(row.entries)
                .ok()
                .and_then(|most| texts.get(..most))
                .is_some_and(|of| binding(&row.blind, of) == row.sha256)
        };
        let mut is_whole = true;
        let mut shown = Vec::new();
        for sha256 in self.bound(about).await? {
            let row = bindings.get(&sha256).filter(|row| is_numbered(row));
            is_whole &= row.is_some();
            shown.extend(row.map(|row| serde_json::json!([sha256, row.entries, row.blind])));
        }
        for text in &texts {
            // One that was damaged keeps nothing else back.
            match serde_json::from_str::<Withheld>(text) {
                Ok(one) => self.log(one.event()),
                Err(_) => is_whole = false,
            }
        }
        let event =
            Event::new("withheld.release", about).with("entries", texts.len()).with("whole", is_whole);
        self.log(event.with("bindings", Value::Array(shown)));
        Ok(is_whole)
    }

    /// The bindings of a record that are in the log, oldest first.
    async fn bound(&self, about: &str) -> Result<Vec<String>> {
        let entries = self.records().entries_of(self.tx(), "withheld.bind", about).await?;
        let sha256 =
            |entry: super::Entry| entry.detail.get("sha256").and_then(Value::as_str).map(str::to_owned);
        Ok(entries.into_iter().filter_map(sha256).collect())
    }
}

impl Authority {
    /// Binds what is withheld about records, whether there is anything or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind_withheld(&self, actor: &Actor, about: &[String]) -> Result<()> {
        if about.is_empty() {
            return Ok(());
        }
        let mut change = self.begin(actor).await?;
        for one in about {
            change.bind(one).await?;
        }
        change.commit().await
    }
}
