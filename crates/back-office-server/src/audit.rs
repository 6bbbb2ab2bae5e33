//! `POST /v1/audit`: keeps what happened to assistance, and notices when the past is changed.
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use back_office::{AuditAcknowledgement, AuditBatch};
use remote_assistance::audit::Head;
use signed_envelope::PublicKey;

use crate::answer::{LARGEST, Refused, json};
use crate::clock;
use crate::document::Problems;
use crate::office::Office;
use crate::signed::Member;
use crate::store::{Write, millis};

/// Takes records that continue what is here. A head that is no continuation is refused, and shown to the help desk.
#[utoipa::path(
    post, path = "/v1/audit", tag = "installation", security(("signature" = [])), request_body = AuditBatch,
    responses(
        (status = 200, body = AuditAcknowledgement, description = "How far the audit is on record now"),
        Problems,
    )
)]
pub(crate) async fn take(State(office): State<Arc<Office>>, member: Member) -> Result<Response, Refused> {
    let batch: AuditBatch = member.asked.json()?;
    if batch.after > LARGEST {
        return Err(Refused::bad("malformed", "after is too large"));
    }
    let id = &member.installation.id;
    let mut write = member.change(&office).await?;
    let reached = reached(&mut write, id).await?;
    let keys = keys(&mut write, id, member.installation.public_key).await?;
    if batch.after > reached.records {
        // It says that we have more than we do: our database came back from a copy. It starts from here.
        write.commit().await?;
        return Ok(acknowledged(&reached));
    }
    let known = usize::try_from(reached.records - batch.after).unwrap_or(usize::MAX).min(batch.records.len());
    let fresh = &batch.records[known..];
    let signed = Head::open(batch.head.as_bytes(), &keys).ok();
    let Some(head) = signed.and_then(|signed| reached.extend(fresh, &signed)) else {
        broken(&mut write, id).await?;
        write.commit().await?;
        tracing::warn!(installation = id, "audit does not continue what is on record");
        return Err(Refused::conflict("audit_broken", "the audit does not continue what is on record"));
    };
    keep(&mut write, id, &reached, fresh, &head).await?;
    write.commit().await?;
    Ok(acknowledged(&head))
}

fn acknowledged(head: &Head) -> Response {
    json(StatusCode::OK, &AuditAcknowledgement { acknowledged: head.records })
}

/// How far the audit is on record.
async fn reached(write: &mut Write, id: &str) -> Result<Head, Refused> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT records, hash FROM audit_head WHERE installation = $1")
            .bind(id)
            .fetch_optional(&mut **write)
            .await?;
    let Some((records, hash)) = row else { return Ok(Head::START) };
    let hash = hash.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Head { records: records.unsigned_abs(), hash })
}

/// The keys that may have signed the head.
async fn keys(write: &mut Write, id: &str, present: PublicKey) -> Result<Vec<PublicKey>, Refused> {
    let former: Vec<String> = sqlx::query_scalar("SELECT public_key FROM former_key WHERE installation = $1")
        .bind(id)
        .fetch_all(&mut **write)
        .await?;
    Ok(former.iter().filter_map(|key| key.parse().ok()).chain([present]).collect())
}

async fn keep(
    write: &mut Write,
    id: &str,
    reached: &Head,
    fresh: &[String],
    head: &Head,
) -> Result<(), sqlx::Error> {
    let number = |records: u64| i64::try_from(records).unwrap_or(i64::MAX);
    for (line, seq) in fresh.iter().zip(number(reached.records) + 1..) {
        sqlx::query("INSERT INTO audit_record (installation, seq, line) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(seq)
            .bind(line)
            .execute(&mut **write)
            .await?;
    }
    sqlx::query(
        "INSERT INTO audit_head (installation, records, hash) VALUES ($1, $2, $3)
         ON CONFLICT (installation) DO UPDATE SET records = $2, hash = $3",
    )
    .bind(id)
    .bind(number(head.records))
    .bind(head.hash.to_string())
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Marks the audit as one that was changed after the fact; the mark stays.
async fn broken(write: &mut Write, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_head (installation, records, hash, broken_at) VALUES ($1, 0, $2, $3)
         ON CONFLICT (installation) DO UPDATE SET broken_at = COALESCE(audit_head.broken_at, $3)",
    )
    .bind(id)
    .bind(Head::START.hash.to_string())
    .bind(millis(clock::now()))
    .execute(&mut **write)
    .await?;
    Ok(())
}
