//! Applications: sent, replaced, withdrawn; read by nobody here before the closing time.

use chrono::{DateTime, Utc};
use enough_kernel::{Pence, Refusal};
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::call;
use super::keep::{begin, damaged, subject};
use super::records::call_application as table;
use super::rules::{DUTIES, Phase, answers};
use crate::frameworks::is_member;

const LATE: &str = "a rule of Enough: what comes at the closing time or later is late";

/// What an application says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// What would be done, in a line.
    pub title: String,
    /// How much is asked for.
    pub amount: Pence,
    /// The answers, in the order of the questions.
    pub answers: Vec<String>,
    /// With whom it would be done, if with others.
    pub partners: String,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The id of the organisation that applies.
    pub organisation: String,
    /// What it says; nothing where it was withdrawn.
    pub says: Option<Answers>,
    /// SHA-256 of what was sent, as its receipt says.
    pub hash: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// When its words went, because their term had passed.
    pub cleared_at: Option<DateTime<Utc>>,
}

fn read(row: table::Model) -> Result<Application> {
    let says = row.text.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
    Ok(Application {
        organisation: row.organisation,
        says,
        hash: row.hash,
        at: row.at,
        cleared_at: row.cleared_at,
    })
}

/// The newest of each organisation, also those that were withdrawn.
pub(super) async fn newest(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<Application>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Call.eq(id))
        .order_by_asc(table::Column::Organisation)
        .order_by_asc(table::Column::Number);
    let mut list: Vec<Application> = Vec::new();
    for row in find.all(db).await? {
        let one = read(row)?;
        list.retain(|before| before.organisation != one.organisation);
        list.push(one);
    }
    Ok(list)
}

/// Whether somebody sent something for an organisation, also what was replaced since.
pub(super) async fn was_sent_by(
    change: &enough_store::Change,
    (id, organisation): (&str, &str),
    person: &str,
) -> Result<bool> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(change.authority()))
        .filter(table::Column::Call.eq(id))
        .filter(table::Column::Organisation.eq(organisation))
        .filter(table::Column::Person.eq(person));
    Ok(find.one(change.tx()).await?.is_some())
}

/// The applications of a call, once they may be read: after its closing time. Those that came first come first.
///
/// # Errors
/// Refused before the closing time.
pub async fn applications(authority: &Authority, id: &str) -> Result<Vec<Application>> {
    let one = call(authority, id).await?;
    if !matches!(one.phase(authority.environment().now()), Phase::Closed | Phase::Decided) {
        return Err(Refusal::new("Nobody reads applications before the closing time", LATE).into());
    }
    let mut list = newest(authority.store().read(), authority.code(), id).await?;
    list.retain(|one| one.says.is_some());
    list.sort_by(|a, b| (a.at, &a.organisation).cmp(&(b.at, &b.organisation)));
    Ok(list)
}

/// What an organisation itself sent to a call, newest first.
///
/// # Errors
/// When the database fails.
pub async fn own_applications(
    authority: &Authority,
    id: &str,
    organisation: &str,
) -> Result<Vec<Application>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::Call.eq(id))
        .filter(table::Column::Organisation.eq(organisation));
    let rows = find.order_by_desc(table::Column::Number).all(authority.store().read()).await?;
    rows.into_iter().map(read).collect()
}

async fn send(
    change: &enough_store::Change,
    (id, organisation, person): (&str, &str, &str),
    says: Option<&Answers>,
) -> Result<String> {
    let db = change.tx();
    let before = table::Entity::find()
        .filter(table::Column::Authority.eq(change.authority()))
        .filter(table::Column::Call.eq(id))
        .filter(table::Column::Organisation.eq(organisation))
        .order_by_desc(table::Column::Number)
        .one(db)
        .await?;
    if says.is_none() && before.as_ref().is_none_or(|row| row.text.is_none()) {
        return Err(Refusal::of_form("There is no application to withdraw").into());
    }
    let text = says.map(serde_json::to_string).transpose().map_err(damaged)?;
    let hash = Hash(Sha256::digest(text.as_deref().unwrap_or_default()).into()).to_string();
    let row = table::ActiveModel {
        authority: Set(change.authority().to_owned()),
        call: Set(id.to_owned()),
        organisation: Set(organisation.to_owned()),
        number: Set(before.map_or(0, |row| row.number) + 1),
        text: Set(text),
        hash: Set(hash.clone()),
        person: Set(person.to_owned()),
        at: Set(change.now()),
        cleared_at: Set(None),
    };
    row.insert(db).await?;
    Ok(hash)
}

/// The organisation of whoever applies: anybody's but the authority's own.
fn own(authority: &[enough_store::accounts::Organisation], actor: &Actor) -> Result<String> {
    let own = actor.organisation.clone();
    let of = own.and_then(|own| authority.iter().find(|one| one.id == own));
    match of {
        Some(of) if of.kind != enough_store::accounts::OrganisationKind::Authority => Ok(of.id.clone()),
        _ => Err(Refusal::new("An organisation applies that is not the authority", DUTIES).into()),
    }
}

/// Applies; once more replaces what was sent before. Gives its receipt: SHA-256 of what came.
///
/// # Errors
/// Refused at the closing time or later, for more than is given to one, and when a question has no answer or too long a one.
pub async fn apply(authority: &Authority, actor: &Actor, id: &str, says: &Answers) -> Result<String> {
    let person = actor.somebody()?.to_owned();
    let organisation = own(&authority.organisations().await?, actor)?;
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    if one.phase(change.now()) != Phase::Open {
        return Err(Refusal::new("Applications are not taken now", LATE).into());
    }
    if let Some(framework) = &one.framework {
        is_member(&change, framework, &organisation).await?;
    }
    answers(&one.text, says)?;
    let hash = send(&change, (id, &organisation, &person), Some(says)).await?;
    change.log(Event::new("call.apply", subject(id)).with("hash", hash.as_str()));
    change.commit().await?;
    Ok(hash)
}

/// Withdraws an application before the closing time.
///
/// # Errors
/// Refused at the closing time or later, and when there is none.
pub async fn withdraw_application(authority: &Authority, actor: &Actor, id: &str) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let organisation = own(&authority.organisations().await?, actor)?;
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    if one.phase(change.now()) != Phase::Open {
        return Err(Refusal::new("Applications are not taken now", LATE).into());
    }
    send(&change, (id, &organisation, &person), None).await?;
    change.log(Event::new("call.withdraw", subject(id)));
    change.commit().await
}
