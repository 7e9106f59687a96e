//! Lists of tenders: all, those in some states, those of a plan.

use enough_store::sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use enough_store::{Authority, Result};

use super::keep::read;
use super::records::tender as table;
use super::{State, Tender};

/// All tenders, those that close soonest first.
///
/// # Errors
/// When the database fails.
pub async fn tenders(authority: &Authority) -> Result<Vec<Tender>> {
    tenders_that_are(authority, State::ALL).await
}

/// The tenders that are in one of some states, those that close soonest first. Drafts may be many: nobody reads all of them who need not.
///
/// # Errors
/// When the database fails.
pub async fn tenders_that_are(authority: &Authority, states: &[State]) -> Result<Vec<Tender>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::State.is_in(states.iter().map(|state| state.key())));
    let rows = find.order_by_asc(table::Column::Id).all(authority.store().read()).await?;
    let mut list: Vec<Tender> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| one.text.closes_at);
    Ok(list)
}

/// The tenders that everybody reads, those that close soonest first.
///
/// # Errors
/// When the database fails.
pub async fn public_tenders(authority: &Authority) -> Result<Vec<Tender>> {
    let public: Vec<State> =
        State::ALL.iter().copied().filter(|state| !matches!(state, State::Draft | State::Approved)).collect();
    tenders_that_are(authority, &public).await
}

/// Some of the drafts that somebody else has written, oldest first: so many at most.
///
/// # Errors
/// When the database fails.
pub async fn drafts_of_others(authority: &Authority, person: &str, most: u64) -> Result<Vec<Tender>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::State.eq(State::Draft.key()))
        // A list of ids, each of one length: one is not a part of another.
        .filter(table::Column::WrittenBy.not_like(format!("%{person}%")));
    let rows = find.order_by_asc(table::Column::Id).limit(most).all(authority.store().read()).await?;
    rows.into_iter().map(read).collect()
}

/// The tenders that answer an intention.
///
/// # Errors
/// When the database fails.
pub async fn tender_of(authority: &Authority, intention: &str) -> Result<Vec<Tender>> {
    tenders_in(authority.store().read(), authority.code(), intention).await
}

pub(super) async fn tenders_in(
    db: &impl ConnectionTrait,
    authority: &str,
    intention: &str,
) -> Result<Vec<Tender>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Intention.eq(intention));
    find.order_by_asc(table::Column::Id).all(db).await?.into_iter().map(read).collect()
}

/// The tenders that answer an intention, as a change sees them.
pub(crate) async fn tenders_of(change: &enough_store::Change, intention: &str) -> Result<Vec<Tender>> {
    tenders_in(change.tx(), change.authority(), intention).await
}

/// Whether a tender for an intention is under way.
pub(crate) async fn is_under_way(change: &enough_store::Change, intention: &str) -> Result<bool> {
    let over = [State::Complete, State::Unsuccessful, State::Cancelled];
    let all = tenders_of(change, intention).await?;
    Ok(all.iter().any(|one| one.is_public() && !over.contains(&one.state)))
}
