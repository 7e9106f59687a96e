//! Who is interested in which plan, and who looks for partners there.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Change, Result};

use super::keep::own;
use super::records::interest as table;
use crate::intentions::{State, intention_in};

/// That an organisation is interested in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// The id of the organisation.
    pub organisation: String,
    /// What it would do.
    pub note: String,
    /// Whether it looks for partners, and lets others know.
    pub partners: bool,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Who is interested in a plan, first come first.
///
/// # Errors
/// When the database fails.
pub async fn interests(authority: &Authority, intention: &str) -> Result<Vec<Interest>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::Intention.eq(intention))
        .order_by_asc(table::Column::At)
        .order_by_asc(table::Column::Organisation)
        .all(authority.store().read())
        .await?;
    let interest = |row: table::Model| Interest {
        organisation: row.organisation,
        note: row.note,
        partners: row.partners,
        at: row.at,
    };
    Ok(rows.into_iter().map(interest).collect())
}

/// The ids of the organisations that are interested in a plan, as a change sees them.
pub(crate) async fn interested(change: &Change, intention: &str) -> Result<BTreeSet<String>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(change.authority()))
        .filter(table::Column::Intention.eq(intention));
    Ok(rows.all(change.tx()).await?.into_iter().map(|row| row.organisation).collect())
}

/// Says that the organisation of whoever acts is interested in a plan; once more changes what it said.
///
/// # Errors
/// Refused when the plan is not public, or finished.
pub async fn say_interest(
    authority: &Authority,
    actor: &Actor,
    intention: &str,
    (note, partners): (&str, bool),
) -> Result<()> {
    let organisation = own(actor)?;
    let mut change = authority.begin(actor).await?;
    let plan = intention_in(&change, intention).await?;
    if !plan.is_public() || matches!(plan.state, State::Fulfilled | State::Withdrawn) {
        return Err(Refusal::of_form(
            "Say that you are interested while the plan is public and not finished",
        )
        .into());
    }
    if note.chars().count() > 2000 {
        return Err(Refusal::of_form("Say what you would do in at most 2000 characters").at("note").into());
    }
    let key = (authority.code().to_owned(), intention.to_owned(), organisation.clone());
    table::Entity::delete_by_id(key).exec(change.tx()).await?;
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        intention: Set(intention.to_owned()),
        organisation: Set(organisation),
        note: Set(note.trim().to_owned()),
        partners: Set(partners),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("interest.say", format!("intention:{intention}")));
    change.commit().await
}

/// Takes an interest back.
///
/// # Errors
/// When the database fails.
pub async fn take_back(authority: &Authority, actor: &Actor, intention: &str) -> Result<()> {
    let organisation = own(actor)?;
    let mut change = authority.begin(actor).await?;
    let key = (authority.code().to_owned(), intention.to_owned(), organisation);
    table::Entity::delete_by_id(key).exec(change.tx()).await?;
    change.log(Event::new("interest.take-back", format!("intention:{intention}")));
    change.commit().await
}
