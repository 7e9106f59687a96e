//! Where the service is, as others name it.

use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::app::App;

/// The beginning of its addresses: the public one, or the one that was asked for.
pub fn here(app: &App, parts: &Parts) -> String {
    let settings = app.settings();
    if let Some(site) = &settings.site {
        return site.origin.trim_end_matches('/').to_owned();
    }
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(Authority::as_str)).unwrap_or("localhost");
    format!("{}://{host}", if settings.https { "https" } else { "http" })
}
