//! A service with some people in it, asked without a network.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{Duration, TimeZone, Utc};
use enough_store::Authority;
use enough_store::accounts::{Client, OrganisationDraft, OrganisationKind, PersonDraft, Role, SignIn};
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_web::{App, Settings, router};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// A form that says all that a plan to buy has to say, in November 2026.
pub const PLAN: &str = "title=Club&why=120+children+have+no+place&what=A+club+for+40&area=W1&most=90,000&route=contract&reason=It+fits+best&others_willing=no\
    &opens_on=2027-06-01&starts_on=2027-09-01&months=36&contact=team%40example.test";
pub const PASSWORD: &str = "four cold otters sing";

/// What the service answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Where it sends the browser.
    pub to: String,
    pub body: String,
}

impl Answer {
    /// The cookie that it set, as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(set.split(';').next().unwrap().to_owned())
    }
}

pub struct House {
    pub authority: Authority,
    pub clock: Clock,
    pub organisation: String,
    pub app: App,
    router: Router,
    _empty: Empty,
}

/// A service on each kind of database.
pub async fn each() -> Vec<House> {
    let mut list = Vec::new();
    for empty in Empty::each().await {
        list.push(House::new(empty, true).await);
    }
    list
}

impl House {
    pub async fn new(empty: Empty, demonstration: bool) -> Self {
        Self::with(empty, |settings| settings.demonstration = demonstration).await
    }

    /// One with other settings.
    pub async fn with(empty: Empty, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let store = empty.store_at(clock.environment()).await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let draft = OrganisationDraft { name: "Example".to_owned(), kind: OrganisationKind::Authority };
        let organisation = authority.add_organisation(&Actor::service("test"), &draft).await.unwrap();
        let mut settings = Settings {
            name: "Example".to_owned(),
            https: false,
            demonstration: false,
            rate: None,
            site: None,
            ocid_prefix: "ocds-zzzzzz".to_owned(),
            buyer: None,
            mail: None,
            provider: None,
            backups: None,
            trusted_header: None,
        };
        change(&mut settings);
        let app = App::new(authority.clone(), settings, None);
        let router = router(&app);
        Self { authority, clock, organisation, app, router, _empty: empty }
    }

    pub async fn send(&self, method: &str, path: &str, cookie: Option<&str>, body: &str) -> Answer {
        self.send_with(method, path, cookie, body, &[]).await
    }

    pub async fn send_with(
        &self,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let is_said = headers.iter().any(|(name, _)| *name == "content-type");
        if method == "POST" && !is_said {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response =
            self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let to = parts.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        let body = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        mistakes_lead_somewhere(path, &body);
        Answer { status: parts.status, headers: parts.headers, to, body }
    }

    pub async fn add(&self, email: &str, roles: &[Role]) -> String {
        let draft = PersonDraft {
            name: format!("Test {email}"),
            email: email.to_owned(),
            organisation: self.organisation.clone(),
            roles: roles.to_vec(),
        };
        self.authority.add_person(&Actor::service("test"), &draft, PASSWORD).await.unwrap()
    }

    async fn token(&self, email: &str, second_factor: bool) -> String {
        let client = Client::default();
        match self.authority.sign_in(&client, email, PASSWORD, second_factor).await.unwrap() {
            SignIn::Begun(token, _) => format!("enough={token}"),
            other => panic!("{email}: {other:?}"),
        }
    }

    /// Somebody new: their id and cookie; of an organisation of their own, if they provide.
    pub async fn person(&self, name: &str, role: Role) -> (String, String) {
        let organisation = if matches!(role, Role::Provider | Role::Community) {
            let draft = OrganisationDraft { name: format!("Play {name}"), kind: OrganisationKind::Voluntary };
            self.authority.add_organisation(&Actor::service("test"), &draft).await.unwrap()
        } else {
            self.organisation.clone()
        };
        let email = format!("{name}@example.test");
        let draft = PersonDraft { name: name.to_owned(), email, organisation, roles: vec![role] };
        let id = self.authority.add_person(&Actor::service("test"), &draft, PASSWORD).await.unwrap();
        (id, self.cookie(name).await)
    }

    /// The cookie of a new session of somebody.
    pub async fn cookie(&self, name: &str) -> String {
        self.token(&format!("{name}@example.test"), false).await
    }

    /// The cookie of somebody new with these roles.
    pub async fn signed_in(&self, roles: &[Role]) -> String {
        let email = format!("{}@example.test", self.authority.environment().id());
        self.add(&email, roles).await;
        self.token(&email, false).await
    }

    /// The cookie of somebody who has still to set up a second factor.
    pub async fn half_signed_in(&self) -> String {
        let email = format!("{}@example.test", self.authority.environment().id());
        self.add(&email, &[Role::Administrator]).await;
        self.token(&email, true).await
    }

    pub fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }
}

/// The fields that the summary of mistakes leads to, each with what it says.
pub fn mistakes(body: &str) -> Vec<(String, String)> {
    let Some((_, list)) = body.split_once("govuk-error-summary__list\">") else { return Vec::new() };
    let list = list.split("</ul>").next().unwrap();
    let one = |item: &str| {
        let (field, rest) = item.split_once("\">").unwrap();
        (field.to_owned(), rest.split("</a>").next().unwrap().to_owned())
    };
    list.split("<a href=\"#").skip(1).map(one).collect()
}

/// WCAG 2.2, 3.3.1: who follows a mistake of the summary comes to a field that is on the page.
fn mistakes_lead_somewhere(path: &str, body: &str) {
    for (field, what) in mistakes(body) {
        assert!(
            body.contains(&format!("id=\"{field}\"")),
            "{path}: “{what}” leads to {field}, which is not there"
        );
    }
}
