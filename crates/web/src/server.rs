//! Listens, serves, and stops without cutting anybody off.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;

use enough_commissioning::calls::sweep_applications;
use enough_commissioning::direct_payments::sweep_cases;
use enough_commissioning::tenders::{bind_boxes, sweep_bids};
use enough_store::audit::Actor;

use crate::app::App;
use crate::doors::{Doors, IN_ALL, OF_ONE};
use crate::jobs::work;
use crate::mail;
use crate::presence::look_after;
use crate::publishing::publish_all;
use crate::routes::router;
use crate::watch::sweep;

/// How often the audit log is signed while the service runs.
const SIGN: Duration = Duration::from_hours(1);

/// How long requests under way may take when the service ends: as long as any request may take.
const LAST: Duration = Duration::from_secs(30);

/// Certificate and key for HTTPS.
#[derive(Debug, Clone)]
pub struct Tls(RustlsConfig);

impl Tls {
    /// From files in PEM: the certificate with those between it and a known one, and its key. TLS 1.2 and 1.3.
    ///
    /// # Errors
    /// When they cannot be read, or do not belong together.
    pub async fn read(certificate: &Path, key: &Path) -> std::io::Result<Self> {
        // Another part of the process may have chosen one already; it does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        RustlsConfig::from_pem_file(certificate, key).await.map(Self)
    }
}

/// How long a browser may take to say what it wants.
const HEAD: Duration = Duration::from_secs(10);
/// After how long without a word a connection of HTTP/2 is asked whether somebody is there, and closed if not.
const SILENCE: Duration = Duration::from_secs(20);

/// Sets how long slow connections are waited for.
fn patient<A: axum_server::Address, Acceptor>(
    mut server: axum_server::Server<A, Acceptor>,
) -> axum_server::Server<A, Acceptor> {
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(SILENCE).keep_alive_timeout(HEAD);
    server
}

/// How many connections there may be: not more than the system lets a process have files, less what the service opens itself.
fn places() -> usize {
    let files = raise_limit();
    let places = IN_ALL.min(files.saturating_sub(OWN_FILES).max(OWN_FILES));
    if places < IN_ALL {
        tracing::warn!(files, places, "the system lets this process have few files (LimitNOFILE, ulimit -n)");
    }
    places
}

/// Files that the service opens itself, at most: databases, published files, letters.
const OWN_FILES: usize = 128;

/// Asks the system for as many files as it lets this process have; gives how many that are.
#[cfg(unix)]
fn raise_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min((IN_ALL + OWN_FILES) as u64);
    if limit.current.is_some_and(|now| now < most) {
        // What is not granted is not used.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
    }
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |files| files as usize)
}

#[cfg(not(unix))]
fn raise_limit() -> usize {
    usize::MAX
}

/// Serves until `stop` is done, then lets requests under way end. Signs the audit log every hour and at the end; removes every hour what
/// is older than its term, and publishes what the calendar has changed.
///
/// # Errors
/// When the connection cannot be served any more.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let keeping = tokio::spawn({
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(SIGN).await;
                sign(&app).await;
                let (authority, service) = (app.authority(), Actor::service("enough serve"));
                if let Err(error) = bind_boxes(authority, &service).await {
                    tracing::error!(%error, "what is withheld about bids could not be bound");
                }
                let swept = [
                    authority.sweep(&service).await,
                    sweep_cases(authority, &service).await,
                    sweep_bids(authority, &service).await,
                    sweep_applications(authority, &service).await,
                ];
                for error in swept.into_iter().filter_map(Result::err) {
                    tracing::error!(%error, "what is older than its term could not be removed");
                }
                if let Err(error) = publish_all(&app).await {
                    tracing::error!(%error, "what the calendar changed could not be published");
                }
            }
        }
    });
    if let Some(desk) = app.desk() {
        // Read before somebody asks.
        let (desk, app) = (Arc::clone(desk), app.clone());
        tokio::spawn(async move {
            if let Err(error) = desk.read(app.authority()).await {
                tracing::error!(%error, "the published files cannot be read");
            }
        });
    }
    let (end, ending) = tokio::sync::watch::channel(false);
    let posting = tokio::spawn(mail::work(app.clone(), ending.clone()));
    let working = tokio::spawn(work(app.clone(), ending));
    let sweeping = tokio::spawn(sweep(app.clone()));
    let looking = tokio::spawn(look_after(app.clone()));
    let handle = Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            handle.graceful_shutdown(Some(LAST));
        }
    });
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    app.authority().store().make_ready_to_hash();
    let doors = Doors::new(app.settings().trusted_header.is_some(), OF_ONE, places());
    let server = patient(axum_server::from_tcp(listener)?).handle(handle);
    let done = match tls {
        None => server.acceptor(doors).serve(service).await,
        Some(tls) => server.acceptor(RustlsAcceptor::new(tls.0).acceptor(doors)).serve(service).await,
    };
    looking.abort();
    sweeping.abort();
    keeping.abort();
    // Work under way is put back for the next process.
    if end.send(true).is_ok() && working.await.is_err() {
        tracing::error!("the work ended badly");
    }
    if posting.await.is_err() {
        tracing::error!("the sending of letters ended badly");
    }
    sign(&app).await;
    done
}

async fn sign(app: &App) {
    if let Err(error) = app.authority().checkpoint().await {
        tracing::error!(%error, "the audit log could not be signed");
    }
}
