//! Confidential notes: closed to whoever is not named, opened in an emergency with a reason, and reviewed by the privacy officer.

use std::collections::BTreeSet;

use crate::house::each;
use axum::http::StatusCode;
use chrono::Duration;
use enough_assessments::{NoteDraft, add_note};
use enough_store::accounts::Role;
use enough_store::audit::{Actor, Query};
use enough_store::sea_orm::{ConnectionTrait, Statement};

const TEXT: &str = "Sunny Days means to close in July";
const REASON: &str = "reason=Forty+families+lose+their+places+tomorrow";

#[tokio::test]
async fn a_closed_note_opens_in_an_emergency_and_the_privacy_officer_hears_of_it() {
    for house in each().await {
        let authority = &house.authority;
        let author = house.add("ann@example.test", &[Role::Commissioner]).await;
        let draft = NoteDraft { text: TEXT.to_owned(), readers: BTreeSet::new() };
        let of = (author.as_str(), "EY1", "Sunny Days");
        let id = add_note(authority, &Actor::service("test"), of, &draft).await.unwrap();
        let path = format!("/notes/{id}");
        let officer = house.signed_in(&[Role::PrivacyOfficer]).await;
        let worker = house.signed_in(&[Role::FrontDoorWorker]).await;
        let get = async |path: &str, who: &str| house.send("GET", path, Some(who), "").await;

        let closed = get(&path, &worker).await;
        assert!(closed.body.contains("closed to you") && !closed.body.contains(TEXT), "{}", closed.body);
        assert_eq!(get(&format!("{path}/change"), &worker).await.status, StatusCode::FORBIDDEN);
        let change = format!("text=Other&version=1&reader={author}");
        let refused = house.send("POST", &format!("{path}/change"), Some(&worker), &change).await;
        assert!(refused.body.contains("Only those who are named") && !refused.body.contains(TEXT));
        let refused = house.send("POST", &format!("{path}/remove"), Some(&worker), "why=tidy").await;
        assert!(refused.body.contains("Only those who are named") && !refused.body.contains(TEXT));
        assert_eq!(get(&path, &officer).await.status, StatusCode::FORBIDDEN, "who reviews opens nothing");

        let glass = format!("{path}/break-glass");
        let short = house.send("POST", &glass, Some(&worker), "reason=curious").await;
        assert!(short.body.contains("Say why you must know this now") && short.body.contains("curious"));
        assert_eq!(house.send("POST", &glass, Some(&worker), REASON).await.to, path);
        let open = get(&path, &worker).await;
        assert!(open.body.contains(TEXT) && open.body.contains("in an emergency"), "{}", open.body);
        assert_eq!(
            get(&format!("{path}/change"), &worker).await.status,
            StatusCode::FORBIDDEN,
            "to read only"
        );

        let told = get("/account", &officer).await.body;
        assert!(told.contains("waits for your review"), "{told}");
        let report = get("/administration/openings", &officer).await.body;
        assert!(report.contains("Forty families") && report.contains("Sunny Days"), "{report}");
        assert!(!report.contains(TEXT));
        let opening = authority.openings().await.unwrap().remove(0).id;
        let review = format!("/administration/openings/{opening}");
        let nothing = house.send("POST", &review, Some(&officer), "remark=Fine").await.body;
        assert!(nothing.contains("Say whether there was reason") && nothing.contains("Fine"));
        let said = house.send("POST", &review, Some(&officer), "finding=justified&remark=Fine").await;
        assert_eq!(said.to, "/administration/openings");
        assert!(!get("/account", &officer).await.body.contains("waits for your review"));

        house.pass(Duration::minutes(59));
        assert!(get(&path, &worker).await.body.contains(TEXT));
        house.pass(Duration::minutes(2));
        assert!(!get(&path, &worker).await.body.contains(TEXT), "after an hour it is closed again");
        let reads = Query { action: Some("record.read".to_owned()), ..Query::default() };
        assert_eq!(
            authority.search(&reads, 100).await.unwrap().entries.len(),
            2,
            "each reading is in the log"
        );
    }
}

/// Nobody who is named works there any more: whoever opens it in an emergency hands it on.
#[tokio::test]
async fn a_note_that_is_left_is_handed_on() {
    for house in each().await {
        let authority = &house.authority;
        let author = house.add("ann@example.test", &[Role::Commissioner]).await;
        let draft = NoteDraft { text: TEXT.to_owned(), readers: BTreeSet::new() };
        let of = (author.as_str(), "EY1", "Sunny Days");
        let id = add_note(authority, &Actor::service("test"), of, &draft).await.unwrap();
        authority.disable(&Actor::service("test"), &author, "left").await.unwrap();
        let worker = house.signed_in(&[Role::FrontDoorWorker]).await;
        let people = authority.people().await.unwrap();
        let own = &people.iter().find(|one| one.roles == [Role::FrontDoorWorker]).unwrap().id;
        let path = format!("/notes/{id}");
        let change = format!("text=Handed+on&version=1&reader={own}");
        let send = async || house.send("POST", &format!("{path}/change"), Some(&worker), &change).await;
        assert!(send().await.body.contains("Only those who are named"), "not without breaking the glass");
        house.send("POST", &format!("{path}/break-glass"), Some(&worker), REASON).await;
        let form = house.send("GET", &format!("{path}/change"), Some(&worker), "").await.body;
        assert!(form.contains("(cannot read it now)"), "{form}");
        assert_eq!(send().await.to, path);
        house.pass(Duration::minutes(70));
        let again = house.signed_in(&[Role::FrontDoorWorker]).await;
        assert!(
            !house.send("GET", &path, Some(&again), "").await.body.contains("Handed on"),
            "for those who are named"
        );
        assert_eq!(authority.readers(&format!("note:{id}")).await.unwrap(), BTreeSet::from([own.clone()]));
    }
}

#[tokio::test]
async fn whoever_edits_a_note_that_changed_meanwhile_loses_nothing() {
    for house in each().await {
        let authority = &house.authority;
        let author = house.add("ann@example.test", &[Role::Commissioner]).await;
        let cookie = house.signed_in(&[Role::Commissioner]).await;
        let people = authority.people().await.unwrap();
        let readers = people.iter().map(|one| one.id.clone()).collect();
        let draft = NoteDraft { text: TEXT.to_owned(), readers };
        let of = (author.as_str(), "EY1", "Sunny Days");
        let id = add_note(authority, &Actor::service("test"), of, &draft).await.unwrap();
        let path = format!("/notes/{id}/change");
        let send = async |text: &str, version: i32| {
            let readers: Vec<&str> = people.iter().map(|one| one.id.as_str()).collect();
            let sent = format!("text={text}&version={version}&reader={}", readers.join("&reader="));
            house.send("POST", &path, Some(&cookie), &sent).await
        };
        assert_eq!(send("It+closes+in+June", 1).await.to, format!("/notes/{id}"));
        let late = send("It+closes+in+May", 1).await.body;
        assert!(late.contains("It closes in June") && late.contains("It closes in May"), "{late}");
        assert!(late.contains("name=\"version\" value=\"2\""));
        assert_eq!(send("It+closes+in+May", 2).await.to, format!("/notes/{id}"));
        let none = house.send("POST", &path, Some(&cookie), "text=x&version=3").await.body;
        assert!(none.contains("Name at least one person"), "{none}");
    }
}

/// The database, and so a backup, has no word of it.
#[tokio::test]
async fn what_a_note_says_is_sealed() {
    for house in each().await {
        let author = house.add("ann@example.test", &[Role::Commissioner]).await;
        let draft = NoteDraft { text: TEXT.to_owned(), readers: BTreeSet::new() };
        let of = (author.as_str(), "EY1", "Sunny Days");
        let id = add_note(&house.authority, &Actor::service("test"), of, &draft).await.unwrap();
        let db = house.authority.store().read();
        let ask = Statement::from_string(db.get_database_backend(), "SELECT sealed FROM note");
        let row = db.query_one_raw(ask).await.unwrap().unwrap();
        let sealed = row.try_get::<String>("", "sealed").unwrap();
        assert!(!sealed.contains("July"), "{sealed}");
        let keys = house.authority.store().keys();
        assert_eq!(keys.unseal(&sealed, &format!("note:{id}")).unwrap(), TEXT.as_bytes());
        assert!(keys.unseal(&sealed, "note:other").is_err(), "and for no other record");
    }
}
