//! The pure decision: tables of bypass lists, environments and system settings.
#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

mod bypass;
mod environment;
mod order;

use proxy_config::{Error, Findings, Health, ProxySettings, Route, decide};

fn route(settings: &ProxySettings, findings: &Findings, url: &str) -> Result<Route, Error> {
    decide(settings, findings, &url.parse().unwrap(), Default::default(), &Health::default())
}

/// The hops as text.
fn way(settings: &ProxySettings, findings: &Findings, url: &str) -> String {
    let hops = route(settings, findings, url).unwrap().hops;
    hops.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
