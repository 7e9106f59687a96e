//! Backups: those there are, and how to take one.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A file in the folder of backups.
struct File {
    name: String,
    bytes: u64,
    at: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "administration/backups.html")]
struct List {
    frame: Frame,
    /// The backups, newest first; none if the service has no folder for them.
    files: Option<Vec<File>>,
}

/// The backups.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let mut files = None;
    if let Some(folder) = caller.app.settings().backups.as_deref() {
        let cannot = |error: std::io::Error| Problem::File(format!("{}: {error}", folder.display()));
        let mut list = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let about = entry.metadata().map_err(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if about.is_file() && name.ends_with(".backup") {
                list.push(File { name, bytes: about.len(), at: about.modified().ok().map(DateTime::from) });
            }
        }
        list.sort_by(|a, b| b.name.cmp(&a.name));
        files = Some(list);
    }
    Ok(page(List { frame: Frame::new(&caller, "Backups"), files })?.into_response())
}
