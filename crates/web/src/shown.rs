//! The answer that is shown, in memory, with the pages that were made of it. A newer one in the database takes its place within
//! a second.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use enough_assessments::{Snapshot, load, newest, shapes};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{Mutex, OnceCell};

use crate::app::App;
use crate::problem::Problem;
use crate::shapes::Shape;

/// How long an answer is shown before the database is asked for a newer one.
const FRESH: Duration = Duration::from_secs(1);
/// Finished pages that are kept, in bytes.
const PAGES: u64 = 64 << 20;
/// The largest page that is kept.
const LARGEST: usize = 8 << 20;

/// A finished page: whether it is compressed and its address; its headers and its bytes.
type Key = (bool, String);
type Page = (HeaderMap, Bytes);

#[derive(Debug, Clone)]
struct Size;

impl Weighter<Key, Page> for Size {
    fn weight(&self, key: &Key, page: &Page) -> u64 {
        (key.1.len() + page.1.len() + 1000) as u64
    }
}

/// The shapes of areas by code.
pub type Shapes = HashMap<String, Shape>;

/// An answer that is shown.
#[derive(Debug)]
pub struct Shown {
    /// All of it but shapes and what is within reach.
    pub snapshot: Snapshot,
    /// The answer whose shapes these areas have too.
    base: Option<Arc<Self>>,
    shapes: OnceCell<Arc<Shapes>>,
    pages: Cache<Key, Page, Size>,
}

impl Shown {
    fn kept(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            base: None,
            shapes: OnceCell::new(),
            pages: Cache::with_weighter(10_000, PAGES, Size),
        }
    }

    /// Another answer about the same areas. Its pages are kept with those of the answer itself.
    pub fn view(snapshot: Snapshot, base: Arc<Self>) -> Self {
        let pages = Cache::with_weighter(0, 0, Size);
        Self { snapshot, base: Some(base), shapes: OnceCell::new(), pages }
    }

    /// The shapes of its areas.
    pub async fn shapes(&self, app: &App) -> Result<&Arc<Shapes>, Problem> {
        if let Some(base) = &self.base {
            return Box::pin(base.shapes(app)).await;
        }
        let read = async || {
            let list = shapes(app.authority(), &self.snapshot.answer.id).await?;
            let parsed = list.into_iter().filter_map(|(code, bytes)| Some((code, Shape::read(&bytes)?)));
            Ok(Arc::new(parsed.collect()))
        };
        self.shapes.get_or_try_init(read).await
    }
}

/// The answer that was shown last, and when the database was asked.
#[derive(Debug, Default)]
pub struct Last {
    shown: RwLock<Option<(Instant, Arc<Shown>)>>,
    loading: Mutex<()>,
}

impl Last {
    fn shown(&self) -> Option<(Instant, Arc<Shown>)> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The answer, if the database need not be asked.
    fn fresh(&self) -> Option<Arc<Shown>> {
        self.shown().filter(|(asked, _)| asked.elapsed() < FRESH).map(|(_, shown)| shown)
    }

    fn keep(&self, shown: &Arc<Shown>) {
        let mut last = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        *last = Some((Instant::now(), Arc::clone(shown)));
    }
}

impl App {
    /// The answer that is shown: the newest that was kept.
    pub(crate) async fn shown(&self) -> Result<Option<Arc<Shown>>, Problem> {
        let last = self.last();
        if let Some(shown) = last.fresh() {
            return Ok(Some(shown));
        }
        // One asks; those who come meanwhile wait for what it finds.
        let _turn = last.loading.lock().await;
        if let Some(shown) = last.fresh() {
            return Ok(Some(shown));
        }
        let Some(id) = newest(self.authority()).await? else { return Ok(None) };
        let before = last.shown().map(|(_, shown)| shown);
        let shown = match before.filter(|shown| shown.snapshot.answer.id == id) {
            Some(same) => same,
            None => Arc::new(Shown::kept(load(self.authority(), &id).await?)),
        };
        last.keep(&shown);
        Ok(Some(shown))
    }
}

/// A mark on a page that is the same for everybody while the answer is the same.
#[derive(Debug, Clone)]
pub struct SameForAll(pub Arc<Shown>);

/// Marks a page as the same for everybody who has not signed in.
pub fn same_for_all(shown: &Arc<Shown>, mut response: Response) -> Response {
    let kept = shown.base.as_ref().unwrap_or(shown);
    response.extensions_mut().insert(SameForAll(Arc::clone(kept)));
    response
}

/// Whether a browser takes gzip.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepts.split(',').any(|one| matches!(one.trim(), "gzip" | "*"))
}

/// Answers with a finished page where there is one, and keeps what can be kept. Only for requests without a cookie.
pub async fn keep_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if request.method() != Method::GET || headers.contains_key(header::COOKIE) {
        return next.run(request).await;
    }
    let key = (takes_gzip(headers), request.uri().to_string());
    // What is wrong with the database the handler says.
    let shown = app.shown().await.ok().flatten();
    if let Some((headers, body)) = shown.and_then(|shown| shown.pages.get(&key)) {
        app.watch().kept.inc();
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = headers;
        return response;
    }
    let mut response = next.run(request).await;
    let Some(SameForAll(shown)) = response.extensions_mut().remove() else { return response };
    if response.status() != StatusCode::OK {
        return response;
    }
    // Whoever keeps it for others keeps it for a moment, and by what a browser sent along.
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            if bytes.len() <= LARGEST {
                shown.pages.insert(key, (parts.headers.clone(), bytes.clone()));
            }
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(error) => {
            tracing::error!(%error, "a page was not finished");
            let mut failed = Response::new(Body::empty());
            *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            failed
        }
    }
}
