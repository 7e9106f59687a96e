//! Files of releases: release packages, record packages with releases, lists of releases, releases; one of them, or one a line.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::OcdsError;
use super::rules::Rules;

/// Releases that were published together.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The addresses of the extensions that it declares.
    pub extensions: Vec<String>,
    /// Who published it, if it says so.
    pub publisher: Option<String>,
    /// Under which licence, if it says so.
    pub license: Option<String>,
    /// The releases.
    pub releases: Vec<Value>,
}

impl Package {
    fn of(releases: Vec<Value>) -> Self {
        Self { extensions: Vec::new(), publisher: None, license: None, releases }
    }

    /// A package, or what stands for one.
    fn read(value: Value) -> Result<Self, OcdsError> {
        let other = |what: &str| OcdsError::Other(what.to_owned());
        let mut fields = match value {
            Value::Array(list) => return Ok(Self::of(list)),
            Value::Object(fields) => fields,
            _ => return Err(other("neither a release nor a package of releases")),
        };
        let releases = match (fields.remove("releases"), fields.remove("records")) {
            (Some(Value::Array(list)), _) => list,
            (Some(_), _) => return Err(other("releases is no list")),
            (None, Some(Value::Array(records))) => releases_of(records)?,
            (None, Some(_)) => return Err(other("records is no list")),
            (None, None) if fields.contains_key("ocid") => return Ok(Self::of(vec![Value::Object(fields)])),
            (None, None) => {
                return Err(other(
                    "neither a release nor a package of releases: it has no ocid, releases or records",
                ));
            }
        };
        if let Some(version) = fields.get("version").and_then(Value::as_str)
            && !version.starts_with("1.1")
        {
            return Err(OcdsError::Other(format!("version {version} of the standard: only 1.1 is read")));
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let extensions = fields
            .get("extensions")
            .and_then(Value::as_array)
            .map_or_else(Vec::new, |list| list.iter().filter_map(|one| text(Some(one))).collect());
        let publisher = text(fields.get("publisher").and_then(|publisher| publisher.get("name")));
        Ok(Self { extensions, publisher, license: text(fields.get("license")), releases })
    }
}

/// The releases inside records; those that are only linked to are not here.
fn releases_of(records: Vec<Value>) -> Result<Vec<Value>, OcdsError> {
    let mut releases = Vec::new();
    for mut record in records {
        let inside = record.get_mut("releases").map(Value::take);
        let Some(Value::Array(list)) = inside else {
            return Err(OcdsError::Other("a record has no list of releases".to_owned()));
        };
        if list.iter().any(|release| release.get("ocid").is_none()) {
            let what = "a record links to releases and does not hold them; give the release packages";
            return Err(OcdsError::Other(what.to_owned()));
        }
        releases.extend(list);
    }
    Ok(releases)
}

/// The packages of a file, in its order.
///
/// # Errors
/// When the text is no JSON, or something else than releases.
pub fn packages(text: &str) -> Result<Vec<Package>, OcdsError> {
    let mut list = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|error| OcdsError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        list.push(Package::read(value)?);
    }
    if list.is_empty() {
        return Err(OcdsError::Other("the file is empty".to_owned()));
    }
    Ok(list)
}

/// The releases of each contracting process, in the order of the packages, and the rules by which they are merged: those of every
/// extension that any of the packages declares.
///
/// # Errors
/// When a release has no `ocid`.
pub fn processes(packages: &[Package]) -> Result<(BTreeMap<&str, Vec<&Value>>, Rules), OcdsError> {
    let extensions = packages.iter().flat_map(|package| &package.extensions).map(String::as_str);
    let rules = Rules::for_extensions(extensions);
    let mut processes: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (at, release) in packages.iter().flat_map(|package| &package.releases).enumerate() {
        let ocid = release.get("ocid").and_then(Value::as_str);
        let ocid = ocid.ok_or_else(|| OcdsError::Field { place: (at + 1).to_string(), field: "ocid" })?;
        processes.entry(ocid).or_default().push(release);
    }
    Ok((processes, rules))
}
