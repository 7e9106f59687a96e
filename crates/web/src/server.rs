//! Listens, serves, and stops without cutting anybody off.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::app::App;
use crate::routes::router;
use crate::work::work;

/// How often the audit log is signed while the service runs.
const SIGN: Duration = Duration::from_hours(1);

/// Serves until `stop` is done, then lets requests under way end. Signs the audit log every hour and at the end.
///
/// # Errors
/// When the connection cannot be served any more.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let signing = tokio::spawn({
        let app = app.clone();
        async move {
            loop {
                tokio::time::sleep(SIGN).await;
                sign(&app).await;
            }
        }
    });
    if let Some(desk) = app.desk() {
        // Read before somebody asks.
        let desk = Arc::clone(desk);
        tokio::spawn(async move {
            if let Err(error) = desk.inputs().await {
                tracing::error!(%error, "the published files cannot be read");
            }
        });
    }
    let (end, ending) = tokio::sync::watch::channel(false);
    let working = tokio::spawn(work(app.clone(), ending));
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let done = axum::serve(listener, service).with_graceful_shutdown(stop).await;
    signing.abort();
    // Work under way is put back for the next process.
    if end.send(true).is_ok() && working.await.is_err() {
        tracing::error!("the work ended badly");
    }
    sign(&app).await;
    done
}

async fn sign(app: &App) {
    if let Err(error) = app.authority().checkpoint().await {
        tracing::error!(%error, "the audit log could not be signed");
    }
}
