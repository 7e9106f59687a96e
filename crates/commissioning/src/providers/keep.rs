//! Profiles in the database.

use std::collections::BTreeMap;

use enough_kernel::{Field, Refusal};
use enough_store::accounts::Organisation;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use enough_store::{Authority, Result, StoreError};

use super::Profile;
use super::readiness::{Answer, Side, questions};
use super::records::provider as table;
use super::rules::tidy;
use super::workforce::{Workforce, skills};

/// An organisation and what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The organisation.
    pub organisation: Organisation,
    /// What it says; nothing yet where the version is 0.
    pub profile: Profile,
    /// How ready it is, as it sees it.
    pub readiness: BTreeMap<String, Answer>,
    /// What its people can and want to learn.
    pub workforce: Workforce,
    /// Counts the changes of the profile.
    pub version: i32,
}

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a provider: {}", error.to_string()))
}

/// The organisation that whoever acts acts for.
pub(super) fn own(actor: &Actor) -> Result<String> {
    actor
        .organisation
        .clone()
        .filter(|_| actor.person.is_some())
        .ok_or_else(|| StoreError::refused("Only somebody of an organisation can do this"))
}

fn read(organisation: Organisation, row: Option<table::Model>) -> Result<Provider> {
    let Some(row) = row else {
        return Ok(Provider {
            organisation,
            profile: Profile::default(),
            readiness: BTreeMap::new(),
            workforce: Workforce::new(),
            version: 0,
        });
    };
    Ok(Provider {
        organisation,
        profile: serde_json::from_str(&row.profile).map_err(damaged)?,
        readiness: serde_json::from_str(&row.readiness).map_err(damaged)?,
        workforce: serde_json::from_str(&row.workforce).map_err(damaged)?,
        version: row.version,
    })
}

/// All organisations with what they say of themselves, by name.
///
/// # Errors
/// When the database fails.
pub async fn providers(authority: &Authority) -> Result<Vec<Provider>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .all(authority.store().read())
        .await?;
    let mut rows: BTreeMap<String, table::Model> =
        rows.into_iter().map(|row| (row.organisation.clone(), row)).collect();
    let mut all = authority.organisations().await?;
    all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    all.into_iter()
        .map(|one| {
            let row = rows.remove(&one.id);
            read(one, row)
        })
        .collect()
}

/// One organisation with what it says of itself.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn profile(authority: &Authority, organisation: &str) -> Result<Provider> {
    let all = providers(authority).await?;
    all.into_iter()
        .find(|one| one.organisation.id == organisation)
        .ok_or_else(|| StoreError::NotFound(format!("organisation {organisation}")))
}

/// The row of an organisation; one that says nothing, if it has none.
async fn row(change: &enough_store::Change, organisation: &str) -> Result<table::ActiveModel> {
    let key = (change.authority().to_owned(), organisation.to_owned());
    if let Some(row) = table::Entity::find_by_id(key).one(change.tx()).await? {
        return Ok(row.into_active_model());
    }
    let row = table::ActiveModel {
        authority: Set(change.authority().to_owned()),
        organisation: Set(organisation.to_owned()),
        profile: Set(serde_json::to_string(&Profile::default()).map_err(damaged)?),
        readiness: Set("{}".to_owned()),
        workforce: Set("{}".to_owned()),
        version: Set(0),
        changed_at: Set(change.now()),
    };
    Ok(row.insert(change.tx()).await?.into_active_model())
}

/// Begins a change of what an organisation says of itself, by somebody of it who saw it in a version.
async fn begin(
    authority: &Authority,
    actor: &Actor,
    seen: i32,
) -> Result<(enough_store::Change, String, table::ActiveModel)> {
    let organisation = own(actor)?;
    let change = authority.begin(actor).await?;
    let mut row = row(&change, &organisation).await?;
    let now = row.version.take().unwrap_or_default();
    if now != seen {
        return Err(StoreError::Conflict { what: "the profile".to_owned(), seen, now });
    }
    row.version = Set(now + 1);
    row.changed_at = Set(change.now());
    Ok((change, organisation, row))
}

/// Changes what an organisation says of itself, as it was seen in a version: by somebody of it.
///
/// # Errors
/// A conflict when a colleague has changed it since; refused when a number cannot be one, or it is to be public and says nothing.
pub async fn change_profile(authority: &Authority, actor: &Actor, seen: i32, said: &Profile) -> Result<()> {
    let said = tidy(said)?;
    let (mut change, organisation, mut row) = begin(authority, actor, seen).await?;
    row.profile = Set(serde_json::to_string(&said).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("provider.change", format!("organisation:{organisation}")));
    change.commit().await
}

/// Keeps how ready an organisation is, as somebody of it sees it.
///
/// # Errors
/// A conflict when a colleague has answered since; refused for a question that there is not.
pub async fn set_readiness(
    authority: &Authority,
    actor: &Actor,
    seen: i32,
    answers: &BTreeMap<String, Answer>,
) -> Result<()> {
    let known: Vec<String> =
        Side::ALL.iter().flat_map(|side| questions(*side)).map(|question| question.key).collect();
    if let Some(other) = answers.keys().find(|key| !known.contains(key)) {
        return Err(Refusal::of_form(format!("There is no question {other}")).into());
    }
    let (mut change, organisation, mut row) = begin(authority, actor, seen).await?;
    row.readiness = Set(serde_json::to_string(answers).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("provider.readiness", format!("organisation:{organisation}")));
    change.commit().await
}

/// Keeps what the people of an organisation can and want to learn; what it says nothing of is no zero.
///
/// # Errors
/// A conflict when a colleague has said something since; refused for a skill that there is not, and for numbers that cannot be.
pub async fn set_workforce(authority: &Authority, actor: &Actor, seen: i32, said: &Workforce) -> Result<()> {
    let known: Vec<String> = skills().into_iter().map(|skill| skill.key).collect();
    if let Some(other) = said.keys().find(|key| !known.contains(key)) {
        return Err(Refusal::of_form(format!("There is no skill {other}")).into());
    }
    for (key, staff) in said {
        for (kind, many) in [("have", staff.have), ("want", staff.want)] {
            if many > 10_000 {
                let at = Field::numbered(kind, key);
                return Err(Refusal::of_form("Say how many workers, 0 to 10000").at(at).into());
            }
        }
    }
    let (mut change, organisation, mut row) = begin(authority, actor, seen).await?;
    row.workforce = Set(serde_json::to_string(said).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("provider.workforce", format!("organisation:{organisation}")));
    change.commit().await
}
