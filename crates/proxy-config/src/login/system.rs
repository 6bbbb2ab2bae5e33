//! A password through SSPI: the policies of Windows, and NTLM too.
use current_credentials::{Context, Package, Password};
use secrecy::ExposeSecret;

use super::{Conversation, StepError};
use crate::{Credentials, Scheme};

pub(super) struct Login {
    context: Context,
    /// How many legs prove nothing: NTLM's first only says hello.
    quiet: usize,
    legs: usize,
}

impl Login {
    /// `host` is the proxy's name: its service principal is `HTTP/host`.
    pub(super) fn begin(scheme: Scheme, credentials: &Credentials, host: &str) -> Result<Self, StepError> {
        let package = if scheme == Scheme::Ntlm { Package::Ntlm } else { Package::Negotiate };
        let password = Password {
            domain: &credentials.domain,
            user: &credentials.user,
            password: credentials.password.expose_secret(),
        };
        let context = Context::begin_with_password(package, host, password)
            .map_err(|error| StepError::Local(error.into()))?; // nobody was asked yet
        Ok(Self { context, quiet: usize::from(scheme == Scheme::Ntlm), legs: 0 })
    }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = self.context.step(token).map_err(|error| StepError::Local(error.into()))?;
        self.legs += 1;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        self.legs > self.quiet
    }
}
