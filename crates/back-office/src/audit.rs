use serde::{Deserialize, Serialize};

/// The longest body of a request of the protocol, in bytes: 256 KiB.
pub const MAX_REQUEST: usize = 256 * 1024;

/// Body of `POST /v1/audit`: records of the installation's audit, carried unread, sent again until acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditBatch {
    /// How many records lie before the first of these: the `acknowledged` of the answer before, at first 0.
    #[cfg_attr(feature = "openapi", schema(maximum = 9_007_199_254_740_991_i64))]
    pub after: u64,
    /// The lines of the audit file, without line ends: their hash chain is over these very bytes.
    pub records: Vec<String>,
    /// The text of the audit's head, signed by the installation; it may lie beyond the last of these records.
    pub head: String,
}

impl AuditBatch {
    /// Takes as many of `records` as fit into one request ([`MAX_REQUEST`]), in their order.
    pub fn fill(after: u64, records: impl IntoIterator<Item = String>, head: String) -> Self {
        let size = |text: &str| serde_json::to_string(text).map_or(usize::MAX, |json| json.len() + 1);
        let mut room = (MAX_REQUEST - OVERHEAD).saturating_sub(size(&head));
        let fits = |record: &String| match room.checked_sub(size(record)) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        Self { after, records: records.into_iter().take_while(fits).collect(), head }
    }
}

/// More than the field names and the number of a batch take.
const OVERHEAD: usize = 128;

/// Answer 200 to `POST /v1/audit`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditAcknowledgement {
    /// How many records the back office has, counted from the first of all.
    pub acknowledged: u64,
}

#[cfg(test)]
mod tests;
