//! Confidential notes: a list, one page each, the form, and the way to open one in an emergency.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::{
    NoteDraft, NoteHead, add_note, change_note, is_left, may_read_notes, note as head_of, notes, read_note,
    remove_note,
};
use enough_store::StoreError;
use enough_store::need_to_know::Access;

use crate::administration::{Choice, Difference, differences};
use crate::answer::newest;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, PAGE, refused};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, moment, page};

/// A note as it is listed.
struct Listed {
    head: NoteHead,
    /// The name of who wrote it.
    author: String,
    /// Whether whoever asks is named with it.
    named: bool,
}

async fn listed(caller: &Caller, heads: Vec<NoteHead>) -> Result<Vec<Listed>, Problem> {
    let names = Names::all(caller).await?;
    let own = caller.app.authority().records_of(&caller.session()?.person.id).await?;
    let listed =
        |head: NoteHead| Listed { author: names.of(&head.author), named: own.contains(&head.record()), head };
    Ok(heads.into_iter().map(listed).collect())
}

#[derive(Template)]
#[template(path = "notes/list.html")]
struct List {
    frame: Frame,
    /// Id and name of the setting, if the list is about one.
    setting: Option<(String, String)>,
    notes: Vec<Listed>,
}

/// The setting that an address names.
async fn setting_of(caller: &Caller, query: Option<String>) -> Result<Option<(String, String)>, Problem> {
    let id = Sent::read(query.unwrap_or_default().as_bytes()).line("setting");
    if id.is_empty() {
        return Ok(None);
    }
    let shown = newest(caller).await?;
    let setting = shown.snapshot.setting(&id).ok_or(Problem::NotFound)?;
    Ok(Some((setting.id.clone(), setting.name.clone())))
}

/// That there are notes: all, or those about a setting.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let wanted = Sent::read(query.as_deref().unwrap_or_default().as_bytes()).line("setting");
    let wanted = Some(wanted).filter(|id| !id.is_empty());
    let mut heads = notes(caller.app.authority(), wanted.as_deref()).await?;
    // A setting that has closed has notes still.
    let setting = match (setting_of(&caller, query).await, heads.first()) {
        (Err(Problem::NotFound), Some(head)) => Some((head.setting.clone(), head.setting_name.clone())),
        (other, _) => other?,
    };
    let frame = Frame::of_list(&caller, "Confidential notes", &mut heads);
    let notes = listed(&caller, heads).await?;
    Ok(page(List { frame, setting, notes })?.into_response())
}

#[derive(Template)]
#[template(path = "notes/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    note: Listed,
    /// What it says, if it is open to whoever asks.
    text: Option<String>,
    /// Until when, if it was opened in an emergency.
    until: Option<String>,
    /// Whether nobody who is named can read it any more.
    left: bool,
    readers: Vec<String>,
}

async fn one(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let head = head_of(authority, id).await?;
    let (access, text) = read_note(authority, &caller.actor(), (id, &caller.session()?.person.id)).await?;
    let until = match access {
        Access::Emergency(until) => Some(moment(&until)),
        Access::Named | Access::Closed => None,
    };
    let mut readers = Vec::new();
    if text.is_some() {
        let names = Names::all(caller).await?;
        readers.extend(authority.readers(&head.record()).await?.iter().map(|id| names.of(id)));
        readers.sort();
    }
    let title = if mistakes.is_empty() { "Confidential note" } else { "Error: Confidential note" };
    let note = listed(caller, vec![head]).await?.remove(0);
    let left = is_left(authority, id).await?;
    let frame = Frame::new(caller, title);
    Ok(page(One { frame, mistakes, note, text, until, left, readers })?.into_response())
}

/// One note, or that it is closed.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    one(&caller, &id, Mistakes::none()).await
}

#[derive(Template)]
#[template(path = "notes/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    setting: String,
    setting_name: String,
    text: String,
    readers: Vec<Choice>,
    version: i32,
    changed: Vec<Difference>,
}

/// What a form is about: the id of the note, its version, id and name of the setting.
struct About {
    id: String,
    version: i32,
    setting: String,
    setting_name: String,
}

impl About {
    fn note(head: &NoteHead) -> Self {
        Self {
            id: head.id.clone(),
            version: head.version,
            setting: head.setting.clone(),
            setting_name: head.setting_name.clone(),
        }
    }
}

fn draft(sent: &Sent) -> NoteDraft {
    NoteDraft {
        text: sent.get("text").to_owned(),
        readers: sent.all("reader").map(str::to_owned).collect::<BTreeSet<_>>(),
    }
}

async fn form(
    caller: &Caller,
    about: About,
    draft: NoteDraft,
    mistakes: Mistakes,
    changed: Vec<Difference>,
) -> Result<Response, Problem> {
    let title = if about.id.is_empty() { "Write a confidential note" } else { "Change a confidential note" };
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let names = Names::all(caller).await?;
    let own = &caller.session()?.person.id;
    let people = caller.app.authority().people().await?.into_iter();
    // Whoever is named and cannot come in now stays named unless somebody takes them away.
    let may = people.filter(|one| may_read_notes(one) || draft.readers.contains(&one.id));
    // Whoever writes one reads it anyway.
    let may = may.filter(|one| !about.id.is_empty() || one.id != *own);
    let choice = |one: enough_store::accounts::Person| Choice {
        label: names.of(&one.id) + if may_read_notes(&one) { "" } else { " (cannot read it now)" },
        on: draft.readers.contains(&one.id),
        key: one.id,
    };
    let form = Form {
        frame: Frame::new(caller, title),
        mistakes,
        readers: may.map(choice).collect(),
        text: draft.text,
        id: about.id,
        setting: about.setting,
        setting_name: about.setting_name,
        version: about.version,
        changed,
    };
    Ok(page(form)?.into_response())
}

async fn new_about(caller: &Caller, query: Option<String>) -> Result<About, Problem> {
    let (setting, setting_name) = setting_of(caller, query).await?.ok_or(Problem::NotFound)?;
    Ok(About { id: String::new(), version: 0, setting, setting_name })
}

/// The empty form.
pub async fn new(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let about = new_about(&caller, query).await?;
    form(&caller, about, NoteDraft::default(), Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn add(caller: Caller, RawQuery(query): RawQuery, sent: Sent) -> Result<Response, Problem> {
    let about = new_about(&caller, query).await?;
    let (draft, author) = (draft(&sent), &caller.session()?.person.id);
    let of = (author.as_str(), about.setting.as_str(), about.setting_name.as_str());
    match add_note(caller.app.authority(), &caller.actor(), of, &draft).await {
        Ok(id) => Ok(Redirect::to(&format!("/notes/{id}")).into_response()),
        Err(error) => {
            let mistakes = refused(error, "text")?;
            form(&caller, about, draft, mistakes, Vec::new()).await
        }
    }
}

/// The form of one, for those who are named with it.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (authority, person) = (caller.app.authority(), &caller.session()?.person.id);
    let head = head_of(authority, &id).await?;
    let may = match authority.access(&head.record(), person).await? {
        Access::Named => true,
        Access::Emergency(_) => is_left(authority, &id).await?,
        Access::Closed => false,
    };
    if !may {
        return Err(Problem::Forbidden);
    }
    let (_, text) = read_note(authority, &caller.actor(), (&id, person)).await?;
    let text = text.ok_or(Problem::Forbidden)?;
    let readers = authority.readers(&head.record()).await?;
    form(&caller, About::note(&head), NoteDraft { text, readers }, Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let seen: i32 = sent.number("version")?;
    let (draft, person) = (draft(&sent), &caller.session()?.person.id);
    let head = head_of(authority, &id).await?;
    match change_note(authority, &caller.actor(), (&id, person, seen), &draft).await {
        Ok(()) => Ok(Redirect::to(&format!("/notes/{id}")).into_response()),
        Err(StoreError::Conflict { .. }) => {
            let (_, now) = read_note(authority, &caller.actor(), (&id, person)).await?;
            let names = Names::all(&caller).await?;
            let list =
                |ids: &BTreeSet<String>| ids.iter().map(|id| names.of(id)).collect::<Vec<_>>().join("; ");
            let changed = differences([
                ("What you were told", now.unwrap_or_default(), draft.text.trim().to_owned()),
                ("Who needs to know", list(&authority.readers(&head.record()).await?), list(&draft.readers)),
            ]);
            let what = "Somebody else changed this note while you were typing. Compare, then save again";
            form(&caller, About::note(&head), draft, Mistakes::one("changed", what), changed).await
        }
        Err(error) => {
            let mistakes = refused(error, "text")?;
            let about = About { version: seen, ..About::note(&head) };
            form(&caller, about, draft, mistakes, Vec::new()).await
        }
    }
}

/// A note is to be removed.
pub async fn remove(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, person) = (caller.app.authority(), &caller.session()?.person.id);
    let head = head_of(authority, &id).await?;
    match remove_note(authority, &caller.actor(), (&id, person), &sent.line("why")).await {
        Ok(()) => Ok(Redirect::to(&format!("/notes?setting={}", head.setting)).into_response()),
        Err(error) => one(&caller, &id, refused(error, PAGE)?).await,
    }
}

#[derive(Template)]
#[template(path = "notes/break_glass.html")]
struct BreakGlass {
    frame: Frame,
    mistakes: Mistakes,
    note: Listed,
    reason: String,
}

async fn glass(caller: &Caller, id: &str, reason: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { "Open a note" } else { "Error: Open a note" };
    let note = listed(caller, vec![head_of(caller.app.authority(), id).await?]).await?.remove(0);
    Ok(page(BreakGlass { frame: Frame::new(caller, title), mistakes, note, reason })?.into_response())
}

/// The form that opens a closed note.
pub async fn ask(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let record = head_of(authority, &id).await?.record();
    if authority.access(&record, &caller.session()?.person.id).await? != Access::Closed {
        return Ok(Redirect::to(&format!("/notes/{id}")).into_response());
    }
    glass(&caller, &id, String::new(), Mistakes::none()).await
}

/// The form was sent.
pub async fn break_glass(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, reason) = (caller.app.authority(), sent.get("reason"));
    let record = head_of(authority, &id).await?.record();
    match authority.break_glass(&caller.actor(), &caller.session()?.person, &record, reason).await {
        Ok(_) => Ok(Redirect::to(&format!("/notes/{id}")).into_response()),
        Err(error) => {
            let mistakes = refused(error, "reason")?;
            glass(&caller, &id, reason.to_owned(), mistakes).await
        }
    }
}
