//! For those who watch the service: is it well, and how much is in it?

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use enough_store::audit::Query;

use crate::caller::Caller;

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

/// Counts in the text format of Prometheus.
pub async fn metrics(caller: Caller) -> Response {
    let page = caller.app.authority().search(&Query::default(), 1).await;
    let entries = page.ok().map_or(0, |page| page.entries.first().map_or(0, |entry| entry.position + 1));
    let text = format!(
        "# HELP enough_up Whether the service answers.\n# TYPE enough_up gauge\nenough_up 1\n\
         # HELP enough_audit_entries_total Entries of the audit log.\n# TYPE enough_audit_entries_total counter\n\
         enough_audit_entries_total {entries}\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
