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
use enough_store::StoreError;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::timeout;

use crate::app::App;
use crate::borders::{Line, borders};
use crate::problem::Problem;
use crate::shapes::{Shape, around};
use crate::watch::{ID, name};

/// How long an answer is shown before the database is asked for a newer one.
const FRESH: Duration = Duration::from_secs(1);
/// How long the database may take to say which answer is the newest.
const PATIENCE: Duration = Duration::from_secs(2);
/// Finished pages that are kept, in bytes.
const PAGES: u64 = 64 << 20;
/// Beginnings of paths that are never kept: they have nothing to do with the answer.
const NEVER: [&str; 4] = ["/assets/", "/health", "/metrics", "/sign-in"];
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

/// A cache in so many pieces: many wait less for each other, and what is larger than a piece is never kept.
pub fn cache<K, V, W>(items: usize, weight: u64, pieces: usize, weighter: W) -> Cache<K, V, W>
where
    K: Eq + std::hash::Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let mut options = OptionsBuilder::new();
    let options = options.estimated_items_capacity(items).weight_capacity(weight).shards(pieces).build();
    match options {
        Ok(options) => {
            Cache::with_options(options, weighter, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        // All that is asked of the options is said above.
        Err(_) => Cache::with_weighter(items, weight, weighter),
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
    borders: OnceCell<Vec<Line>>,
    pages: Cache<Key, Page, Size>,
}

impl Shown {
    fn kept(snapshot: Snapshot) -> Self {
        Self::new(snapshot, None, cache(10_000, PAGES, 4, Size))
    }

    /// Another answer about the same areas. Its pages are kept with those of the answer itself.
    pub fn view(snapshot: Snapshot, base: Arc<Self>) -> Self {
        Self::new(snapshot, Some(base), cache(0, 0, 1, Size))
    }

    fn new(snapshot: Snapshot, base: Option<Arc<Self>>, pages: Cache<Key, Page, Size>) -> Self {
        Self { snapshot, base, shapes: OnceCell::new(), borders: OnceCell::new(), pages }
    }

    /// Where its areas of a kind lie, in degrees: west, south, east and north; nothing without shapes.
    pub async fn bounds(&self, app: &App, kind: &str) -> Result<Option<String>, Problem> {
        let shapes = self.shapes(app).await?;
        let bounds = self.snapshot.areas(kind).filter_map(|area| shapes.get(&area.code));
        let corners =
            bounds.flat_map(|shape| [(shape.bounds[0], shape.bounds[1]), (shape.bounds[2], shape.bounds[3])]);
        let bounds = around(corners);
        Ok((bounds[0] <= bounds[2]).then(|| bounds.map(|degrees| format!("{degrees:.5}")).join(",")))
    }

    /// The borders between its markets.
    pub async fn borders(&self, app: &App) -> Result<&[Line], Problem> {
        let draw = async || {
            let shapes = self.shapes(app).await?;
            let areas = self.snapshot.areas("lsoa").filter_map(|area| Some((area, shapes.get(&area.code)?)));
            Ok::<_, Problem>(borders(&areas.collect::<Vec<_>>()))
        };
        Ok(self.borders.get_or_try_init(draw).await?)
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
        let before = last.shown().map(|(_, shown)| shown);
        // One asks; those who come meanwhile get what was shown before, and wait only if there is nothing.
        let _turn = match (last.loading.try_lock(), &before) {
            (Ok(turn), _) => turn,
            (Err(_), Some(before)) => return Ok(Some(Arc::clone(before))),
            (Err(_), None) => last.loading.lock().await,
        };
        if let Some(shown) = last.fresh() {
            return Ok(Some(shown));
        }
        let asked = async {
            if !self.presence().is_there() {
                return Err(StoreError::Away);
            }
            timeout(PATIENCE, newest(self.authority())).await.unwrap_or(Err(StoreError::Away))
        };
        let id = match (asked.await, &before) {
            (Ok(id), _) => id,
            // What is published stays there while the database is away.
            (Err(error), Some(before)) => {
                tracing::error!(%error, "the newest answer cannot be asked for");
                last.keep(before);
                return Ok(Some(Arc::clone(before)));
            }
            (Err(error), None) => return Err(error.into()),
        };
        let Some(id) = id else { return Ok(None) };
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

/// Answers with a finished page where there is one, and keeps what can be kept. Only for requests that do not say who asks.
pub async fn keep_pages(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_page = |path: &str| NEVER.iter().all(|never| !path.starts_with(never));
    let knows_nobody = [header::COOKIE, header::AUTHORIZATION].iter().all(|name| !headers.contains_key(name));
    let may_be_kept = request.method() == Method::GET && knows_nobody;
    if !may_be_kept || !is_page(request.uri().path()) {
        return next.run(request).await;
    }
    let gzip = takes_gzip(headers);
    // What is compressed is then decided here and nowhere else: a page is kept under what it is.
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if gzip {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // What is open and new is on the first page, and so that is kept for a minute.
    let minute = app.authority().environment().now().timestamp() / 60;
    let is_first = request.uri().path() == "/";
    let page = if is_first { format!("{} {minute}", request.uri()) } else { request.uri().to_string() };
    let key = (gzip, page);
    // What is wrong with the database the handler says.
    let shown = app.shown().await.ok().flatten();
    if let Some((headers, body)) = shown.and_then(|shown| shown.pages.get(&key)) {
        app.watch().kept.inc();
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = headers;
        name(&mut response, &app.authority().environment().id());
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
    headers.append(header::VARY, HeaderValue::from_static("cookie, authorization"));
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            if bytes.len() <= LARGEST {
                let mut headers = parts.headers.clone();
                headers.remove(ID);
                shown.pages.insert(key, (headers, bytes.clone()));
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
