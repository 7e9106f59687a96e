//! The gate before every route: who asks, may they, and did the request come from a page of ours?

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use enough_store::accounts::{Action, Who};
use enough_store::audit::Event;

use crate::app::App;
use crate::caller::{Caller, Visitor, client, visitor};
use crate::here::here;
use crate::problem::Problem;

/// What a route needs.
#[derive(Debug, Clone)]
pub struct Needs {
    /// The service.
    pub app: App,
    /// The action that it declares.
    pub action: Action,
    /// Whether who they are must have been proven a short time ago.
    pub fresh: bool,
    /// Whether its path can be opened as a page.
    pub has_page: bool,
}

/// Lets a request through, or not.
pub async fn gate(State(needs): State<Needs>, request: Request, next: Next) -> Response {
    pass(needs, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn pass(needs: Needs, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    if !matches!(parts.method, Method::GET | Method::HEAD) && !is_same_site(&parts.headers, &parts.uri) {
        return Err(Problem::OtherSite);
    }
    if parts.uri.path().contains("%00") {
        return Err(Problem::NotFound);
    }
    let app = needs.app;
    let client = client(&app, &parts);
    let visitor = visitor(&app, &client, &parts.headers, parts.uri.path()).await?;
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    // Where a form was sent to may be no page to come back to.
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let back = if is_read || needs.has_page { path.clone() } else { "/".to_owned() };
    let here = here(&app, &parts);
    let mut caller = Caller { app, visitor, client, path, here, waiting: 0 };
    if caller.may(Action::ReviewOpenings)
        && let Some(person) = caller.person()
    {
        caller.waiting = caller.app.authority().openings_to_review(&person.id).await?;
    }
    let allowed = match needs.action.who() {
        Who::Everybody => true,
        Who::HalfSignedIn => matches!(caller.visitor, Visitor::Half(_)),
        Who::SignedIn => caller.person().is_some(),
        Who::Roles(_) => caller.may(needs.action),
    };
    if !allowed {
        let Some(person) = caller.person() else { return Err(Problem::SignIn(back)) };
        // Whoever tries doors is seen trying.
        let event = Event::new("route.refuse", format!("person:{}", person.id));
        let event = event.with("action", needs.action.key());
        caller.app.authority().note(&caller.actor(), event).await?;
        return Err(Problem::Forbidden);
    }
    match &caller.visitor {
        Visitor::Program(key, person) if needs.fresh || !(is_read || key.may_change) => {
            let event = Event::new("access-key.refuse", format!("person:{}", person.id));
            let event = event.with("action", needs.action.key());
            caller.app.authority().note(&caller.actor(), event).await?;
            Err(Problem::WeakKey)
        }
        Visitor::Known(session)
            if needs.fresh && !session.is_fresh(caller.app.authority().environment().now(), !is_read) =>
        {
            Err(Problem::Prove(back))
        }
        _ => {
            parts.extensions.insert(caller);
            Ok(next.run(Request::from_parts(parts, body)).await)
        }
    }
}

/// Whether a request that changes something came from a page of this site. Browsers say it in `Sec-Fetch-Site`, older ones in
/// `Origin`; what is no browser says neither, and has no cookie that it did not mean to send.
pub fn is_same_site(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            // HTTP/2 has it in the address.
            let own = text("host").or_else(|| uri.authority().map(Authority::as_str));
            host.is_some() && host == own
        }
        (None, None) => true,
    }
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; worker-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Tells browsers what pages of this service never do. Every answer has it, refusals and failures too.
pub fn protect(app: &App, headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), microphone=()"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if app.settings().https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    // What somebody saw who was signed in is not for the next one at the machine.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
