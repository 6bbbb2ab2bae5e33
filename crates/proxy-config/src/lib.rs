//! Finds the way out of a company network and logs in to the proxy on it.
//!
//! ```text
//! pac_url ─┐  Environment ─┐  SystemSettings ─┐  WPAD ─┐         looked for in this order, until one decides
//!          └───────────────┴──────────────────┴────────┴─ Finder::find(settings, tls, url, now) ─▶ Findings
//!
//! ProxySettings ─┐
//! Findings ──────┼─ decide(url, now, health) ─▶ Route ─┬─ client(credentials, tls) ─▶ HttpClient ─▶ reqwest::Client
//! Health ────────┘                                     ├─ Connector ─▶ a client of hyper-util
//!                                                      ├─ Dialer ─▶ Tunnel: any bytes
//!                                                      └─ diagnose ─▶ Report: which hop fails, and what to do
//! ```
//! One `SharedHealth` and one `Finder` serve a process: the first knows which proxies failed, which logins they refused
//! and which Kerberos tickets are at hand, the second keeps PAC scripts.
//!
//! | feature | gives |
//! | --- | --- |
//! | `client` | connecting: tunnel, relay, `reqwest::Client`, connection report |
//! | `connector` | the way out as a connector for `hyper-util`, where no socket may listen |
//! | `current` | logging in as the account that the process runs as, and Kerberos with a password; on Windows NTLM too |
//! | `pac` | running PAC scripts, within limits, and finding them by WPAD |
//! | `sspi` | NTLM with a password, where Windows does not bring it (`current`) |
#![forbid(unsafe_code)]

mod bypass;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "connector")]
mod connector;
mod credentials;
mod decide;
#[cfg(feature = "client")]
mod diagnose;
mod environment;
mod error;
#[cfg(feature = "client")]
mod finder;
mod findings;
mod health;
#[cfg(feature = "client")]
mod login;
#[cfg(feature = "pac")]
mod network;
mod pac;
#[cfg(feature = "client")]
mod relay;
mod route;
mod scheme;
#[cfg(feature = "pac")]
mod scripts;
mod server;
mod settings;
#[cfg(feature = "client")]
mod shared;
mod system;
#[cfg(feature = "client")]
mod tls;
#[cfg(feature = "client")]
mod trace;
#[cfg(feature = "client")]
mod tunnel;
#[cfg(feature = "pac")]
mod wpad;

#[cfg(feature = "client")]
pub use client::{HttpClient, client};
#[cfg(feature = "connector")]
pub use connector::Connector;
pub use credentials::Credentials;
pub use decide::decide;
#[cfg(feature = "client")]
pub use diagnose::{Report, Stage, StageName, diagnose, diagnose_watched};
pub use environment::Environment;
pub use error::Error;
#[cfg(feature = "client")]
pub use finder::Finder;
pub use findings::{Findings, ScriptAnswer};
pub use health::{Health, PENALTY};
#[cfg(feature = "pac")]
pub use pac::PacEngine;
#[cfg(feature = "client")]
pub use pac::Repeatable;
#[cfg(feature = "client")]
pub use relay::Relay;
pub use route::{Hop, HopLogin, Route, Why};
pub use scheme::Scheme;
pub use server::{AddressMistake, Protocol, ProxyServer};
pub use settings::{Login, Mode, ProxySettings};
#[cfg(feature = "client")]
pub use shared::SharedHealth;
pub use system::SystemSettings;
#[cfg(feature = "client")]
pub use tls::TlsTrust;
#[cfg(feature = "client")]
pub use tunnel::{Dialer, Patience, Tunnel};
