//! The body of a request as JSON; what is wrong with it is said in full.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

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
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Problem::Wrong(format!("The body cannot be read: {error}.")))
    }
}

/// A whole number, also if it is written with a point: to JSON schemas 1.0 is an integer.
pub fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<i32, D::Error> {
    let number = f64::deserialize(from)?;
    let is_whole = number.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
    if is_whole { Ok(number as i32) } else { Err(D::Error::custom("a whole number of 32 bits is expected")) }
}

/// A text without NUL, which PostgreSQL keeps none of and nobody types.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(String::deserialize(from)?.replace('\0', ""))
}
