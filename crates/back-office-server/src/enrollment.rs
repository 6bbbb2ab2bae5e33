//! `POST /v1/enrollments` and its trial: from the shared verification code to a key of the installation's own.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use back_office::signature::VerifiedRequest;
use back_office::{Applicant, EnrollmentAnswer, EnrollmentRequest, EnrollmentState};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use signed_envelope::PublicKey;
use tokio::time::Instant;

use crate::answer::{Refused, json};
use crate::asked::Asked;
use crate::document::Problems;
use crate::installation::{Installation, State as Standing};
use crate::office::Office;
use crate::store::{Write, millis};
use crate::{clock, nonces, random, throttle};

/// Where enrolments arrive.
pub(crate) const PATH: &str = "/v1/enrollments";
/// When a refusal leaves: later than any of the reasons takes, so that the time tells nothing.
const REFUSED_AFTER: Duration = Duration::from_millis(250);
/// The longest text of an applicant that is looked at, in bytes.
const MAX_TEXT: usize = 128;
/// The most applicants that wait for the help desk under one serial number.
const MOST_WAITING: i64 = 16;

/// Enrols, quarantines or refuses. Every answer carries the keys that it is signed with.
#[utoipa::path(
    post, path = "/v1/enrollments", tag = "installation", security(("signature" = [])), request_body = EnrollmentRequest,
    responses(
        (status = 201, body = EnrollmentAnswer, description = "Enrolled: every call is open"),
        (status = 202, body = EnrollmentAnswer, description = "Quarantined until the help desk decides"),
        Problems,
    )
)]
pub(crate) async fn enroll(
    State(office): State<Arc<Office>>,
    Extension(asked): Extension<Arc<Asked>>,
) -> Response {
    let started = Instant::now();
    match judge(&office, &asked, clock::now()).await {
        Ok(enrolled) => {
            let status =
                if enrolled.state.is_enrolled() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
            json(status, &enrolled)
        }
        Err(refused) => no_sooner(&office, &asked, started, refused).await,
    }
}

/// Says whether ID, code, serial number and product belong together, and enrols nobody: for a connection test. Wrong ones
/// count as those of an enrolment.
#[utoipa::path(
    post, path = "/v1/enrollments/trial", tag = "installation", security(("signature" = [])),
    request_body = EnrollmentRequest,
    responses((status = 204, description = "They do: an enrolment would not be refused"), Problems)
)]
pub(crate) async fn trial(
    State(office): State<Arc<Office>>,
    Extension(asked): Extension<Arc<Asked>>,
) -> Response {
    let (started, now) = (Instant::now(), clock::now());
    let tried = async {
        let (_, verified) = vetted(&office, &asked, now).await?;
        let mut write = office.store.note().await?;
        nonces::spend(&mut write, &verified, now).await?;
        write.commit().await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    match tried.await {
        Ok(answer) => answer,
        Err(refused) => no_sooner(&office, &asked, started, refused).await,
    }
}

/// The refusal, once the time tells nothing.
async fn no_sooner(office: &Office, asked: &Asked, started: Instant, refused: Refused) -> Response {
    asked.make_room();
    tokio::time::sleep_until(started + REFUSED_AFTER).await;
    refused.with_keys(office.identity.keys.clone()).into_response()
}

async fn judge(office: &Office, asked: &Asked, now: DateTime<Utc>) -> Result<EnrollmentAnswer, Refused> {
    let (request, verified) = vetted(office, asked, now).await?;
    let mut write = office.store.write().await?;
    nonces::spend(&mut write, &verified, now).await?;
    let (installation_id, state) = admit(&mut write, &request.applicant, request.public_key, now).await?;
    write.commit().await?;
    tracing::info!(installation = installation_id, ?state, "enrolment");
    Ok(EnrollmentAnswer { installation_id, state, back_office_keys: office.identity.keys.clone() })
}

/// A request that its own key signed, by somebody who knows what belongs together.
async fn vetted(
    office: &Office,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<(EnrollmentRequest, VerifiedRequest), Refused> {
    let request: EnrollmentRequest = asked.json()?;
    let verified =
        asked.claim.clone()?.verify(&asked.parts(&office.identity.authority), &request.public_key, now)?;
    let subjects = subjects(&request.applicant, asked.peer);
    if let Some(until) = throttle::locked_until(&office.store, &subjects, now).await? {
        return Err(Refused::too_many((until - now).num_seconds().unsigned_abs() + 1));
    }
    if !is_known(office, &request.applicant).await? {
        throttle::failed(&office.store, &subjects, now).await?;
        return Err(no());
    }
    Ok((request, verified))
}

/// The one refusal for a wrong ID, code, serial number or product, and for whatever else must not be told apart.
fn no() -> Refused {
    Refused::forbidden("enrollment_refused", "ID, code or serial number is not right")
}

/// Whom failures are counted against.
fn subjects(applicant: &Applicant, peer: IpAddr) -> Vec<String> {
    let mut subjects = vec![format!("enrolment from {}", peer)];
    if applicant.service_organization_id.len() <= MAX_TEXT {
        subjects.push(format!("enrolment in {}", applicant.service_organization_id));
    }
    subjects
}

/// Whether organization, code, serial number and product belong together.
async fn is_known(office: &Office, applicant: &Applicant) -> Result<bool, Refused> {
    let texts = [&applicant.service_organization_id, &applicant.serial_number, &applicant.product_version];
    if applicant.product != office.identity.product || texts.iter().any(|text| text.len() > MAX_TEXT) {
        return Ok(false);
    }
    let code = applicant.verification_code.expose_secret();
    let hash = random::code_hash(&applicant.service_organization_id, code).to_string();
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM organization o JOIN serial_number s ON s.organization = o.id
         WHERE o.id = $1 AND o.code_hash = $2 AND s.serial_number = $3",
    )
    .bind(&applicant.service_organization_id)
    .bind(hash)
    .bind(&applicant.serial_number)
    .fetch_optional(office.store.read())
    .await?;
    Ok(found.is_some())
}

/// Binds the key, at once or after a help-desk user has looked.
async fn admit(
    write: &mut Write,
    applicant: &Applicant,
    key: PublicKey,
    now: DateTime<Utc>,
) -> Result<(String, EnrollmentState), Refused> {
    if let Some(known) = Installation::by_key(&mut **write, &key.id()).await? {
        return again(known, applicant);
    }
    let quarantine = doubt(write, applicant).await?;
    let (standing, state) = match quarantine {
        None => (Standing::Active, EnrollmentState::Enrolled),
        Some(_) => (Standing::Quarantined, EnrollmentState::Quarantined),
    };
    let id = random::id().map_err(Refused::internal)?;
    sqlx::query(
        "INSERT INTO installation (id, organization, serial_number, product_version, key_id, public_key,
             state, quarantine, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&id)
    .bind(&applicant.service_organization_id)
    .bind(&applicant.serial_number)
    .bind(&applicant.product_version)
    .bind(key.id().to_string())
    .bind(key.to_hex())
    .bind(standing.as_str())
    .bind(quarantine)
    .bind(millis(now))
    .execute(&mut **write)
    .await?;
    Ok((id, state))
}

/// The same key again: its first answer was lost.
fn again(known: Installation, applicant: &Applicant) -> Result<(String, EnrollmentState), Refused> {
    let same = known.organization == applicant.service_organization_id
        && known.serial_number == applicant.serial_number;
    match known.state {
        Standing::Active if same => Ok((known.id, EnrollmentState::Enrolled)),
        Standing::Quarantined if same => Ok((known.id, EnrollmentState::Quarantined)),
        _ => Err(no()),
    }
}

/// Why a help-desk user must look first: a license file that was never issued for the serial number,
/// or a serial number that is enrolled already (a re-installation, a stolen code or a clone).
async fn doubt(write: &mut Write, applicant: &Applicant) -> Result<Option<&'static str>, Refused> {
    let (enrolled, waiting): (i64, i64) = sqlx::query_as(
        "SELECT COALESCE(SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN state = 'quarantined' THEN 1 ELSE 0 END), 0)
         FROM installation WHERE organization = $1 AND serial_number = $2",
    )
    .bind(&applicant.service_organization_id)
    .bind(&applicant.serial_number)
    .fetch_one(&mut **write)
    .await?;
    if waiting >= MOST_WAITING {
        return Err(no());
    }
    if enrolled + waiting > 0 {
        return Ok(Some("already_enrolled"));
    }
    let issued: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM license WHERE organization = $1 AND serial_number = $2 AND file_sha256 = $3 LIMIT 1",
    )
    .bind(&applicant.service_organization_id)
    .bind(&applicant.serial_number)
    .bind(applicant.license_sha256.to_string())
    .fetch_optional(&mut **write)
    .await?;
    Ok(issued.is_none().then_some("unknown_license"))
}
