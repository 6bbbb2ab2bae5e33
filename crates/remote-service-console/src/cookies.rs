//! Cookies that only this host gets, over TLS (or from `localhost`), and no script.
use axum::http::{HeaderMap, HeaderValue, header};

/// The session. The prefix `__Host-` keeps other hosts of the domain from planting one (RFC 6265bis, section 4.1.3.2).
pub(crate) const SESSION: &str = "__Host-remote-service";
/// What the login form must bring back: a page of another site cannot know it.
pub(crate) const LOGIN: &str = "__Host-remote-service-login";
/// The chosen language.
pub(crate) const LANGUAGE: &str = "__Host-remote-service-language";

/// The value of a cookie of the request.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// Adds a `Set-Cookie`; an empty `value` takes the cookie back.
pub(crate) fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    let age = match (name, value) {
        (_, "") => "; Max-Age=0",
        (LANGUAGE, _) => "; Max-Age=31536000",
        _ => "",
    };
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}
