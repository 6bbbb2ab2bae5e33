//! The switch of languages.
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::console::Site;
use crate::cookies;
use crate::words::{LANGUAGES, place};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    to: String,
    back: String,
}

/// Remembers the language and goes back to the page.
pub(super) async fn switch(State(site): State<Arc<Site>>, Query(wanted): Query<Wanted>) -> Response {
    let mut response = Redirect::to(&back(&site.base, &wanted.back)).into_response();
    if let Some(place) = place(&wanted.to) {
        cookies::set(response.headers_mut(), cookies::LANGUAGE, LANGUAGES[place].0);
    }
    response
}

/// A page of the console; whatever else is asked for leads to its first one. `//host` would be another site.
fn back(base: &str, wanted: &str) -> String {
    let below = wanted.strip_prefix(base).filter(|below| below.starts_with('/') && !below.starts_with("//"));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    match below.filter(|below| below.bytes().all(is_plain)) {
        Some(below) => format!("{base}{below}"),
        None => format!("{base}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn the_way_back_leads_to_our_own_pages_only() {
        for (base, wanted, leads) in [
            ("/remote-service", "/remote-service/general", "/remote-service/general"),
            ("/remote-service", "/other", "/remote-service/"),
            ("/remote-service", "/remote-service-evil", "/remote-service/"),
            ("/remote-service", "https://evil.example/", "/remote-service/"),
            ("", "/about", "/about"),
            ("", "//evil.example/", "/"),
            ("", "/\\evil.example", "/"),
            ("", "/a\r\nSet-Cookie: x=y", "/"),
            ("", "", "/"),
        ] {
            assert_eq!(back(base, wanted), leads, "{wanted:?} below {base:?}");
        }
    }
}
