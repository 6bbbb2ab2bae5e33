//! A proxy on the loopback address that logs in to the real one, for clients that cannot.
mod request;
mod secret;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncWriteExt, copy_bidirectional_with_sizes};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use self::request::{Ask, read};
use self::secret::Secret;
use crate::error::chain;
use crate::{Dialer, Error, Route, Tunnel};

/// More connections than this at once are refused.
const MAX_CONNECTIONS: usize = 256;
/// How long a client may take to say what it wants.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// What is moved at once, each way.
const CHUNK: usize = 128 * 1024;

/// A proxy on 127.0.0.1 that carries tunnels (`CONNECT`) through a [`Route`] for whoever knows its secret.
///
/// It serves as long as this handle lives; dropping it closes every connection.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    secret: Arc<Secret>,
    last_error: LastError,
    serving: AbortHandle,
}

/// Why the newest connection failed; shared with whoever reports it.
pub(crate) type LastError = Arc<Mutex<Option<Arc<Error>>>>;

impl Relay {
    /// Opens a port of its own on 127.0.0.1.
    ///
    /// # Errors
    /// [`Error::Start`] when no port or no randomness is to be had.
    pub async fn start(dialer: Dialer, route: Route) -> Result<Self, Error> {
        let failed = |source: io::Error| Error::Start { what: "the relay", source: source.into() };
        let secret = Arc::new(Secret::generate().map_err(failed)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let last_error = LastError::default();
        let work = Arc::new(Work { dialer, route, secret: secret.clone(), last_error: last_error.clone() });
        let serving = tokio::spawn(serve(listener, work)).abort_handle();
        Ok(Self { address, secret, last_error, serving })
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The user and the secret that clients have to give as Basic credentials.
    #[must_use]
    pub fn credentials(&self) -> crate::Credentials {
        self.secret.credentials()
    }

    /// Why the newest connection failed at the proxy; `None` when it did not.
    #[must_use]
    pub fn last_error(&self) -> Option<Arc<Error>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What every connection of a relay needs.
struct Work {
    dialer: Dialer,
    route: Route,
    secret: Arc<Secret>,
    last_error: LastError,
}

async fn serve(listener: TcpListener, work: Arc<Work>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    let place = places.clone().try_acquire_owned().ok();
                    connections.spawn(work.clone().serve(client, place));
                }
                // Out of file descriptors, or the client is gone already: neither may end the relay or spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Work {
    async fn serve(self: Arc<Self>, mut client: TcpStream, place: Option<OwnedSemaphorePermit>) {
        let Some(_place) = place else { return answer(&mut client, "503 Too Many Connections").await };
        let _ = client.set_nodelay(true);
        let Ok(Ok(ask)) = timeout(REQUEST_TIME, read(&mut client, &self.secret)).await else { return };
        let (host, port) = match ask {
            Ask::Tunnel { host, port } => (host, port),
            Ask::Stranger => return answer(&mut client, "407 Proxy Authentication Required").await,
            Ask::NoTunnel => {
                self.note(Some(Error::TunnelsOnly));
                return answer(&mut client, "501 Only CONNECT").await;
            }
        };
        let connected = tokio::select! {
            connected = self.dialer.connect(&self.route, &host, port) => connected,
            () = gone(&client) => return,
        };
        match connected {
            Ok(tunnel) => {
                self.note(None);
                carry(client, tunnel).await;
            }
            Err(error) => {
                tracing::warn!(target: "proxy_config::relay", error = chain(&error), "no tunnel");
                let status = status(&error);
                self.note(Some(error));
                answer(&mut client, status).await;
            }
        }
    }

    fn note(&self, error: Option<Error>) {
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = error.map(Arc::new);
    }
}

/// Returns when the client closes its connection while it waits for us.
async fn gone(client: &TcpStream) {
    let mut byte = [0];
    if !matches!(client.peek(&mut byte).await, Ok(0) | Err(_)) {
        std::future::pending::<()>().await; // it talks ahead: it is there
    }
}

async fn carry(mut client: TcpStream, mut tunnel: Tunnel) {
    if client.write_all(b"HTTP/1.1 200 Connection Established\r\n\r\n").await.is_ok() {
        // An error here is either side hanging up; both ends see that themselves.
        let _ = copy_bidirectional_with_sizes(&mut client, &mut tunnel, CHUNK, CHUNK).await;
    }
}

async fn answer(client: &mut TcpStream, status: &str) {
    let challenge =
        if status.starts_with("407") { "Proxy-Authenticate: Basic realm=\"relay\"\r\n" } else { "" };
    let head = format!("HTTP/1.1 {status}\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n");
    // A client that does not stay for the answer has its own reasons.
    let _ = client.write_all(head.as_bytes()).await;
    let _ = client.shutdown().await;
}

/// What a client is told; the full story is in [`Relay::last_error`].
fn status(error: &Error) -> &'static str {
    match error {
        Error::Silent { .. } => "504 Gateway Timeout",
        Error::TunnelRefused { status: 403 | 2, .. } => "403 Forbidden",
        _ => "502 Bad Gateway",
    }
}
