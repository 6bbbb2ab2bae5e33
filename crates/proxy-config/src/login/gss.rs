//! Kerberos with a password through the system's GSS-API: its configuration, KDC lookup and every KDC's dialect. The `sspi`
//! crate at the version that can be had refuses the `EncTGSRepPart` that MIT KDCs send in an AS-REP (RFC 4120, section
//! 5.4.2, allows it).
use current_credentials::{Context, Error};
use secrecy::ExposeSecret;

use super::{Conversation, StepError};
use crate::Credentials;

pub(super) struct Login {
    context: Context,
    said: bool,
}

impl Login {
    /// `host` is the proxy's name: its service principal is `HTTP/host`. Asks the KDC for a ticket.
    pub(super) fn begin(credentials: &Credentials, host: &str) -> Result<Self, StepError> {
        if credentials.domain.is_empty() {
            return Err(StepError::Local("no realm is given".into()));
        }
        let user = format!("{}@{}", credentials.user, credentials.domain.to_uppercase());
        let context = Context::begin_with_password(host, &user, credentials.password.expose_secret());
        Ok(Self { context: context.map_err(judge)?, said: false })
    }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = self.context.step(token).map_err(|error| StepError::Local(error.into()))?;
        self.said = true;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        self.said
    }
}

/// Tells "no KDC" from a KDC's no. In doubt it is a no: a second try with another scheme could lock the account.
fn judge(error: Error) -> StepError {
    const ELSEWHERE: [&str; 5] =
        ["KDC for realm", "KDC for requested realm", "contact any KDC", "not in known", "lock skew"];
    let text = error.to_string();
    match error {
        Error::Refused { .. } if !ELSEWHERE.iter().any(|words| text.contains(words)) => {
            StepError::Refused(error.into())
        }
        _ => StepError::Local(error.into()),
    }
}
