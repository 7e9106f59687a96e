//! Published files that people bring: kept, looked at, compared with what is there, used, and put back.
//!
//! The content is in the database, so that a backup has it and every process of the service can read it.

mod compare;
mod place;
mod turns;

pub use compare::{AreaChange, Changed, Figure, Report, Unused, compare, unused};
pub use place::Places;
pub use turns::{
    Turn, add_data_file, can_be_put_back, can_be_used, look_again, remove_data_file, tell_of_data_file,
};

use chrono::{DateTime, Utc};
use enough_store::sea_orm::{
    self, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use enough_store::{Authority, Result, StoreError, names};

use crate::data::{KINDS, Kind};
use crate::parsed;
use crate::records::data_file;

names! {
    /// How a file stands.
    FileState {
        Looking = "looking", "Being looked at";
        Ready = "ready", "Ready to be used";
        Failed = "failed", "Cannot be used";
        Used = "used", "Used";
        Replaced = "replaced", "Replaced by another";
        PutBack = "put-back", "Put back";
        Removed = "removed", "Thrown away";
    }
}

impl FileState {
    /// Whether it can be used from here.
    pub fn can_be_used(self) -> bool {
        matches!(self, Self::Ready | Self::Replaced | Self::PutBack)
    }

    /// Whether it can be looked at again.
    pub fn can_be_looked_at(self) -> bool {
        self == Self::Looking || self.can_be_used()
    }

    /// Whether it can be thrown away.
    pub fn can_be_removed(self) -> bool {
        !matches!(self, Self::Used | Self::Removed)
    }
}

/// A file that somebody brought, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct DataFile {
    /// Its id.
    pub id: String,
    /// Which table it is.
    pub kind: &'static Kind,
    /// The name it had.
    pub name: String,
    /// SHA-256 of its content.
    pub hash: String,
    /// How long it is.
    pub bytes: u64,
    /// How it stands.
    pub state: FileState,
    /// The name of who brought it.
    pub brought_by: String,
    /// When.
    pub brought_at: DateTime<Utc>,
    /// What would change.
    pub report: Option<Report>,
    /// Why it cannot be used.
    pub reason: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    kind: String,
    name: String,
    hash: String,
    bytes: i64,
    state: String,
    brought_by: String,
    brought_at: DateTime<Utc>,
    report: Option<String>,
}

/// The kinds of files that can be brought: what no answer of the service is made from is not among them.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| kind.name != "cars")
}

fn read(row: Row) -> Result<DataFile> {
    let kind = KINDS.iter().find(|kind| kind.name == row.kind);
    let kind = kind.ok_or_else(|| StoreError::Damaged(format!("{} is no kind of file", row.kind)))?;
    let state: FileState = row.state.parse().map_err(StoreError::Damaged)?;
    let (report, reason) = match (row.report, state) {
        (Some(reason), FileState::Failed) => (None, Some(reason)),
        (Some(report), _) => (Some(parsed(&report)?), None),
        (None, _) => (None, None),
    };
    Ok(DataFile {
        id: row.id,
        kind,
        name: row.name,
        hash: row.hash,
        bytes: row.bytes as u64,
        state,
        brought_by: row.brought_by,
        brought_at: row.brought_at,
        report,
        reason,
    })
}

fn all(authority: &Authority) -> enough_store::sea_orm::Select<data_file::Entity> {
    use data_file::Column;
    data_file::Entity::find()
        .filter(Column::Authority.eq(authority.code()))
        .select_only()
        .columns([Column::Id, Column::Kind, Column::Name, Column::Hash, Column::Bytes, Column::State])
        .columns([Column::BroughtBy, Column::BroughtAt, Column::Report])
        .order_by_desc(Column::Id)
}

/// All files that were brought, newest first.
///
/// # Errors
/// When the database fails.
pub async fn data_files(authority: &Authority) -> Result<Vec<DataFile>> {
    let rows = all(authority).into_model::<Row>().all(authority.store().read()).await?;
    rows.into_iter().map(read).collect()
}

/// One of them.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn data_file(authority: &Authority, id: &str) -> Result<DataFile> {
    let one = all(authority).filter(data_file::Column::Id.eq(id));
    let row = one.into_model::<Row>().one(authority.store().read()).await?;
    read(row.ok_or_else(|| StoreError::NotFound(format!("data file {id}")))?)
}

/// The files that are used, the oldest first; and another in the place of that of its kind, of which it shall be known what it changes.
///
/// # Errors
/// When the database fails.
pub async fn used(authority: &Authority, and: Option<&str>) -> Result<Vec<DataFile>> {
    let and = match and {
        Some(id) => Some(data_file(authority, id).await?),
        None => None,
    };
    let used = all(authority).filter(data_file::Column::State.eq(FileState::Used.key()));
    let rows = used.into_model::<Row>().all(authority.store().read()).await?;
    let mut list = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    list.retain(|file| and.as_ref().is_none_or(|and| and.kind.name != file.kind.name));
    list.extend(and);
    list.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

/// The files that are used without one of them: with that which it replaced, if it did.
///
/// # Errors
/// When the database fails.
pub async fn used_without(authority: &Authority, id: &str) -> Result<Vec<DataFile>> {
    let replaced = all(authority)
        .filter(data_file::Column::ReplacedBy.eq(id))
        .filter(data_file::Column::State.eq(FileState::Replaced.key()));
    let replaced = replaced.into_model::<Row>().all(authority.store().read()).await?;
    let mut list = used(authority, None).await?;
    list.retain(|file| file.id != id);
    for row in replaced {
        list.push(read(row)?);
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

/// What is in a file.
///
/// # Errors
/// When it was thrown away, or the database fails.
pub async fn content(authority: &Authority, id: &str) -> Result<Vec<u8>> {
    let one = data_file::Entity::find_by_id((authority.code().to_owned(), id.to_owned()));
    let content: Option<Option<Vec<u8>>> = one
        .select_only()
        .column(data_file::Column::Content)
        .into_tuple()
        .one(authority.store().read())
        .await?;
    content.flatten().ok_or_else(|| StoreError::NotFound(format!("content of data file {id}")))
}
