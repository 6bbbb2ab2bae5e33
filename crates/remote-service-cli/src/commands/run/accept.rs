//! The accept loop: HTTP/1.1 with limits on what a stranger can hold open.
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// The most connections at once: above it, new ones wait in the system's queue.
const CONNECTIONS: usize = 256;
/// How long a client may take for a request's head, and stay silent between two requests.
const HEAD: Duration = Duration::from_secs(30);
/// How long a client may take for a request's body, and its answer to be found: [Change] waits for a share.
const ANSWER: Duration = Duration::from_secs(120);
/// The most bytes of a request's head.
const MAX_HEAD: usize = 16 * 1024;
/// Pause after the system refuses a connection (no file handles left): others may end meanwhile.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stopping` is true; then requests that are under way are answered, and no more.
pub(super) async fn serve(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let (places, mut connections) = (Arc::new(Semaphore::new(CONNECTIONS)), JoinSet::new());
    loop {
        let accepted = tokio::select! {
            Ok(place) = places.clone().acquire_owned() => tokio::select! {
                accepted = listener.accept() => accepted.map(|(stream, peer)| (stream, peer, place)),
                () = begun(&mut stopping) => break,
            },
            () = begun(&mut stopping) => break,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let conversation = converse(stream, peer, router.clone(), stopping.clone());
                connections.spawn(async move {
                    conversation.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(target: "remote_service", %error, "connection refused by the system");
                tokio::time::sleep(BREATH).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    while connections.join_next().await.is_some() {}
}

/// Answers one request after the other.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, mut stopping: watch::Receiver<bool>) {
    let service = service_fn(|request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = tokio::time::timeout(ANSWER, router.clone().oneshot(request));
        async {
            let late = |_| Ok(StatusCode::REQUEST_TIMEOUT.into_response());
            answer.await.unwrap_or_else(late) as Result<Response, Infallible>
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = begun(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(target: "remote_service", %peer, %error, "connection ended early");
    }
}

async fn begun(stopping: &mut watch::Receiver<bool>) {
    // Whoever would say so is gone: that is the end, too.
    drop(stopping.wait_for(|stopping| *stopping).await);
}
