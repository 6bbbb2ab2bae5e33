//! Basic (RFC 7617).
use secrecy::{ExposeSecret, SecretString};

use super::{Conversation, StepError};
use crate::Credentials;

pub(super) struct Basic {
    user_and_password: SecretString,
    said: bool,
}

impl Basic {
    pub(super) fn new(credentials: &Credentials) -> Self {
        let user_and_password =
            format!("{}:{}", credentials.qualified_user, credentials.password.expose_secret());
        Self { user_and_password: user_and_password.into(), said: false }
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
