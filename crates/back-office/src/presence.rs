use serde::{Deserialize, Serialize};

/// Body of `PUT /v1/presence`: what the help desk sees of an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Presence {
    /// Version of the product.
    pub product_version: String,
    /// Sequence of the license in force; `None` = none, or one without a sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_sequence: Option<u64>,
    /// What the help desk could do.
    pub remote_assistance: Availability,
}

/// Whether the help desk may ask, and what it could use.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Availability {
    /// [Allow remote assistance] is set.
    pub allowed: bool,
    /// **RDP**: the remote desktop client can be started.
    pub remote_desktop: bool,
    /// **VPN**: its driver is there.
    pub vpn: bool,
}

/// Body of `POST /v1/probes/{nonce}`: the installation is alive, and this is what could be used now.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProbeAnswer {
    /// What the help desk could do.
    pub remote_assistance: Availability,
}

#[cfg(test)]
mod tests;
