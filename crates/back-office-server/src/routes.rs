//! Every address, and the layers around them.
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::{Router, routing};
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Refused;
use crate::document::{self, Document};
use crate::office::Office;
use crate::{
    assistance, audit, enrollment, keys, offers, operation, polls, presence, probes, rotation, signed, site,
    staff,
};

/// The most bytes of a staff request: an envelope and a license file in Base64.
const MAX_STAFF_BODY: usize = 2 * 1024 * 1024;

/// The whole site.
pub(crate) fn router(office: Arc<Office>) -> Router {
    let (installations, of_installations) = installations().split_for_parts();
    let (staff, of_staff) = staff().split_for_parts();
    let signed = installations
        .route("/v1/{*rest}", routing::any(async || Refused::not_found()))
        .method_not_allowed_fallback(async || Refused::method_not_allowed())
        .layer(from_fn_with_state(office.clone(), signed::answer));
    let staff = staff
        .method_not_allowed_fallback(async || Refused::method_not_allowed())
        .layer(DefaultBodyLimit::max(MAX_STAFF_BODY));
    let mut document = Document::openapi();
    document.merge(of_installations);
    document.merge(of_staff);
    let unsigned = staff
        .merge(document::route(document))
        .merge(site::routes())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, office.limits.slowest));
    signed.merge(unsigned).fallback(async || Refused::not_found()).with_state(office)
}

fn installations() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(enrollment::enroll))
        .routes(routes!(enrollment::trial))
        .routes(routes!(keys::keys))
        .routes(routes!(polls::events))
        .routes(routes!(offers::license))
        .routes(routes!(offers::report))
        .routes(routes!(presence::put))
        .routes(routes!(probes::answer))
        .routes(routes!(assistance::reports::decision))
        .routes(routes!(assistance::reports::session))
        .routes(routes!(audit::take))
        .routes(routes!(rotation::rotate))
}

fn staff() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(staff::licenses::publish))
        .routes(routes!(operation::health))
        .routes(routes!(operation::metrics))
}
