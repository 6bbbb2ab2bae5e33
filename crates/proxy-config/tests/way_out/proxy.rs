//! A proxy that follows a script.
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use proxy_config::{Credentials, Hop, HopLogin, Protocol, ProxyServer, Route, Why};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// `alice:S3cret!pw`
const RIGHT: &str = "Basic YWxpY2U6UzNjcmV0IXB3";

/// How the proxy answers to those who are not logged in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// With these bytes, and waits for the next request on the same connection.
    Stays(&'static str),
    /// With these bytes, and closes.
    Closes(&'static str),
    /// Not at all.
    Silent,
    /// It wants no login.
    LetsIn,
    /// It lets in, and then answers a request for a tunnel with these bytes.
    Says(&'static str),
}

pub(crate) const PLAIN: Refusal = Refusal::Stays(
    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 3\r\n\r\nno\n",
);

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) connections: AtomicUsize,
    pub(crate) failed_logins: AtomicUsize,
    /// The scheme of each login that was tried, in order.
    pub(crate) schemes: Mutex<Vec<String>>,
    pub(crate) tunnels: AtomicUsize,
    /// Connections that are open now.
    pub(crate) open: AtomicUsize,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    pub(crate) counts: Arc<Counts>,
}

impl Proxy {
    pub(crate) async fn start(refusal: Refusal) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let shared = counts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let counts = shared.clone();
                tokio::spawn(async move {
                    counts.connections.fetch_add(1, SeqCst);
                    counts.open.fetch_add(1, SeqCst);
                    let _ = serve(client, refusal, &counts).await;
                    counts.open.fetch_sub(1, SeqCst);
                });
            }
        });
        Self { address, counts }
    }

    pub(crate) fn server(&self) -> ProxyServer {
        ProxyServer { protocol: Protocol::Http, host: "127.0.0.1".into(), port: self.address.port() }
    }

    pub(crate) fn route(&self, login: HopLogin) -> Route {
        Route { hops: vec![Hop::Proxy { server: self.server(), login }], why: Why::Manual }
    }

    pub(crate) fn failed_logins(&self) -> usize {
        self.counts.failed_logins.load(SeqCst)
    }
}

pub(crate) fn alice(password: &str) -> Credentials {
    Credentials::new(None, "alice", password.into())
}

async fn serve(client: TcpStream, refusal: Refusal, counts: &Counts) -> std::io::Result<()> {
    let mut client = BufReader::new(client);
    loop {
        let Some((target, login)) = request(&mut client).await? else { return Ok(()) };
        if let Some((scheme, _)) = login.as_deref().and_then(|login| login.split_once(' ')) {
            counts.schemes.lock().unwrap().push(scheme.to_owned());
        }
        if login.as_deref().is_some_and(|login| login != RIGHT) {
            counts.failed_logins.fetch_add(1, SeqCst);
        }
        let is_in = login.as_deref() == Some(RIGHT);
        match refusal {
            Refusal::Says(answer) => return client.write_all(answer.as_bytes()).await,
            Refusal::Silent => {
                client.fill_buf().await?; // until the client gives up
                return Ok(());
            }
            Refusal::Stays(answer) if !is_in => client.write_all(answer.as_bytes()).await?,
            Refusal::Closes(answer) if !is_in => return client.write_all(answer.as_bytes()).await,
            _ => {
                let mut target = TcpStream::connect(&*target).await?;
                counts.tunnels.fetch_add(1, SeqCst);
                client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                copy_bidirectional(&mut client, &mut target).await?;
                return Ok(());
            }
        }
    }
}

/// The target and the `Proxy-Authorization` of the next request.
async fn request(client: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Option<String>)>> {
    let (mut target, mut login) = (String::new(), None);
    loop {
        let mut line = String::new();
        if client.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix("CONNECT ") {
            target = rest.split(' ').next().unwrap_or_default().to_owned();
        } else if let Some((_, value)) = line.split_once("Proxy-Authorization: ") {
            login = Some(value.to_owned());
        } else if line.is_empty() {
            return Ok(Some((target, login)));
        }
    }
}
