//! The styles, under a name that changes with them.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// The name of the styles.
pub const STYLES: &str = env!("STYLES_NAME");

const KEEP: &str = "public, max-age=31536000, immutable";

/// Hands out a file.
pub async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let styles = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
    match name.as_str() {
        STYLES => {
            Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, KEEP)], styles)
                .into_response())
        }
        "icon.svg" => {
            let icon = include_str!("../assets/icon.svg");
            Ok((
                [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")],
                icon,
            )
                .into_response())
        }
        _ => Err(Problem::NotFound),
    }
}
