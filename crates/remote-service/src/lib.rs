//! The Remote Service as a product embeds it: settings in, snapshot and events out.
#![forbid(unsafe_code)]

pub use back_office;
pub use license_lifecycle as license;
pub use proxy_config as proxy;
pub use remote_assistance as assistance;
