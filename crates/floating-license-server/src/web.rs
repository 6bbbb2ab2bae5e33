//! The status over HTTP: `/status`, `/lmstat`, `/metrics`, `/healthz`.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use license_lifecycle::lmstat;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::clock;
use crate::shelf::Active;
use crate::status::status;

/// The most connections at once; above it, new ones wait in the system's queue. The inbox needs file handles, too.
const CONNECTIONS: usize = 256;

/// How long a connection may last: whoever asks again later connects again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pause after the system refuses a connection: others may end meanwhile.
const BREATH: Duration = Duration::from_millis(50);

#[derive(Clone)]
struct Facts {
    address: SocketAddr,
    active: watch::Receiver<Arc<[Active]>>,
}

impl Facts {
    fn status(&self) -> lmstat::Status {
        status(&self.active.borrow(), self.address, clock::today())
    }
}

pub(crate) async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    active: watch::Receiver<Arc<[Active]>>,
) {
    let routes = Router::new()
        .route("/status", get(|State(facts): State<Facts>| async move { Json(facts.status()) }))
        .route("/lmstat", get(lmstat_text))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state(Facts { address, active });
    accept(listener, routes, PATIENCE).await;
}

async fn accept(listener: TcpListener, routes: Router, patience: Duration) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let service = TowerToHyperService::new(routes.clone());
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move {
                    let _ = timeout(patience, connection).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the system refuses a connection");
                sleep(BREATH).await;
            }
        }
    }
}

async fn lmstat_text(State(facts): State<Facts>) -> String {
    lmstat::write(&facts.status(), clock::here())
}

async fn metrics(State(facts): State<Facts>) -> impl IntoResponse {
    let status = facts.status();
    let mut text = String::from(
        "# HELP floating_license_server_active_licenses Licenses in use.\n\
         # TYPE floating_license_server_active_licenses gauge\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "floating_license_server_active_licenses {}", status.licenses.len());
    text.push_str(
        "# HELP floating_license_server_issued Seats issued by feature; uncounted features are left out.\n\
         # TYPE floating_license_server_issued gauge\n",
    );
    for feature in &status.features {
        if let Some(issued) = feature.issued {
            let name = feature.name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = writeln!(text, "floating_license_server_issued{{feature=\"{name}\"}} {issued}");
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn whoever_says_nothing_holds_no_place_for_long() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/healthz", get(|| async { "ok\n" }));
        tokio::spawn(accept(listener, routes, Duration::from_millis(100)));
        let mut silent = Vec::new();
        for _ in 0..CONNECTIONS {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let ask = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.map(|_| answer)
        };
        let answer = timeout(Duration::from_secs(20), ask).await.expect("a place becomes free").unwrap();
        assert!(answer.ends_with("ok\n"), "{answer}");
    }
}
