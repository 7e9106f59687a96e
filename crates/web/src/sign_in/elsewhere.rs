//! Signing in with an account elsewhere, by OpenID Connect: authorization code with PKCE, state and nonce.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono::{DateTime, Duration, Utc};
use enough_store::accounts::{Identity, SignIn, Stage};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, reqwest,
};
use serde::{Deserialize, Serialize};

use super::{go, proven_page, refused_page};
use crate::app::App;
use crate::caller::{Caller, Visitor, cookies};
use crate::form::{Sent, way_back};
use crate::problem::{Problem, encoded};

/// How long somebody may take at the provider.
const PATIENCE: Duration = Duration::minutes(10);
/// How much its clock may differ from ours.
const SKEW: Duration = Duration::minutes(1);
/// How long the provider may take to answer.
const WAIT: std::time::Duration = std::time::Duration::from_secs(10);
/// Where the provider sends browsers back to.
pub const BACK: &str = "/sign-in/elsewhere/back";
/// What the sealed cookie is for.
const PURPOSE: &str = "sign-in elsewhere";
/// Names of a second factor in `amr` (RFC 8176).
const SECOND_FACTORS: [&str; 1] = ["mfa"];

/// The provider that people of the authority have accounts with.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its address, as its tokens name it.
    pub issuer: String,
    /// The name of this service there.
    pub client: String,
    /// Its password there.
    pub secret: String,
    /// The address of this service, as browsers know it.
    pub public: String,
    /// Whether e-mail addresses are the people's own there though it does not say that it has verified them.
    pub trust_email: bool,
    /// What people call their accounts there.
    pub label: String,
}

/// What is remembered while somebody is at the provider, sealed, in their browser.
#[derive(Debug, Serialize, Deserialize)]
struct Leave {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    /// Whether somebody who has signed in proves again who they are.
    proof: bool,
    until: DateTime<Utc>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn failed(what: &str, error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "signing in elsewhere: {what}");
    Problem::Elsewhere
}

fn provider(app: &App) -> Result<&Provider, Problem> {
    app.settings().provider.as_ref().ok_or(Problem::NotFound)
}

async fn client(provider: &Provider) -> Result<(Client, reqwest::Client), Problem> {
    // What the provider names is fetched from where it says and from nowhere else.
    let http = reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).timeout(WAIT);
    let http = http.build().map_err(|error| failed("no client", error))?;
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|error| failed("its address", error))?;
    // Asked for each time: keys change, and people sign in seldom.
    let about = CoreProviderMetadata::discover_async(issuer, &http).await;
    let about = about.map_err(|error| failed("it does not describe itself", error))?;
    let back = RedirectUrl::new(format!("{}{BACK}", provider.public));
    let back = back.map_err(|error| failed("the address of this service", error))?;
    let secret = ClientSecret::new(provider.secret.clone());
    let client =
        CoreClient::from_provider_metadata(about, ClientId::new(provider.client.clone()), Some(secret));
    Ok((client.set_redirect_uri(back), http))
}

fn cookie_name(app: &App) -> &'static str {
    if app.settings().https { "__Host-enough-elsewhere" } else { "enough-elsewhere" }
}

fn cookie(app: &App, value: &str) -> String {
    let secure = if app.settings().https { "; Secure" } else { "" };
    let age = if value.is_empty() { 0 } else { PATIENCE.num_seconds() };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app))
}

fn random(app: &App) -> String {
    let [a, b] = [(); 2].map(|()| u128::from_be_bytes(app.authority().environment().random()));
    format!("{a:032x}{b:032x}")
}

/// Sends the browser to the provider.
async fn leave(caller: &Caller, next: String, proof: bool) -> Result<Response, Problem> {
    let app = &caller.app;
    let (client, _) = client(provider(app)?).await?;
    let environment = app.authority().environment();
    let left = Leave {
        state: random(app),
        nonce: random(app),
        verifier: random(app),
        next,
        proof,
        until: environment.now() + PATIENCE,
    };
    let verifier = PkceCodeVerifier::new(left.verifier.clone());
    let (state, nonce) = (CsrfToken::new(left.state.clone()), Nonce::new(left.nonce.clone()));
    let mut ask = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if proof {
        ask = ask.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
    }
    let (to, ..) = ask.url();
    let text = serde_json::to_vec(&left).map_err(|error| failed("what is remembered", error))?;
    let sealed = app.authority().store().keys().seal(&text, PURPOSE, environment);
    Ok(([(header::SET_COOKIE, cookie(app, &sealed))], Redirect::to(to.as_str())).into_response())
}

/// Somebody wants to sign in.
pub async fn ask(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    leave(&caller, next, false).await
}

/// Somebody who has signed in proves again who they are.
pub async fn prove(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let next = Sent::read(query.unwrap_or_default().as_bytes()).line("next");
    leave(&caller, next, true).await
}

/// What was remembered, if it is of this browser and not too old.
fn remembered(app: &App, headers: &HeaderMap, state: &str) -> Option<Leave> {
    let sealed = cookies(headers, cookie_name(app))?;
    let text = app.authority().store().keys().unseal(&sealed, PURPOSE).ok()?;
    let left: Leave = serde_json::from_slice(&text).ok()?;
    (left.state == state && app.authority().environment().now() <= left.until).then_some(left)
}

async fn identity(app: &App, left: &Leave, code: &str) -> Result<Identity, Problem> {
    let provider = provider(app)?;
    let (client, http) = client(provider).await?;
    let exchange = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| failed("it has no tokens", error))?
        .set_pkce_verifier(PkceCodeVerifier::new(left.verifier.clone()));
    let tokens = exchange.request_async(&http).await.map_err(|error| failed("no token", error))?;
    let token = tokens.id_token().ok_or_else(|| failed("no token", "it says nothing of who it is"))?;
    let claims = token
        .claims(&client.id_token_verifier(), &Nonce::new(left.nonce.clone()))
        .map_err(|error| failed("the token is not right", error))?;
    if left.proof && claims.auth_time().is_none_or(|at| at < left.until - PATIENCE - SKEW) {
        return Err(failed("the proof", "it did not ask again"));
    }
    let verified = match claims.email_verified() {
        Some(verified) => verified,
        None => provider.trust_email,
    };
    let methods = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
    Ok(Identity {
        issuer: provider.issuer.clone(),
        subject: claims.subject().to_string(),
        email: claims.email().filter(|_| verified).map(|email| email.to_string()),
        second_factor: methods.iter().any(|method| SECOND_FACTORS.contains(&method.as_str())),
    })
}

/// The provider sent the browser back.
pub async fn back(
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let app = &caller.app;
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let forget: (HeaderName, String) = (header::SET_COOKIE, cookie(app, ""));
    let Some(left) = remembered(app, &headers, sent.get("state")) else {
        return Err(Problem::Wrong("This sign-in was begun in another browser, or too long ago.".to_owned()));
    };
    // Somebody said no there, or may not.
    if sent.get("code").is_empty() {
        return Ok((AppendHeaders([forget]), refused_page(&caller, left.next)?).into_response());
    }
    let given = identity(app, &left, sent.get("code")).await?;
    let authority = app.authority();
    if left.proof {
        let session = caller.session()?;
        let right =
            authority.prove_elsewhere(&caller.client, session, &given, !app.settings().demonstration).await?;
        let page = if right {
            Redirect::to(way_back(&left.next)).into_response()
        } else {
            proven_page(&caller, left.next).await?
        };
        return Ok((AppendHeaders([forget]), page).into_response());
    }
    let needed = !app.settings().demonstration;
    let SignIn::Begun(token, stage) = authority.sign_in_elsewhere(&caller.client, &given, needed).await?
    else {
        return Ok((AppendHeaders([forget]), refused_page(&caller, left.next)?).into_response());
    };
    if let Visitor::Known(old) | Visitor::Half(old) = &caller.visitor {
        authority.sign_out(&caller.client.actor(&old.person), &old.person.id, Some(&old.id)).await?;
    }
    let to = match stage {
        Stage::Full => way_back(&left.next).to_owned(),
        Stage::SecondFactor => format!("/sign-in/code?next={}", encoded(&left.next)),
        Stage::Enrol => format!("/sign-in/enrol?next={}", encoded(&left.next)),
    };
    Ok((AppendHeaders([forget]), go(&caller, &token, &to)).into_response())
}
