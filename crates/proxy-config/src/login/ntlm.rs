//! NTLMv2 (MS-NLMP) in HTTP (MS-NTHT).
use secrecy::ExposeSecret;
use sspi::{
    AuthIdentity, AuthIdentityBuffers, BufferType, ClientRequestFlags, CredentialUse, DataRepresentation,
    Ntlm, SecurityBuffer, Sspi, SspiImpl, Username,
};

use super::{Conversation, StepError};
use crate::Credentials;

pub(super) struct Login {
    ntlm: Ntlm,
    credentials: Option<AuthIdentityBuffers>,
    legs: usize,
}

impl Login {
    pub(super) fn begin(credentials: &Credentials) -> Result<Self, StepError> {
        let domain = Some(&*credentials.domain).filter(|domain| !domain.is_empty());
        let username =
            Username::new(&credentials.user, domain).map_err(|error| StepError::Local(error.into()))?;
        let password = credentials.password.expose_secret().to_owned().into();
        let mut ntlm = Ntlm::new();
        let acquired = ntlm
            .acquire_credentials_handle()
            .with_credential_use(CredentialUse::Outbound)
            .with_auth_data(&AuthIdentity { username, password })
            .execute(&mut ntlm);
        let credentials = acquired.map_err(|error| StepError::Local(error.into()))?.credentials_handle;
        Ok(Self { ntlm, credentials, legs: 0 })
    }
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let mut input = [SecurityBuffer::new(token.to_vec(), BufferType::Token)];
        let mut output = [SecurityBuffer::new(Vec::new(), BufferType::Token)];
        let mut builder = self
            .ntlm
            .initialize_security_context()
            .with_credentials_handle(&mut self.credentials)
            .with_context_requirements(ClientRequestFlags::empty())
            .with_target_data_representation(DataRepresentation::Native)
            .with_input(&mut input)
            .with_output(&mut output);
        let made = self.ntlm.initialize_security_context_impl(&mut builder);
        made.and_then(|mut steps| steps.resolve_to_result())
            .map_err(|error| StepError::Local(error.into()))?;
        self.legs += 1;
        let [made] = output;
        Ok(made.buffer)
    }

    /// The first message only says that NTLM is spoken.
    fn has_proved(&self) -> bool {
        self.legs > 1
    }
}
