use serde::{Deserialize, Serialize};

/// Body of `POST /v1/audit`: records of the installation's audit, carried unread, sent again until acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditBatch {
    /// How many records lie before the first of these: the `acknowledged` of the answer before, at first 0.
    pub after: u64,
    /// The lines of the audit file, without line ends: their hash chain is over these very bytes.
    pub records: Vec<String>,
    /// The text of the audit's head, signed by the installation; it may lie beyond the last of these records.
    pub head: String,
}

/// Answer 200 to `POST /v1/audit`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditAcknowledgement {
    /// How many records the back office has, counted from the first of all.
    pub acknowledged: u64,
}

#[cfg(test)]
mod tests;
