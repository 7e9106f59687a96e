//! The body of a request as JSON; what is wrong with it is said in full.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A body that was understood.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next());
        if kind.map(str::trim) != Some("application/json") {
            return Err(Problem::Wrong("The body must be application/json.".to_owned()));
        }
        let body = Bytes::from_request(request, state).await;
        let body =
            body.map_err(|_| Problem::Wrong("What was sent is too long, or was cut off.".to_owned()))?;
        // PostgreSQL keeps no NUL in text.
        if body.windows(6).any(|six| six == b"\\u0000") {
            return Err(Problem::Wrong("The body has a NUL in it.".to_owned()));
        }
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Problem::Wrong(format!("The body cannot be read: {error}.")))
    }
}
