//! Agreements in the database.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use enough_kernel::Pence;
use enough_store::accounts::Action;
use enough_store::audit::Actor;
use enough_store::mail::Told;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::records::{agreement as table, agreement_change};
use super::{Agreed, Agreement};

/// Something that happened to an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
    /// What was agreed before, if that changed.
    pub before: Option<Agreed>,
}

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("an agreement: {}", error.to_string()))
}

pub(super) fn subject(id: &str) -> String {
    format!("agreement:{id}")
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(damaged)
}

fn read(row: table::Model) -> Result<Agreement> {
    Ok(Agreement {
        kind: row.kind.parse().map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
        terms: serde_json::from_str(&row.terms).map_err(damaged)?,
        first: serde_json::from_str(&row.first_terms).map_err(damaged)?,
        agreed: serde_json::from_str(&row.agreed).map_err(damaged)?,
        tender: row.tender.zip(row.lot),
        id: row.id,
        intention: row.intention,
        organisation: row.organisation,
        title: row.title,
        version: row.version,
        ceiling: Pence::new(row.ceiling),
        last_day: row.last_day,
        contact: row.contact,
        without: row.without,
        written_by: row.written_by.split_whitespace().map(str::to_owned).collect(),
        signed_on: row.signed_on,
        changed_at: row.changed_at,
        framework: row.framework,
        direct: row.direct.map(|direct| serde_json::from_str(&direct).map_err(damaged)).transpose()?,
    })
}

pub(super) async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("agreement {id}")))
}

/// An agreement as a change sees it.
pub(crate) async fn agreement_in(change: &enough_store::Change, id: &str) -> Result<Agreement> {
    read(find(change.tx(), change.authority(), id).await?)
}

/// Begins a change of an agreement; of one that was seen in a version, if that is said.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    seen: Option<i32>,
) -> Result<(enough_store::Change, Agreement, table::ActiveModel)> {
    let change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if let Some(seen) = seen.filter(|seen| *seen != row.version) {
        return Err(StoreError::Conflict { what: format!("agreement {id}"), seen, now: row.version });
    }
    let mut model = row.clone().into_active_model();
    model.changed_at = Set(change.now());
    model.version = Set(row.version + 1);
    Ok((change, read(row)?, model))
}

/// Keeps a new agreement.
pub(super) async fn insert(change: &enough_store::Change, one: &Agreement) -> Result<()> {
    let row = table::ActiveModel {
        authority: Set(change.authority().to_owned()),
        id: Set(one.id.clone()),
        intention: Set(one.intention.clone()),
        tender: Set(one.tender.as_ref().map(|(id, _)| id.clone())),
        lot: Set(one.tender.as_ref().map(|(_, lot)| *lot)),
        kind: Set(one.kind.to_string()),
        organisation: Set(one.organisation.clone()),
        title: Set(one.title.clone()),
        state: Set(one.state.to_string()),
        version: Set(one.version),
        terms: Set(json(&one.terms)?),
        first_terms: Set(json(&one.first)?),
        ceiling: Set(one.ceiling.get()),
        last_day: Set(one.last_day),
        contact: Set(one.contact.clone()),
        without: Set(one.without.clone()),
        agreed: Set(json(&one.agreed)?),
        written_by: Set(one.written_by.iter().cloned().collect::<Vec<_>>().join(" ")),
        signed_on: Set(one.signed_on),
        changed_at: Set(change.now()),
        framework: Set(one.framework.clone()),
        direct: Set(one.direct.as_ref().map(json).transpose()?),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Tells everybody of something that happened to an agreement.
pub(super) async fn tell(
    change: &enough_store::Change,
    one: &Agreement,
    what: String,
    before: Option<&Agreed>,
) -> Result<()> {
    let row = agreement_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        agreement: Set(one.id.clone()),
        version: Set(one.version + 1),
        at: Set(change.now()),
        what: Set(what.clone()),
        before: Set(before.map(json).transpose()?),
    };
    row.insert(change.tx()).await?;
    // A letter says what everybody may read; the rest is behind the sign-in.
    let what = if one.is_public() {
        &what
    } else {
        "Something changed: read it on its page once you have signed in"
    };
    write(change, one, what).await
}

/// Writes to the provider.
pub(super) async fn write(change: &enough_store::Change, one: &Agreement, what: &str) -> Result<()> {
    let told = Told {
        about: &one.title,
        what,
        page: &format!("/agreements/{}", one.id),
        because: "You get this letter because your organisation is the provider.",
    };
    change.write_to(&BTreeSet::from([one.organisation.clone()]), Action::ReportPerformance, &told).await?;
    Ok(())
}

async fn all(db: &impl ConnectionTrait, authority: &str) -> Result<Vec<Agreement>> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority));
    let rows = find.order_by_asc(table::Column::Id).all(db).await?;
    let mut list: Vec<Agreement> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| one.terms.ends_on);
    Ok(list)
}

/// All agreements: what ends soonest comes first.
///
/// # Errors
/// When the database fails.
pub async fn agreements(authority: &Authority) -> Result<Vec<Agreement>> {
    all(authority.store().read(), authority.code()).await
}

/// The agreements that answer an intention.
///
/// # Errors
/// When the database fails.
pub async fn agreements_for(authority: &Authority, intention: &str) -> Result<Vec<Agreement>> {
    Ok(agreements(authority).await?.into_iter().filter(|one| one.intention == intention).collect())
}

/// The agreements with an organisation.
///
/// # Errors
/// When the database fails.
pub async fn agreements_with(authority: &Authority, organisation: &str) -> Result<Vec<Agreement>> {
    Ok(agreements(authority).await?.into_iter().filter(|one| one.organisation == organisation).collect())
}

/// The agreements that came from a tender, by lot.
///
/// # Errors
/// When the database fails.
pub async fn agreements_of_tender(authority: &Authority, tender: &str) -> Result<Vec<Agreement>> {
    of_tender(authority.store().read(), authority.code(), tender).await
}

pub(super) async fn of_tender(
    db: &impl ConnectionTrait,
    authority: &str,
    tender: &str,
) -> Result<Vec<Agreement>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Tender.eq(tender));
    find.order_by_asc(table::Column::Lot).all(db).await?.into_iter().map(read).collect()
}

pub(super) async fn of_intention(
    db: &impl ConnectionTrait,
    authority: &str,
    intention: &str,
) -> Result<Vec<Agreement>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Intention.eq(intention));
    find.order_by_asc(table::Column::Id).all(db).await?.into_iter().map(read).collect()
}

/// The agreements that are called off from a framework, as a change sees them.
pub(crate) async fn called_off_from(
    change: &enough_store::Change,
    framework: &str,
) -> Result<Vec<Agreement>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(change.authority()))
        .filter(table::Column::Framework.eq(framework));
    find.order_by_asc(table::Column::Id).all(change.tx()).await?.into_iter().map(read).collect()
}

/// An agreement.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn agreement(authority: &Authority, id: &str) -> Result<Agreement> {
    read(find(authority.store().read(), authority.code(), id).await?)
}

/// What happened to an agreement, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn agreement_changes(authority: &Authority, id: &str) -> Result<Vec<Change>> {
    let rows = agreement_change::Entity::find()
        .filter(agreement_change::Column::Authority.eq(authority.code()))
        .filter(agreement_change::Column::Agreement.eq(id))
        .order_by_asc(agreement_change::Column::Version)
        .all(authority.store().read())
        .await?;
    let change = |row: agreement_change::Model| {
        let before = row.before.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
        Ok(Change { at: row.at, what: row.what, before })
    };
    rows.into_iter().map(change).collect()
}
