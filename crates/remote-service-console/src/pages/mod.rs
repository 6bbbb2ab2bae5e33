//! The pages, and who may open them.
mod about;
mod assets;
mod assistance;
mod connection_test;
mod credentials;
mod general;
mod language;
mod license;
mod login;
mod overview;
mod report;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use serde::Deserialize;
use tower_http::set_header::SetResponseHeaderLayer;

pub(crate) use self::connection_test::Tests;
use crate::console::Site;
use crate::entrance::{administers, entrance, may_allow, signed_in};
use crate::page::Failure;

/// The most bytes of a form; a license has a limit of its own.
const MAX_FORM: usize = 32 * 1024;
/// The most bytes of an upload: an envelope and a license file.
const MAX_UPLOAD: usize = 3 * 1024 * 1024;

/// What happened before the page was shown again, as a code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    told: String,
}

/// What pages may load and do: our own style and script, forms to ourselves, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// All pages. The groups are the roles: a page stands in the group of the least role that opens it.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let administrators = Router::new()
        .route("/general", get(general::show).post(general::save))
        .route("/general/typed", get(general::show).post(general::come_back))
        .route("/general/test", get(general::show).post(connection_test::start))
        .route("/general/test/{id}", get(connection_test::show))
        .route("/general/test/{id}/live", get(connection_test::live))
        .route("/general/change", get(credentials::show).post(credentials::open))
        .route("/general/credentials", get(credentials::show).post(credentials::change))
        .route("/license/retry", post(license::retry))
        .route("/license/outbox/{digest}/file", get(license::file))
        .route("/license/outbox/{digest}/envelope", get(license::envelope))
        .route("/license/outbox/{digest}/reset", get(license::reset))
        .route("/assistance", post(assistance::save))
        .route("/license", get(license::show).post(license::import).layer(DefaultBodyLimit::max(MAX_UPLOAD)))
        .layer(from_fn(administers));
    let allowers = Router::new()
        .route("/assistance", get(assistance::show))
        .route("/assistance/audit.jsonl", get(assistance::records))
        .route("/assistance/audit.head", get(assistance::head))
        .route("/assistance/unmute", post(assistance::unmute))
        .route("/assistance/requests/{id}", post(request::answer))
        .layer(from_fn(may_allow));
    let everybody = Router::new()
        .route("/", get(overview::show))
        .route("/live", get(overview::live))
        .route("/about", get(about::show))
        .route("/license/dismiss", post(license::dismiss))
        .route("/assistance/end", post(request::end))
        .route("/assistance/ended", post(request::ended))
        .route("/logout", post(login::log_out));
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    administrators
        .merge(allowers)
        .merge(everybody)
        .layer(from_fn_with_state(site.clone(), signed_in))
        .route("/login", get(login::form).post(login::log_in))
        .route("/language", get(language::switch))
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(site.clone(), entrance))
        .layer(header("cache-control", "no-store"))
        .merge(assets::routes())
        .layer(header("content-security-policy", POLICY))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("permissions-policy", "camera=(), microphone=(), geolocation=()"))
        .with_state(site)
}
