//! The register on both kinds of database: whatever the order in which releases come in, a process is what its releases make of it; what was
//! published does not change.

use enough_commissioning::publication::ocds::{Given, packages, record_package, release_package};
use enough_commissioning::publication::{Imported, contract, contracts, import, releases};
use enough_store::audit::{Actor, Query};
use enough_store::sea_orm::ConnectionTrait;
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Authority, StoreError};
use serde_json::{Value, json};

fn release(ocid: &str, month: u32, more: Value) -> Value {
    let mut release = json!({
        "ocid": ocid, "id": format!("{ocid}-{month}"), "date": format!("2026-{month:02}-01T00:00:00Z"), "tag": ["tender"], "language": "en",
    });
    release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    release
}

fn some() -> Vec<Value> {
    let buyer = json!({ "id": "B", "name": "Brindleford Council" });
    vec![
        release(
            "ocds-a",
            1,
            json!({ "buyer": buyer, "tender": { "id": "t", "title": "After-school club, 100% of places", "status": "active", "value": { "amount": 1000.5, "currency": "GBP" } } }),
        ),
        release(
            "ocds-a",
            2,
            json!({ "tender": { "id": "t", "status": "complete" }, "awards": [{ "id": "w", "status": "active", "suppliers": [{ "id": "S", "name": "Acorns CIC" }], "value": { "amount": 900.25, "currency": "GBP" } }] }),
        ),
        release(
            "ocds-b",
            1,
            json!({ "buyer": buyer, "tender": { "id": "t", "title": "Playgroup", "status": "planned" } }),
        ),
        release(
            "ocds-a",
            3,
            json!({ "contracts": [{ "id": "c", "awardID": "w", "status": "active", "value": { "amount": 910, "currency": "GBP" } }] }),
        ),
    ]
}

async fn bring(authority: &Authority, releases: &[Value]) -> Result<Imported, StoreError> {
    let text =
        json!({ "version": "1.1", "publisher": { "name": "Example" }, "releases": releases }).to_string();
    import(authority, &Actor::service("test"), ("a.json", &packages(&text).unwrap())).await
}

#[tokio::test]
async fn a_process_is_what_its_releases_make_of_it_whatever_their_order() {
    let mut seen: Option<Value> = None;
    for reverse in [false, true] {
        for empty in Empty::each().await {
            let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
            let mut list = some();
            if reverse {
                list.reverse();
            }
            for one in &list {
                assert_eq!(bring(&authority, std::slice::from_ref(one)).await.unwrap().new, 1);
            }
            let again = bring(&authority, &list).await.unwrap();
            assert_eq!((again.new, again.known, again.processes), (0, 4, 2));
            let (process, of_a) = contract(&authority, "ocds-a").await.unwrap();
            assert_eq!(
                of_a.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
                ["ocds-a-1", "ocds-a-2", "ocds-a-3"]
            );
            assert_eq!(
                (process.status.as_str(), process.pence, process.releases),
                ("Contract running", Some(91_000), 3)
            );
            assert_eq!(
                (process.buyer.as_str(), process.suppliers().join("; ")),
                ("Brindleford Council", "Acorns CIC".to_owned())
            );
            let compiled: Value = serde_json::from_str(&process.compiled).unwrap();
            assert_eq!(compiled["tender"]["status"], "complete");
            assert_eq!(*seen.get_or_insert(compiled.clone()), compiled);
        }
    }
}

#[tokio::test]
async fn what_was_published_does_not_change() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        bring(&authority, &some()).await.unwrap();
        let (before, _) = contract(&authority, "ocds-b").await.unwrap();
        let mut other = some().remove(2);
        other["tender"]["title"] = "Something else".into();
        let done = bring(&authority, &[other, release("ocds-c", 1, json!({}))]).await.unwrap();
        assert_eq!((done.new, done.refused.len()), (1, 1));
        assert_eq!(done.refused[0].1, "ocds-b-1");
        assert_eq!(contract(&authority, "ocds-b").await.unwrap().0, before);
        let db = authority.store().read();
        for act in ["UPDATE contract_release SET content = '{}'", "DELETE FROM contract_release"] {
            let refused = db.execute_unprepared(act).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{refused}");
        }
        let log = Query { action: Some("contract-release.import".to_owned()), ..Query::default() };
        assert_eq!(authority.search(&log, 9).await.unwrap().entries.len(), 2);
    }
}

#[tokio::test]
async fn what_was_given_up_does_not_count_and_odd_amounts_are_not_added() {
    // It goes with its folder at the end.
    let empty = Empty::sqlite();
    let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
    let award = |id: &str, status: &str, amount: f64, currency: &str| json!({ "id": id, "status": status, "suppliers": [{ "id": id, "name": format!("{id}; Ltd") }], "value": { "amount": amount, "currency": currency } });
    let cases = [
        (
            json!([award("A", "cancelled", 5.0, "GBP"), award("B", "active", 7.0, "GBP")]),
            ("Awarded", Some(700), "B; Ltd"),
        ),
        (json!([award("A", "unsuccessful", 5.0, "GBP")]), ("Ended without award", None, "")),
        (
            json!([award("A", "active", 5.0, "GBP"), award("B", "active", 7.0, "EUR")]),
            ("Awarded", None, "A; Ltd|B; Ltd"),
        ),
        (json!([award("A", "active", 1e30, "GBP")]), ("Awarded", None, "A; Ltd")),
    ];
    for (at, (awards, expected)) in cases.into_iter().enumerate() {
        let ocid = format!("ocds-{at}");
        bring(&authority, &[release(&ocid, 1, json!({ "awards": awards }))]).await.unwrap();
        let (process, _) = contract(&authority, &ocid).await.unwrap();
        assert_eq!(
            (process.status.as_str(), process.pence, process.suppliers().join("|").as_str()),
            expected
        );
    }
    // The same release with its fields in another order is the same.
    let text = r#"[{"awards": [], "language": "en", "tag": ["tender"], "date": "2026-01-01T00:00:00Z", "id": "ocds-z-1", "ocid": "ocds-z"}]"#;
    bring(&authority, &[release("ocds-z", 1, json!({ "awards": [] }))]).await.unwrap();
    let again =
        import(&authority, &Actor::service("test"), ("b.json", &packages(text).unwrap())).await.unwrap();
    assert_eq!((again.known, again.refused.len()), (1, 0));
    for (bad, said) in [("ocds z", "is no ocid"), ("", "has no ocid")] {
        let error = bring(&authority, &[release(bad, 1, json!({}))]).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let mut nul = release("ocds-n", 1, json!({}));
    nul["id"] = "a\u{0}b".into();
    assert!(bring(&authority, &[nul]).await.unwrap_err().to_string().contains("NUL"));
}

#[tokio::test]
async fn releases_that_cannot_be_merged_leave_nothing_behind() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let mut list = some();
        list.push(release("ocds-a", 4, json!({ "tender": "gone" })));
        let error = bring(&authority, &list).await.unwrap_err().to_string();
        assert!(
            error.contains("ocds-a: tender is an object in one release and a value in a later one"),
            "{error}"
        );
        assert_eq!(contracts(&authority, "", (0, 10)).await.unwrap().0, 0);
        let error =
            bring(&authority, &[json!({ "ocid": "o", "date": "2026" })]).await.unwrap_err().to_string();
        assert!(error.contains("release 1 has no id"), "{error}");
    }
}

#[tokio::test]
async fn contracts_are_found_by_words_and_copied_page_by_page() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        bring(&authority, &some()).await.unwrap();
        let found = async |text: &str| {
            let (all, list) = contracts(&authority, text, (0, 10)).await.unwrap();
            assert_eq!(all as usize, list.len());
            list.into_iter().map(|one| one.ocid).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("").await, "ocds-a ocds-b", "newest first");
        assert_eq!(found("ACORNS").await, "ocds-a");
        assert_eq!(found("100%").await, "ocds-a", "a sign and not a wildcard");
        assert_eq!(found("1_0").await, "");
        assert_eq!(found("brindleford").await, "ocds-a ocds-b");
        let (mut after, mut ids) = (None::<(String, String)>, Vec::new());
        loop {
            let from = after.as_ref().map(|(ocid, id)| (ocid.as_str(), id.as_str()));
            let list = releases(&authority, from, 3).await.unwrap();
            let Some(last) = list.last() else { break };
            after = Some((last.ocid.clone(), last.id.clone()));
            ids.extend(list.iter().map(|one| one.id.clone()));
        }
        assert_eq!(ids, ["ocds-a-1", "ocds-a-2", "ocds-a-3", "ocds-b-1"]);
        let given = Given { uri: "https://host/all", at: "2026-11-22T00:00:00Z", by: "Example" };
        let list = releases(&authority, None, 9).await.unwrap();
        let package = release_package(&given, &list).unwrap();
        assert_eq!(package["releases"][3], some()[2], "as it was published");
        let (process, of_b) = contract(&authority, "ocds-b").await.unwrap();
        let record = record_package(&given, &process, &of_b).unwrap();
        assert_eq!(record["records"][0]["compiledRelease"]["tag"], json!(["compiled"]));
        assert!(contract(&authority, "ocds-x").await.is_err());
    }
}
