//! `GET /v1/back-office-keys`: the vendor's word for the keys that answers are signed with.
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::answer::json;
use crate::office::Office;

/// The envelope, for everybody: it is public, and an installation that cannot check our answers asks for it.
#[utoipa::path(
    get, path = "/v1/back-office-keys", tag = "installation", security(()),
    responses((status = 200, body = back_office::CarriedEnvelope, description = "A DSSE envelope signed by the vendor"))
)]
pub(crate) async fn keys(State(office): State<Arc<Office>>) -> Response {
    json(StatusCode::OK, &office.identity.keys)
}
