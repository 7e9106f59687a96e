//! Who asks, from where.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use enough_store::accounts::{AccessKey, Action, Client, Person, Session, Stage};
use enough_store::audit::Actor;
use std::net::{IpAddr, SocketAddr};

use crate::app::App;
use crate::attempts::Attempt;
use crate::problem::Problem;
use crate::watch::RequestId;

/// Who asks.
#[derive(Debug, Clone)]
pub enum Visitor {
    /// Somebody who has not signed in.
    Nobody,
    /// Somebody who has still to show or set up the second factor.
    Half(Session),
    /// Somebody who has signed in.
    Known(Session),
    /// A program that acts for somebody, over the API.
    Program(AccessKey, Person),
}

/// Who asks, from where, and of which service. The gate makes it; handlers take it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The service.
    pub app: App,
    /// Who.
    pub visitor: Visitor,
    /// From where.
    pub client: Client,
    /// The path that was asked for.
    pub path: String,
    /// The beginning of the addresses of the service, without a slash at its end.
    pub here: String,
    /// How many records that were opened in an emergency wait for whoever asks to review them.
    pub waiting: u64,
}

impl Caller {
    /// The session of whoever has signed in.
    pub fn session(&self) -> Result<&Session, Problem> {
        match &self.visitor {
            Visitor::Known(session) => Ok(session),
            _ => Err(Problem::SignIn(self.path.clone())),
        }
    }

    /// The session of whoever has still something to show.
    pub fn half(&self) -> Result<&Session, Problem> {
        match &self.visitor {
            Visitor::Half(session) => Ok(session),
            _ => Err(Problem::SignIn(self.path.clone())),
        }
    }

    /// Whoever has signed in, or for whom a program acts.
    pub fn person(&self) -> Option<&Person> {
        match &self.visitor {
            Visitor::Known(session) => Some(&session.person),
            Visitor::Program(_, person) => Some(person),
            Visitor::Nobody | Visitor::Half(_) => None,
        }
    }

    /// Whether whoever asks may do something.
    pub fn may(&self, action: Action) -> bool {
        self.person().is_some_and(|person| action.allows(&person.roles))
    }

    /// Begins an attempt to show who one is.
    pub fn attempt(&self) -> Result<Attempt, Problem> {
        self.app.attempts().begin(self.client.from.as_deref().and_then(|from| from.parse().ok()))
    }

    /// As the audit log names whoever asks.
    pub fn actor(&self) -> Actor {
        let actor = self.person().map_or_else(|| self.client.nobody(), |person| self.client.actor(person));
        match &self.visitor {
            Visitor::Program(key, _) => Actor { key: Some(key.short()), ..actor },
            _ => actor,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::NotFound)
    }
}

/// The name of the cookie: with HTTPS its prefix makes browsers refuse one that another host or an insecure page set.
pub fn cookie_name(app: &App) -> &'static str {
    if app.settings().https { "__Host-enough" } else { "enough" }
}

/// The token in a request's cookie.
pub fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    cookies(headers, cookie_name(app))
}

/// The value of a cookie.
pub fn cookies(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The header that gives a browser its token; an empty one takes it away.
pub fn cookie(app: &App, token: &str) -> String {
    let (name, secure) = (cookie_name(app), if app.settings().https { "; Secure" } else { "" });
    let end = if token.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{end}")
}

/// The address that a request comes from. The header of a proxy is believed only if the service was told of it.
pub fn address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    // The proxy puts the address that it saw last: in the last line of that name, at its end.
    let lines = app.settings().trusted_header.as_deref().map(|name| headers.get_all(name));
    let last = lines.and_then(|lines| lines.iter().next_back()).and_then(|value| value.to_str().ok());
    let by_proxy = last
        .and_then(|list| list.rsplit(',').next())
        .and_then(|address| address.trim().parse::<IpAddr>().ok());
    by_proxy.or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()))
}

/// Where a request comes from.
pub fn client(app: &App, parts: &Parts) -> Client {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Client {
        from: address(app, &parts.headers, &parts.extensions).map(|address| address.to_string()),
        agent: agent.unwrap_or("unknown").to_owned(),
        request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
    }
}

/// Whether programs ask there with access keys.
fn takes_keys(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics"
}

/// Who asks: by an access key where programs ask, or by the cookie of a session.
pub async fn visitor(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    path: &str,
) -> Result<Visitor, Problem> {
    let bearer = headers.get(header::AUTHORIZATION).filter(|_| takes_keys(path));
    if let Some(value) = bearer {
        let secret = value.to_str().ok().and_then(|value| value.split_once(' '));
        let secret = secret.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        // One that is wrong is not nobody: whoever sends it must learn of it.
        let (_, secret) = secret.ok_or(Problem::Key)?;
        let (key, person) = app.authority().access_key(client, secret.trim()).await?.ok_or(Problem::Key)?;
        return Ok(Visitor::Program(key, person));
    }
    let Some(token) = token(app, headers) else { return Ok(Visitor::Nobody) };
    Ok(match app.authority().session(&token).await? {
        None => Visitor::Nobody,
        Some(session) if session.stage == Stage::Full => Visitor::Known(session),
        Some(session) => Visitor::Half(session),
    })
}
