//! Published files that people bring: kept, looked at, compared with what is there, used, and put back.
//!
//! The content is in the database, so that a backup has it and every process of the service can read it.

mod compare;
mod place;

pub use compare::{AreaChange, Changed, Figure, Report, Unused, compare, unused};
pub use place::Places;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{self, sea_query::Expr};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use enough_store::{Authority, Change, Result, StoreError};

use crate::data::{KINDS, Kind};
use crate::parsed;
use crate::records::data_file;

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It is looked at.
    Looking,
    /// It was looked at and can be used.
    Ready,
    /// It cannot be used.
    Failed,
    /// Figures are made from it.
    Used,
    /// Another of its kind is used instead.
    Replaced,
    /// It was used, and is not any more.
    PutBack,
    /// It was thrown away.
    Removed,
}

const STATES: [(FileState, &str, &str); 7] = [
    (FileState::Looking, "looking", "Being looked at"),
    (FileState::Ready, "ready", "Ready to be used"),
    (FileState::Failed, "failed", "Cannot be used"),
    (FileState::Used, "used", "Used"),
    (FileState::Replaced, "replaced", "Replaced by another"),
    (FileState::PutBack, "put-back", "Put back"),
    (FileState::Removed, "removed", "Thrown away"),
];

impl FileState {
    /// As it is kept.
    pub fn key(self) -> &'static str {
        STATES.iter().find(|(state, ..)| *state == self).map_or("", |(_, key, _)| key)
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        STATES.iter().find(|(state, ..)| *state == self).map_or("", |(.., label)| label)
    }

    /// Whether it can be used from here.
    pub fn can_be_used(self) -> bool {
        matches!(self, Self::Ready | Self::Replaced | Self::PutBack)
    }

    /// Whether it can be looked at again.
    pub fn can_be_looked_at(self) -> bool {
        matches!(self, Self::Looking | Self::Ready | Self::Replaced | Self::PutBack)
    }

    /// Whether it can be thrown away.
    pub fn can_be_removed(self) -> bool {
        !matches!(self, Self::Used | Self::Removed)
    }
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for FileState {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let known = STATES.iter().find(|(_, key, _)| *key == text);
        known.map(|(state, ..)| *state).ok_or_else(|| format!("{text:?} is no state of a file"))
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

/// Keeps a file that somebody brought; gives its id.
///
/// # Errors
/// Refused when its name or kind is none.
pub async fn add_data_file(
    authority: &Authority,
    actor: &Actor,
    (brought_by, kind, name): (&str, &str, &str),
    content: Vec<u8>,
) -> Result<String> {
    let kind = kinds()
        .find(|known| known.name == kind)
        .ok_or_else(|| StoreError::Refused("Choose what kind of file it is".to_owned()))?;
    let name = place::checked(name).map_err(StoreError::Refused)?;
    if content.is_empty() {
        return Err(StoreError::Refused("Choose a file that is not empty".to_owned()));
    }
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let (bytes, hash) = (content.len() as i64, Hash::of(&content).to_string());
    let row = data_file::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        kind: Set(kind.name.to_owned()),
        name: Set(name),
        hash: Set(hash.clone()),
        bytes: Set(bytes),
        content: Set(Some(content)),
        state: Set(FileState::Looking.to_string()),
        brought_by: Set(brought_by.to_owned()),
        brought_at: Set(change.now()),
        report: Set(None),
        replaced_by: Set(None),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new("data-file.add", format!("data-file:{id}"))
            .with("kind", kind.name)
            .with("bytes", bytes)
            .with("sha256", hash),
    );
    change.commit().await?;
    Ok(id)
}

/// Sets the state of a file that has one of others; nothing happens if it has none of them any more.
async fn set(change: &Change, (id, to): (&str, FileState), from: &[FileState]) -> Result<bool> {
    let mut set = data_file::Entity::update_many()
        .col_expr(data_file::Column::State, Expr::value(to.key()))
        .filter(data_file::Column::Authority.eq(change.authority()))
        .filter(data_file::Column::Id.eq(id))
        .filter(data_file::Column::State.is_in(from.iter().map(|state| state.key())));
    if matches!(to, FileState::Failed | FileState::Removed) {
        set = set.col_expr(data_file::Column::Content, Expr::value(None::<Vec<u8>>));
    }
    if matches!(to, FileState::Looking | FileState::Removed) {
        set = set.col_expr(data_file::Column::Report, Expr::value(None::<String>));
    }
    Ok(set.exec(change.tx()).await?.rows_affected == 1)
}

/// Says what a file would change, or why it cannot be used.
///
/// # Errors
/// When the database fails.
pub async fn tell_of_data_file(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    report: std::result::Result<&Report, &str>,
) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let (state, text) = match report {
        Ok(report) => {
            let text =
                serde_json::to_string(report).map_err(|error| StoreError::Damaged(error.to_string()))?;
            (FileState::Ready, text)
        }
        Err(reason) => (FileState::Failed, reason.to_owned()),
    };
    if set(&change, (id, state), &[FileState::Looking]).await? {
        data_file::Entity::update_many()
            .col_expr(data_file::Column::Report, Expr::value(text))
            .filter(data_file::Column::Authority.eq(authority.code()))
            .filter(data_file::Column::Id.eq(id))
            .exec(change.tx())
            .await?;
    }
    change.log(Event::new("data-file.look", format!("data-file:{id}")).with("state", state.key()));
    change.commit().await
}

fn not_now(file: &DataFile) -> StoreError {
    StoreError::Refused(format!("This file is now: {}", file.state.label()))
}

/// Looks at a file once more: others may be used now than when it was looked at.
///
/// # Errors
/// Refused when it is used, or has no content any more.
pub async fn look_again(authority: &Authority, actor: &Actor, id: &str) -> Result<DataFile> {
    let file = data_file(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    let from = [FileState::Looking, FileState::Ready, FileState::Replaced, FileState::PutBack];
    if !set(&change, (id, FileState::Looking), &from).await? {
        return Err(not_now(&file));
    }
    change.log(Event::new("data-file.look-again", format!("data-file:{id}")));
    change.commit().await?;
    Ok(file)
}

/// Whether a file can be used now: it was looked at with the files that are used now.
///
/// # Errors
/// Refused with the reason when it cannot.
pub async fn can_be_used(authority: &Authority, id: &str) -> Result<DataFile> {
    let file = data_file(authority, id).await?;
    let with: Vec<String> = used(authority, Some(id)).await?.into_iter().map(|file| file.id).collect();
    match &file.report {
        _ if !file.state.can_be_used() => Err(not_now(&file)),
        Some(report) if report.with == with => Ok(file),
        _ => Err(StoreError::Refused(
            "Other files are used now than when this one was looked at; look at it again first".to_owned(),
        )),
    }
}

/// A file that is used, to be put back.
///
/// # Errors
/// Refused when it is not used.
pub async fn can_be_put_back(authority: &Authority, id: &str) -> Result<DataFile> {
    let file = data_file(authority, id).await?;
    if file.state == FileState::Used { Ok(file) } else { Err(not_now(&file)) }
}

/// What changes of the files that are used, with the answer that is made from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// This one is used from now on, in the place of another of its kind.
    Use(String),
    /// This one is not used any more; that which it replaced is used again.
    PutBack(String),
}

impl Turn {
    /// Does it, in the change that keeps the answer.
    pub(crate) async fn make(&self, change: &mut Change) -> Result<()> {
        let moved = |change: &Change| {
            data_file::Entity::update_many().filter(data_file::Column::Authority.eq(change.authority()))
        };
        let stale = || StoreError::Refused("The file is used, put back or thrown away meanwhile".to_owned());
        match self {
            Self::Use(id) => {
                let row = data_file::Entity::find_by_id((change.authority().to_owned(), id.clone()));
                let kind: Option<String> =
                    row.select_only().column(data_file::Column::Kind).into_tuple().one(change.tx()).await?;
                let before = moved(change)
                    .col_expr(data_file::Column::State, Expr::value(FileState::Replaced.key()))
                    .col_expr(data_file::Column::ReplacedBy, Expr::value(id.clone()))
                    .filter(data_file::Column::Kind.eq(kind.unwrap_or_default()))
                    .filter(data_file::Column::State.eq(FileState::Used.key()));
                before.exec(change.tx()).await?;
                let from = [FileState::Ready, FileState::Replaced, FileState::PutBack];
                if !set(change, (id, FileState::Used), &from).await? {
                    return Err(stale());
                }
                change.log(Event::new("data-file.use", format!("data-file:{id}")));
            }
            Self::PutBack(id) => {
                if !set(change, (id, FileState::PutBack), &[FileState::Used]).await? {
                    return Err(stale());
                }
                let before = moved(change)
                    .col_expr(data_file::Column::State, Expr::value(FileState::Used.key()))
                    .col_expr(data_file::Column::ReplacedBy, Expr::value(None::<String>))
                    .filter(data_file::Column::ReplacedBy.eq(id.clone()))
                    .filter(data_file::Column::State.eq(FileState::Replaced.key()));
                let again = before.exec(change.tx()).await?.rows_affected;
                let event = Event::new("data-file.put-back", format!("data-file:{id}"));
                change.log(event.with("used_again", again));
            }
        }
        Ok(())
    }
}

/// Throws a file away that is not used.
///
/// # Errors
/// Refused when it is used.
pub async fn remove_data_file(authority: &Authority, actor: &Actor, id: &str) -> Result<()> {
    let from =
        [FileState::Looking, FileState::Ready, FileState::Failed, FileState::Replaced, FileState::PutBack];
    let file = data_file(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    if !set(&change, (id, FileState::Removed), &from).await? {
        return Err(not_now(&file));
    }
    change.log(Event::new("data-file.remove", format!("data-file:{id}")));
    change.commit().await
}
