//! What somebody typed is not lost: where a form is refused and not shown any more, or its sender is not signed in any more, it comes back
//! with the answer. In memory only, to the connection that sent it.

use askama::Template;
use askama::filters::{Html, escape};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::form::Sent;
use crate::gate::is_same_site;
use crate::problem::Problem;

/// Fields that are never shown.
const SECRET: [&str; 5] = ["again", "code", "old", "passphrase", "password"];
/// From so many characters on it is work to type something again.
const WORTH: usize = 20;

/// What is said of a form that is sent again by whoever is signed in again.
#[derive(Template)]
#[template(path = "typed/again.html")]
struct Again<'a> {
    title: &'a str,
    what: &'a str,
    next: &'a str,
    /// Where one signs in, or shows who one is.
    sign_in: &'a str,
    path: &'a str,
    fields: Vec<(&'a str, &'a str)>,
    texts: &'a [&'a str],
}

#[derive(Template)]
#[template(path = "typed/lost.html")]
struct Lost<'a> {
    texts: &'a [&'a str],
}

/// What a layer of a route needs.
#[derive(Debug, Clone, Copy)]
pub struct Reads {
    /// How many bytes a form may have.
    pub most: usize,
    /// Whether everybody may send it: then it is read from whoever shows no cookie, too.
    pub everybody: bool,
}

/// Gives back what was typed, where the answer would lose it.
pub async fn give_back(State(reads): State<Reads>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_form = text(headers, header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
    let is_read = reads.everybody || headers.contains_key(header::COOKIE);
    // What another site sent is refused, and nothing of it is shown here.
    if request.method() != Method::POST || !is_form || !is_read || !is_same_site(headers, request.uri()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, reads.most).await else { return Problem::TooLarge.into_response() };
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let response = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
    let sent = Sent::read(&bytes);
    let typed = sent.fields().filter(|(name, _)| !SECRET.contains(name));
    let texts: Vec<&str> = typed.map(|(_, text)| text.trim()).filter(|text| is_work(text)).collect();
    if texts.is_empty() { response } else { with(response, &path, &sent, &texts).await }
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Words, and more than a few: ids and hashes of the form itself have no space.
fn is_work(text: &str) -> bool {
    text.len() >= WORTH && text.contains(' ')
}

async fn with(response: Response, path: &str, sent: &Sent, texts: &[&str]) -> Response {
    let to = text(response.headers(), header::LOCATION);
    let signs_in = [("/sign-in?next=", "/sign-in"), ("/prove?next=", "/prove")];
    if let Some((_, sign_in)) = signs_in.iter().find(|(begins, _)| to.starts_with(begins)) {
        return again(sign_in, path, sent, texts);
    }
    if !text(response.headers(), header::CONTENT_TYPE).starts_with("text/html") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::Broken("an answer could not be read".to_owned()).into_response();
    };
    let shown = String::from_utf8_lossy(&bytes);
    let place = match () {
        // Below what is wrong, above the title.
        () if shown.contains("govuk-error-summary") => shown.find("<h1"),
        () if parts.status.is_client_error() || parts.status.is_server_error() => shown.find("</main>"),
        // It was done.
        () => None,
    };
    let lost: Vec<&str> = texts.iter().copied().filter(|text| !is_in(text, &shown)).collect();
    let block = Lost { texts: &lost }.render();
    let (Some(place), false, Ok(block)) = (place, lost.is_empty(), block) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let (before, after) = shown.split_at(place);
    Response::from_parts(parts, Body::from([before, &block, after].concat()))
}

/// Whether a page shows a text; browsers send other ends of lines than pages have.
fn is_in(text: &str, page: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n");
    escape(plain(text), Html).is_ok_and(|escaped| plain(page).contains(&escaped.to_string()))
}

fn again(sign_in: &str, path: &str, sent: &Sent, texts: &[&str]) -> Response {
    let page = Again {
        title: "Sign in again",
        what: "This was not done: you are not signed in any more, or have to show again that it is you. What you wrote is here.",
        next: "Sign in in another tab, come back to this one, and send it again.",
        sign_in,
        path,
        fields: sent.fields().filter(|(name, _)| !SECRET.contains(name)).collect(),
        texts,
    };
    match page.render() {
        Ok(page) => (StatusCode::FORBIDDEN, axum::response::Html(page)).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
