//! Packages as they are given out.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::error::OcdsError;
use crate::publication::{Process, Release};

/// Who gives a package out, when, and at which address.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Its address.
    pub uri: &'a str,
    /// When it is given out (RFC 3339).
    pub at: &'a str,
    /// Who gives it out.
    pub by: &'a str,
}

fn parsed(text: &str) -> Result<Value, OcdsError> {
    serde_json::from_str(text)
        .map_err(|error| OcdsError::Other(format!("a release that was kept is no JSON: {error}")))
}

/// What packages have in common.
fn package(given: &Given<'_>, releases: &[Release]) -> Result<Map<String, Value>, OcdsError> {
    let mut extensions: BTreeSet<String> = BTreeSet::new();
    for release in releases {
        if let Value::Array(list) = parsed(&release.extensions)? {
            extensions.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
        }
    }
    let mut package = Map::new();
    package.insert("uri".to_owned(), given.uri.into());
    package.insert("version".to_owned(), "1.1".into());
    if !extensions.is_empty() {
        package.insert("extensions".to_owned(), extensions.into_iter().collect());
    }
    package.insert("publishedDate".to_owned(), given.at.into());
    package.insert("publisher".to_owned(), json!({ "name": given.by }));
    let licenses: BTreeSet<&str> = releases.iter().map(|release| release.license.as_str()).collect();
    // Of several licences none is that of the whole.
    if let [license] = licenses.into_iter().collect::<Vec<_>>()[..]
        && !license.is_empty()
    {
        package.insert("license".to_owned(), license.into());
    }
    Ok(package)
}

/// Releases as they were published.
///
/// # Errors
/// When a release that was kept is damaged.
pub fn release_package(given: &Given<'_>, releases: &[Release]) -> Result<Value, OcdsError> {
    let mut package = package(given, releases)?;
    let list: Result<Vec<Value>, OcdsError> =
        releases.iter().map(|release| parsed(&release.content)).collect();
    package.insert("releases".to_owned(), list?.into());
    Ok(Value::Object(package))
}

/// A process: its releases, and what they make of it.
///
/// # Errors
/// When a record that was kept is damaged.
pub fn record_package(
    given: &Given<'_>,
    process: &Process,
    releases: &[Release],
) -> Result<Value, OcdsError> {
    let mut package = package(given, releases)?;
    let list: Result<Vec<Value>, OcdsError> =
        releases.iter().map(|release| parsed(&release.content)).collect();
    let record = json!({
        "ocid": process.ocid,
        "releases": list?,
        "compiledRelease": parsed(&process.compiled)?,
    });
    package.insert("records".to_owned(), vec![record].into());
    Ok(Value::Object(package))
}
