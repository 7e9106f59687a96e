//! Where the service is, as others name it.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::caller::Caller;
use crate::problem::Problem;

/// The beginning of its addresses: the public one, or the one that was asked for.
pub struct Here(pub String);

impl<S: Sync> FromRequestParts<S> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let settings = caller.app.settings();
        if let Some(site) = &settings.site {
            return Ok(Self(site.origin.trim_end_matches('/').to_owned()));
        }
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(Authority::as_str)).unwrap_or("localhost");
        Ok(Self(format!("{}://{host}", if settings.https { "https" } else { "http" })))
    }
}
