use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use signed_envelope::{Envelope, KeyId, KeyRing, PublicKey, SigningKey};

use crate::{CarriedEnvelope, Error};

/// Payload type of the proof in a [`KeyRotation`].
pub const ROTATION_TYPE: &str = "application/vnd.remote-service.key-rotation+json";

/// Body of `PUT /v1/key`, signed by the old key: the installation goes over to a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyRotation {
    /// The new key.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$"))]
    pub public_key: PublicKey,
    /// An envelope by the new key: its holder agrees to take the old key's place.
    pub proof: CarriedEnvelope,
}

/// Payload of the proof: names both keys, so that it serves no other installation and no other rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RotationProof {
    installation_id: String,
    old_key_id: KeyId,
    public_key: PublicKey,
}

impl KeyRotation {
    /// Lets `new` prove that its holder takes the place of the key `old`.
    pub fn prove(installation_id: &str, old: KeyId, new: &SigningKey) -> Self {
        let public_key = new.public();
        let proof =
            RotationProof { installation_id: installation_id.to_owned(), old_key_id: old, public_key };
        let payload = serde_json::to_vec(&proof).unwrap_or_default();
        Self { public_key, proof: (&Envelope::sign(ROTATION_TYPE, &payload, &[new])).into() }
    }

    /// Checks the proof and hands out the new key.
    ///
    /// # Errors
    /// [`Error::Envelope`] when the new key did not sign it, [`Error::WrongProof`] when it is for another installation
    /// or another key.
    pub fn verify(&self, installation_id: &str, old: KeyId, now: DateTime<Utc>) -> Result<PublicKey, Error> {
        let envelope = Envelope::parse(&self.proof.to_bytes())?;
        let opened = KeyRing::from(self.public_key).open(&envelope, ROTATION_TYPE, now)?;
        let proof: RotationProof = serde_json::from_slice(opened.payload)
            .map_err(|source| Error::unreadable("the proof of a new key", source))?;
        let expected = RotationProof {
            installation_id: installation_id.to_owned(),
            old_key_id: old,
            public_key: self.public_key,
        };
        if proof == expected { Ok(self.public_key) } else { Err(Error::WrongProof) }
    }
}

#[cfg(test)]
mod tests;
