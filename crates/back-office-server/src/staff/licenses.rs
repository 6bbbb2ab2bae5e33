//! `POST /staff/v1/licenses`: publishing.
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use back_office::CarriedEnvelope;
use base64ct::{Base64, Encoding as _};
use serde::Deserialize;

use super::Publisher;
use crate::administration::Publication;
use crate::answer::{Refused, json};
use crate::document::Problems;
use crate::office::Office;

/// A license with the manifest that vouches for it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct PublishRequest {
    /// The manifest envelope.
    manifest: CarriedEnvelope,
    /// The license file, in Base64.
    #[schema(format = Byte)]
    file: String,
    /// The vendor's sequence reset, where this license corrects a mistyped, higher sequence.
    reset: Option<CarriedEnvelope>,
}

/// Publishes a license to the installations of the token's organization.
#[utoipa::path(
    post, path = "/staff/v1/licenses", tag = "staff", request_body = PublishRequest, security(("token" = [])),
    responses(
        (status = 201, body = Publication, description = "Published, and the installations are told"),
        Problems,
    )
)]
pub(crate) async fn publish(
    State(office): State<Arc<Office>>,
    Publisher(desk): Publisher,
    body: Bytes,
) -> Result<Response, Refused> {
    let request: PublishRequest =
        serde_json::from_slice(&body).map_err(|error| Refused::bad("malformed", error.to_string()))?;
    let file = Base64::decode_vec(&request.file)
        .map_err(|_| Refused::bad("malformed", "file is not padded standard Base64"))?;
    let envelope = request.manifest.to_bytes();
    let administration = &office.administration;
    let published = match request.reset.map(|reset| reset.to_bytes()) {
        Some(reset) => administration.correct(&desk.organization, &envelope, &file, &reset).await?,
        None => administration.publish(&desk.organization, &envelope, &file).await?,
    };
    Ok(json(StatusCode::CREATED, &published))
}
