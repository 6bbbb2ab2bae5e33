//! Which certificates are trusted.
#[cfg(windows)]
mod beside;

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::Error;

/// The certificate authorities that are trusted, for proxies and for targets. There is no "accept all".
#[derive(Clone, Debug)]
pub struct TlsTrust {
    /// PEM files that the administrator added, each with one or more certificates: inspecting proxies are common.
    pub ca_files_pem: Vec<Vec<u8>>,
    /// Whether the system's roots are trusted too. Default: true.
    pub system_roots: bool,
}

impl Default for TlsTrust {
    fn default() -> Self {
        Self { ca_files_pem: Vec::new(), system_roots: true }
    }
}

impl TlsTrust {
    /// A TLS client with exactly this trust.
    ///
    /// # Errors
    /// [`Error::Trust`] when a CA file holds no readable certificate or the system's roots cannot be used.
    pub fn client_config(&self) -> Result<ClientConfig, Error> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| trust("protocol versions", error))?
            .dangerous() // rustls' word for any verifier of one's own; both of ours check everything
            .with_custom_certificate_verifier(self.verifier()?)
            .with_no_client_auth();
        Ok(config)
    }

    pub(crate) fn verifier(&self) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let added = self.added()?;
        if !self.system_roots {
            return Ok(of(added)?);
        }
        #[cfg(windows)]
        {
            let system = rustls_platform_verifier::Verifier::new(provider());
            let system = system.map_err(|error| trust("the system's roots", error))?;
            match added.is_empty() {
                true => Ok(Arc::new(system)),
                false => Ok(Arc::new(beside::Beside { added: of(added)?, system })),
            }
        }
        #[cfg(not(windows))]
        {
            let system = rustls_platform_verifier::Verifier::new_with_extra_roots(added, provider());
            Ok(Arc::new(system.map_err(|error| trust("the system's roots", error))?))
        }
    }

    fn added(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        let mut all = Vec::new();
        for file in &self.ca_files_pem {
            let before = all.len();
            for certificate in CertificateDer::pem_slice_iter(file) {
                all.push(certificate.map_err(|error| trust("a CA file", error))?);
            }
            if all.len() == before {
                return Err(Error::Trust { why: "a CA file holds no certificate".into(), source: None });
            }
        }
        Ok(all)
    }
}

/// Trusts exactly these.
fn of(certificates: Vec<CertificateDer<'static>>) -> Result<Arc<WebPkiServerVerifier>, Error> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate).map_err(|error| trust("a CA file", error))?;
    }
    let builder = WebPkiServerVerifier::builder_with_provider(roots.into(), provider());
    builder.build().map_err(|error| trust("no certificate is trusted", error))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn trust(why: &str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Trust { why: why.into(), source: Some(Box::new(source)) }
}
