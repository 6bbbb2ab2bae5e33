//! What an operator does beside the network: organizations, users, tokens, publishing.
use secrecy::SecretString;

use crate::Error;

/// What a help-desk account or a bearer token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees installations, asks for assistance, decides quarantines.
    HelpDesk,
    /// Publishes licenses.
    LicenseDesk,
    /// Both, and revokes installations.
    Admin,
}

/// What a service organization types into its installations.
#[derive(Debug)]
pub struct OrganizationCredentials {
    /// Public; names the organization.
    pub service_organization_id: String,
    /// The join secret: shown once, stored hashed.
    pub verification_code: SecretString,
}

/// What a published license reached.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Publication {
    /// The serial number it was issued for.
    pub serial_number: String,
    /// Its issue number.
    pub sequence: u64,
    /// How many enrolled installations were told.
    pub installations: u64,
}

/// The acts of an operator, over the database of a running or stopped back office.
#[derive(Clone, Debug)]
pub struct Administration {
    _private: (),
}

impl Administration {
    /// Adds a service organization with a fresh ID and verification code.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_organization(&self, _name: &str) -> Result<OrganizationCredentials, Error> {
        todo!()
    }

    /// Adds a bearer token for `/staff/v1`; it is shown once and stored hashed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn add_token(&self, _service_organization_id: &str, _role: Role) -> Result<SecretString, Error> {
        todo!()
    }

    /// Publishes a license: it makes its serial number known and is offered to the
    /// installations enrolled under it. Publish a customer's first license before it enrols.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn publish(
        &self,
        _service_organization_id: &str,
        _envelope: &[u8],
        _file: &[u8],
    ) -> Result<Publication, Error> {
        todo!()
    }
}
