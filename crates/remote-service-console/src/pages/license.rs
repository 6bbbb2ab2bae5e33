//! Licenses: the first one by hand, later ones by mail, and those that could not be delivered.
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use remote_service::license::{Digest, FileName};
use remote_service::{Error, Import, Imported, OutboxFiles, Snapshot};

use super::Told;
use super::about::Facts;
use crate::console::Site;
use crate::entrance::Guest;
use crate::form::{Form, Upload};
use crate::frame::Frame;
use crate::page::{Failure, page};
use crate::when::When;
use crate::words::Words;

/// A license of [Failed to update license on:].
pub(super) struct Failed {
    pub(super) digest: String,
    pub(super) server: String,
    pub(super) file: String,
    /// In words, and what to do.
    pub(super) why: String,
    /// In English, for support.
    pub(super) detail: String,
    pub(super) at: Option<When>,
    /// Whether the license server wants the envelope beside the file.
    pub(super) with_envelope: bool,
    /// Whether the license server has to see a sequence reset before.
    pub(super) with_reset: bool,
}

/// The licenses that could not be delivered.
pub(super) fn failed(site: &Site, snapshot: &Snapshot, words: &Words) -> Vec<Failed> {
    let with_envelope = site.running.settings().license.delivers_envelope();
    let entries = snapshot.license.outbox.iter().filter_map(|entry| {
        let failure = entry.failure.as_ref()?;
        Some(Failed {
            digest: entry.digest.to_string(),
            server: failure.server.clone(),
            file: entry.file_name().to_string(),
            why: words.license.delivery_failure(failure.kind),
            detail: failure.message.clone(),
            at: Some(words.moment(failure.at)),
            with_envelope: with_envelope && entry.signed,
            with_reset: with_envelope && snapshot.license.with_reset.contains(&entry.digest),
        })
    });
    entries.collect()
}

#[derive(Template)]
#[template(path = "license.html")]
struct LicensePage {
    frame: Frame,
    license: Option<Facts>,
    serial_candidates: Vec<String>,
    problem: Option<String>,
    /// The operator has to confirm that an unsigned license replaces a signed one.
    asks: bool,
}

async fn license_page(
    site: &Site,
    guest: &Guest,
    told: &str,
    refused: Option<(String, bool)>,
) -> Result<Response, Failure> {
    let frame = Frame::new(site, guest).await?.told(told);
    let license = Facts::of(&frame.live.snapshot, &frame.words);
    let serial_candidates = frame.live.snapshot.serial_candidates().to_vec();
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (problem, asks) = refused.map_or((None, false), |(problem, asks)| (Some(problem), asks));
    Ok(page(status, &LicensePage { frame, license, serial_candidates, problem, asks }))
}

/// The form for a license file.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    license_page(&site, &guest, &told.told, None).await
}

/// Takes in a license that an administrator brings.
pub(super) async fn import(State(site): State<Arc<Site>>, upload: Upload) -> Result<Response, Failure> {
    let guest = &upload.guest;
    let Some(file) = upload.file("file") else {
        let problem = guest.words.say("license-no-file");
        return license_page(&site, guest, "", Some((problem, false))).await;
    };
    let import = match upload.file("envelope") {
        Some(envelope) => Import::Signed { envelope: envelope.bytes.clone(), file: file.bytes.clone() },
        None => {
            let Ok(name) = FileName::new(last(&file.name)) else {
                let problem = guest.words.say("license-bad-name");
                return license_page(&site, guest, "", Some((problem, false))).await;
            };
            Import::Unsigned { name, file: file.bytes.clone(), confirmed: upload.is_ticked("confirmed") }
        }
    };
    match site.running.import_license(import).await {
        Ok(Imported::Known) => Ok(told(&site, "/license", "license-known")),
        Ok(_) => Ok(told(&site, "/license", "license-accepted")),
        Err(Error::Refused { why }) => {
            let asks = why.code() == "replaces_signed";
            let problem = guest.words.license.refusal(&why);
            license_page(&site, guest, "", Some((problem, asks))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Some browsers send the whole path.
fn last(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

fn told(site: &Site, page: &str, code: &str) -> Response {
    Redirect::to(&format!("{}{page}?told={code}", site.base)).into_response()
}

/// Asks for all failed deliveries to be tried again.
pub(super) async fn retry(State(site): State<Arc<Site>>, _: Form) -> Result<Response, Failure> {
    site.running.retry_deliveries().await?;
    Ok(told(&site, "/general", "retried"))
}

/// Takes an announcement away. Everybody who is signed in may: it was for them.
pub(super) async fn dismiss(State(site): State<Arc<Site>>, form: Form) -> Result<Response, Failure> {
    let digest: Digest = form.fields.text("license").parse().map_err(|_| Failure::Malformed)?;
    site.running.dismiss_announcement(digest).await?;
    Ok(Redirect::to(&format!("{}/", site.base)).into_response())
}

/// The save icon of the license file: the very bytes that the license server is to get.
pub(super) async fn file(
    State(site): State<Arc<Site>>,
    Path(digest): Path<String>,
) -> Result<Response, Failure> {
    let OutboxFiles { license, .. } = files(site, &digest).await?;
    Ok(download(license))
}

/// The save icon of the envelope, where the license server wants one.
pub(super) async fn envelope(
    State(site): State<Arc<Site>>,
    Path(digest): Path<String>,
) -> Result<Response, Failure> {
    let OutboxFiles { envelope, .. } = files(site, &digest).await?;
    envelope.map(download).ok_or(Failure::NotFound)
}

/// The save icon of a sequence reset that the license server has to see before.
pub(super) async fn reset(
    State(site): State<Arc<Site>>,
    Path(digest): Path<String>,
) -> Result<Response, Failure> {
    let OutboxFiles { reset, .. } = files(site, &digest).await?;
    reset.map(download).ok_or(Failure::NotFound)
}

async fn files(site: Arc<Site>, digest: &str) -> Result<OutboxFiles, Failure> {
    let digest: Digest = digest.parse().map_err(|_| Failure::NotFound)?;
    if !site.running.snapshot().license.outbox.iter().any(|entry| entry.digest == digest) {
        return Err(Failure::NotFound); // delivered meanwhile, or never there
    }
    let read = tokio::task::spawn_blocking(move || site.running.outbox().files(digest));
    Ok(read.await.map_err(|_| Failure::Broken)??)
}

fn download((name, bytes): (FileName, Vec<u8>)) -> Response {
    attachment(name.as_str(), "application/octet-stream", bytes)
}

/// A file to be saved, under its own name whatever letters it has (RFC 6266).
pub(super) fn attachment(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let plain = plain.replace(['"', '\\'], "_");
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let mut response = ([(header::CONTENT_TYPE, media_type)], bytes).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_its_own_name_and_no_other_header_comes_along() {
        for (name, disposition) in [
            ("a.lic", "attachment; filename=\"a.lic\"; filename*=UTF-8''a.lic"),
            ("Köln 1.lic", "attachment; filename=\"K_ln 1.lic\"; filename*=UTF-8''K%C3%B6ln%201.lic"),
            ("a\"\r\nx: y", "attachment; filename=\"a___x: y\"; filename*=UTF-8''a%22%0D%0Ax%3A%20y"),
        ] {
            let response = attachment(name, "text/plain", Vec::new());
            assert_eq!(response.headers()[header::CONTENT_DISPOSITION], disposition);
        }
        assert_eq!((last("C:\\temp\\a.lic"), last("../a.lic"), last("a.lic")), ("a.lic", "a.lic", "a.lic"));
    }
}
