use serde::{Deserialize, Serialize};
use signed_envelope::Digest;

use crate::{CarriedEnvelope, encoding};

/// Answer 200 to `GET /v1/license`: a license, carried unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedLicense {
    /// Names the offer: digest of the manifest envelope's payload.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$"))]
    pub offer: Digest,
    /// The license manifest.
    pub manifest: CarriedEnvelope,
    /// The license file, byte for byte as issued.
    #[serde(with = "encoding::base64")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Byte))]
    pub file: Vec<u8>,
    /// Corrects a mistyped sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<CarriedEnvelope>,
}

/// Body of `PUT /v1/offers/{offer}/state`: what became of an offer. Sending it again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferState {
    /// Lies in the license server's inbox.
    Delivered,
    /// The license server says that it uses it.
    InUse,
    /// The license server emptied its inbox and cannot be asked for more.
    PickedUp,
    /// Could not be put into the inbox; it stays in the outbox.
    DeliveryFailed {
        /// Code of the error kind, in snake case.
        #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,64}$"))]
        reason: String,
    },
    /// Not accepted; the license in force stays.
    Refused {
        /// Code of the refusal, in snake case.
        #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_]{1,64}$"))]
        reason: String,
    },
}

#[cfg(test)]
mod tests;
