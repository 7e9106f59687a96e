//! What a form sent: fields by name, some of them more than once.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;

use crate::problem::Problem;

/// The fields of a form, or of an address.
#[derive(Debug, Clone, Default)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// The fields of a query or a body.
    pub fn read(text: &[u8]) -> Self {
        // PostgreSQL keeps no NUL in text, feeds no other control character, and nobody types one.
        let is_text = |c: &char| !c.is_control() || matches!(c, '\t' | '\r' | '\n');
        let is_known = |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}');
        let clean = |text: String| text.chars().filter(is_text).filter(is_known).collect();
        let pairs = form_urlencoded::parse(text).into_owned();
        Self(pairs.map(|(key, value)| (key, clean(value))).collect())
    }

    /// A field; nothing if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field without what people type or paste around it.
    pub fn line(&self, name: &str) -> String {
        self.get(name).trim().to_owned()
    }

    /// A field that the service itself put into the form: a number.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N, Problem> {
        self.get(name).parse().map_err(|_| Problem::Wrong("The form is not complete.".to_owned()))
    }

    /// All fields, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        // A button alone sends no type when it has no fields.
        if kind.is_some_and(|kind| !kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Problem::Wrong(
                "A form of this service sends its fields as application/x-www-form-urlencoded.".to_owned(),
            ));
        }
        let body = Bytes::from_request(request, state).await;
        let body =
            body.map_err(|_| Problem::Wrong("What was sent is too long, or was cut off.".to_owned()))?;
        Ok(Self::read(&body))
    }
}

/// A path of this service to come back to; the first page for anything else, so that no link leads elsewhere.
pub fn way_back(next: &str) -> &str {
    let own = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if own { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(way_back("/administration/people?x=1"), "/administration/people?x=1");
        for elsewhere in
            ["", "https://example.org", "//example.org", "/\\example.org", "/\t/example.org", "javascript:1"]
        {
            assert_eq!(way_back(elsewhere), "/", "{elsewhere:?}");
        }
    }

    #[test]
    fn fields_may_come_more_than_once() {
        let sent = Sent::read(b"role=auditor&role=finance&name=+Ann+B%C3%A9+");
        assert_eq!(sent.all("role").collect::<Vec<_>>(), ["auditor", "finance"]);
        assert_eq!(sent.line("name"), "Ann Bé");
        assert_eq!(sent.get("email"), "");
    }
}
