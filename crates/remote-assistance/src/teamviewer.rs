//! The adapters for TeamViewer: [`TeamViewer`] is its Web API, [`TeamViewerClient`] its program on this computer.
//!
//! The Web API is reached through the HTTP client that is passed in, and so through the configured proxy; what is
//! known about it comes from its manual and from public clients. No call of it ends a live connection: that is why a
//! session is ended here, by [`TeamViewerClient`], and the API is told afterwards. Nor can a call limit what the supporter may
//! do in a session: the scopes that were granted stand in its description, and on record. Nothing is written to TeamViewer's
//! own settings, least of all a proxy password.

mod answer;
mod client;
mod pace;
mod process;
mod sessions;
mod web_api;

pub use answer::{Device, SessionState};
pub use client::TeamViewerClient;
pub use web_api::{Group, TeamViewer};

#[cfg(test)]
mod tests;
