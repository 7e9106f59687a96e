//! Files that pages need, under names that change with them.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::path::Path;
use crate::problem::Problem;
use crate::shown::takes_gzip;

/// Where the styles are.
pub const STYLES: &str = env!("STYLES");
/// Where the styles of the map are.
pub const MAP_STYLES: &str = env!("MAP_STYLES");
/// Where the library of the map is.
pub const MAP_LIBRARY: &str = env!("MAP_LIBRARY");
/// Where the part of it is that runs beside the page.
pub const MAP_WORKER: &str = env!("MAP_WORKER");
/// Where the script is that draws the map.
pub const MAP_SCRIPT: &str = env!("MAP_SCRIPT");

/// Where the script is that asks for passkeys.
pub const PASSKEY_SCRIPT: &str = env!("PASSKEY_SCRIPT");

/// A file: address, type, content as it is and compressed.
type File = (&'static str, &'static str, &'static [u8], &'static [u8]);

macro_rules! file {
    ($key:literal, $kind:literal) => {
        (
            env!($key),
            $kind,
            include_bytes!(concat!(env!("OUT_DIR"), "/", $key)),
            include_bytes!(concat!(env!("OUT_DIR"), "/", $key, ".gz")),
        )
    };
}

const FILES: [File; 6] = [
    file!("STYLES", "text/css; charset=utf-8"),
    file!("MAP_STYLES", "text/css; charset=utf-8"),
    file!("MAP_LIBRARY", "text/javascript; charset=utf-8"),
    file!("MAP_WORKER", "text/javascript; charset=utf-8"),
    file!("MAP_SCRIPT", "text/javascript; charset=utf-8"),
    file!("PASSKEY_SCRIPT", "text/javascript; charset=utf-8"),
];

/// What changes its name with its content may be kept for good.
const KEEP: &str = "public, max-age=31536000, immutable";

/// Hands out a file.
pub async fn show(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    if name == "icon.svg" {
        let about =
            [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
        return Ok((about, include_str!("../assets/icon.svg")).into_response());
    }
    let file = FILES.iter().find(|(address, ..)| address.strip_prefix("/assets/") == Some(&name));
    let (_, kind, content, small) = file.ok_or(Problem::NotFound)?;
    let about =
        [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, KEEP), (header::VARY, "accept-encoding")];
    if takes_gzip(&headers) {
        return Ok((about, [(header::CONTENT_ENCODING, "gzip")], *small).into_response());
    }
    Ok((about, *content).into_response())
}
