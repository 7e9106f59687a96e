//! For those who watch the service: is it well, and how much is in it?

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_store::audit::Query;

use crate::caller::Caller;
use crate::problem::Problem;

/// Whether the database answers.
pub async fn health(caller: Caller) -> Response {
    match caller.app.authority().search(&Query::default(), 1).await {
        Ok(_) => (StatusCode::OK, "{\"status\":\"well\"}\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "{\"status\":\"the database does not answer\"}\n")
                .into_response()
        }
    }
}

/// Counts and times in the text format of Prometheus.
pub async fn metrics(caller: Caller) -> Result<Response, Problem> {
    let page = caller.app.authority().search(&Query::default(), 1).await?;
    let watch = caller.app.watch();
    watch.entries.set(page.entries.first().map_or(0, |entry| entry.position as i64 + 1));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], watch.text()).into_response())
}
