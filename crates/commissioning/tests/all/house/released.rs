//! Invariant 13: what our releases make, merged, is what the database says.

use chrono::Duration;
use enough_commissioning::publication::{
    Publisher, Release, contract, publish_agreement, publish_intention, publish_members, publish_tender,
};
use enough_store::StoreError;
use serde_json::Value;

use super::House;

/// Who publishes.
pub fn publisher() -> Publisher {
    Publisher {
        prefix: "ocds-zzzzzz".to_owned(),
        buyer: Some(("GB-LAE".to_owned(), "BSS".to_owned())),
        site: "https://example.org/enough".to_owned(),
    }
}

/// Takes away what a release says is nothing any more: what was taken back.
fn without_nothing(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_nothing);
            fields.retain(|_, one| !one.is_null() && one.as_object().is_none_or(|one| !one.is_empty()));
        }
        Value::Array(list) => list.iter_mut().for_each(without_nothing),
        _ => {}
    }
}

/// What is published: a plan, a tender, an agreement without one, a framework.
#[derive(Clone, Copy)]
pub enum What {
    Plan,
    Tender,
    Agreement,
    Framework,
}

/// Publishes what is new; gives the tags of the newest release, or nothing where nothing was new.
pub async fn published(
    house: &House,
    publisher: &Publisher,
    (what, id): (What, &str),
) -> Option<Vec<String>> {
    let (authority, actor) = (&house.authority, house.actor("ann"));
    let ocid = format!("ocds-zzzzzz-e06999001-{id}");
    let before: Vec<Release> = match contract(authority, &ocid).await {
        Ok((_, releases)) => releases,
        Err(StoreError::NotFound(_)) => Vec::new(),
        Err(other) => panic!("{other}"),
    };
    let publish_now = async || match what {
        What::Plan => publish_intention(authority, actor, publisher, id).await.unwrap(),
        What::Tender => publish_tender(authority, actor, publisher, id).await.unwrap(),
        What::Agreement => publish_agreement(authority, actor, publisher, id).await.unwrap(),
        What::Framework => publish_members(authority, actor, publisher, id).await.unwrap(),
    };
    let made = usize::from(publish_now().await);
    assert!(!publish_now().await, "what did not change is not published again");
    if made == 0 && before.is_empty() {
        return None;
    }
    let (process, releases) = contract(authority, &ocid).await.unwrap();
    assert_eq!(releases[..before.len()], before[..], "releases do not change");
    assert_eq!(releases.len(), before.len() + made);
    let last: Value = serde_json::from_str(&releases.last().unwrap().content).unwrap();
    let mut compiled: Value = serde_json::from_str(&process.compiled).unwrap();
    let mut projection = last.clone();
    for value in [&mut compiled, &mut projection] {
        for field in ["id", "date", "tag"] {
            value.as_object_mut().unwrap().remove(field);
        }
    }
    without_nothing(&mut projection);
    without_nothing(&mut compiled);
    assert_eq!(compiled, projection, "the releases make what the database says");
    house.clock.pass(Duration::minutes(1));
    (made > 0).then(|| serde_json::from_value(last["tag"].clone()).unwrap())
}
