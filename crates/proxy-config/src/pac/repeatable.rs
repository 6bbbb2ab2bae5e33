//! What makes two runs of a script alike.
use std::collections::HashMap;
use std::net::IpAddr;

/// Replaces what differs from run to run. The default replaces nothing.
#[derive(Clone, Debug, Default)]
pub struct Repeatable {
    /// Our own addresses.
    pub my_ip: Option<Vec<IpAddr>>,
    /// Every name that resolves, in lower case.
    pub names: Option<HashMap<String, Vec<IpAddr>>>,
}
