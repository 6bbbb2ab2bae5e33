use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use signed_envelope::{Digest, PublicKey};

use crate::{CarriedEnvelope, encoding};

/// Who asks to be enrolled: what an administrator typed and what the installed license says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Applicant {
    /// [Service organization ID:] of the settings.
    pub service_organization_id: String,
    /// [Verification code:] of the settings: a join secret, shared by the installations of one organization.
    #[serde(with = "encoding::secret")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password))]
    pub verification_code: SecretString,
    /// Serial number of the installed license.
    pub serial_number: String,
    /// Digest of the installed license file: it must be one that was issued for that serial number.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$"))]
    pub license_sha256: Digest,
    /// Name of the product.
    pub product: String,
    /// Version of the product.
    pub product_version: String,
}

/// Body of `POST /v1/enrollments` and of `POST /v1/enrollments/trial`; the request is signed by the key that it asks to be enrolled.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentRequest {
    /// Who asks.
    #[serde(flatten)]
    pub applicant: Applicant,
    /// The key of the installation, made there.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$"))]
    pub public_key: PublicKey,
    /// Random, the same in the second try after a learned clock offset: two tries are one enrolment.
    pub nonce: String,
}

/// Body of the answers 201 and 202 to `POST /v1/enrollments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentAnswer {
    /// What the back office calls the installation.
    pub installation_id: String,
    /// `quarantined` with status 202; left out with 201.
    #[serde(default, skip_serializing_if = "EnrollmentState::is_enrolled")]
    pub state: EnrollmentState,
    /// The keys that the back office signs with, signed by the vendor.
    pub back_office_keys: CarriedEnvelope,
}

/// How far an enrolment has come.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EnrollmentState {
    /// Every call is open.
    #[default]
    Enrolled,
    /// The installation may only poll, and waits for the event `approved` or `revoked`.
    Quarantined,
}

impl EnrollmentState {
    /// Whether every call is open.
    pub fn is_enrolled(&self) -> bool {
        *self == Self::Enrolled
    }
}

#[cfg(test)]
mod tests;
