//! Kerberos with a password, in SPNEGO (RFC 4559).
mod kdc;

use secrecy::ExposeSecret;
use sspi::generator::GeneratorState;
use sspi::{
    AuthIdentity, BufferType, ClientRequestFlags, CredentialUse, CredentialsBuffers, DataRepresentation,
    ErrorKind, KerberosConfig, Negotiate, NegotiateConfig, SecurityBuffer, Sspi, SspiImpl, Username,
};

use super::{Conversation, StepError};
use crate::Credentials;

/// Other mechanisms have a scheme of their own.
const PACKAGES: &str = "kerberos,!ntlm,!pku2u";
/// More questions than this to KDCs are no login any more.
const MAX_QUESTIONS: usize = 12;

pub(super) struct Login {
    negotiate: Negotiate,
    credentials: Option<CredentialsBuffers>,
    target: String,
    said: bool,
}

impl Login {
    /// `host` is the proxy's name: its service principal is `HTTP/host`.
    pub(super) fn begin(credentials: &Credentials, host: &str) -> Result<Self, StepError> {
        let local = |error: sspi::Error| StepError::Local(error.into());
        let realm = credentials.domain.to_uppercase();
        let kdc = (!realm.is_empty()).then(|| sspi::detect_kdc_url(&realm)).flatten();
        let kdc_url =
            Some(kdc.ok_or_else(|| StepError::Local(format!("no KDC known for realm `{realm}`").into()))?);
        let computer = "localhost".to_owned();
        let kerberos = Box::new(KerberosConfig { kdc_url, client_computer_name: computer.clone() });
        let config = NegotiateConfig::new(kerberos, Some(PACKAGES.into()), computer);
        let mut negotiate = Negotiate::new_client(config).map_err(local)?;
        let username =
            Username::new(&credentials.user, Some(&realm)).map_err(|error| StepError::Local(error.into()))?;
        let identity =
            AuthIdentity { username, password: credentials.password.expose_secret().to_owned().into() };
        let acquired = negotiate
            .acquire_credentials_handle()
            .with_credential_use(CredentialUse::Outbound)
            .with_auth_data(&identity.into())
            .execute(&mut negotiate);
        let credentials = acquired.map_err(local)?.credentials_handle;
        Ok(Self { negotiate, credentials, target: format!("HTTP/{host}"), said: false })
    }

    fn make(&mut self, token: &[u8]) -> sspi::Result<Vec<u8>> {
        let mut input = [SecurityBuffer::new(token.to_vec(), BufferType::Token)];
        let mut output = [SecurityBuffer::new(Vec::new(), BufferType::Token)];
        let mut builder = self
            .negotiate
            .initialize_security_context()
            .with_credentials_handle(&mut self.credentials)
            .with_context_requirements(ClientRequestFlags::MUTUAL_AUTH)
            .with_target_data_representation(DataRepresentation::Native)
            .with_target_name(&self.target)
            .with_input(&mut input)
            .with_output(&mut output);
        let mut steps = self.negotiate.initialize_security_context_impl(&mut builder)?;
        let mut state = steps.start();
        for _ in 0..MAX_QUESTIONS {
            match state {
                GeneratorState::Suspended(question) => state = steps.resume(kdc::ask(&question)),
                GeneratorState::Completed(done) => {
                    done?;
                    drop(steps);
                    let [made] = output;
                    return Ok(made.buffer);
                }
            }
        }
        Err(sspi::Error::new(ErrorKind::NoAuthenticatingAuthority, "the KDC answers without end"))
    }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = self.make(token).map_err(judge)?;
        self.said = true;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        self.said
    }
}

/// Tells what is missing here from what the KDC holds against the credentials. In doubt it is the credentials: a second
/// try with another scheme could lock the account.
fn judge(error: sspi::Error) -> StepError {
    let about_the_service =
        error.error_type == ErrorKind::UnknownCredentials && error.description.contains("erver");
    match error.error_type {
        ErrorKind::NoAuthenticatingAuthority | ErrorKind::TimeSkew | ErrorKind::OperationNotSupported => {
            StepError::Local(error.into())
        }
        _ if about_the_service => StepError::Local(error.into()),
        _ => StepError::Refused(error.into()),
    }
}
