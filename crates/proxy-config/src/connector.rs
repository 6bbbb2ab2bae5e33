//! The way out for clients of `hyper-util`, where a listening socket like the relay's is not acceptable.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tower_service::Service;

use crate::{Dialer, Error, Route, Tunnel};

/// Connects `hyper-util`'s client through a [`Route`]. It speaks no TLS with the target: wrap it in `hyper-rustls`'
/// `HttpsConnector`.
#[derive(Clone, Debug)]
pub struct Connector {
    dialer: Dialer,
    route: Arc<Route>,
}

impl Connector {
    /// A connector that takes `route`.
    #[must_use]
    pub fn new(dialer: Dialer, route: Route) -> Self {
        Self { dialer, route: route.into() }
    }
}

impl Service<http::Uri> for Connector {
    type Response = TokioIo<Tunnel>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: http::Uri) -> Self::Future {
        let Self { dialer, route } = self.clone();
        Box::pin(async move {
            let host = uri.host().ok_or(Error::HostMissing)?;
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
            dialer.connect(&route, host, port).await.map(TokioIo::new)
        })
    }
}

impl Connection for Tunnel {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
