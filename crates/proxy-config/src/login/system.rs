//! A password through the system's own library. On Windows SSPI: its policies, and NTLM too. On Unix GSS-API: its
//! configuration, KDC lookup and every KDC's dialect. The `sspi` crate at the version that can be had refuses the
//! `EncTGSRepPart` that MIT KDCs send in an AS-REP (RFC 4120, section 5.4.2, allows it).
use current_credentials::{Context, Error, Package, Password};
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
    /// `host` is the proxy's name: its service principal is `HTTP/host`. On Unix this asks the KDC for a ticket.
    pub(super) fn begin(scheme: Scheme, credentials: &Credentials, host: &str) -> Result<Self, StepError> {
        if cfg!(unix) && credentials.domain.is_empty() {
            return Err(StepError::Local("no realm is given".into()));
        }
        let package = if scheme == Scheme::Ntlm { Package::Ntlm } else { Package::Negotiate };
        let password = Password {
            domain: &credentials.domain,
            user: &credentials.user,
            password: credentials.password.expose_secret(),
        };
        let context = Context::begin_with_password(package, host, password).map_err(judge)?;
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

/// Tells "no KDC" from a KDC's no. In doubt it is a no: a second try with another scheme could lock the account.
fn judge(error: Error) -> StepError {
    const ELSEWHERE: [&str; 5] =
        ["KDC for realm", "KDC for requested realm", "contact any KDC", "not in known", "lock skew"];
    let text = error.to_string();
    let elsewhere = cfg!(windows) || ELSEWHERE.iter().any(|words| text.contains(words));
    match error {
        // SSPI asks nobody before the first token
        Error::Refused { .. } if !elsewhere => StepError::Refused(error.into()),
        _ => StepError::Local(error.into()),
    }
}
