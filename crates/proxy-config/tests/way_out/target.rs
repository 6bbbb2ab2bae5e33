//! An https server behind the proxies, with a certificate authority of its own.
use std::net::SocketAddr;
use std::sync::Arc;

use proxy_config::TlsTrust;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) trust: TlsTrust,
    pub(crate) acceptor: TlsAcceptor,
}

impl Target {
    /// Answers every request with 200 and `hello`.
    pub(crate) async fn start() -> Self {
        let (ca_pem, config) = certificates();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let serving = acceptor.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = serving.clone();
                tokio::spawn(async move {
                    let mut stream = BufReader::new(acceptor.accept(stream).await.ok()?);
                    let mut line = String::new();
                    while stream.read_line(&mut line).await.ok()? > 2 {
                        line.clear();
                    }
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
                    stream.write_all(answer).await.ok()?;
                    stream.shutdown().await.ok()
                });
            }
        });
        Self { address, trust: TlsTrust { ca_files_pem: vec![ca_pem], system_roots: false }, acceptor }
    }

    pub(crate) fn url(&self) -> Url {
        format!("https://localhost:{}/path?query", self.address.port()).parse().unwrap()
    }
}

fn certificates() -> (Vec<u8>, rustls::ServerConfig) {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "Test Authority");
    let ca_key = KeyPair::generate().unwrap();
    let ca_pem = ca.self_signed(&ca_key).unwrap().pem().into_bytes();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    (ca_pem, config.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap())
}
