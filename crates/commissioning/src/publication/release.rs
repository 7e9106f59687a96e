//! How what everybody may know of a process becomes a release: the part that is the same for tenders, agreements and frameworks.
//!
//! What a process is for everybody is one value, its projection. Whenever the projection is another than the one published last, it is
//! published whole as a release; so what the releases make of the process is what the database says, whatever step was forgotten.

use chrono::SecondsFormat;
use enough_store::accounts::{Organisation, OrganisationKind};
use enough_store::{Authority, Result, StoreError};
use serde_json::{Map, Value, json};

use super::ocds::Package;
use super::register::{contract, import_in};
use crate::providers::{Profile, Provider, Scheme};

/// The extensions that our releases use.
const EXTENSIONS: [&str; 6] = [
    "https://standard.open-contracting.org/profiles/eu/latest/en/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_suitability_extension/master/extension.json",
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_enquiry_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_budget_breakdown_extension/master/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_performance_failures_extension/master/extension.json",
];

/// Our own extension: which objectives of which plans a process serves, and whether a measure is of all children or of those of one
/// service. The service publishes it itself: the path of its folder, and its files by name.
pub const OUTCOMES: (&str, [(&str, &str); 2]) = (
    "/ocds_outcomes_extension/main",
    [
        ("extension.json", include_str!("../../../../reference/ocds_outcomes_extension/extension.json")),
        (
            "release-schema.json",
            include_str!("../../../../reference/ocds_outcomes_extension/release-schema.json"),
        ),
    ],
);

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The prefix of ocids that the Open Contracting Partnership gave the publisher.
    pub prefix: String,
    /// The scheme and id of the buyer in a register of organisations, such as `GB-LAE` and `MAN`, if it is known.
    pub buyer: Option<(String, String)>,
    /// The address of the service, without a slash at its end.
    pub site: String,
}

impl Publisher {
    /// The name of a process for good.
    pub fn ocid(&self, authority: &Authority, id: &str) -> String {
        format!("{}-{}-{id}", self.prefix, authority.code().to_lowercase())
    }

    /// The address of our own extension: where the service publishes it. What runs on one machine for a look, without an address that others
    /// can ask, names the place that the project has in the world of examples.
    fn outcomes(&self) -> String {
        let site = if self.site.starts_with("https://") { &self.site } else { "https://example.org/enough" };
        format!("{site}{}/extension.json", OUTCOMES.0)
    }

    /// The authority as releases refer to it.
    pub(super) fn buyer_id(&self, authority: &Authority) -> String {
        self.buyer
            .as_ref()
            .map_or_else(|| authority.code().to_owned(), |(scheme, id)| format!("{scheme}-{id}"))
    }

    /// The authority as a party that buys.
    pub(super) fn party(&self, authority: &Authority, contact: &str) -> Value {
        let mut buyer = json!({
            "id": self.buyer_id(authority),
            "name": authority.name(),
            "contactPoint": { "email": contact },
            "roles": ["buyer", "procuringEntity"],
        });
        if let Some((scheme, id)) = &self.buyer {
            buyer["identifier"] = json!({ "scheme": scheme, "id": id, "legalName": authority.name() });
        }
        buyer
    }
}

/// The id of a party.
pub(super) fn party_id(organisation: &str) -> String {
    format!("ENOUGH-{organisation}")
}

/// Puts the numbers and the size that a supplier gave into its party. The first number names it, the others are beside it.
fn registered(party: &mut Value, profile: &Profile) {
    let identifier = |(scheme, number): &(Scheme, String)| json!({ "scheme": scheme.key(), "id": number });
    // Of Ofsted's numbers there is no list in the register of lists.
    let mut numbers = profile.numbers.iter().filter(|(scheme, _)| *scheme != Scheme::Ofsted).map(identifier);
    if let Some(first) = numbers.next() {
        party["identifier"] = first;
    }
    let others: Vec<Value> = numbers.collect();
    if !others.is_empty() {
        party["additionalIdentifiers"] = json!(others);
    }
    if let Some(scale) = profile.scale() {
        party["details"]["scale"] = json!(scale);
    }
}

/// An organisation as a party that supplies.
pub(super) fn supplier(of: &Organisation, roles: &[&str], providers: &[Provider]) -> Value {
    let mut party = json!({
        "id": party_id(&of.id), "name": of.name, "roles": roles,
        "details": { "vcse": of.kind == OrganisationKind::Voluntary },
    });
    if let Some(known) = providers.iter().find(|known| known.organisation.id == of.id) {
        registered(&mut party, &known.profile);
    }
    party
}

/// What every process says first.
pub(super) fn head(authority: &Authority, publisher: &Publisher, id: &str) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("ocid".to_owned(), json!(publisher.ocid(authority, id)));
    all.insert("initiationType".to_owned(), json!("tender"));
    all.insert("language".to_owned(), json!("en"));
    let buyer = json!({ "id": publisher.buyer_id(authority), "name": authority.name() });
    all.insert("buyer".to_owned(), buyer);
    all
}

/// Takes away objects that say nothing: what a merge leaves of one that was taken back.
fn without_empty(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_empty);
            fields.retain(|_, one| one.as_object().is_none_or(|one| !one.is_empty()));
        }
        Value::Array(list) => list.iter_mut().for_each(without_empty),
        _ => {}
    }
}

/// Says of what a release does not say any more that it is nothing: what a merge does not find stays. What is in a list stays in it.
fn take_back(before: &Map<String, Value>, after: &mut Map<String, Value>) {
    for (field, was) in before {
        match (was, after.get_mut(field)) {
            // An object goes when each of its fields does.
            (Value::Object(was), None) => {
                let mut nothing = Map::new();
                take_back(was, &mut nothing);
                after.insert(field.clone(), Value::Object(nothing));
            }
            (_, None) => {
                after.insert(field.clone(), Value::Null);
            }
            (Value::Object(was), Some(Value::Object(is))) => take_back(was, is),
            (Value::Array(was), Some(Value::Array(is))) => {
                for one in is.iter_mut().filter_map(Value::as_object_mut) {
                    let same =
                        was.iter().find(|was| was.get("id").is_some() && was.get("id") == one.get("id"));
                    if let Some(same) = same.and_then(Value::as_object) {
                        take_back(same, one);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Puts what is in lists into the order in which merged releases have it: those that are there already first, in their order. The order in
/// which things were said is no difference.
fn in_order_of(before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (field, value) in after.iter_mut() {
                if let Some(was) = before.get(field) {
                    in_order_of(was, value);
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            let at = |one: &Value| {
                let id = one.get("id")?;
                before.iter().position(|was| was.get("id") == Some(id))
            };
            // New ones stay behind, in the order that they have.
            after.sort_by_key(|one| at(one).unwrap_or(usize::MAX));
            for one in after {
                if let Some(at) = at(one) {
                    in_order_of(&before[at], one);
                }
            }
        }
        _ => {}
    }
}

/// What is left of a list that is said no more: the ids of what was in it, and of what was in lists of that; nothing of other lists.
fn only_ids(list: &Value) -> Option<Value> {
    let left = |of: &Value| {
        let mut left = json!({ "id": of.get("id")? });
        for (field, list) in of.as_object()? {
            if let Some(list) = only_ids(list) {
                left[field] = list;
            }
        }
        Some(left)
    };
    let left: Vec<Value> = list.as_array()?.iter().filter_map(left).collect();
    (!left.is_empty()).then(|| json!(left))
}

/// Keeps the ids of what is not in a list any more: a merge takes nothing out of a list, but what was said of it can be taken back. For
/// plans, which change; what was bought does not.
fn keep_ids(before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (field, was) in before {
                if let Some(is) = after.get_mut(field) {
                    keep_ids(was, is);
                } else if let Some(left) = only_ids(was) {
                    after.insert(field.clone(), left);
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for was in before.iter().filter(|was| was.get("id").is_some()) {
                match after.iter_mut().find(|is| is.get("id") == was.get("id")) {
                    Some(is) => keep_ids(was, is),
                    None => after.extend(only_ids(&json!([was])).and_then(|left| left.get(0).cloned())),
                }
            }
        }
        _ => {}
    }
}

/// The field of what was published before; nothing, if it was not there.
pub(super) fn field<'a>(value: Option<&'a Value>, name: &str) -> &'a Value {
    value.and_then(|value| value.get(name)).unwrap_or(&Value::Null)
}

/// Publishes a projection as a release and ends the change, if it is another than the one that was published last. Gives whether it was.
/// The tags are told by what was published before and what is now.
pub(super) async fn release(
    (mut change, authority): (enough_store::Change, &Authority),
    (publisher, id): (&Publisher, &str),
    projection: Map<String, Value>,
    tags: impl FnOnce(Option<&Value>, &Value) -> Vec<&'static str>,
) -> Result<bool> {
    let (before, number) = match contract(authority, &publisher.ocid(authority, id)).await {
        Ok((process, releases)) => {
            let compiled: Value = serde_json::from_str(&process.compiled)
                .map_err(|error| StoreError::Damaged(format!("a compiled release: {error}")))?;
            (Some(compiled), releases.len())
        }
        Err(StoreError::NotFound(_)) => (None, 0),
        Err(other) => return Err(other),
    };
    let before = before.map(|mut before| {
        if let Some(before) = before.as_object_mut() {
            before.retain(|field, _| !["id", "date", "tag"].contains(&field.as_str()));
        }
        without_empty(&mut before);
        before
    });
    let mut after = Value::Object(projection);
    if let Some(before) = &before {
        in_order_of(before, &mut after);
    }
    if let (Some(was), Some(is)) =
        (before.as_ref().and_then(|before| before.get("planning")), after.get_mut("planning"))
    {
        keep_ids(was, is);
    }
    if before.as_ref() == Some(&after) {
        return Ok(false);
    }
    let tags = tags(before.as_ref(), &after);
    let Value::Object(mut release) = after else { return Ok(false) };
    if let Some(before) = before.as_ref().and_then(Value::as_object) {
        take_back(before, &mut release);
    }
    release.insert("id".to_owned(), json!(format!("{id}-{:04}", number + 1)));
    // To the microsecond, so that releases of one second stay in their order.
    release.insert("date".to_owned(), json!(change.now().to_rfc3339_opts(SecondsFormat::Micros, true)));
    release.insert("tag".to_owned(), json!(tags));
    let package = Package {
        extensions: EXTENSIONS.iter().map(ToString::to_string).chain([publisher.outcomes()]).collect(),
        publisher: Some(authority.name().to_owned()),
        license: Some("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/".to_owned()),
        releases: vec![Value::Object(release)],
    };
    import_in(&mut change, authority, ("own", &[package])).await?;
    change.commit().await?;
    Ok(true)
}
