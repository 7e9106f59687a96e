//! Every route, as every role, half signed in, and as nobody: who is let through is what the table of roles says, and nobody else.

use std::collections::BTreeSet;

use crate::house::{House, each};
use axum::http::StatusCode;
use enough_store::accounts::{Action, Role, Who};
use enough_web::routes;
use utoipa::OpenApi;

/// A path with something in the place of its parts.
fn filled(path: &str) -> String {
    path.replace("{token}", "none")
        .replace("{id}", "none")
        .replace("{ocid}", "none")
        .replace("{name}", "none")
        .replace("{code}", "none")
        .replace("{number}", "1")
        .replace("{plan}", "none")
        .replace("{side}", "none")
        .replace("{measure}", "1")
        .replace("{period}", "1")
        .replace("{round}", "1")
        .replace("{submission}", "none")
        .replace("{act}", "agree")
        .replace("{kind}/{z}/{x}/{y}", "ward/0/0/0")
}

/// Whether the gate let the request through to the handler.
fn is_through(status: StatusCode, to: &str) -> bool {
    let turned_away = matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
        || status == StatusCode::SEE_OTHER
            && (to.starts_with("/sign-in?next=") || to.starts_with("/prove?next="));
    !turned_away
}

async fn check(house: &House, who: &str, cookie: Option<&str>, allowed: impl Fn(Action) -> bool) {
    for route in routes::all() {
        // Signing out ends the session that the next routes need.
        if route.path == "/sign-out" && allowed(route.action) {
            continue;
        }
        let answer = house.send(route.method.as_str(), &filled(route.path), cookie, "").await;
        let through = is_through(answer.status, &answer.to);
        let what = format!("{} {} as {who}: {} {}", route.method, route.path, answer.status, answer.to);
        assert_eq!(through, allowed(route.action), "{what}");
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
        let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn every_route_lets_through_whom_the_table_says() {
    for house in each().await {
        check(&house, "nobody", None, |action| action.who() == Who::Everybody).await;
        for role in Role::ALL {
            let cookie = house.signed_in(&[*role]).await;
            check(&house, role.key(), Some(&cookie), |action| action.allows(&[*role])).await;
        }
        let half = house.half_signed_in().await;
        let of_half = |action: Action| matches!(action.who(), Who::Everybody | Who::HalfSignedIn);
        check(&house, "half signed in", Some(&half), of_half).await;
    }
}

/// There is no way round the table: the router is made of it, and every action it names has a row.
#[test]
fn no_route_is_twice_in_the_table() {
    let routes: Vec<String> =
        routes::all().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(routes.iter().collect::<BTreeSet<_>>().len(), routes.len());
}

/// The document of the API is made of the code: it has every route of the API, and no other.
#[test]
fn the_api_describes_itself() {
    let document = enough_web::OpenApiDocument::openapi();
    let described: BTreeSet<String> = document.paths.paths.keys().cloned().collect();
    let there: BTreeSet<String> = routes::all()
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/"))
        .map(|route| route.path.to_owned())
        .collect();
    assert_eq!(described, there);
    let text = document.to_json().unwrap();
    let ids: Vec<&str> =
        text.split("\"operationId\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Administrator]).await;
        let add = "/administration/organisations/new";
        let send =
            async |headers| house.send_with("POST", add, Some(&cookie), "name=A&kind=school", headers).await;
        let others: [&[(&str, &str)]; 4] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://elsewhere.test"), ("host", "enough.test")],
            &[("origin", "null"), ("host", "enough.test")],
        ];
        for headers in others {
            assert_eq!(send(headers).await.status, StatusCode::FORBIDDEN, "{headers:?}");
        }
        assert_eq!(house.authority.organisations().await.unwrap().len(), 1);
        let own: &[(&str, &str)] = &[("origin", "https://enough.test"), ("host", "enough.test")];
        assert_eq!(send(own).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.authority.organisations().await.unwrap().len(), 2);
    }
}
