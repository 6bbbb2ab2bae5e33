//! TLS with the target, seeing who signed its certificate also when it is not trusted.
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::{Error, TlsTrust, Tunnel};

/// Longest issuer that is shown.
const MAX_SHOWN: usize = 200;

/// Does the TLS handshake. The second value is the issuer that was met, if it came that far.
pub(super) async fn handshake(
    tunnel: Tunnel,
    host: &str,
    trust: &TlsTrust,
) -> Result<(io::Result<TlsStream<Tunnel>>, Option<String>), Error> {
    let met = Arc::new(Mutex::new(None));
    let watch = Watch { verifier: trust.verifier()?, met: met.clone() };
    let mut config: ClientConfig = trust.client_config()?;
    config.dangerous().set_certificate_verifier(Arc::new(watch));
    let connected = match ServerName::try_from(host.to_owned()) {
        Ok(name) => TlsConnector::from(Arc::new(config)).connect(name, tunnel).await,
        Err(error) => Err(io::Error::other(error)),
    };
    let issuer = met.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok((connected, issuer))
}

/// Notes the issuer, then leaves every judgement to the real verifier.
#[derive(Debug)]
struct Watch {
    verifier: Arc<dyn ServerCertVerifier>,
    met: Arc<Mutex<Option<String>>>,
}

impl ServerCertVerifier for Watch {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner) = issuer(end_entity);
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let issuer = certificate.tbs_certificate.issuer.to_string();
    Some(issuer.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect())
}
