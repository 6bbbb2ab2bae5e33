//! The help-desk web site: rendered here, works without scripts, and better with them.
//!
//! Every page but the login needs a [`Visitor`](visitor::Visitor), every change a form that carries the session's
//! CSRF token, and every query the visitor's own organization.
mod assets;
mod assistance;
mod fields;
mod installation;
mod installations;
mod licenses;
mod login;
mod page;
mod row;
mod session;
mod standing;
mod visitor;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

pub(crate) use self::login::Passwords;
pub(crate) use self::session::sweep;
use crate::office::Office;

/// The most bytes of a form; publishing a license has a limit of its own.
const MAX_FORM: usize = 16 * 1024;
/// The most bytes of a publication: an envelope and a license file.
const MAX_UPLOAD: usize = 2 * 1024 * 1024;

/// What pages may load and do: our own style and script, forms to ourselves, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The pages.
pub(crate) fn routes() -> Router<Arc<Office>> {
    let pages = Router::new()
        .route("/", get(installations::list))
        .route("/login", get(login::form).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/installations", get(installations::rows))
        .route("/installations/{id}", get(installation::show))
        .route("/installations/{id}/live", get(installation::live))
        .route("/installations/{id}/audit.jsonl", get(installation::audit))
        .route("/installations/{id}/assistance", post(assistance::ask))
        .route("/installations/{id}/assistance/{request}/withdraw", post(assistance::withdraw))
        .route("/installations/{id}/approve", post(standing::approve))
        .route("/installations/{id}/revoke", get(standing::confirm).post(standing::revoke))
        .layer(DefaultBodyLimit::max(MAX_FORM));
    let publishing = Router::new()
        .route("/licenses", get(licenses::form).post(licenses::publish))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD));
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pages
        .merge(publishing)
        .layer(header("cache-control", "no-store"))
        .merge(assets::routes())
        .layer(header("content-security-policy", POLICY))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("strict-transport-security", "max-age=31536000"))
}
