//! The releases of one contracting process become one: what it is now. Pure.

use serde_json::{Map, Value};

use super::error::OcdsError;
use super::exact::{are_same, order};
use super::rules::{Rule, Rules};

/// Merges releases of one process into the compiled release, oldest first.
///
/// Objects are merged field by field, lists of objects by `id` (one without `id` is always another), anything else is replaced by the later
/// value; `null` takes a single value away, and no object or list of objects. Releases are ordered by instant, where OCDS Merge orders by text;
/// of those with the same date the later one in the list is later.
///
/// # Errors
/// When a release has no `ocid` or `date`, or a field changes from one kind of value to another.
///
/// ```
/// use enough_commissioning::publication::ocds::{Rules, compile};
/// use serde_json::json;
/// let releases = [
///     json!({"ocid": "ocds-1", "id": "b", "date": "2026-02-01", "tag": ["tenderUpdate"], "tender": {"id": "t", "title": "Places"}}),
///     json!({"ocid": "ocds-1", "id": "a", "date": "2026-01-01", "tag": ["tender"], "tender": {"id": "t", "title": "?", "status": "active"}}),
/// ];
/// let compiled = compile(&releases.iter().collect::<Vec<_>>(), &Rules::for_extensions([])).unwrap();
/// assert_eq!(compiled["id"], "ocds-1-2026-02-01");
/// assert_eq!(compiled["tender"], json!({"id": "t", "title": "Places", "status": "active"}));
/// ```
pub fn compile(releases: &[&Value], rules: &Rules) -> Result<Value, OcdsError> {
    let mut dated = Vec::with_capacity(releases.len());
    for (at, release) in releases.iter().enumerate() {
        let place = || (at + 1).to_string();
        let text = |field: &'static str| {
            release
                .get(field)
                .and_then(Value::as_str)
                .ok_or_else(|| OcdsError::Field { place: place(), field })
        };
        let fields = release
            .as_object()
            .ok_or_else(|| OcdsError::Other(format!("release {} is no object", place())))?;
        dated.push((text("date")?, text("ocid")?, fields));
    }
    dated.sort_by_key(|(date, ..)| order(date));
    let mut compiled = Map::new();
    for (date, ocid, fields) in dated {
        merge(&mut compiled, fields, rules, &Path { ocid, parent: None, name: "" })?;
        compiled.insert("ocid".to_owned(), ocid.into());
        compiled.insert("id".to_owned(), format!("{ocid}-{date}").into());
        compiled.insert("date".to_owned(), date.into());
    }
    compiled.insert("tag".to_owned(), Value::from(vec!["compiled"]));
    Ok(Value::Object(compiled))
}

/// Where in a release, for what is said of it.
struct Path<'a> {
    ocid: &'a str,
    parent: Option<&'a Path<'a>>,
    name: &'a str,
}

impl Path<'_> {
    fn text(&self) -> String {
        match self.parent {
            Some(parent) if !parent.name.is_empty() => format!("{}/{}", parent.text(), self.name),
            _ => self.name.to_owned(),
        }
    }

    fn changes(&self, before: &Value, after: &Value) -> OcdsError {
        let kind = |value: &Value| match value {
            Value::Object(_) => "an object",
            Value::Array(list) if is_of_objects(list) => "a list of objects",
            Value::Array(_) => "a list",
            _ => "a value",
        };
        OcdsError::Kind {
            ocid: self.ocid.to_owned(),
            field: self.text(),
            before: kind(before),
            after: kind(after),
        }
    }
}

fn is_of_objects(list: &[Value]) -> bool {
    list.iter().all(Value::is_object)
}

/// Whether anything is said in a value: empty objects and lists say nothing.
fn says_something(value: &Value, rules: Option<&Rules>) -> bool {
    let rule = rules.and_then(|rules| rules.rule);
    match value {
        _ if rule == Some(Rule::Omit) => false,
        _ if rule == Some(Rule::Replace) => true,
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| says_something(value, rules.and_then(|rules| rules.within(name)))),
        Value::Array(list) if is_of_objects(list) => list.iter().any(|item| says_something(item, rules)),
        _ => true,
    }
}

fn merge(
    into: &mut Map<String, Value>,
    from: &Map<String, Value>,
    rules: &Rules,
    path: &Path<'_>,
) -> Result<(), OcdsError> {
    static NONE: Rules = Rules { rule: None, fields: std::collections::BTreeMap::new() };
    for (name, value) in from {
        let within = rules.within(name);
        if !says_something(value, within) {
            continue;
        }
        let replaced = within.is_some_and(|rules| rules.rule == Some(Rule::Replace));
        let path = Path { ocid: path.ocid, parent: Some(path), name };
        let rules = within.unwrap_or(&NONE);
        match value {
            Value::Object(fields) if !replaced => {
                let place = into.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                match place {
                    Value::Object(place) => merge(place, fields, rules, &path)?,
                    other => return Err(path.changes(other, value)),
                }
            }
            Value::Array(list) if !replaced && is_of_objects(list) => {
                let place = into.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
                match place {
                    Value::Array(place) if is_of_objects(place) => merge_by_id(place, list, rules, &path)?,
                    other => return Err(path.changes(other, value)),
                }
            }
            Value::Null => match into.get(name) {
                // It takes away a value, not what objects say.
                Some(Value::Object(_)) => {}
                Some(Value::Array(list)) if !replaced && is_of_objects(list) => {}
                _ => {
                    into.shift_remove(name);
                }
            },
            _ => match into.get(name) {
                Some(before @ Value::Object(_)) if !replaced => return Err(path.changes(before, value)),
                Some(before @ Value::Array(list)) if !replaced && !list.is_empty() && is_of_objects(list) => {
                    return Err(path.changes(before, value));
                }
                _ => {
                    into.insert(name.clone(), value.clone());
                }
            },
        }
    }
    Ok(())
}

/// Objects with the same `id` are one; those without are each another.
fn merge_by_id(
    into: &mut Vec<Value>,
    from: &[Value],
    rules: &Rules,
    path: &Path<'_>,
) -> Result<(), OcdsError> {
    for item in from.iter().filter(|item| says_something(item, Some(rules))) {
        let Value::Object(fields) = item else { continue };
        let id = fields.get("id");
        let same = id.and_then(|id| {
            into.iter().position(|known| known.get("id").is_some_and(|known| is_same(known, id)))
        });
        let at = same.unwrap_or_else(|| {
            into.push(Value::Object(Map::new()));
            into.len() - 1
        });
        if let Value::Object(place) = &mut into[at] {
            // The id stays as it was first written.
            let before = place.get("id").cloned();
            merge(place, fields, rules, path)?;
            if let Some(id) = before {
                place.insert("id".to_owned(), id);
            }
        }
    }
    Ok(())
}

/// Ids are compared as text: 1 and "1" are the same.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one == other,
        (Value::String(text), Value::Number(number)) | (Value::Number(number), Value::String(text)) => {
            number.to_string() == *text
        }
        (Value::Number(one), Value::Number(other)) => are_same(one, other),
        _ => one == other,
    }
}
