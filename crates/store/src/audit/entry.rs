//! An entry of the audit log: who did what to what, for whom, when, from where and why; and the exact bytes that are hashed.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::merkle::{self, Hash};

/// Who acts, for which organisation, from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// Id of the person; `None` for the service itself and for strangers.
    pub person: Option<String>,
    /// Id of the organisation that the person acts for.
    pub organisation: Option<String>,
    /// The address that the request came from, or the command.
    pub from: Option<String>,
    /// Id of the request, which the service's logs have too.
    pub request: Option<String>,
    /// The beginning of the id of the access key with which a program acts for the person.
    pub key: Option<String>,
}

impl Actor {
    /// The service itself, or a command on the machine it runs on.
    pub fn service(command: &str) -> Self {
        Self { from: Some(command.to_owned()), ..Self::default() }
    }

    /// The id of whoever acts: what people answer for is not done by a program on its own.
    ///
    /// # Errors
    /// Refused where nobody is known.
    pub fn somebody(&self) -> crate::Result<&str> {
        self.person
            .as_deref()
            .ok_or_else(|| crate::StoreError::refused("Only a person who is known can do this"))
    }
}

/// What happened, before it has a place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What was done, as noun and verb: `person.change`, `session.begin`, `contact.read`.
    pub action: String,
    /// To what: kind and id, such as `person:0190...`.
    pub subject: String,
    /// Why, in the words of whoever did it; always there for break glass.
    pub why: Option<String>,
    /// What else must be known: names of fields that changed, numbers of records exported. Never the content of a sensitive record.
    pub detail: BTreeMap<String, Value>,
}

impl Event {
    /// What was done to what.
    pub fn new(action: &str, subject: impl Into<String>) -> Self {
        Self { action: action.to_owned(), subject: subject.into(), why: None, detail: BTreeMap::new() }
    }

    /// With a reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// With a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}

/// An entry as it is written: its JSON, in this order of fields, is what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The authority whose log this is.
    pub authority: String,
    /// From 0, without holes.
    pub position: u64,
    /// When, in UTC, to the microsecond.
    pub at: String,
    /// Who.
    pub person: Option<String>,
    /// For which organisation.
    pub organisation: Option<String>,
    /// From where.
    pub from: Option<String>,
    /// In which request.
    pub request: Option<String>,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Why.
    pub why: Option<String>,
    /// What else must be known.
    pub detail: BTreeMap<String, Value>,
    /// The root of the log before this entry, so that the entry after a changed one shows the change.
    pub root_before: String,
    /// With which access key, if a program acted for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Entry {
    pub(crate) fn new(
        authority: &str,
        (position, root_before): (u64, Hash),
        at: DateTime<Utc>,
        actor: &Actor,
        event: Event,
    ) -> Self {
        let actor = actor.clone();
        Self {
            authority: authority.to_owned(),
            position,
            at: at.to_rfc3339_opts(SecondsFormat::Micros, true),
            person: actor.person,
            organisation: actor.organisation,
            from: actor.from,
            request: actor.request,
            action: event.action,
            subject: event.subject,
            why: event.why,
            detail: event.detail,
            root_before: root_before.to_string(),
            key: actor.key,
        }
    }

    /// The text that is kept and hashed.
    ///
    /// # Panics
    /// Never: all fields can be written as JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("text and numbers can be written as JSON")
    }
}

/// The leaf of an entry's text.
pub fn leaf_of(text: &str) -> Hash {
    merkle::leaf(text.as_bytes())
}
