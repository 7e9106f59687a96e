//! What people do, without a browser: set up, sign in, invite, edit at the same time, look into the log.

use crate::house::{House, PASSWORD, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::Role;
use enough_store::audit::{Actor, Query};
use enough_store::testing::Empty;

fn typed(password: &str) -> String {
    password.replace(' ', "+")
}

#[tokio::test]
async fn the_service_is_set_up_with_the_link_and_its_first_sign_in_sets_a_second_factor_up() {
    let house = House::new(Empty::sqlite(), false).await;
    let token = house.authority.set_up_link(&Actor::service("test")).await.unwrap().unwrap();
    let path = format!("/set-up/{token}");
    assert!(house.send("GET", &path, None, "").await.body.contains("Name of your authority"));
    let form = |again: &str| {
        format!(
            "organisation=Example&name=Ada&email=ada%40example.test&password={}&again={again}",
            typed(PASSWORD)
        )
    };
    let unlike = house.send("POST", &path, None, &form("other")).await;
    assert!(unlike.body.contains("not the same") && unlike.body.contains("value=\"ada@example.test\""));
    assert_eq!(
        house.send("POST", &path, None, &form(&typed(PASSWORD))).await.to,
        "/sign-in?next=/administration"
    );
    assert_eq!(house.send("GET", &path, None, "").await.status, StatusCode::CONFLICT, "it opens once");
    let sent = format!("email=ada%40example.test&password={}&next=/administration", typed(PASSWORD));
    let signed_in = house.send("POST", "/sign-in", None, &sent).await;
    assert_eq!(signed_in.to, "/sign-in/enrol?next=/administration");
    let cookie = signed_in.cookie().unwrap();
    let closed = house.send("GET", "/administration", Some(&cookie), "").await;
    assert!(closed.to.starts_with("/sign-in"), "nothing is open before: {}", closed.to);
    let enrol = house.send("GET", "/sign-in/enrol", Some(&cookie), "").await.body;
    assert!(enrol.contains("<svg class=\"enough-qr\"") && !enrol.contains("<?xml"), "{enrol}");
    let wrong = house.send("POST", "/sign-in/enrol", Some(&cookie), "code=123").await.body;
    assert!(wrong.contains("The code is not right"));
}

#[tokio::test]
async fn a_wrong_password_says_nothing_and_keeps_the_address() {
    for house in each().await {
        house.add("bo@example.test", &[Role::Finance]).await;
        let sign_in = async |email: &str, password: &str| {
            house
                .send("POST", "/sign-in", None, &format!("email={email}&password={password}&next=/account"))
                .await
        };
        let (known, unknown) =
            (sign_in("bo@example.test", "wrong").await, sign_in("no@example.test", "wrong").await);
        assert_eq!(
            known.body.replace("bo@", ""),
            unknown.body.replace("no@", ""),
            "nobody learns who has an account"
        );
        assert!(known.body.contains("value=\"bo@example.test\"") && known.cookie().is_none());
        let right = sign_in("bo@example.test", &typed(PASSWORD)).await;
        assert_eq!(right.to, "/account");
        let set = right.headers.get("set-cookie").unwrap().to_str().unwrap().to_owned();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
        let cookie = right.cookie().unwrap();
        assert!(house.send("GET", "/account", Some(&cookie), "").await.body.contains("Test bo@example.test"));
        house.send("POST", "/sign-out", Some(&cookie), "").await;
        assert_eq!(house.send("GET", "/account", Some(&cookie), "").await.to, "/sign-in?next=/account");
    }
}

#[tokio::test]
async fn dangerous_pages_ask_again_who_one_is() {
    let house = House::new(Empty::sqlite(), true).await;
    let cookie = house.signed_in(&[Role::Administrator]).await;
    assert_eq!(
        house.send("GET", "/administration/people/new", Some(&cookie), "").await.status,
        StatusCode::OK
    );
    house.pass(Duration::minutes(16));
    let new = "/administration/people/new";
    assert_eq!(house.send("GET", new, Some(&cookie), "").await.to, format!("/prove?next={new}"));
    let proof = async |password: &str| {
        house.send("POST", "/prove", Some(&cookie), &format!("next={new}&password={}", typed(password))).await
    };
    assert!(proof("wrong").await.body.contains("not right"));
    assert_eq!(proof(PASSWORD).await.to, new);
    assert_eq!(house.send("GET", new, Some(&cookie), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_administrator_invites_somebody_who_then_signs_in() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Administrator]).await;
        let form = format!(
            "name=Cy+%3Cb%3E&email=cy%40steps.test&organisation={}&roles=auditor&roles=privacy-officer",
            house.organisation
        );
        let nothing =
            house.send("POST", "/administration/people/new", Some(&cookie), "name=Cy&email=x").await.body;
        assert!(
            nothing.contains("Give an e-mail address") && nothing.contains("value=\"Cy\""),
            "what was typed stays"
        );
        let given = house.send("POST", "/administration/people/new", Some(&cookie), &form).await.body;
        let link = given.split("/link/").nth(1).unwrap().split('<').next().unwrap();
        let path = format!("/link/{link}");
        assert!(house.send("GET", &path, None, "").await.body.contains("Cy &#60;b&#62;"), "names are text");
        let password = format!("password={0}&again={0}", typed(PASSWORD));
        assert_eq!(house.send("POST", &path, None, &password).await.to, "/sign-in");
        let sign_in = format!("email=cy%40steps.test&password={}", typed(PASSWORD));
        let cookie = house.send("POST", "/sign-in", None, &sign_in).await.cookie().unwrap();
        let log = house.send("GET", "/administration/audit?action=person", Some(&cookie), "").await.body;
        assert!(
            log.contains("person.add") && log.contains("person.state") && !log.contains(">session.begin<")
        );
        let looked =
            house.send("GET", "/administration/audit?action=audit.search", Some(&cookie), "").await.body;
        assert!(looked.contains("audit.search"), "looking is an entry too");
        let verified = house.send("GET", "/administration/audit/verify", Some(&cookie), "").await.body;
        assert!(verified.contains("Yes: all"), "{verified}");
        let note = house.send("GET", "/administration/audit/checkpoint", Some(&cookie), "").await.body;
        assert!(note.starts_with("enough.audit/E06999001\n"), "{note}");
        let bad = house
            .send("GET", "/administration/audit?since=yesterday&person=x%40y.z", Some(&cookie), "")
            .await
            .body;
        assert!(bad.contains("is not a date") && bad.contains("Nobody here has"), "{bad}");
    }
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_what_changed_and_keeps_what_they_typed() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Administrator]).await;
        let path = format!("/administration/organisations/{}", house.organisation);
        let save = async |name: &str, version: i32| {
            house
                .send("POST", &path, Some(&cookie), &format!("name={name}&kind=authority&version={version}"))
                .await
        };
        assert_eq!(save("First", 1).await.status, StatusCode::SEE_OTHER);
        let second = save("Second", 1).await.body;
        assert!(second.contains("Somebody else changed this organisation"), "{second}");
        assert!(second.contains(
            "<td class=\"govuk-table__cell\">First</td><td class=\"govuk-table__cell\">Second</td>"
        ));
        assert!(second.contains("name=\"version\" value=\"2\"") && second.contains("value=\"Second\""));
        assert_eq!(save("Second", 2).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.authority.organisation(&house.organisation).await.unwrap().name, "Second");
    }
}

#[tokio::test]
async fn odd_addresses_get_a_page_and_never_a_failure() {
    for house in each().await {
        let long = format!("/search?q={}", "a".repeat(5000));
        for path in [
            "/settings?from=9223372036854775808",
            "/search?q=%00",
            "/areas/%00",
            "/areas?from=-1&kind=x",
            &long,
        ] {
            let answer = house.send("GET", path, None, "").await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        }
        let large = "x=".to_owned() + &"y".repeat(2 << 20);
        let refused = house.send("POST", "/sign-in", None, &large).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert!(refused.headers.contains_key("content-security-policy"), "every answer is protected");
    }
}

#[tokio::test]
async fn whoever_tries_a_door_is_seen_trying() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Finance]).await;
        assert_eq!(
            house.send("GET", "/administration/audit", Some(&cookie), "").await.status,
            StatusCode::FORBIDDEN
        );
        let log = house.authority.search(&Query::default(), 1).await.unwrap();
        assert_eq!(log.entries[0].action, "route.refuse");
        assert_eq!(log.entries[0].detail["action"], "read-audit-log");
    }
}
