//! What whoever can write to the database, or read the log, learns of sealed bids: nothing before they are opened; and what is changed is
//! found.

use crate::house::{House, passphrase, refused};
use chrono::Duration;
use enough_commissioning::tenders::{
    SubmissionState, bind_boxes, fingerprint, give_share, keep_opener_key, publish, reconfirm, submissions,
    submit, tender, withdraw,
};
use enough_store::StoreError;
use enough_store::audit::{Actor, Entry, Query};
use enough_store::sea_orm::{ConnectionTrait, DbBackend};

/// Writes into the database past the service, as somebody would who has it in his hands.
async fn write(house: &House, table: &str, sql: &str) {
    let db = house.authority.store().read();
    if db.get_database_backend() == DbBackend::Sqlite {
        for act in ["UPDATE", "DELETE"] {
            db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {table}_no_{act}")).await.unwrap();
        }
    } else {
        db.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL")).await.unwrap();
    }
    assert_eq!(db.execute_unprepared(sql).await.unwrap().rows_affected(), 1, "{sql}");
}

async fn published(house: &House) -> String {
    let id = house.approved().await;
    publish(&house.authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
    id
}

async fn bid(house: &House, id: &str, name: &str, pounds: i64) -> Result<String, StoreError> {
    let of = (id, house.organisation(name));
    let content = house.bid(id, &[1], pounds, "Known").await;
    submit(&house.authority, house.actor(name), of, &content).await.map(|receipt| receipt.id)
}

/// Lets two openers open the bids, after the closing time.
async fn open(house: &House, id: &str) {
    house.clock.pass(Duration::days(61));
    for name in ["cat", "dan"] {
        give_share(&house.authority, house.actor(name), id, &passphrase(name)).await.unwrap();
    }
}

async fn log(house: &House) -> Vec<Entry> {
    let mut entries = house.authority.search(&Query::default(), 1000).await.unwrap().entries;
    entries.reverse();
    entries
}

#[tokio::test]
async fn the_log_tells_neither_who_bids_nor_how_many_before_they_are_opened() {
    // The same tender, in one with bids and in one without: what everybody who reads the log sees is the same.
    let mut seen = Vec::new();
    for has_bids in [true, false] {
        for house in House::each().await {
            let id = published(&house).await;
            let before = log(&house).await.len();
            let (authority, service) = (&house.authority, Actor::service("test"));
            for hour in 0..4 {
                if has_bids && hour == 1 {
                    bid(&house, &id, "kim", 200_000).await.unwrap();
                    bid(&house, &id, "kim", 190_000).await.unwrap();
                    bid(&house, &id, "lou", 195_000).await.unwrap();
                    let of = (id.as_str(), house.organisation("lou"));
                    withdraw(authority, house.actor("lou"), of).await.unwrap();
                    refused(
                        reconfirm(authority, house.actor("kim"), (&id, house.organisation("kim")), 4).await,
                    );
                }
                house.clock.pass(Duration::hours(1));
                bind_boxes(authority, &service).await.unwrap();
            }
            house.clock.pass(Duration::days(61));
            if has_bids {
                refused(bid(&house, &id, "lou", 1).await);
            }
            give_share(authority, house.actor("cat"), &id, &passphrase("cat")).await.unwrap();
            let entries = log(&house).await.split_off(before);
            let told: Vec<_> = entries
                .into_iter()
                .map(|entry| {
                    (
                        entry.at,
                        entry.action,
                        entry.person.is_some(),
                        entry.detail.into_keys().collect::<Vec<_>>(),
                    )
                })
                .collect();
            seen.push(told);
            assert!(give_share(authority, house.actor("dan"), &id, &passphrase("dan")).await.unwrap());
            // From then on it is told: who, when, what.
            let entries = log(&house).await;
            let sealed: Vec<_> = entries.iter().filter(|entry| entry.action == "submission.seal").collect();
            assert_eq!(sealed.len(), if has_bids { 3 } else { 0 });
            for entry in sealed {
                assert!(entry.detail["at"].as_str().unwrap().starts_with("2026-12-23T10:00:00"), "{entry:?}");
                assert!(entry.detail.contains_key("organisation") && entry.detail.contains_key("person"));
            }
            let count = |action: &str| entries.iter().filter(|entry| entry.action == action).count();
            assert_eq!(
                (count("submission.withdraw"), count("submission.late")),
                if has_bids { (1, 1) } else { (0, 0) }
            );
            let released = entries.iter().find(|entry| entry.action == "withheld.release").unwrap();
            assert_eq!(released.detail["whole"], true);
            assert_eq!(released.detail["bindings"].as_array().unwrap().len(), 5);
            authority.verify(&[]).await.unwrap().unwrap();
            // What comes later still is told at once.
            refused(bid(&house, &id, "lou", 1).await);
            let late =
                log(&house).await.into_iter().filter(|entry| entry.action == "submission.late").count();
            assert_eq!(late, if has_bids { 2 } else { 1 });
        }
    }
    for other in &seen[1..] {
        assert_eq!(seen[0], *other);
    }
}

#[tokio::test]
async fn an_entry_that_is_taken_out_of_what_is_withheld_is_missed() {
    for act in [
        "DELETE FROM withheld_entry WHERE number = 0",
        "UPDATE withheld_entry SET entry = replace(entry, 'submission.seal', 'submission.late') WHERE number = 0",
        "UPDATE withheld_entry SET entry = 'x' WHERE number = 0",
        "DELETE FROM withheld_binding",
    ] {
        for house in House::each().await {
            let id = published(&house).await;
            bid(&house, &id, "kim", 200_000).await.unwrap();
            house.clock.pass(Duration::days(61));
            give_share(&house.authority, house.actor("cat"), &id, &passphrase("cat")).await.unwrap();
            let table = if act.contains("binding") { "withheld_binding" } else { "withheld_entry" };
            write(&house, table, act).await;
            give_share(&house.authority, house.actor("dan"), &id, &passphrase("dan")).await.unwrap();
            let entries = log(&house).await;
            let released = entries.iter().find(|entry| entry.action == "withheld.release").unwrap();
            assert_eq!(released.detail["whole"], false, "{act}");
            // It is told, and no bid stays closed for it.
            let (one, _) = tender(&house.authority, &id).await.unwrap();
            let bids = submissions(&house.authority, &one).await.unwrap();
            assert_eq!(bids.iter().map(|one| one.state).collect::<Vec<_>>(), [SubmissionState::Opened]);
        }
    }
}

#[tokio::test]
async fn bids_are_sealed_to_the_key_that_was_published_and_to_no_other() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, published(&house).await);
        let key = tender(authority, &id).await.unwrap().0.key.unwrap();
        let entry = log(&house).await.into_iter().find(|entry| entry.action == "tender.publish").unwrap();
        assert_eq!(entry.detail["key-sha256"], fingerprint(&key));
        // The key of somebody else, with the mark that was there, with none, and with one of their own.
        let other = "5Kx2kHcvJgkDnvTn2hMKWb0nCJnqp2bCtQ1YtcW5fRk=";
        write(&house, "tender", &format!("UPDATE tender SET key = '{other}' WHERE id = '{id}'")).await;
        for mark in ["mark", "NULL", "'bWFyaw=='"] {
            write(&house, "tender", &format!("UPDATE tender SET mark = {mark} WHERE id = '{id}'")).await;
            assert!(
                refused(bid(&house, &id, "kim", 200_000).await).contains("not the one that was published")
            );
        }
        // Nor is anything opened while it is so.
        house.clock.pass(Duration::days(61));
        give_share(authority, house.actor("cat"), &id, &passphrase("cat")).await.unwrap();
        let why = refused(give_share(authority, house.actor("dan"), &id, &passphrase("dan")).await);
        assert!(why.contains("nothing is opened"), "{why}");
    }
}

#[tokio::test]
async fn a_bid_that_was_put_in_the_place_of_another_is_not_opened() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, published(&house).await);
        let (first, second) = (
            bid(&house, &id, "kim", 200_000).await.unwrap(),
            bid(&house, &id, "lou", 190_000).await.unwrap(),
        );
        // What the service sealed to the published key, but for another, or at another time.
        for (of, set) in
            [(&first, "organisation = sent_by"), (&second, "sent_at = changed_at, hash = sealed")]
        {
            write(&house, "submission", &format!("UPDATE submission SET {set} WHERE id = '{of}'")).await;
        }
        open(&house, &id).await;
        let (one, _) = tender(authority, &id).await.unwrap();
        let states: Vec<_> =
            submissions(authority, &one).await.unwrap().into_iter().map(|one| one.state).collect();
        assert_eq!(states, [SubmissionState::Damaged; 2]);
    }
}

#[tokio::test]
async fn shares_are_given_to_keys_of_the_openers_own_alone() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, house.approved().await);
        let of = house.id("dan");
        let other = "5Kx2kHcvJgkDnvTn2hMKWb0nCJnqp2bCtQ1YtcW5fRk=";
        write(
            &house,
            "opener_key",
            &format!("UPDATE opener_key SET public = '{other}' WHERE person = '{of}'"),
        )
        .await;
        let why = refused(publish(authority, house.actor("ann"), (&id, 3), &house.named()).await);
        assert!(why.contains("dan sets their passphrase anew"), "{why}");
        keep_opener_key(authority, house.actor("dan"), &passphrase("dan")).await.unwrap();
        publish(authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_opens_nothing_that_was_closed() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, published(&house).await);
        bid(&house, &id, "kim", 200_000).await.unwrap();
        house.clock.pass(Duration::days(61));
        give_share(authority, house.actor("cat"), &id, &passphrase("cat")).await.unwrap();
        house.clock.pass(Duration::days(-60));
        let held = bid(&house, &id, "kim", 100_000).await.unwrap_err();
        assert!(held.to_string().contains("gone back by 60 days"), "{held}");
        // Another process that knows nothing of it reads in the database how late it is.
        let store = house.authority.store();
        let clock = house.clock.clone();
        let again = enough_store::Store::open(
            store.address(),
            enough_store::testing::Empty::keys(),
            enough_store::Environment::system().with_clock(move || clock.now()),
        );
        let again = again.await.unwrap().authority(authority.code(), authority.name()).await.unwrap();
        assert!(again.environment().now() > house.clock.now() + Duration::days(59));
        let content = house.bid(&id, &[1], 100_000, "Known").await;
        let of = (id.as_str(), house.organisation("kim"));
        let held = submit(&again, house.actor("kim"), of, &content).await.unwrap_err();
        assert!(matches!(held, StoreError::Clock { .. }), "{held}");
        house.clock.pass(Duration::days(60));
        assert!(refused(bid(&house, &id, "kim", 100_000).await).contains("takes no bids"));
        assert!(give_share(authority, house.actor("dan"), &id, &passphrase("dan")).await.unwrap());
    }
}
