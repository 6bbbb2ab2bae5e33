//! Names, TCP connections and TLS with a proxy.
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::stream::Socket;
use crate::server::authority;
use crate::trace::Trace;
use crate::{Error, ProxyServer, StageName};

/// More addresses of one name than this are not tried.
const MAX_ADDRESSES: usize = 8;

/// Connects to the first address of `host` that answers; each step may take `limit`.
pub(super) async fn tcp(
    host: &str,
    port: u16,
    limit: Duration,
    trace: &mut Trace,
) -> Result<TcpStream, Error> {
    let addresses = resolve(host, port, limit).await?;
    let shown: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    trace.passed(StageName::Name, format!("{host} is {}", shown.join(", ")));
    let mut last = None;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await.unwrap_or_else(|_| Err(too_slow())) {
            Ok(stream) => {
                // Requests are small and waited for: never hold one back.
                let _ = stream.set_nodelay(true);
                trace.passed(StageName::Reach, format!("{address} answers"));
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    let source = last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
    Err(Error::Unreachable { address: authority(host, port), source })
}

async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Error> {
    let found = timeout(limit, lookup_host((host, port))).await.unwrap_or_else(|_| Err(too_slow()));
    let name_error = |source| Error::NameNotFound { host: host.to_owned(), source };
    let addresses: Vec<_> = found.map_err(name_error)?.take(MAX_ADDRESSES).collect();
    if addresses.is_empty() { Err(name_error(io::ErrorKind::NotFound.into())) } else { Ok(addresses) }
}

/// TLS with the proxy itself.
pub(super) async fn tls(
    stream: TcpStream,
    server: &ProxyServer,
    config: Arc<ClientConfig>,
    limit: Duration,
) -> Result<Socket, Error> {
    let failed = |source| Error::ProxyTls { proxy: server.clone(), source };
    let name = ServerName::try_from(server.host.clone()).map_err(|error| failed(io::Error::other(error)))?;
    let connected = timeout(limit, TlsConnector::from(config).connect(name, stream)).await;
    Ok(Socket::Tls(Box::new(connected.unwrap_or_else(|_| Err(too_slow())).map_err(failed)?)))
}

fn too_slow() -> io::Error {
    io::ErrorKind::TimedOut.into()
}
