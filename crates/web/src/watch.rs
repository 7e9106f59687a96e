//! Requests as those see them who watch the service: an id on every answer, a line in the log, counts and times for Prometheus, and a
//! limit to how many an address may send. Pages that were kept are counted and no more: they cost next to nothing.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::caller::address;
use crate::problem::Problem;

/// The name of the header with the id of a request.
pub const ID: &str = "x-request-id";
/// How many seconds' worth of requests an address may send at once.
const BURST: u32 = 4;
/// Upper bounds of the times that are counted, in seconds.
const SECONDS: [f64; 9] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 10.0];

/// The id of a request, for the log, the audit log and whoever asked.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: String,
    status: u16,
}

/// Counts, times and limits.
#[derive(Debug)]
pub struct Watch {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    /// Pages that were kept and given out again.
    pub kept: Counter,
    /// Requests that were refused because their address sent too many.
    refused: Counter,
    /// Entries of the audit log.
    pub entries: Gauge,
    limit: Option<DefaultKeyedRateLimiter<IpAddr>>,
    letters: DefaultKeyedRateLimiter<IpAddr>,
}

/// Letters to addresses of strangers that one address may ask for in an hour.
const LETTERS: NonZeroU32 = NonZeroU32::new(10).unwrap();

impl Watch {
    /// A watch that lets so many requests a second pass from an address; all of them if none is said.
    pub fn new(rate: Option<NonZeroU32>) -> Self {
        let mut registry = Registry::with_prefix("enough");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Histogram::new(SECONDS);
        let (kept, refused, entries) = (Counter::default(), Counter::default(), Gauge::default());
        registry.register("requests", "Requests that were answered, kept pages aside", requests.clone());
        registry.register("request_seconds", "How long they took", seconds.clone());
        registry.register("kept_pages", "Pages that were kept and given out again", kept.clone());
        registry.register("refused_requests", "Requests of addresses that sent too many", refused.clone());
        registry.register("audit_entries", "Entries of the audit log", entries.clone());
        let quota = |rate: NonZeroU32| {
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(rate.saturating_mul(burst())))
        };
        let letters = RateLimiter::keyed(Quota::per_hour(LETTERS));
        Self { registry, requests, seconds, kept, refused, entries, limit: rate.map(quota), letters }
    }

    /// In the text format of Prometheus (OpenMetrics 1.0).
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Forgets addresses that have sent nothing lately.
    pub fn sweep(&self) {
        if let Some(limit) = &self.limit {
            limit.retain_recent();
        }
        self.letters.retain_recent();
    }

    /// Whether an address may ask for one more letter to somebody who is not known.
    pub fn lets_write(&self, address: Option<IpAddr>) -> bool {
        address.is_none_or(|address| self.letters.check_key(&network(address)).is_ok())
    }

    fn lets_through(&self, address: Option<IpAddr>) -> bool {
        match (&self.limit, address) {
            (Some(limit), Some(address)) => limit.check_key(&network(address)).is_ok(),
            _ => true,
        }
    }
}

fn burst() -> NonZeroU32 {
    NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN)
}

/// Puts the id of its request on an answer.
pub fn name(response: &mut Response, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(ID, value);
    }
}

/// Methods that are counted by name; others can be anything.
const METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];

/// The network that an address is counted with: whoever has one IPv6 address has 2^64 of them.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Watches a request.
pub async fn watch(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.authority().environment().id();
    let method = request.method().clone();
    // The path as the table of routes has it: what is in its place may be a link that opens once.
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let watch = app.watch();
    let counted = METHODS.iter().find(|known| **known == method).map_or("other", Method::as_str);
    let mut response = if watch.lets_through(address(&app, request.headers(), request.extensions())) {
        next.run(request).await
    } else {
        watch.refused.inc();
        Problem::TooMany.into_response()
    };
    let took = began.elapsed();
    let status = response.status().as_u16();
    watch.requests.get_or_create(&Labels { method: counted.to_owned(), status }).inc();
    watch.seconds.observe(took.as_secs_f64());
    let milliseconds = took.as_micros() as f64 / 1000.0;
    tracing::info!(id, %method, path = path.as_deref().unwrap_or("none"), status, milliseconds, "answered");
    name(&mut response, &id);
    if status == 429 || status == 503 {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// How often addresses are forgotten that have sent nothing lately.
const SWEEP: Duration = Duration::from_mins(1);

/// Forgets addresses, for as long as the service runs.
pub async fn sweep(app: App) {
    loop {
        tokio::time::sleep(SWEEP).await;
        app.watch().sweep();
        app.attempts().sweep();
    }
}
