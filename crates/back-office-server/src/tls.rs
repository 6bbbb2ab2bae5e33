//! TLS of our own: ring, and HTTP/1.1 alone.
use std::io::Cursor;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::ExposeSecret as _;
use tokio_rustls::TlsAcceptor;

use crate::{Error, Tls};

/// What turns accepted connections into TLS ones; `None` behind a balancer.
///
/// # Errors
/// [`Error::Config`] for certificates or a key that cannot be used.
pub(crate) fn acceptor(tls: &Tls) -> Result<Option<TlsAcceptor>, Error> {
    let Tls::Own { cert_pem, key_pem } = tls else { return Ok(None) };
    let refused = |what: &str| Error::config(format!("TLS: {what}"));
    let chain = CertificateDer::pem_reader_iter(Cursor::new(cert_pem))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| refused("the certificate chain is no PEM"))?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.expose_secret().as_bytes())
        .map_err(|_| refused("the private key is no PEM"))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| refused(&error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}
