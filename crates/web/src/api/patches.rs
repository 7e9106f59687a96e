//! Patches.

use std::collections::BTreeSet;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_assessments::{self as kept, PatchDraft, Snapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, text, whole};
use super::failures::{NotAllowed, NotFound, NotNow, NotSignedIn, NotUnderstood};
use super::queries::{ListQuery, Query, rows};
use super::records::{Area, Page};
use crate::answer::newest;
use crate::caller::Caller;
use crate::path::Path;
use crate::problem::Problem;

/// Neighbourhoods with a name of their own.
#[derive(Debug, Serialize, ToSchema)]
pub struct Patch {
    /// Its id.
    id: String,
    /// Counts the changes: send it back with a change.
    version: i32,
    /// The codes of its LSOAs.
    areas: BTreeSet<String>,
    /// Its figures in the answer that is shown.
    figures: Area,
}

impl Patch {
    fn new(snapshot: &Snapshot, patch: &kept::Patch) -> Result<Self, Problem> {
        let figures = Area::new(&snapshot.of_patch(patch)?)?;
        Ok(Self { id: patch.id.clone(), version: patch.version, areas: patch.areas.clone(), figures })
    }

    async fn read(caller: &Caller, id: &str) -> Result<Self, Problem> {
        let patch = kept::patch(caller.app.authority(), id).await?;
        Self::new(&newest(caller).await?.snapshot, &patch)
    }
}

/// A patch that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPatch {
    /// Its name.
    #[serde(deserialize_with = "text")]
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    name: String,
    /// The codes of LSOAs and wards that it is made of.
    #[schema(min_items = 1)]
    areas: Vec<String>,
}

/// A patch as it shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedPatch {
    /// The version that was seen: if the patch has another by now, nothing is changed.
    #[serde(deserialize_with = "whole")]
    version: i32,
    /// Its name.
    #[serde(deserialize_with = "text")]
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    name: String,
    /// The codes of LSOAs and wards that it is made of.
    #[schema(min_items = 1)]
    areas: Vec<String>,
}

fn draft(snapshot: &Snapshot, name: String, areas: &[String]) -> Result<PatchDraft, Problem> {
    let areas = PatchDraft::areas_of(snapshot, areas.iter().map(String::as_str))
        .map_err(|what| Problem::NotHere(format!("areas: {what}.")))?;
    Ok(PatchDraft { name, areas })
}

/// All patches
#[utoipa::path(
    get, path = "/api/v1/patches", tag = "patches", security(("key" = []), ("session" = [])), params(ListQuery),
    responses((status = 200, description = "Patches", body = Page<Patch>), NotUnderstood, NotSignedIn, NotAllowed, NotFound)
)]
pub async fn patches(caller: Caller, Query(query): Query<ListQuery>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let shown = newest(&caller).await?;
    let list = kept::patches(caller.app.authority()).await?;
    let some = list.iter().skip(from).take(limit);
    let items: Vec<Patch> = some.map(|patch| Patch::new(&shown.snapshot, patch)).collect::<Result<_, _>>()?;
    Ok(Json(Page { total: list.len(), from, items }).into_response())
}

/// One patch
#[utoipa::path(
    get, path = "/api/v1/patches/{id}", tag = "patches", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The patch", body = Patch), NotSignedIn, NotAllowed, NotFound)
)]
pub async fn patch(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(Json(Patch::read(&caller, &id).await?).into_response())
}

/// Make a patch
#[utoipa::path(
    post, path = "/api/v1/patches", tag = "patches", security(("key" = []), ("session" = [])),
    request_body = NewPatch,
    responses(
        (status = 201, description = "The new patch", body = Patch, headers(("location" = String, description = "Its address"))),
        NotUnderstood, NotSignedIn, NotAllowed, NotFound, NotNow,
    )
)]
pub async fn add_patch(caller: Caller, Body(new): Body<NewPatch>) -> Result<Response, Problem> {
    let draft = draft(&newest(&caller).await?.snapshot, new.name, &new.areas)?;
    let id = kept::add_patch(caller.app.authority(), &caller.actor(), &draft).await?;
    let address = [(header::LOCATION, format!("/api/v1/patches/{id}"))];
    Ok((StatusCode::CREATED, address, Json(Patch::read(&caller, &id).await?)).into_response())
}

/// Change a patch
#[utoipa::path(
    put, path = "/api/v1/patches/{id}", tag = "patches", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")), request_body = ChangedPatch,
    responses(
        (status = 200, description = "The patch as it is now", body = Patch),
        NotUnderstood, NotSignedIn, NotAllowed, NotFound, NotNow,
    )
)]
pub async fn change_patch(
    caller: Caller,
    Path(id): Path<String>,
    Body(changed): Body<ChangedPatch>,
) -> Result<Response, Problem> {
    let draft = draft(&newest(&caller).await?.snapshot, changed.name, &changed.areas)?;
    kept::change_patch(caller.app.authority(), &caller.actor(), (&id, changed.version), &draft).await?;
    Ok(Json(Patch::read(&caller, &id).await?).into_response())
}

/// Remove a patch
#[utoipa::path(
    delete, path = "/api/v1/patches/{id}", tag = "patches", security(("key" = []), ("session" = [])),
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is removed"), NotSignedIn, NotAllowed, NotFound)
)]
pub async fn remove_patch(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    kept::remove_patch(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
