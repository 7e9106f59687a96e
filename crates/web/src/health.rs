//! For those who watch the service: is it well, and how much is in it?

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_store::audit::Query;

use crate::caller::Caller;
use crate::problem::Problem;

/// Whether the database answers and keeps what is written to it.
pub async fn health(caller: Caller) -> Response {
    let (status, said) = match caller.app.presence().is_well(caller.app.authority().store()).await {
        Ok(()) => (StatusCode::OK, "well"),
        Err(what) => (StatusCode::SERVICE_UNAVAILABLE, what),
    };
    (status, format!("{{\"status\":\"{said}\"}}\n")).into_response()
}

/// Counts and times in the text format of Prometheus.
pub async fn metrics(caller: Caller) -> Result<Response, Problem> {
    let page = caller.app.authority().search(&Query::default(), 1).await?;
    let watch = caller.app.watch();
    watch.entries.set(page.entries.first().map_or(0, |entry| entry.position as i64 + 1));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], watch.text()).into_response())
}
