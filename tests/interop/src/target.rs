//! An https server on the loopback address: `GET /BYTES` answers with that many bytes.
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The server, on threads of its own; it serves as long as this lives.
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// How its URLs name it: `localhost`, or the address.
    pub host: &'static str,
    /// A PEM file with the authority that signed its certificate.
    pub ca_file: PathBuf,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

impl Target {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (pem, config) = certificates();
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, pem).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream));
            }
        });
        Self { address, host: "localhost", ca_file, _folder: folder, _runtime: runtime }
    }

    /// A URL that answers with `bytes` bytes.
    pub fn url(&self, bytes: u64) -> String {
        format!("https://{}:{}/{bytes}", self.host, self.address.port())
    }
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(acceptor.accept(stream).await.ok()?);
    let chunk = vec![b'x'; 64 * 1024];
    loop {
        let (mut line, mut count) = (String::new(), 0_u64);
        while stream.read_line(&mut line).await.ok()? > 2 {
            if let Some(path) = line.strip_prefix("GET /").or(line.strip_prefix("HEAD /")) {
                count = path.split(' ').next()?.parse().ok()?;
            }
            line.clear();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {count}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.ok()?;
        while count > 0 {
            let part = count.min(chunk.len() as u64);
            stream.write_all(&chunk[..part as usize]).await.ok()?;
            count -= part;
        }
        stream.flush().await.ok()?;
    }
}

fn certificates() -> (String, rustls::ServerConfig) {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "Interop Authority");
    let ca_key = KeyPair::generate().unwrap();
    let pem = ca.self_signed(&ca_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    (pem, config.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap())
}
