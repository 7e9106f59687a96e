//! Published files that people bring.

use axum::Json;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_assessments::imports as kept;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failures::{NotAllowed, NotFound, NotNow, NotSignedIn, NotUnderstood, TooLarge};
use super::jobs::{Job, asked, moment};
use super::queries::{ListQuery, Query, rows, text};
use super::records::Page;
use crate::caller::Caller;
use crate::files::{begin_to_use, bring, put_back};
use crate::path::Path;
use crate::problem::Problem;

/// A figure before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figure {
    /// What it counts.
    what: String,
    /// Now.
    before: f64,
    /// With the file.
    after: f64,
}

/// Rows of a file that are not used, for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unused {
    /// Why.
    reason: String,
    /// How many.
    rows: usize,
}

/// What a file would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// The answer now.
    answer_before: String,
    /// The answer with the file.
    answer_after: String,
    /// Figures of the whole answer.
    figures: Vec<Figure>,
    /// Settings that are new.
    settings_new: usize,
    /// Settings that are gone.
    settings_gone: usize,
    /// Settings with another number of places.
    settings_changed: usize,
    /// Rows of the file that are not used.
    unused: Vec<Unused>,
}

/// A published file that somebody brought.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataFile {
    /// Its id.
    id: String,
    /// Which table it is.
    kind: String,
    /// Its name.
    name: String,
    /// SHA-256 of its content, in hexadecimal digits.
    sha256: String,
    /// How long it is.
    bytes: u64,
    /// looking, ready, failed, used, replaced, put-back or removed.
    state: String,
    /// Who brought it.
    brought_by: String,
    /// When.
    #[schema(format = DateTime)]
    brought_at: String,
    /// What it would change, when it was looked at.
    changes: Option<Changes>,
    /// Why it cannot be used.
    reason: Option<String>,
}

impl From<kept::Report> for Changes {
    fn from(report: kept::Report) -> Self {
        let figure = |one: kept::Figure| Figure { what: one.what, before: one.before, after: one.after };
        let unused = |one: kept::Unused| Unused { reason: one.reason, rows: one.rows };
        Self {
            answer_before: report.answers.0,
            answer_after: report.answers.1,
            figures: report.figures.into_iter().map(figure).collect(),
            settings_new: report.counts.0,
            settings_gone: report.counts.1,
            settings_changed: report.counts.2,
            unused: report.unused.into_iter().map(unused).collect(),
        }
    }
}

impl From<kept::DataFile> for DataFile {
    fn from(file: kept::DataFile) -> Self {
        Self {
            id: file.id,
            kind: file.kind.name.to_owned(),
            name: file.name,
            sha256: file.hash,
            bytes: file.bytes,
            state: file.state.to_string(),
            brought_by: file.brought_by,
            brought_at: moment(&file.brought_at),
            changes: file.report.map(Changes::from),
            reason: file.reason,
        }
    }
}

/// What a file is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// Which table it is: ofsted, childminders, primary-schools, schools, lsoa-ages, authority-ages, census, check-ages, deprivation,
    /// postcodes, lsoa-changes, output-areas, wards, authorities, points or boundaries.
    #[param(max_length = 100)]
    kind: String,
    /// Its name, with its ending and the date it is of.
    #[param(max_length = 100)]
    name: String,
}

/// Files that were brought, newest first
#[utoipa::path(
    get, path = "/api/v1/data-files", tag = "data", security(("key" = []), ("session" = [])), params(ListQuery),
    responses((status = 200, description = "Files", body = Page<DataFile>), NotUnderstood, NotSignedIn, NotAllowed)
)]
pub async fn data_files(caller: Caller, Query(query): Query<ListQuery>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let all = kept::data_files(caller.app.authority()).await?;
    let total = all.len();
    let items: Vec<DataFile> = all.into_iter().skip(from).take(limit).map(DataFile::from).collect();
    Ok(Json(Page { total, from, items }).into_response())
}

async fn read(caller: &Caller, id: &str) -> Result<Json<DataFile>, Problem> {
    Ok(Json(DataFile::from(kept::data_file(caller.app.authority(), id).await?)))
}

/// One file, and what it would change
#[utoipa::path(
    get, path = "/api/v1/data-files/{id}", tag = "data", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The file", body = DataFile), NotSignedIn, NotAllowed, NotFound)
)]
pub async fn data_file(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(read(&caller, &id).await?.into_response())
}

/// Bring a file: nothing changes until it is used
#[utoipa::path(
    post, path = "/api/v1/data-files", tag = "data", security(("key" = []), ("session" = [])), params(About),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "Its content, 64 MB at most"),
    responses(
        (status = 202, description = "It is looked at", body = DataFile, headers(("location" = String, description = "Its address"))),
        NotUnderstood, NotSignedIn, NotAllowed, NotFound, NotNow, TooLarge,
    )
)]
pub async fn add_data_file(
    caller: Caller,
    Query(about): Query<About>,
    body: Bytes,
) -> Result<Response, Problem> {
    let (kind, name) = (text("kind", &about.kind)?, text("name", &about.name)?);
    let id = bring(&caller, (&kind, &name), body.to_vec()).await?;
    let address = [(header::LOCATION, format!("/api/v1/data-files/{id}"))];
    Ok((StatusCode::ACCEPTED, address, read(&caller, &id).await?).into_response())
}

/// Throw a file away that is not used
#[utoipa::path(
    delete, path = "/api/v1/data-files/{id}", tag = "data", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is thrown away"), NotSignedIn, NotAllowed, NotFound, NotNow)
)]
pub async fn remove_data_file(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    kept::remove_data_file(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have a file looked at again
#[utoipa::path(
    post, path = "/api/v1/data-files/{id}/look", tag = "data", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 202, description = "It is looked at", body = DataFile), NotSignedIn, NotAllowed, NotFound, NotNow)
)]
pub async fn look_at_data_file(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    crate::files::look_once_more(&caller, &id).await?;
    Ok((StatusCode::ACCEPTED, read(&caller, &id).await?).into_response())
}

/// Use a file, and work the answer out anew
#[utoipa::path(
    post, path = "/api/v1/data-files/{id}/use", tag = "data", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 202, description = "The answer is worked out", body = Job), NotSignedIn, NotAllowed, NotFound, NotNow)
)]
pub async fn use_data_file(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    asked(&caller, &begin_to_use(&caller, &id).await?).await
}

/// Put a file back that is used, and work the answer out anew
#[utoipa::path(
    post, path = "/api/v1/data-files/{id}/put-back", tag = "data", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 202, description = "The answer is worked out", body = Job), NotSignedIn, NotAllowed, NotFound, NotNow)
)]
pub async fn put_back_data_file(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    asked(&caller, &put_back(&caller, &id).await?).await
}
