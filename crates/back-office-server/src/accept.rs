//! The accept loop: HTTP/1.1 over TLS or plain behind a balancer, built for connections that wait.
//!
//! `axum::serve` costs 8 KiB more for each waiting connection than hyper's own HTTP/1 connection.
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::later::coming;
use crate::stopping::Stopping;

/// How long a client may take for its TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a client may take for a request's head, and stay silent between two requests.
const HEAD: Duration = Duration::from_secs(30);
/// The most bytes of a request's head.
const MAX_HEAD: usize = 16 * 1024;
/// Pause after the system refuses a connection (no file handles left): others may end meanwhile.
const BREATH: Duration = Duration::from_millis(50);

/// The address that a connection comes from, in the request's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What the loop needs beside the listener.
pub(crate) struct Door {
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    /// Whether the peer is a balancer that says where a request comes from.
    pub(crate) behind_balancer: bool,
    /// One permit for each connection: above it, new ones wait in the system's queue.
    pub(crate) connections: Arc<Semaphore>,
    /// No new connections then, and open ones end after the request they are in.
    pub(crate) stopping: Stopping,
}

/// Accepts until everything is to stop.
pub(crate) async fn serve(listener: TcpListener, door: Door) {
    let mut stopping = door.stopping.clone();
    loop {
        let Ok(permit) = door.connections.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.begun() => return,
        };
        match accepted {
            Ok((stream, peer)) => welcome(&door, stream, peer, permit),
            Err(error) => {
                tracing::warn!(%error, "connection refused by the system");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn welcome(door: &Door, stream: TcpStream, peer: SocketAddr, permit: OwnedSemaphorePermit) {
    let (router, stopping, balanced) = (door.router.clone(), door.stopping.clone(), door.behind_balancer);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = detached(request).map(Body::new);
        let forwarded = balanced.then(|| forwarded(request.headers())).flatten();
        request.extensions_mut().insert(Peer(forwarded.unwrap_or(peer.ip())));
        // Boxed, so that it is gone while a poll waits.
        let answering = Box::pin(router.clone().oneshot(request));
        async move {
            let coming = {
                let mut response = answering.await?;
                match coming(&mut response) {
                    Some(coming) => coming,
                    None => return Ok::<Response, Infallible>(response),
                }
            };
            Ok(coming.await)
        }
    });
    // Small answers must leave at once; a socket that refuses the option still works.
    let _ = stream.set_nodelay(true);
    match door.tls.clone() {
        None => {
            tokio::spawn(converse(stream, peer, service, stopping, permit));
        }
        Some(tls) => {
            tokio::spawn(async move {
                // Both boxed: a handshake is over soon, and its outcome is large and moved about.
                match Box::pin(tokio::time::timeout(HANDSHAKE, tls.accept(stream))).await {
                    Ok(Ok(stream)) => converse(Box::new(stream), peer, service, stopping, permit).await,
                    Ok(Err(error)) => tracing::debug!(%peer, %error, "handshake failed"),
                    Err(_) => tracing::debug!(%peer, "handshake took too long"),
                }
            });
        }
    }
}

/// The request with its head copied out of the connection's buffer.
///
/// As long as a slice of it lives, hyper gets itself another buffer of 8 KiB to notice the end of the connection, and
/// sooner or later all of both has been written to. Let go at once, one buffer serves for all requests.
fn detached<B>(request: Request<B>) -> Request<B> {
    let (mut head, body) = request.into_parts();
    // It was an address before, so it is one again; and a value a value.
    head.uri = head.uri.to_string().parse().unwrap_or_default();
    for value in head.headers.values_mut() {
        *value = HeaderValue::from_bytes(value.as_bytes()).unwrap_or(HeaderValue::from_static(""));
    }
    Request::from_parts(head, body)
}

/// Where a balancer says that a request comes from: the last address, which is the one that it added itself.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Answers one request after the other. What is made before the future is, takes no place in it.
fn converse<S, H>(
    stream: S,
    peer: SocketAddr,
    service: H,
    mut stopping: Stopping,
    permit: OwnedSemaphorePermit,
) -> impl Future<Output = ()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: HttpService<Incoming, ResBody = Body, Error = Infallible>,
{
    let mut connection = Box::pin(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_header_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service),
    );
    async move {
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stopping.begun() => {
                connection.as_mut().graceful_shutdown();
                connection.as_mut().await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "connection ended early");
        }
        drop(permit);
    }
}
