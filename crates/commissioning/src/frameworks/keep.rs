//! Frameworks and dynamic markets in the database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use enough_kernel::{Refusal, given};
use enough_store::accounts::Action;
use enough_store::audit::{Actor, Event};
use enough_store::mail::Told;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::members::{Member, members_in};
use super::records::{framework as table, framework_change};
use super::rules::{DUTIES, complete, well_formed};
use super::{Kind, Standing, State, Text};

/// A framework or a dynamic market with its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// What it says.
    pub text: Text,
    /// The ids of those who wrote it.
    pub written_by: BTreeSet<String>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// The tender and the lot that set it up, if one did.
    pub tender: Option<(String, i32)>,
    /// Who applied or is in it, by the id of the organisation.
    pub members: BTreeMap<String, Member>,
}

impl Framework {
    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.published_at.is_some()
    }

    /// The id of the process that it is in the releases: that of the tender that set it up, or its own.
    pub fn process(&self) -> &str {
        self.tender.as_ref().map_or(&self.id, |(tender, _)| tender)
    }

    /// Whether an organisation is a member now.
    pub fn has(&self, organisation: &str) -> bool {
        self.members.get(organisation).is_some_and(|member| member.standing() == Standing::Admitted)
    }
}

/// Something that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
}

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a framework: {}", error.to_string()))
}

pub(super) fn subject(id: &str) -> String {
    format!("framework:{id}")
}

async fn read(db: &impl ConnectionTrait, row: table::Model) -> Result<Framework> {
    Ok(Framework {
        kind: row.kind.parse().map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        members: members_in(db, &row.authority, &row.id).await?,
        id: row.id,
        version: row.version,
        written_by: row.written_by.split_whitespace().map(str::to_owned).collect(),
        published_at: row.published_at,
        tender: row.tender.zip(row.lot),
    })
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("framework {id}")))
}

/// All of them, by title.
///
/// # Errors
/// When the database fails.
pub async fn frameworks(authority: &Authority) -> Result<Vec<Framework>> {
    let db = authority.store().read();
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority.code()));
    let mut list = Vec::new();
    for row in find.order_by_asc(table::Column::Id).all(db).await? {
        list.push(read(db, row).await?);
    }
    list.sort_by(|a, b| a.text.title.cmp(&b.text.title));
    Ok(list)
}

/// One.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn framework(authority: &Authority, id: &str) -> Result<Framework> {
    let db = authority.store().read();
    read(db, find(db, authority.code(), id).await?).await
}

/// Those that a tender set up, by lot.
///
/// # Errors
/// When the database fails.
pub async fn frameworks_of_tender(authority: &Authority, tender: &str) -> Result<Vec<Framework>> {
    let mut list = frameworks(authority).await?;
    list.retain(|one| one.tender.as_ref().is_some_and(|(of, _)| of == tender));
    list.sort_by_key(|one| one.tender.as_ref().map(|(_, lot)| *lot));
    Ok(list)
}

/// One as a change sees it.
pub(super) async fn framework_in(change: &enough_store::Change, id: &str) -> Result<Framework> {
    read(change.tx(), find(change.tx(), change.authority(), id).await?).await
}

/// What happened to it since it was published, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn framework_changes(authority: &Authority, id: &str) -> Result<Vec<Change>> {
    let find = framework_change::Entity::find()
        .filter(framework_change::Column::Authority.eq(authority.code()))
        .filter(framework_change::Column::Framework.eq(id));
    let rows = find.order_by_asc(framework_change::Column::Version).all(authority.store().read()).await?;
    Ok(rows.into_iter().map(|row| Change { at: row.at, what: row.what }).collect())
}

/// Begins a change of one; of one that was seen in a version, if that is said.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    seen: Option<i32>,
) -> Result<(enough_store::Change, Framework, table::ActiveModel)> {
    let change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if let Some(seen) = seen.filter(|seen| *seen != row.version) {
        return Err(StoreError::Conflict { what: subject(id), seen, now: row.version });
    }
    let mut model = row.clone().into_active_model();
    model.version = Set(row.version + 1);
    let one = read(change.tx(), row).await?;
    Ok((change, one, model))
}

/// Tells everybody of something that happened to it.
pub(super) async fn tell(change: &enough_store::Change, one: &Framework, what: String) -> Result<()> {
    let row = framework_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        framework: Set(one.id.clone()),
        version: Set(one.version + 1),
        at: Set(change.now()),
        what: Set(what.clone()),
    };
    row.insert(change.tx()).await?;
    write(change, one, &one.members.keys().cloned().collect(), &what).await
}

/// Writes to members, and to those who applied.
pub(super) async fn write(
    change: &enough_store::Change,
    one: &Framework,
    to: &BTreeSet<String>,
    what: &str,
) -> Result<()> {
    let told = Told {
        about: &one.text.title,
        what,
        page: &format!("/frameworks/{}", one.id),
        because: "You get this letter because your organisation is a member, or has applied.",
    };
    change.write_to(to, Action::Bid, &told).await?;
    Ok(())
}

/// Keeps a draft; gives its id.
///
/// # Errors
/// Refused when it is none.
pub async fn add_framework(authority: &Authority, actor: &Actor, kind: Kind, text: &Text) -> Result<String> {
    let person = actor.somebody()?.to_owned();
    well_formed(text)?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        kind: Set(kind.to_string()),
        state: Set(State::Draft.to_string()),
        version: Set(1),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        written_by: Set(person),
        ..Default::default()
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("framework.add", subject(&id)).with("title", text.title.trim()));
    change.commit().await?;
    Ok(id)
}

/// Changes a draft; of an open dynamic market its conditions, its last day and where to ask, with a reason that everybody reads.
///
/// # Errors
/// A conflict when somebody has changed it since; refused for an open framework.
pub async fn change_framework(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    text: &Text,
    why: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    well_formed(text)?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    match (one.kind, one.state) {
        (_, State::Draft) => {
            let mut writers = one.written_by.clone();
            writers.insert(person);
            row.written_by = Set(writers.into_iter().collect::<Vec<_>>().join(" "));
        }
        (Kind::Market, State::Open) => {
            complete(one.kind, text)?;
            given("why", why, "what changed and why: everybody reads it", 2000)?;
            tell(&change, &one, format!("Changed: {}", why.trim())).await?;
        }
        _ => return Err(Refusal::of_form("What is published stays: members count on it").into()),
    }
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("framework.change", subject(id)).because(why.trim()));
    change.commit().await
}

/// Publishes it: by somebody who did not write it.
///
/// # Errors
/// Refused to whoever wrote it, before it is complete, and for a framework without members.
pub async fn publish_framework(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if one.state != State::Draft {
        return Err(Refusal::of_form("It is published once").into());
    }
    if one.written_by.contains(&person) {
        return Err(Refusal::new("Somebody publishes it who did not write it", DUTIES).into());
    }
    complete(one.kind, &one.text)?;
    if one.kind == Kind::Framework && !one.members.keys().any(|organisation| one.has(organisation)) {
        return Err(Refusal::of_form("Write down first with whom it was made").into());
    }
    row.state = Set(State::Open.to_string());
    row.published_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    tell(&change, &one, "Published".to_owned()).await?;
    change.log(Event::new("framework.publish", subject(id)));
    change.commit().await
}

/// Closes it, with a reason that everybody reads: nothing more is called off; what was called off goes on.
///
/// # Errors
/// Refused without a reason.
pub async fn close_framework(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if one.state != State::Open {
        return Err(Refusal::of_form("Only what is open is closed").into());
    }
    given("why", why, "why it is closed: everybody reads it", 2000)?;
    row.state = Set(State::Closed.to_string());
    row.update(change.tx()).await?;
    tell(&change, &one, format!("Closed: {}", why.trim())).await?;
    change.log(Event::new("framework.close", subject(id)).because(why.trim()));
    change.commit().await
}
