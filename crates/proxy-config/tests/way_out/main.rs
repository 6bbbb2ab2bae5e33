//! Journeys through proxies that misbehave in every known way, over real sockets on the loopback address.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests, outside of test functions")]

mod answers;
#[cfg(feature = "connector")]
mod connector;
mod latch;
#[cfg(all(feature = "current", feature = "sspi"))]
mod negotiate;
mod proxy;
mod relay;
mod report;
mod socks;
mod target;
mod tls_proxy;
