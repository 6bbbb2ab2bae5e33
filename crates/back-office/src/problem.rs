use serde::{Deserialize, Serialize};

use crate::CarriedEnvelope;

/// What [`Problem::kind`] starts with.
const URN: &str = "urn:remote-service:problem:";

/// An error of the back office, `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:remote-service:problem:CODE`; RFC 9457 reads a missing one as `about:blank`.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// What kind of problem it is, in English.
    #[serde(default)]
    pub title: String,
    /// The status of the answer, repeated.
    #[serde(default)]
    pub status: u16,
    /// What happened this time, in English; never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Refusals of `POST /v1/enrollments` carry the keys that they are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_office_keys: Option<CarriedEnvelope>,
}

impl Problem {
    /// Media type of a problem.
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// A problem of the given code (snake case) and status.
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            kind: format!("{URN}{code}"),
            title: title.to_owned(),
            status,
            detail: None,
            back_office_keys: None,
        }
    }

    /// A refusal without words that could be read.
    #[cfg(feature = "client")]
    pub(crate) fn unexplained(status: u16) -> Self {
        Self { kind: about_blank(), ..Self::new(status, "", "no explanation") }
    }

    /// Adds what happened this time.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// The code in [`kind`](Self::kind); `None` for a problem of another world.
    pub fn code(&self) -> Option<&str> {
        self.kind.strip_prefix(URN).filter(|code| !code.is_empty())
    }
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

#[cfg(test)]
mod tests;
