//! Confidential notes about settings: what somebody was told in confidence, such as that a nursery means to close. Only the people
//! who are named with a note read it; the database has it sealed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use enough_store::accounts::{Action, Person, State};
use enough_store::audit::{Actor, Event};
use enough_store::need_to_know::Access;
use enough_store::sea_orm::sea_query::Expr;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Change, Result, StoreError};

use crate::records::note;

/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 10_000;

/// That there is a note: what whoever is not named with it may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteHead {
    /// Its id.
    pub id: String,
    /// The id of the setting that it is about.
    pub setting: String,
    /// The name that the setting had.
    pub setting_name: String,
    /// The id of who wrote it.
    pub author: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// Counts its changes.
    pub version: i32,
}

/// A note as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoteDraft {
    /// What it says.
    pub text: String,
    /// The ids of those who need to know it.
    pub readers: BTreeSet<String>,
}

fn head(row: note::Model) -> NoteHead {
    NoteHead {
        id: row.id,
        setting: row.setting,
        setting_name: row.setting_name,
        author: row.author,
        written_at: row.written_at,
        changed_at: row.changed_at,
        version: row.version,
    }
}

impl NoteHead {
    /// The record, as the log and need-to-know name it.
    pub fn record(&self) -> String {
        record(&self.id)
    }
}

fn record(id: &str) -> String {
    format!("note:{id}")
}

fn seal(authority: &Authority, text: &str, id: &str) -> String {
    authority.store().keys().seal(text.as_bytes(), &record(id), authority.environment())
}

/// Whether somebody can read notes that they are named with.
pub fn may_read_notes(person: &Person) -> bool {
    person.state == State::Active && Action::KeepNotes.allows(&person.roles)
}

impl NoteDraft {
    /// The text as it is kept. Whoever is newly named must be somebody who may read notes.
    async fn check(&self, authority: &Authority, before: &BTreeSet<String>) -> Result<&str> {
        let text = self.text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_NOTE {
            return Err(Refusal::of_form(format!("Write the note, in at most {LONGEST_NOTE} characters"))
                .at("text")
                .into());
        }
        for id in self.readers.difference(before) {
            let person = authority.person(id).await?;
            if !may_read_notes(&person) {
                return Err(Refusal::of_form(format!("{} may read no notes", person.name))
                    .at("reader")
                    .into());
            }
        }
        Ok(text)
    }
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<note::Model> {
    let row = note::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("note {id}")))
}

/// That there are these notes, newest first: all, or those about one setting.
///
/// # Errors
/// When the database fails.
pub async fn notes(authority: &Authority, setting: Option<&str>) -> Result<Vec<NoteHead>> {
    let mut find = note::Entity::find().filter(note::Column::Authority.eq(authority.code()));
    if let Some(setting) = setting {
        find = find.filter(note::Column::Setting.eq(setting));
    }
    let rows = find.order_by_desc(note::Column::ChangedAt).order_by_desc(note::Column::Id);
    Ok(rows.all(authority.store().read()).await?.into_iter().map(head).collect())
}

/// That there is a note.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn note(authority: &Authority, id: &str) -> Result<NoteHead> {
    Ok(head(find(authority.store().read(), authority.code(), id).await?))
}

/// Reads a note, and says so in the log: its text, and how it stands to the person; no text if it is closed to them.
///
/// # Errors
/// When there is none, the database fails, or the note was sealed with other keys.
pub async fn read_note(
    authority: &Authority,
    actor: &Actor,
    (id, person): (&str, &str),
) -> Result<(Access, Option<String>)> {
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let access = change.open_record(&record(id), person).await?;
    if access == Access::Closed {
        return Ok((access, None));
    }
    let text = authority.store().keys().unseal(&row.sealed, &record(id))?;
    let text = String::from_utf8(text).map_err(|error| StoreError::Damaged(error.to_string()))?;
    change.commit().await?;
    Ok((access, Some(text)))
}

/// Keeps a note about a setting; gives its id. Whoever writes it is named with it.
///
/// # Errors
/// Refused when it is empty or too long, or names somebody who may read no notes.
pub async fn add_note(
    authority: &Authority,
    actor: &Actor,
    (author, setting, setting_name): (&str, &str, &str),
    draft: &NoteDraft,
) -> Result<String> {
    let text = draft.check(authority, &BTreeSet::new()).await?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let row = note::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        setting: Set(setting.to_owned()),
        setting_name: Set(setting_name.to_owned()),
        sealed: Set(seal(authority, text, &id)),
        author: Set(author.to_owned()),
        written_at: Set(change.now()),
        changed_at: Set(change.now()),
        version: Set(1),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("note.add", record(&id)).with("setting", setting));
    let mut readers = draft.readers.clone();
    readers.insert(author.to_owned());
    change.name_readers(&record(&id), &readers).await?;
    change.commit().await?;
    Ok(id)
}

/// Whether nobody who is named with a note can read it any more: then whoever opened it in an emergency may name others.
///
/// # Errors
/// When the database fails.
pub async fn is_left(authority: &Authority, id: &str) -> Result<bool> {
    for reader in authority.readers(&record(id)).await? {
        if may_read_notes(&authority.person(&reader).await?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Begins a change of a note by somebody who is named with it, or who opened one that is left.
async fn begin(
    authority: &Authority,
    actor: &Actor,
    (id, person): (&str, &str),
) -> Result<(Change, note::Model)> {
    let is_left = is_left(authority, id).await?;
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let access = change.open_record(&record(id), person).await?;
    if access != Access::Named && !(is_left && access != Access::Closed) {
        return Err(StoreError::refused("Only those who are named with a note change it"));
    }
    Ok((change, row))
}

/// Changes a note that was seen in a version.
///
/// # Errors
/// Refused as [`add_note`] and to whoever is not named with it; a conflict when somebody has changed it since.
pub async fn change_note(
    authority: &Authority,
    actor: &Actor,
    (id, person, seen): (&str, &str, i32),
    draft: &NoteDraft,
) -> Result<()> {
    let text = draft.check(authority, &authority.readers(&record(id)).await?).await?;
    let (mut change, row) = begin(authority, actor, (id, person)).await?;
    if row.version != seen {
        return Err(StoreError::Conflict { what: record(id), seen, now: row.version });
    }
    note::Entity::update_many()
        .filter(note::Column::Authority.eq(authority.code()))
        .filter(note::Column::Id.eq(id))
        .col_expr(note::Column::Sealed, Expr::value(seal(authority, text, id)))
        .col_expr(note::Column::Version, Expr::value(seen + 1))
        .col_expr(note::Column::ChangedAt, Expr::value(change.now()))
        .exec(change.tx())
        .await?;
    change.log(Event::new("note.change", record(id)));
    change.name_readers(&record(id), &draft.readers).await?;
    change.commit().await
}

/// Removes a note, with a reason.
///
/// # Errors
/// Refused without a reason, and to whoever is not named with it.
pub async fn remove_note(
    authority: &Authority,
    actor: &Actor,
    (id, person): (&str, &str),
    why: &str,
) -> Result<()> {
    if why.trim().is_empty() {
        return Err(Refusal::of_form("Say why the note is removed").at("why").into());
    }
    let (mut change, row) = begin(authority, actor, (id, person)).await?;
    note::Entity::delete_by_id((authority.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
    change.forget_readers(&record(id)).await?;
    change.log(Event::new("note.remove", record(id)).because(why.trim()).with("setting", row.setting));
    change.commit().await
}
