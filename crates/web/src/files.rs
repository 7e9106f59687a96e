//! Published files that people bring: a form, what each would change, and using it.

use askama::Template;
use axum::extract::Multipart;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::imports::{
    DataFile, FileState, add_data_file, can_be_put_back, can_be_used, data_file, data_files, kinds,
    look_again, remove_data_file,
};
use enough_store::StoreError;

use crate::administration::Choice;
use crate::answer::newest;
use crate::caller::Caller;
use crate::choices::Choices;
use crate::jobs::{ask_for_look, ask_for_put_back, ask_for_use};
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// The path that files are sent to.
pub const BRING: &str = "/data/files/new";
/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 64 << 20;

#[derive(Template)]
#[template(path = "files/list.html")]
struct List {
    frame: Frame,
    files: Vec<DataFile>,
}

/// All files that were brought.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let mut files = data_files(caller.app.authority()).await?;
    let frame = Frame::of_list(&caller, "Files that people brought", &mut files);
    Ok(page(List { frame, files })?.into_response())
}

#[derive(Template)]
#[template(path = "files/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    kinds: Vec<Choice>,
    megabytes: usize,
}

fn form(caller: &Caller, chosen: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { "Bring a newer file" } else { "Error: Bring a newer file" };
    let choice = |kind: &enough_assessments::data::Kind| Choice {
        key: kind.name.to_owned(),
        label: kind.what.to_owned(),
        on: kind.name == chosen,
    };
    let kinds = kinds().map(choice).collect();
    let frame = Frame::new(caller, title);
    Ok(page(Form { frame, mistakes, kinds, megabytes: LARGEST >> 20 })?.into_response())
}

/// Refuses where files would be of no use: without published files, or with an answer that the service cannot ask for again.
async fn has_use(caller: &Caller) -> Result<(), Problem> {
    let reason = "This service was started without published files, and shows only what was kept.";
    caller.app.desk().ok_or_else(|| Problem::NotHere(reason.to_owned()))?;
    Choices::again(&newest(caller).await?.snapshot.answer).map(|_| ())
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    has_use(&caller).await?;
    form(&caller, "", Mistakes::none())
}

/// Keeps a file, and asks for it to be looked at; gives its id.
pub async fn bring(caller: &Caller, (kind, name): (&str, &str), content: Vec<u8>) -> Result<String, Problem> {
    has_use(caller).await?;
    if content.len() > LARGEST {
        return Err(Problem::TooLarge);
    }
    let person = caller.person().ok_or_else(|| Problem::SignIn(caller.path.clone()))?;
    let (authority, about) = (caller.app.authority(), (person.name.as_str(), kind, name));
    let id = add_data_file(authority, &caller.actor(), about, content).await?;
    ask_for_look(caller, &data_file(authority, &id).await?).await?;
    Ok(id)
}

/// The form was sent.
pub async fn add(caller: Caller, mut parts: Multipart) -> Result<Response, Problem> {
    let cut =
        |_| Problem::Wrong(format!("What was sent is larger than {} MB, or was cut off.", LARGEST >> 20));
    let (mut kind, mut name, mut content) = (String::new(), String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(cut)? {
        match part.name() {
            Some("kind") => kind = part.text().await.map_err(cut)?,
            Some("file") => {
                part.file_name().unwrap_or_default().clone_into(&mut name);
                content = part.bytes().await.map_err(cut)?.to_vec();
            }
            _ => {}
        }
    }
    match bring(&caller, (&kind, &name), content).await {
        Ok(id) => Ok(Redirect::to(&format!("/data/files/{id}")).into_response()),
        Err(Problem::Store(error)) => form(&caller, &kind, refused(error, "file")?),
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "files/one.html")]
struct One {
    frame: Frame,
    file: DataFile,
    /// Why it cannot be used now, though it was looked at.
    stale: Option<String>,
}

/// One file, and what it would change.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let file = data_file(caller.app.authority(), &id).await?;
    let stale = match can_be_used(caller.app.authority(), &id).await {
        Err(StoreError::Refused(reason)) if file.state.can_be_used() => Some(reason.to_string()),
        _ => None,
    };
    Ok(page(One { frame: Frame::new(&caller, file.name.clone()), file, stale })?.into_response())
}

/// Asks for a file to be used from the next answer on. Gives the id of the job.
pub async fn begin_to_use(caller: &Caller, id: &str) -> Result<String, Problem> {
    has_use(caller).await?;
    ask_for_use(caller, &can_be_used(caller.app.authority(), id).await?).await
}

/// Asks for a file to be put back with the next answer. Gives the id of the job.
pub async fn put_back(caller: &Caller, id: &str) -> Result<String, Problem> {
    has_use(caller).await?;
    ask_for_put_back(caller, &can_be_put_back(caller.app.authority(), id).await?).await
}

/// Asks for a file to be looked at again.
pub async fn look_once_more(caller: &Caller, id: &str) -> Result<(), Problem> {
    has_use(caller).await?;
    let file = look_again(caller.app.authority(), &caller.actor(), id).await?;
    ask_for_look(caller, &file).await?;
    Ok(())
}

/// A file is to be looked at again.
pub async fn look(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    look_once_more(&caller, &id).await?;
    Ok(Redirect::to(&format!("/data/files/{id}")).into_response())
}

/// A file is to be used.
pub async fn start(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let job = begin_to_use(&caller, &id).await?;
    Ok(Redirect::to(&format!("/administration/jobs/{job}")).into_response())
}

/// A file is to be used no more.
pub async fn stop(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let job = put_back(&caller, &id).await?;
    Ok(Redirect::to(&format!("/administration/jobs/{job}")).into_response())
}

/// A file is to be thrown away.
pub async fn remove(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    remove_data_file(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to("/data/files").into_response())
}
