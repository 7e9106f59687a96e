//! The JSON API, and the OpenAPI document that is made from its code.

mod answers;
mod body;
pub mod contracts;
mod failures;
pub mod files;
pub mod jobs;
pub mod patches;
pub mod people;
mod queries;
mod records;

pub use answers::*;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

/// Everything the API can do.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Enough",
        description = "Is there enough childcare, for every child, within reach? The answer, its areas, markets and settings. Figures are as published: places per child, minutes, children; levels are places per child.",
        version = "1",
        license(name = "Open Government Licence v3.0 (figures); see the repository for the software", identifier = "OGL-UK-3.0"),
    ),
    paths(
        answers::answer,
        answers::areas,
        answers::area,
        answers::markets,
        answers::market,
        answers::settings,
        answers::setting,
        answers::search,
        contracts::contracts,
        contracts::releases,
        contracts::record,
        patches::patches,
        patches::patch,
        patches::add_patch,
        patches::change_patch,
        patches::remove_patch,
        jobs::jobs,
        jobs::job,
        jobs::assess,
        jobs::back_up,
        jobs::stop_job,
        files::data_files,
        files::data_file,
        files::add_data_file,
        files::remove_data_file,
        files::look_at_data_file,
        files::use_data_file,
        files::put_back_data_file,
        people::people,
        people::organisations,
        people::log,
        people::proof,
    ),
    tags(
        (name = "answer", description = "What is shown to everybody"),
        (name = "contracts", description = "Contracts, and the procurements that lead to them, as open data (OCDS 1.1)"),
        (name = "patches", description = "Neighbourhoods with a name of their own"),
        (name = "jobs", description = "Long work"),
        (name = "data", description = "Published files that people bring"),
        (name = "accounts", description = "People and organisations"),
        (name = "log", description = "The audit log"),
    ),
    modifiers(&Signs, &Limits),
)]
pub struct Document;

/// How those who ask show who they are.
struct Signs;

impl Modify for Signs {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
            "An access key, made on the page of one's account: a program acts with it for its person, and may no more.",
        ));
        let session = ApiKey::Cookie(ApiKeyValue::with_description("enough", "The session of a browser."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// Every request may come too often.
struct Limits;

impl Modify for Limits {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let responses = failures::TooMany::responses();
        for item in document.paths.paths.values_mut() {
            let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in all.into_iter().flatten() {
                operation.responses.responses.extend(responses.clone());
            }
        }
    }
}

/// The OpenAPI document.
pub async fn document() -> Response {
    Json(Document::openapi()).into_response()
}

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Wrong {
    /// Always `about:blank`: the status says what kind of problem it is.
    r#type: &'static str,
    /// What kind of problem it is.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, and what to do.
    detail: String,
}

/// What a problem says to people, for those who write it in another form.
#[derive(Debug, Clone)]
pub struct Told {
    /// What kind of problem it is.
    pub title: String,
    /// What happened, and what to do.
    pub detail: String,
}

/// Problems under `/api/` are JSON.
pub async fn problems_as_json(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let sent_away = status.is_redirection() && response.extensions().get::<Told>().is_some();
    if !is_api || !(sent_away || status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let status = if sent_away { StatusCode::UNAUTHORIZED } else { status };
    let title = status.canonical_reason().unwrap_or("Problem");
    let told = response.extensions().get::<Told>().cloned();
    let told = told.unwrap_or_else(|| Told { title: title.to_owned(), detail: title.to_owned() });
    let wrong =
        Wrong { r#type: "about:blank", title: told.title, status: status.as_u16(), detail: told.detail };
    let (mut parts, _) = response.into_parts();
    parts.status = status;
    if status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    parts.headers.remove(header::LOCATION);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(serde_json::to_vec(&wrong).unwrap_or_default()))
}
