//! Tests of the web pages in a real browser: Chromium, driven through Debian's chromedriver.
//!
//! ```text
//! Visit (scripts? dark? size?) ──open──▶ Browser ──go──▶ see, fill, press, click … ──▶ shot("name") → target/screens
//!                                           └ downloads(): what pages made it save
//! ```
//! ```no_run
//! # async fn test() {
//! let browser = browser::Browser::open().await;
//! browser.go("http://127.0.0.1:8080/login").await;
//! browser.fill("User name", "robin").await;
//! browser.click("button", "Log in").await;
//! browser.sees("Installations").await;
//! browser.shot("installations").await;
//! # }
//! ```
//! Each browser has a profile of its own, and ends with the test, however that ends. At most two are open at a time.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "for tests: what fails, ends them"
)]

mod driver;
mod page;
mod visit;

use std::time::Duration;

pub use fantoccini::elements::Element;
pub use page::Browser;
pub use visit::Visit;

/// How long pages may take to show what is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Looks again and again until there is something to see.
///
/// # Panics
/// When there is nothing `within` that time; the message says `what` was waited for.
pub async fn wait_for<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + within;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(tokio::time::Instant::now() < deadline, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
