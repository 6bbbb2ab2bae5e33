//! What is served: metrics, and the console where the settings have one.
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use remote_service::Running;
use remote_service_console::{Console, UserFile};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::metrics::Metrics;
use crate::answer::Failure;

/// How long requests that are under way may take when the service stops.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Takes the address, before anything else is begun.
pub(super) async fn listen(address: Option<SocketAddr>) -> Result<Option<TcpListener>, Failure> {
    let Some(address) = address else { return Ok(None) };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(source) => {
            let source = io::Error::new(source.kind(), format!("cannot listen on {address}: {source}"));
            Err(Failure::Start { source })
        }
    }
}

/// The addresses that are served.
pub(super) struct Sites {
    stopping: watch::Sender<bool>,
    serving: JoinSet<()>,
}

impl Sites {
    pub(super) fn open(
        running: &Arc<Running>,
        metrics: &Metrics,
        console: Option<TcpListener>,
        metrics_alone: Option<TcpListener>,
        users: UserFile,
    ) -> Self {
        let mut sites = Self { stopping: watch::Sender::new(false), serving: JoinSet::new() };
        let shown = metrics_router(running, metrics);
        match (metrics_alone, console) {
            (Some(alone), Some(console)) => {
                sites.serve(alone, "metrics", shown);
                sites.serve(console, "console", pages(running, users));
            }
            (Some(alone), None) => sites.serve(alone, "metrics", shown),
            (None, Some(console)) => sites.serve(console, "console", pages(running, users).merge(shown)),
            (None, None) => {}
        }
        sites
    }

    fn serve(&mut self, listener: TcpListener, what: &str, router: Router) {
        if let Ok(address) = listener.local_addr() {
            tracing::info!(target: "remote_service", %address, "serving {what}");
        }
        self.serving.spawn(super::accept::serve(listener, router, self.stopping.subscribe()));
    }

    /// Answers what is under way, and no more.
    pub(super) async fn close(mut self) {
        self.stopping.send_replace(true);
        let ended = async { while self.serving.join_next().await.is_some() {} };
        drop(tokio::time::timeout(LAST_ANSWERS, ended).await);
        self.serving.shutdown().await;
    }
}

/// The console's pages, for whom `console user add` has added. Browsers keep its cookies over HTTPS and on this very
/// computer alone.
fn pages(running: &Arc<Running>, users: UserFile) -> Router {
    Console::builder(running.clone()).authenticator(users).build()
}

fn metrics_router(running: &Arc<Running>, metrics: &Metrics) -> Router {
    let (running, metrics) = (running.clone(), metrics.clone());
    let show = move || {
        let text = metrics.text(&running.snapshot());
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(show))
}
