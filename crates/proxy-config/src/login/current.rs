//! What the operating system logs in with: the account that the process runs as; on Windows a password too.
use current_credentials::{Context, Error, Package, is_kerberos};

use super::{Conversation, StepError};
use crate::Scheme;

pub(super) struct Login {
    context: Context,
    scheme: Scheme,
    wraps_ntlm: bool,
    legs: usize,
}

impl Login {
    /// As the account of the process. `host` is the proxy's name: its service principal is `HTTP/host`.
    pub(super) fn begin(scheme: Scheme, host: &str) -> Result<Self, StepError> {
        Self::of(scheme, Context::begin(package(scheme), host))
    }

    /// With a password, by the policies of Windows.
    #[cfg(windows)]
    pub(super) fn with_password(
        scheme: Scheme,
        credentials: &crate::Credentials,
        host: &str,
    ) -> Result<Self, StepError> {
        use secrecy::ExposeSecret;
        let password = current_credentials::Password {
            domain: &credentials.domain,
            user: &credentials.user,
            password: credentials.password.expose_secret(),
        };
        Self::of(scheme, Context::begin_with_password(package(scheme), host, password))
    }

    /// What fails here asked nobody yet.
    fn of(scheme: Scheme, context: Result<Context, Error>) -> Result<Self, StepError> {
        let context = context.map_err(|error| StepError::Local(error.into()))?;
        Ok(Self { context, scheme, wraps_ntlm: false, legs: 0 })
    }
}

fn package(scheme: Scheme) -> Package {
    if scheme == Scheme::Ntlm { Package::Ntlm } else { Package::Negotiate }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = self.context.step(token).map_err(judge)?;
        if self.legs == 0 {
            // What GSS-API puts into Negotiate is what the administrator configured.
            self.wraps_ntlm = cfg!(windows) && self.scheme == Scheme::Negotiate && !is_kerberos(&made);
        }
        self.legs += 1;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        let ntlm = self.wraps_ntlm || self.scheme == Scheme::Ntlm;
        self.legs > usize::from(ntlm) // NTLM's first leg only says hello
    }

    fn wraps_ntlm(&self) -> bool {
        self.wraps_ntlm
    }
}

/// Windows asks the KDC with the first token: a no to the password is final.
fn judge(error: Error) -> StepError {
    const SEC_E_LOGON_DENIED: u32 = 0x8009_030c;
    match error {
        Error::Refused { code: SEC_E_LOGON_DENIED, .. } if cfg!(windows) => StepError::Refused(error.into()),
        _ => StepError::Local(error.into()),
    }
}
