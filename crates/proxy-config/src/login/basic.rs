//! Basic (RFC 7617).
use secrecy::{ExposeSecret, SecretString};

use super::{Conversation, StepError};
use crate::Credentials;

pub(super) struct Basic {
    user_and_password: SecretString,
    said: bool,
}

impl Basic {
    /// A domain is sent as `DOMAIN\user`, which is what proxies with a directory behind them read.
    pub(super) fn new(credentials: &Credentials) -> Self {
        let Credentials { domain, user, password } = credentials;
        let blank = if domain.is_empty() { "" } else { "\\" };
        Self {
            user_and_password: format!("{domain}{blank}{user}:{}", password.expose_secret()).into(),
            said: false,
        }
    }
}

impl Conversation for Basic {
    fn step(&mut self, _token: &[u8]) -> Result<Vec<u8>, StepError> {
        self.said = true;
        Ok(self.user_and_password.expose_secret().as_bytes().to_vec())
    }

    fn has_proved(&self) -> bool {
        self.said
    }
}
