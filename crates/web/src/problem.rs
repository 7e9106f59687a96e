//! Everything that can go wrong with a request, and the one place that makes pages of it.

use askama::Template;
use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use enough_assessments::AssessError;
use enough_store::StoreError;

use crate::api::Told;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such page or record.
    #[error("there is no such page")]
    NotFound,
    /// Nothing has been assessed yet.
    #[error("nothing has been assessed yet")]
    NoAnswer,
    /// Whoever asks may not.
    #[error("not allowed")]
    Forbidden,
    /// Sign-in is needed; the page that was asked for comes afterwards.
    #[error("sign-in is needed")]
    SignIn(String),
    /// The access key that was sent opens nothing.
    #[error("the access key opens nothing")]
    Key,
    /// The access key may not do this, whoever it belongs to.
    #[error("the access key may not do this")]
    WeakKey,
    /// Who asks must prove again who they are; the page that was asked for comes afterwards.
    #[error("proof is needed")]
    Prove(String),
    /// The provider of accounts elsewhere cannot be asked, or says what is not right.
    #[error("signing in elsewhere failed")]
    Elsewhere,
    /// More was sent than is taken.
    #[error("what was sent is too large")]
    TooLarge,
    /// One address sends too many requests.
    #[error("too many requests")]
    TooMany,
    /// One address has failed too often to show who it is.
    #[error("too many attempts")]
    TooOften,
    /// Too many try to show who they are at once.
    #[error("too many attempts at once")]
    Crowded,
    /// Too many ask for what takes long.
    #[error("too many ask at once")]
    Busy,
    /// An answer could not be found.
    #[error(transparent)]
    Assess(AssessError),
    /// The request came from a page of somebody else.
    #[error("the request came from another site")]
    OtherSite,
    /// What was sent is not what a form of ours sends.
    #[error("{0}")]
    Wrong(String),
    /// What was asked is right, but this service has not what it needs for it.
    #[error("{0}")]
    NotHere(String),
    /// The records could not be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// Work ended in a way that it should not.
    #[error("{0}")]
    Broken(String),
    /// A file could not be made.
    #[error("{0}")]
    File(String),
    /// A template could not be filled.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl From<AssessError> for Problem {
    fn from(error: AssessError) -> Self {
        match error {
            AssessError::Store(error) => Self::from(error),
            AssessError::Usage(reason) => Self::NotHere(reason),
            other => Self::Assess(other),
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    title: &'a str,
    what: &'a str,
    next: &'a str,
}

impl Problem {
    /// Code, title, what happened, what to do.
    fn words(&self) -> (StatusCode, &'static str, String, &'static str) {
        match self {
            Self::SignIn(_) | Self::Prove(_) => {
                (StatusCode::UNAUTHORIZED, "Sign in", "This page needs you to sign in.".to_owned(), "")
            }
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is no page at this address, or you may not see it.".to_owned(),
                "If you typed or pasted the address, check that it is complete.",
            ),
            Self::NoAnswer => (
                StatusCode::NOT_FOUND,
                "There is no answer here yet",
                "Nothing has been assessed for this authority.".to_owned(),
                "Those who run the service keep an answer with: enough assess --database.",
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "You may not do this",
                "None of your roles allows this.".to_owned(),
                "If you need it for your work, ask an administrator of your authority.",
            ),
            Self::Key => (
                StatusCode::UNAUTHORIZED,
                "This access key opens nothing",
                "It is not complete, it was ended, or its time is over.".to_owned(),
                "Make another one on the page of your account.",
            ),
            Self::WeakKey => (
                StatusCode::FORBIDDEN,
                "This access key may not do this",
                "It is for reading only, or a person must do this and no program.".to_owned(),
                "Make a key that may change what you may change, or do it on the pages.",
            ),
            Self::OtherSite => (
                StatusCode::FORBIDDEN,
                "This request came from another site",
                "Nothing was changed: the form that was sent is not on a page of this service.".to_owned(),
                "Open the page here and send it again.",
            ),
            Self::Elsewhere => (
                StatusCode::BAD_GATEWAY,
                "Signing in elsewhere did not work",
                "The service could not learn from the other one who you are. Nothing was changed.".to_owned(),
                "Try again, or sign in with a password. Those who run the service find the cause in its log.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too large",
                "What was sent is larger than the service takes, or was cut off. Nothing was kept."
                    .to_owned(),
                "A file may have 64 MB; compress it (gzip, Parquet), or ask those who run the service to put it into their folder.",
            ),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests",
                "Your address has sent more requests than the service takes from one.".to_owned(),
                "Wait a moment and try again.",
            ),
            Self::TooOften => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts to sign in",
                "From your network, passwords or codes were wrong too often.".to_owned(),
                "Try again in 10 minutes.",
            ),
            Self::Crowded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Many people are signing in",
                "The service looks at a few passwords at a time, and yours was not looked at.".to_owned(),
                "Wait a moment and try again.",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The service is busy",
                "Too many people have asked for answers that must be worked out first.".to_owned(),
                "Try again in a minute. What was asked for before is there at once.",
            ),
            Self::Wrong(reason) => (
                StatusCode::BAD_REQUEST,
                "There is a problem with what was sent",
                reason.clone(),
                "Go back, change it and send it again.",
            ),
            Self::NotHere(reason) => (
                StatusCode::CONFLICT,
                "This cannot be answered here",
                reason.clone(),
                "Choose something else, or ask those who run the service.",
            ),
            Self::Store(error @ (StoreError::Refused(_) | StoreError::Conflict { .. })) => (
                StatusCode::CONFLICT,
                "This was not done",
                error.to_string(),
                "Go back to see the record as it is now.",
            ),
            Self::Store(StoreError::Clock { .. }) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The service cannot keep anything at the moment",
                "The clock of the computer that it runs on is wrong. Nothing was changed.".to_owned(),
                "Tell those who run the service. You can read on.",
            ),
            Self::Store(error) if error.is_passing() => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The service cannot do this at the moment",
                "Its database does not answer, or cannot keep anything.".to_owned(),
                "Try again in a few minutes. If you sent something, look first whether it is there.",
            ),
            Self::Store(_) | Self::Assess(_) | Self::Broken(_) | Self::File(_) | Self::Template(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Sorry, there is a problem with the service",
                "What you asked for could not be done, and nothing was changed.".to_owned(),
                "Try again later. Those who run the service find the cause in its log by the time.",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::SignIn(next) | Self::Prove(next) = &self {
            let page = if matches!(self, Self::SignIn(_)) { "/sign-in" } else { "/prove" };
            let told = Told { title: "Sign in".to_owned(), detail: "This needs you to sign in.".to_owned() };
            return (Extension(told), Redirect::to(&format!("{page}?next={}", encoded(next))))
                .into_response();
        }
        let (status, title, what, next) = self.words();
        let told = Told { title: title.to_owned(), detail: format!("{what} {next}").trim().to_owned() };
        if status == StatusCode::INTERNAL_SERVER_ERROR
            || matches!(self, Self::Store(_)) && status.is_server_error()
        {
            tracing::error!(error = %self, "a request failed");
        }
        let page = Page { title, what: &what, next }.render();
        let page = Html(page.unwrap_or_else(|_| format!("{title}. {what}")));
        let mut response = (status, Extension(told), page).into_response();
        if matches!(self, Self::Key) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A path as a value in an address.
pub fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
