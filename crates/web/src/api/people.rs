//! People, organisations, and the audit log. Changing people needs a fresh proof of who asks, which no program can give: that is done
//! on the pages.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use enough_store::accounts as kept;
use enough_store::audit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failures::{NotAllowed, NotSignedIn, NotUnderstood};
use super::jobs::moment;
use super::queries::{ListQuery, Query, passed_over, rows, text};
use super::records::Page;
use crate::administration::audit::looked_for;
use crate::caller::Caller;
use crate::problem::Problem;

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The person's id.
    id: String,
    /// The id of the organisation they work for.
    organisation: String,
    /// Their name.
    name: String,
    /// What they sign in with.
    email: String,
    /// invited, active or disabled.
    state: String,
    /// What they are here for.
    roles: Vec<String>,
    /// Since when.
    #[schema(format = DateTime)]
    created_at: String,
    /// When they signed in last.
    #[schema(format = DateTime)]
    last_seen_at: Option<String>,
}

impl From<kept::Person> for Person {
    fn from(person: kept::Person) -> Self {
        Self {
            id: person.id,
            organisation: person.organisation,
            name: person.name,
            email: person.email,
            state: person.state.to_string(),
            roles: person.roles.iter().map(ToString::to_string).collect(),
            created_at: moment(&person.created_at),
            last_seen_at: person.last_seen_at.as_ref().map(moment),
        }
    }
}

/// An organisation that people work for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// authority, school, health, police, provider or voluntary.
    kind: String,
}

impl From<kept::Organisation> for Organisation {
    fn from(organisation: kept::Organisation) -> Self {
        Self { id: organisation.id, name: organisation.name, kind: organisation.kind.to_string() }
    }
}

fn some<K, T: From<K> + ToSchema>(query: &ListQuery, all: Vec<K>) -> Result<Response, Problem>
where
    Page<T>: Serialize,
{
    let (from, limit) = rows(query.from, query.limit)?;
    let total = all.len();
    let items = all.into_iter().skip(from).take(limit).map(T::from).collect();
    Ok(Json(Page::<T> { total, from, items }).into_response())
}

/// People with an account, by name
#[utoipa::path(
    get, path = "/api/v1/people", tag = "accounts", security(("key" = []), ("session" = [])), params(ListQuery),
    responses((status = 200, description = "People", body = Page<Person>), NotUnderstood, NotSignedIn, NotAllowed)
)]
pub async fn people(caller: Caller, Query(query): Query<ListQuery>) -> Result<Response, Problem> {
    let event = audit::Event::new("person.list", "people");
    caller.app.authority().note(&caller.actor(), event).await?;
    some::<_, Person>(&query, caller.app.authority().people().await?)
}

/// Organisations, by name
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "accounts", security(("key" = []), ("session" = [])), params(ListQuery),
    responses((status = 200, description = "Organisations", body = Page<Organisation>), NotUnderstood, NotSignedIn, NotAllowed)
)]
pub async fn organisations(caller: Caller, Query(query): Query<ListQuery>) -> Result<Response, Problem> {
    some::<_, Organisation>(&query, caller.app.authority().organisations().await?)
}

/// Which entries.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// The id of the person who acted.
    #[param(max_length = 100)]
    pub person: Option<String>,
    /// What was done; a noun alone finds all that was done to its kind: `session` finds `session.begin`.
    #[param(max_length = 100)]
    pub action: Option<String>,
    /// To what, as kind and id.
    #[param(max_length = 100)]
    pub subject: Option<String>,
    /// Not before, such as 2026-11-22T00:00:00Z.
    #[param(format = DateTime)]
    pub since: Option<String>,
    /// Before.
    #[param(format = DateTime)]
    pub until: Option<String>,
    /// Older than this position.
    #[param(minimum = 0, maximum = 2_147_483_647)]
    pub before: Option<u32>,
    /// How many at most, 100 unless told.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// From 0, without holes.
    position: u64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The id of who did it; nothing for the service itself and for strangers.
    person: Option<String>,
    /// For which organisation.
    organisation: Option<String>,
    /// From where.
    from: Option<String>,
    /// In which request.
    request: Option<String>,
    /// With which access key, if a program acted for the person.
    key: Option<String>,
    /// What was done.
    action: String,
    /// To what.
    subject: String,
    /// Why.
    why: Option<String>,
    /// What else must be known.
    detail: BTreeMap<String, serde_json::Value>,
}

impl From<audit::Entry> for Entry {
    fn from(entry: audit::Entry) -> Self {
        Self {
            position: entry.position,
            at: entry.at,
            person: entry.person,
            organisation: entry.organisation,
            from: entry.from,
            request: entry.request,
            key: entry.key,
            action: entry.action,
            subject: entry.subject,
            why: entry.why,
            detail: entry.detail,
        }
    }
}

/// Entries of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entries {
    /// These.
    items: Vec<Entry>,
    /// What to ask for with `before` to get the next; nothing at the end.
    next: Option<u64>,
}

/// Search the audit log
#[utoipa::path(
    get, path = "/api/v1/log", tag = "log", security(("key" = []), ("session" = [])), params(EntryQuery),
    responses((status = 200, description = "Entries", body = Entries), NotUnderstood, NotSignedIn, NotAllowed)
)]
pub async fn log(caller: Caller, Query(query): Query<EntryQuery>) -> Result<Response, Problem> {
    let (_, limit) = rows(None, query.limit)?;
    let checked = |name: &str, value: Option<String>| value.map(|value| text(name, &value)).transpose();
    let moment = |name: &str, value: Option<String>| {
        let read = |value: String| {
            DateTime::parse_from_rfc3339(&value)
                .map(|at| at.with_timezone(&Utc))
                .map_err(|_| Problem::Wrong(format!("{name}: a moment such as 2026-11-22T00:00:00Z")))
        };
        value.map(read).transpose()
    };
    let find = audit::Query {
        person: checked("person", query.person)?,
        action: checked("action", query.action)?,
        subject: checked("subject", query.subject)?,
        since: moment("since", query.since)?,
        until: moment("until", query.until)?,
        before: passed_over("before", query.before)?.map(u64::from),
    };
    caller.app.authority().note(&caller.actor(), looked_for(&find)).await?;
    let page = caller.app.authority().search(&find, limit).await?;
    let items = page.entries.into_iter().map(Entry::from).collect();
    Ok(Json(Entries { items, next: page.next }).into_response())
}

/// Whether the audit log is whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proof {
    /// Whether it is.
    whole: bool,
    /// How many entries it has; nothing if it is not whole.
    entries: Option<u64>,
    /// The root of its hash tree (RFC 6962), in hexadecimal digits.
    root: Option<String>,
    /// What is wrong with it.
    fault: Option<String>,
    /// A signed checkpoint of it, to be kept elsewhere.
    checkpoint: Option<String>,
}

/// Prove the audit log whole, and take a checkpoint
#[utoipa::path(
    get, path = "/api/v1/log/proof", tag = "log", security(("key" = []), ("session" = [])),
    responses((status = 200, description = "The proof", body = Proof), NotSignedIn, NotAllowed)
)]
pub async fn proof(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    authority.note(&caller.actor(), audit::Event::new("audit.verify", "audit")).await?;
    let proof = match authority.verify(&[]).await? {
        Ok(whole) => Proof {
            whole: true,
            entries: Some(whole.size),
            root: Some(whole.root.to_string()),
            fault: None,
            checkpoint: Some(authority.checkpoint().await?),
        },
        Err(fault) => Proof {
            whole: false,
            entries: None,
            root: None,
            fault: Some(fault.to_string()),
            checkpoint: None,
        },
    };
    Ok(Json(proof).into_response())
}
