//! Every address, and the layers around them.
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::{Router, routing};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Refused;
use crate::office::Office;
use crate::{enrollment, keys, offers, polls, presence, signed, staff};

/// The most bytes of a staff request: an envelope and a license file in Base64.
const MAX_STAFF_BODY: usize = 2 * 1024 * 1024;

/// The whole site.
pub(crate) fn router(office: Arc<Office>) -> Router {
    let (installations, _) = OpenApiRouter::new()
        .routes(routes!(enrollment::enroll))
        .routes(routes!(keys::keys))
        .routes(routes!(polls::events))
        .routes(routes!(offers::license))
        .routes(routes!(offers::report))
        .routes(routes!(presence::put))
        .split_for_parts();
    let (staff, _) = OpenApiRouter::new().routes(routes!(staff::licenses::publish)).split_for_parts();
    let signed = installations
        .route("/v1/{*rest}", routing::any(async || Refused::not_found()))
        .method_not_allowed_fallback(async || Refused::method_not_allowed())
        .layer(from_fn_with_state(office.clone(), signed::answer));
    let staff = staff.layer(DefaultBodyLimit::max(MAX_STAFF_BODY));
    signed.merge(staff).fallback(async || Refused::not_found()).with_state(office)
}
