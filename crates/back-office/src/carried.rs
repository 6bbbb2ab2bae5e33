use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A DSSE envelope that is carried unread inside a message: only its reader can say whether it is one.
///
/// A broken envelope therefore never makes a whole answer unreadable. The bytes that come out of
/// [`to_bytes`](Self::to_bytes) hold the same fields as those that went in; spaces and order may differ.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = Object))]
pub struct CarriedEnvelope(Value);

impl CarriedEnvelope {
    /// Takes the JSON of an envelope.
    ///
    /// # Errors
    /// [`Error::Unreadable`](crate::Error::Unreadable) when the bytes are not JSON.
    pub fn from_bytes(json: &[u8]) -> Result<Self, crate::Error> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        serde_json::from_slice(json)
            .map(Self)
            .map_err(|source| crate::Error::unreadable("an envelope to be carried", source))
    }

    /// The JSON of the envelope, on one line.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }
}

impl From<&signed_envelope::Envelope> for CarriedEnvelope {
    fn from(envelope: &signed_envelope::Envelope) -> Self {
        Self(serde_json::from_slice(&envelope.to_json()).unwrap_or_default())
    }
}

impl fmt::Debug for CarriedEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload_type = self.0.get("payloadType").and_then(Value::as_str);
        f.debug_struct("CarriedEnvelope").field("payload_type", &payload_type).finish_non_exhaustive()
    }
}
