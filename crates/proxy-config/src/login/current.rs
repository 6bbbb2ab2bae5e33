//! The account that the process runs as.
use current_credentials::{Context, Package};

use super::{Conversation, StepError};
use crate::Scheme;

pub(super) struct Login {
    context: Context,
    scheme: Scheme,
    legs: usize,
}

impl Login {
    pub(super) fn begin(scheme: Scheme, host: &str) -> Result<Self, StepError> {
        let package = if scheme == Scheme::Ntlm { Package::Ntlm } else { Package::Negotiate };
        let context = Context::begin(package, host).map_err(|error| StepError::Local(error.into()))?;
        Ok(Self { context, scheme, legs: 0 })
    }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = self.context.step(token).map_err(|error| StepError::Local(error.into()))?;
        self.legs += 1;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        self.legs > usize::from(self.scheme == Scheme::Ntlm)
    }
}
