//! Contracts as open data: a list, and packages of the Open Contracting Data Standard.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_commissioning::publication::ocds::{Given, OcdsError, record_package, release_package};
use enough_commissioning::publication::{self as kept, Process};
use serde::Serialize;
use utoipa::ToSchema;

use super::failures::{NotFound, NotUnderstood};
use super::jobs::moment;
use super::queries::{Contracts, Query, Releases, rows, text};
use super::records::Page;
use crate::caller::Caller;
use crate::path::Path;
use crate::problem::{Problem, encoded};

/// A contract, or the procurement that leads to one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contract {
    /// Its open contracting id.
    ocid: String,
    /// What is bought.
    title: String,
    /// Who buys.
    buyer: String,
    /// Who supplies.
    suppliers: Vec<String>,
    /// How it stands, for people.
    status: String,
    /// What it is worth, in units of its currency; nothing if it is not said, or in several currencies.
    value: Option<f64>,
    /// The currency.
    currency: Option<String>,
    /// The date of its newest release.
    date: String,
    /// How many releases it has.
    releases: i32,
}

impl From<Process> for Contract {
    fn from(process: Process) -> Self {
        Self {
            suppliers: process.suppliers(),
            ocid: process.ocid,
            title: process.title,
            buyer: process.buyer,
            status: process.status,
            value: process.pence.map(|pence| pence as f64 / 100.0),
            currency: process.currency,
            date: process.date,
            releases: process.releases,
        }
    }
}

/// Contracts, newest first
#[utoipa::path(
    get, path = "/api/v1/contracts", tag = "contracts", params(Contracts),
    responses((status = 200, description = "Contracts", body = Page<Contract>), NotUnderstood)
)]
pub async fn contracts(caller: Caller, Query(query): Query<Contracts>) -> Result<Response, Problem> {
    let (from, limit) = rows(query.from, query.limit)?;
    let q = text("q", query.q.as_deref().unwrap_or_default())?;
    let (total, list) = kept::contracts(caller.app.authority(), &q, (from as u64, limit as u64)).await?;
    let items: Vec<Contract> = list.into_iter().map(Contract::from).collect();
    Ok(Json(Page { total: total as usize, from, items }).into_response())
}

fn damaged(error: OcdsError) -> Problem {
    Problem::Broken(error.to_string())
}

/// Releases as they were published, by ocid and id: an OCDS 1.1 release package
#[utoipa::path(
    get, path = "/api/v1/ocds/releases", tag = "contracts", params(Releases),
    responses(
        (status = 200, description = "A release package", body = serde_json::Value, headers(("link" = Option<String>, description = "The address of the next page, while there is more (RFC 8288)"))),
        NotUnderstood,
    )
)]
pub async fn releases(caller: Caller, Query(query): Query<Releases>) -> Result<Response, Problem> {
    let (_, limit) = rows(None, query.limit)?;
    let after = query.after.unwrap_or_default();
    if after.chars().count() > 500 {
        return Err(Problem::Wrong("after: at most 500 characters".to_owned()));
    }
    let after = after.replace('\0', "");
    // An ocid has no spaces; one alone is before all of its releases.
    let after = Some(after.split_once(' ').unwrap_or((&after, ""))).filter(|(ocid, _)| !ocid.is_empty());
    let authority = caller.app.authority();
    let mut list = kept::releases(authority, after, limit as u64 + 1).await?;
    let more = list.len() > limit;
    list.truncate(limit);
    let next = list.last().filter(|_| more).map(|last| {
        let after = encoded(&format!("{} {}", last.ocid, last.id));
        format!("{}/api/v1/ocds/releases?after={after}&limit={limit}", caller.here)
    });
    let given = Given {
        uri: &format!("{}{}", caller.here, caller.path),
        at: &moment(&authority.environment().now()),
        by: authority.name(),
    };
    let link = next.map(|next| [(header::LINK, format!("<{next}>; rel=\"next\""))]);
    Ok((link, Json(release_package(&given, &list).map_err(damaged)?)).into_response())
}

/// A process with its releases and what they make of it: an OCDS 1.1 record package
#[utoipa::path(
    get, path = "/api/v1/ocds/records/{ocid}", tag = "contracts",
    params(("ocid" = String, Path, description = "Its open contracting id")),
    responses((status = 200, description = "A record package", body = serde_json::Value), NotFound)
)]
pub async fn record(caller: Caller, Path(ocid): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (process, releases) = kept::contract(authority, &ocid).await?;
    let given = Given {
        uri: &format!("{}{}", caller.here, caller.path),
        at: &moment(&authority.environment().now()),
        by: authority.name(),
    };
    Ok(Json(record_package(&given, &process, &releases).map_err(damaged)?).into_response())
}
