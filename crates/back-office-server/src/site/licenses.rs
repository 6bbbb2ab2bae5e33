//! Publishing a license by hand.
use std::sync::Arc;

use askama::Template;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use license_lifecycle::Refusal;

use super::fields::{CSRF, is_foreign, same};
use super::page::{Failure, Frame, page};
use super::visitor::Visitor;
use super::words;
use crate::administration::Publication;
use crate::office::Office;
use crate::{Error, clock};

#[derive(Template)]
#[template(path = "licenses.html")]
struct PublishPage {
    frame: Frame,
    published: Option<Publication>,
    problem: Option<Problem>,
}

/// Why nothing was published, and what to do.
struct Problem {
    why: String,
    advice: &'static str,
}

/// The form with its two files.
pub(super) async fn form(State(office): State<Arc<Office>>, visitor: Visitor) -> Result<Response, Failure> {
    if !visitor.publishes() {
        return Err(Failure::not_allowed());
    }
    let frame = Frame::new(&office, visitor).await?;
    Ok(page(StatusCode::OK, &PublishPage { frame, published: None, problem: None }))
}

/// What the form brought.
#[derive(Default)]
struct Upload {
    csrf: String,
    manifest: Vec<u8>,
    file: Vec<u8>,
    /// Empty: there is none.
    reset: Vec<u8>,
}

/// Publishes the license, or says why installations would refuse it.
pub(super) async fn publish(
    State(office): State<Arc<Office>>,
    visitor: Visitor,
    headers: HeaderMap,
    upload: Multipart,
) -> Result<Response, Failure> {
    if !visitor.publishes() {
        return Err(Failure::not_allowed());
    }
    let upload = read(upload).await.map_err(|_| Failure::malformed())?;
    if is_foreign(&headers) || !same(&upload.csrf, &visitor.csrf) {
        return Err(Failure::not_ours());
    }
    let Upload { manifest, file, reset, .. } = &upload;
    let published = match reset.as_slice() {
        [] => office.administration.publish(&visitor.organization, manifest, file).await,
        reset => office.administration.correct(&visitor.organization, manifest, file, reset).await,
    };
    let by = visitor.name.clone();
    let frame = Frame::new(&office, visitor).await?;
    match published {
        Ok(published) => {
            tracing::info!(serial_number = published.serial_number, by, at = %clock::now(), "license published");
            Ok(page(StatusCode::OK, &PublishPage { frame, published: Some(published), problem: None }))
        }
        Err(error @ (Error::License { .. } | Error::Disagreement { .. })) => {
            let problem = Some(Problem { why: why(&error), advice: advice(&error) });
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &PublishPage { frame, published: None, problem }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(mut upload: Multipart) -> Result<Upload, MultipartError> {
    let mut read = Upload::default();
    while let Some(field) = upload.next_field().await? {
        match field.name() {
            Some(CSRF) => read.csrf = field.text().await?,
            Some("manifest") => read.manifest = bytes(field).await?,
            Some("file") => read.file = bytes(field).await?,
            Some("reset") => read.reset = bytes(field).await?,
            _ => {}
        }
    }
    Ok(read)
}

/// The names that browsers send along are not looked at: the manifest names the file.
async fn bytes(field: Field<'_>) -> Result<Vec<u8>, MultipartError> {
    field.bytes().await.map(Vec::from)
}

fn why(error: &Error) -> String {
    match error {
        Error::License { source } => source.to_string(),
        Error::Disagreement { differences } => {
            format!("manifest and license file disagree: {}", differences.join("; "))
        }
        other => other.to_string(),
    }
}

fn advice(error: &Error) -> &'static str {
    match error {
        Error::Disagreement { .. } | Error::License { source: Refusal::FileMismatch { .. } } => {
            "Take both files from the same delivery of the vendor."
        }
        Error::License { source: Refusal::LowerSequence { .. } } => {
            "If the higher number was mistyped, ask the vendor for a sequence reset."
        }
        Error::License { source: Refusal::ResetDoesNotApply { .. } } => {
            "Ask the vendor for a reset from the number on offer."
        }
        _ => "Ask the vendor for a license that installations accept.",
    }
}
