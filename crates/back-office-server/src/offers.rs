//! `GET /v1/license` and `PUT /v1/offers/{offer}/state`: what is offered, and what became of it.
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use back_office::{CarriedEnvelope, OfferState, OfferedLicense};
use serde::Deserialize;
use signed_envelope::Digest;
use sqlx::FromRow;

use crate::answer::{Refused, code, json};
use crate::clock;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::store::millis;

/// The query of a fetch.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Have {
    /// The offer that the caller has already.
    #[param(value_type = Option<String>, pattern = "^[0-9a-fA-F]{64}$")]
    have: Option<Digest>,
}

#[derive(FromRow)]
struct Offered {
    offer: String,
    envelope: Vec<u8>,
    file: Vec<u8>,
    reset: Option<Vec<u8>>,
}

/// The license offered, unless it is the one the caller has.
#[utoipa::path(
    get, path = "/v1/license", tag = "installation", security(("signature" = [])), params(Have),
    responses(
        (status = 200, body = OfferedLicense, description = "The license offered"),
        (status = 204, description = "No offer other than the one the caller has"),
        Problems,
    )
)]
pub(crate) async fn license(
    State(office): State<Arc<Office>>,
    member: Member,
    have: Result<Query<Have>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(Have { have }) = have.map_err(|error| Refused::bad("malformed", error.body_text()))?;
    let offered: Option<Offered> = sqlx::query_as(
        "SELECT l.offer, l.envelope, l.file, l.reset FROM serial_number s
         JOIN license l ON l.organization = s.organization AND l.offer = s.offer
         WHERE s.organization = $1 AND s.serial_number = $2 AND s.offer <> $3",
    )
    .bind(&member.installation.organization)
    .bind(&member.installation.serial_number)
    .bind(have.map(|have| have.to_string()).unwrap_or_default())
    .fetch_optional(office.store.read())
    .await?;
    let Some(offered) = offered else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let stored = |error| Refused::internal(crate::Error::from(error));
    Ok(json(
        StatusCode::OK,
        &OfferedLicense {
            offer: offered.offer.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            manifest: CarriedEnvelope::from_bytes(&offered.envelope).map_err(stored)?,
            file: offered.file,
            reset: offered
                .reset
                .map(|reset| CarriedEnvelope::from_bytes(&reset))
                .transpose()
                .map_err(stored)?,
        },
    ))
}

/// Takes down what became of an offer; the same again changes nothing.
#[utoipa::path(
    put, path = "/v1/offers/{offer}/state", tag = "installation", security(("signature" = [])), request_body = OfferState,
    params(("offer" = String, Path, pattern = "^[0-9a-fA-F]{64}$", description = "Digest of the manifest's payload")),
    responses(
        (status = 204, description = "Taken"),
        Problems,
    )
)]
pub(crate) async fn report(
    State(office): State<Arc<Office>>,
    member: Member,
    Path(offer): Path<String>,
) -> Result<StatusCode, Refused> {
    let offer: Digest =
        offer.parse().map_err(|_| Refused::bad("malformed", "an offer is named by 64 hex digits"))?;
    let (state, reason) = words(member.asked.json()?)?;
    let mut write = member.change(&office).await?;
    let taken = sqlx::query(
        "INSERT INTO offer_state (installation, offer, state, reason, changed_at)
         SELECT $1, l.offer, $3, $4, $5 FROM license l
         WHERE l.organization = $6 AND l.serial_number = $7 AND l.offer = $2
         ON CONFLICT (installation, offer) DO UPDATE SET state = $3, reason = $4, changed_at = $5",
    )
    .bind(&member.installation.id)
    .bind(offer.to_string())
    .bind(state)
    .bind(reason)
    .bind(millis(clock::now()))
    .bind(&member.installation.organization)
    .bind(&member.installation.serial_number)
    .execute(&mut *write)
    .await?;
    write.commit().await?;
    if taken.rows_affected() == 0 { Err(Refused::not_found()) } else { Ok(StatusCode::NO_CONTENT) }
}

/// A state as the database and the help desk's pages have it.
fn words(state: OfferState) -> Result<(&'static str, Option<String>), Refused> {
    let (state, reason) = match state {
        OfferState::Delivered => ("delivered", None),
        OfferState::InUse => ("in_use", None),
        OfferState::PickedUp => ("picked_up", None),
        OfferState::DeliveryFailed { reason } => ("delivery_failed", Some(code(reason)?)),
        OfferState::Refused { reason } => ("refused", Some(code(reason)?)),
        _ => return Err(Refused::bad("malformed", "unknown state")),
    };
    Ok((state, reason))
}
