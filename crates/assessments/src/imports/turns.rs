//! What happens to a file that somebody brought: it is kept, looked at, used, put back and thrown away, each in the audit log.

use enough_kernel::Refusal;
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::sea_query::Expr;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};
use enough_store::{Authority, Change, Result, StoreError};

use super::{DataFile, FileState, Report, data_file as read_file, kinds, place, used};
use crate::records::data_file;

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
        .ok_or_else(|| StoreError::from(Refusal::of_form("Choose what kind of file it is").at("kind")))?;
    let name = place::checked(name).map_err(|what| Refusal::of_form(what).at("file"))?;
    if content.is_empty() {
        return Err(Refusal::of_form("Choose a file that is not empty").at("file").into());
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
async fn set(change: &Change, (id, to): (&str, FileState), from: fn(FileState) -> bool) -> Result<bool> {
    let mut set = data_file::Entity::update_many()
        .col_expr(data_file::Column::State, Expr::value(to.key()))
        .filter(data_file::Column::Authority.eq(change.authority()))
        .filter(data_file::Column::Id.eq(id))
        .filter(
            data_file::Column::State
                .is_in(FileState::ALL.iter().filter(|state| from(**state)).map(|state| state.key())),
        );
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
    if set(&change, (id, state), |state| state == FileState::Looking).await? {
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
    StoreError::refused(format!("This file is now: {}", file.state.label()))
}

/// Looks at a file once more: others may be used now than when it was looked at.
///
/// # Errors
/// Refused when it is used, or has no content any more.
pub async fn look_again(authority: &Authority, actor: &Actor, id: &str) -> Result<DataFile> {
    let file = read_file(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    if !set(&change, (id, FileState::Looking), FileState::can_be_looked_at).await? {
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
    let file = read_file(authority, id).await?;
    let with: Vec<String> = used(authority, Some(id)).await?.into_iter().map(|file| file.id).collect();
    match &file.report {
        _ if !file.state.can_be_used() => Err(not_now(&file)),
        Some(report) if report.with == with => Ok(file),
        _ => Err(StoreError::refused(
            "Other files are used now than when this one was looked at; look at it again first",
        )),
    }
}

/// A file that is used, to be put back.
///
/// # Errors
/// Refused when it is not used.
pub async fn can_be_put_back(authority: &Authority, id: &str) -> Result<DataFile> {
    let file = read_file(authority, id).await?;
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
        let stale = || StoreError::refused("The file is used, put back or thrown away meanwhile");
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
                if !set(change, (id, FileState::Used), FileState::can_be_used).await? {
                    return Err(stale());
                }
                change.log(Event::new("data-file.use", format!("data-file:{id}")));
            }
            Self::PutBack(id) => {
                if !set(change, (id, FileState::PutBack), |state| state == FileState::Used).await? {
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
    let file = read_file(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    if !set(&change, (id, FileState::Removed), FileState::can_be_removed).await? {
        return Err(not_now(&file));
    }
    change.log(Event::new("data-file.remove", format!("data-file:{id}")));
    change.commit().await
}
