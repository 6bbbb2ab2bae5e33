//! The web pages of the Remote Service, as an [axum] router that a product mounts.
//!
//! ```text
//! Running ──┐                                   ┌─▶ General settings, credentials, connection test
//! Authenticator ─▶ Console::builder ─▶ Router ──┼─▶ Allow remote assistance, request, banner, history
//! base path ┘                                   └─▶ licenses, About box, login with what must be told there
//! ```
//! The pages are rendered here and work without scripts; our own small script makes them better. They load nothing from
//! elsewhere, and a page refresh reads the [snapshot](remote_service::Snapshot): no lock, no I/O.
//!
//! **Nobody gets in by default.** The product says who may: by [`Authenticator::signed_in`], from its own session, or by
//! [`Authenticator::log_in`], with the login page that is here. [`UserFile`] serves products without users of their own.
//!
//! The cookies need TLS, as the product's own should: browsers accept them without it from `localhost` only.
//!
//! ```no_run
//! # async fn mount(running: std::sync::Arc<remote_service::Running>, product: axum::Router) -> axum::Router {
//! use remote_service_console::{Console, UserFile};
//!
//! let console = Console::builder(running)
//!     .base_path("/remote-service")
//!     .authenticator(UserFile::open("/var/lib/product/remote-service/console-users.json"))
//!     .build();
//! product.merge(console)
//! # }
//! ```
#![forbid(unsafe_code)]

mod authenticator;
mod console;
mod cookies;
mod entrance;
mod error;
mod form;
mod frame;
mod live;
mod page;
mod pages;
mod random;
mod session;
mod throttle;
mod user_file;
mod when;
mod words;

pub use authenticator::{Authenticator, Nobody, Role, User};
pub use console::{Builder, Console};
pub use error::Error;
pub use user_file::UserFile;
