//! Databases that an earlier program made are brought forward with all that is in them.

use std::collections::BTreeSet;
use std::path::Path;

use enough_store::Environment;
use enough_store::accounts::{OrganisationDraft, OrganisationKind};
use enough_store::audit::Actor;
use enough_store::backup::restore;
use enough_store::testing::{AUTHORITY, Empty};
use sea_orm::{ConnectionTrait, Statement};

#[tokio::test]
async fn what_an_earlier_program_kept_is_there_and_can_be_gone_on_with() {
    for (empty, name) in Empty::each().await.into_iter().zip(["sqlite", "postgres"]) {
        let backup = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/previous/{name}.backup"));
        // Restoring proves the log whole, after the migrations.
        restore(&backup, &empty.address, Empty::keys(), Environment::system()).await.unwrap();
        let store = empty.store().await;
        let (code, title) = store.authorities().await.unwrap().remove(0);
        assert_eq!(code, AUTHORITY);
        let authority = store.authority(&code, &title).await.unwrap();
        assert_eq!(authority.people().await.unwrap().len(), 11);
        let ask = |question: &str| Statement::from_string(store.read().get_database_backend(), question);
        let row = store
            .read()
            .query_one_raw(ask("SELECT count(*) AS areas, max(history) AS history FROM area"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.try_get::<i64>("", "areas").unwrap(), 135);
        assert_eq!(row.try_get::<String>("", "history").unwrap(), "[]");
        // Single grades of before stand on their own scale with their day, assumed places are marked, and the one market is in the list.
        let rows = async |question: &str| store.read().query_all_raw(ask(question)).await.unwrap();
        let (mut grades, mut assumed) = (BTreeSet::new(), 0);
        for row in rows("SELECT judgements, places, counted, places_are, kind FROM setting").await {
            let text = |column: &str| row.try_get::<String>("", column).unwrap();
            let said: serde_json::Value = serde_json::from_str(&text("judgements")).unwrap();
            if let Some(grade) = said.get("grade") {
                grades.insert(grade["is"].as_str().unwrap().to_owned());
                let on = &grade["on"];
                assert!(on.is_null() || on.as_str().unwrap().parse::<chrono::NaiveDate>().is_ok(), "{said}");
            }
            let number = |column: &str| row.try_get::<f64>("", column).unwrap();
            assert_eq!(number("counted"), number("places"));
            let is_assumed = text("places_are") == "assumed";
            assert!(!is_assumed || text("kind") == "school nursery");
            assumed += usize::from(is_assumed);
        }
        assert!(assumed > 0);
        assert_eq!(Vec::from_iter(grades), ["good", "outstanding", "requires-improvement"]);
        for row in rows("SELECT market, markets, children FROM area").await {
            let markets: serde_json::Value =
                serde_json::from_str(&row.try_get::<String>("", "markets").unwrap()).unwrap();
            let market = row.try_get::<Option<i32>>("", "market").unwrap();
            assert_eq!(markets[0]["number"].as_i64(), market.map(i64::from));
            assert_eq!(markets.as_array().unwrap().len(), usize::from(market.is_some()));
        }
        let before = authority.verify(&[]).await.unwrap().unwrap().size;
        let draft = OrganisationDraft { name: "A school".to_owned(), kind: OrganisationKind::School };
        authority.add_organisation(&Actor::service("test"), &draft).await.unwrap();
        let person = authority.people().await.unwrap().remove(0);
        assert!(authority.access_keys(&person).await.unwrap().is_empty());
        assert!(authority.passkeys(&person.id).await.unwrap().is_empty());
        assert_eq!(authority.verify(&[]).await.unwrap().unwrap().size, before + 1);
    }
}
