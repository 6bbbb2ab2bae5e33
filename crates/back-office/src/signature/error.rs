use chrono::{DateTime, Utc};
use signed_envelope::KeyId;

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The message is not signed.
    #[error("no header {header}")]
    Missing {
        /// Name of the header.
        header: &'static str,
    },
    /// Which of them was signed?
    #[error("header {header} stands there more than once")]
    Repeated {
        /// Name of the header.
        header: &'static str,
    },
    /// Longer than any signature of the protocol, not ASCII, or not the structured field that it should be.
    #[error("header {header} is not readable")]
    Malformed {
        /// Name of the header.
        header: &'static str,
    },
    /// Not exactly one signature, or its label is another than that of its input.
    #[error("not exactly one label")]
    Labels,
    /// Too little is signed, or something that the protocol does not name.
    #[error("other components are signed than the protocol asks for")]
    Components,
    /// A parameter is missing, of the wrong kind, or not named by the protocol.
    #[error("signature parameter {name} is missing, wrong or too much")]
    Parameter {
        /// The parameter; `*` for one that the protocol does not name.
        name: &'static str,
    },
    /// The body is not the one that was signed.
    #[error("the body has another digest")]
    Digest,
    /// Made at a time that is too far from ours.
    #[error("signed at {created}, too far from now")]
    Time {
        /// When it was signed, by the signer's clock.
        created: DateTime<Utc>,
    },
    /// Signed by a key that is not known here.
    #[error("key {key} is unknown")]
    UnknownKey {
        /// What the signature says of its key.
        key: KeyId,
    },
    /// An answer to another request.
    #[error("the answer is for another request")]
    OtherNonce,
    /// The key did not sign this message.
    #[error("the signature is not over this message")]
    Untrue,
}

impl SignatureError {
    /// A name for programs, in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "signature_missing",
            Self::Repeated { .. } => "signature_repeated",
            Self::Malformed { .. } => "signature_malformed",
            Self::Labels => "signature_labels",
            Self::Components => "signature_components",
            Self::Parameter { .. } => "signature_parameters",
            Self::Digest => "content_digest_mismatch",
            Self::Time { .. } => "signature_time",
            Self::UnknownKey { .. } => "signature_key_unknown",
            Self::OtherNonce => "signature_nonce",
            Self::Untrue => "signature_untrue",
        }
    }
}
