//! Programs that act for people: only over the API, no further than the person and the key may, and in the log under the key.

use crate::house::{House, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::{AccessKeyDraft, Client, Role, State};
use enough_store::audit::{Actor, Query};
use enough_web::routes;

/// A key of somebody new with these roles, and their id.
async fn key(house: &House, roles: &[Role], may_change: bool) -> (String, String) {
    let cookie = house.signed_in(roles).await;
    let token = cookie.trim_start_matches("enough=");
    let session = house.authority.session(token).await.unwrap().unwrap();
    let draft = AccessKeyDraft { name: "A report".to_owned(), days: 30, may_change };
    let made = house.authority.add_access_key(&Client::default(), &session, &draft).await;
    (made.unwrap(), session.person.id)
}

async fn ask(house: &House, method: &str, path: &str, key: &str) -> StatusCode {
    let bearer = format!("Bearer {key}");
    house.send_with(method, path, None, "", &[("authorization", &bearer)]).await.status
}

#[tokio::test]
async fn a_key_opens_what_its_person_may_and_no_page() {
    for house in each().await {
        for role in Role::ALL {
            let (all, _) = key(&house, &[*role], true).await;
            let (reading, _) = key(&house, &[*role], false).await;
            for route in routes::all() {
                let path =
                    route.path.replace("{id}", "none").replace("{code}", "none").replace("{number}", "1");
                let what = format!("{} {path} as {role}", route.method);
                let is_api = path.starts_with("/api/") || path == "/metrics";
                let with_all = ask(&house, route.method.as_str(), &path, &all).await;
                let with_reading = ask(&house, route.method.as_str(), &path, &reading).await;
                if is_api {
                    assert_ne!(with_all, StatusCode::UNAUTHORIZED, "{what}");
                    let may = route.action.allows(&[*role]);
                    assert_eq!(with_all != StatusCode::FORBIDDEN, may, "{what}");
                    let may_read = may && route.method == "GET";
                    assert_eq!(with_reading != StatusCode::FORBIDDEN, may_read, "{what}");
                } else {
                    let nobody = house.send(route.method.as_str(), &path, None, "").await.status;
                    assert_eq!(with_all, nobody, "a page knows no keys: {what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn keys_end_and_the_log_names_them() {
    for house in each().await {
        let people = "/api/v1/people";
        let (secret, id) = key(&house, &[Role::Administrator], false).await;
        assert_eq!(ask(&house, "GET", people, &secret).await, StatusCode::OK);
        let listed = Query { action: Some("person.list".to_owned()), ..Query::default() };
        let found = house.authority.search(&listed, 9);
        let entry = found.await.unwrap().entries.remove(0);
        let person = house.authority.person(&id).await.unwrap();
        let kept = house.authority.access_keys(&person).await.unwrap().remove(0);
        assert!(kept.last_used_at.is_some() && kept.short() == entry.key.unwrap());
        assert_eq!(entry.person, Some(id.clone()));

        for wrong in ["", "enough_none", &secret[..secret.len() - 1]] {
            assert_eq!(ask(&house, "GET", people, wrong).await, StatusCode::UNAUTHORIZED);
        }
        let basic =
            house.send_with("GET", "/api/v1/answer", None, "", &[("authorization", "Basic eDp5")]).await;
        assert_eq!(basic.status, StatusCode::UNAUTHORIZED);
        assert_eq!(basic.headers["www-authenticate"], "Bearer");

        house.authority.end_access_key(&Actor::default(), &id, &kept.id).await.unwrap();
        assert_eq!(ask(&house, "GET", people, &secret).await, StatusCode::UNAUTHORIZED);
        let (old, _) = key(&house, &[Role::Administrator], false).await;
        let (disabled, who) = key(&house, &[Role::Administrator], false).await;
        house.authority.disable(&Actor::default(), &who, "left").await.unwrap();
        assert_eq!(ask(&house, "GET", people, &disabled).await, StatusCode::UNAUTHORIZED);
        house.pass(Duration::days(29));
        assert_eq!(ask(&house, "GET", people, &old).await, StatusCode::OK);
        house.pass(Duration::days(1));
        assert_eq!(ask(&house, "GET", people, &old).await, StatusCode::UNAUTHORIZED, "30 days are over");
    }
}

#[tokio::test]
async fn a_key_is_shown_once_on_the_page_and_ended_there() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Commissioner]).await;
        let keys = "/account/access-keys";
        let refused = house.send("POST", keys, Some(&cookie), "name=&days=30").await.body;
        assert!(refused.contains("Give the key a name"));
        let refused = house.send("POST", keys, Some(&cookie), "name=A+script&days=400").await.body;
        assert!(refused.contains("from 1 to 365") && refused.contains("value=\"A script\""));
        let made = house.send("POST", keys, Some(&cookie), "name=A+script&days=30").await.body;
        assert!(made.contains("enough_") && made.contains("A script"));
        let list = house.send("GET", keys, Some(&cookie), "").await.body;
        assert!(list.contains("A script") && !list.contains("enough_"));
        let actions = list.split("action=\"").filter_map(|part| part.split('"').next());
        let end = actions.into_iter().find(|path| path.ends_with("/end")).unwrap();
        house.send("POST", end, Some(&cookie), "").await;
        assert!(house.send("GET", keys, Some(&cookie), "").await.body.contains("You have none"));
    }
}

#[tokio::test]
async fn a_request_on_its_way_does_not_outrun_the_end_of_its_session() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Administrator]).await;
        let token = cookie.trim_start_matches("enough=");
        let session = house.authority.session(token).await.unwrap().unwrap();
        let draft = AccessKeyDraft { name: "Too late".to_owned(), days: 30, may_change: true };
        house.authority.reset(&Actor::default(), &session.person.id, false, "lost").await.unwrap();
        assert!(house.authority.add_access_key(&Client::default(), &session, &draft).await.is_err());
        assert!(house.authority.enrol(&Client::default(), &session).await.is_err());
        let person = house.authority.person(&session.person.id).await.unwrap();
        assert_eq!(person.state, State::Active);
        assert!(house.authority.access_keys(&person).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_kept_page_does_not_answer_for_a_wrong_key() {
    for house in each().await {
        let path = "/api/openapi.json";
        assert_eq!(house.send("GET", path, None, "").await.status, StatusCode::OK);
        assert_eq!(ask(&house, "GET", path, "enough_none").await, StatusCode::UNAUTHORIZED);
        let (reading, id) = key(&house, &[Role::Commissioner], false).await;
        assert_eq!(ask(&house, "POST", "/api/v1/patches", &reading).await, StatusCode::FORBIDDEN);
        let refused = Query { action: Some("access-key.refuse".to_owned()), ..Query::default() };
        let entries = house.authority.search(&refused, 9).await.unwrap().entries;
        assert_eq!((entries.len(), entries[0].person.clone()), (1, Some(id)));
    }
}
