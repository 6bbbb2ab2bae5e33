//! A request as it was asked: read once, with limits.
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use back_office::signature::{Claim, Question, RequestParts, SignatureError, SignatureHeaders};
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

use crate::accept::Peer;
use crate::answer::Refused;

/// The most bytes of a body of `/v1`; audit batches are the largest.
const MAX_BODY: usize = 512 * 1024;

/// What is kept of a request.
#[derive(Debug)]
pub(crate) struct Asked {
    method: Method,
    path: Box<str>,
    query: Option<Box<str>>,
    pub(crate) body: Bytes,
    pub(crate) peer: IpAddr,
    /// What the request says of its signature; nothing of it is believed yet.
    pub(crate) claim: Result<Claim, SignatureError>,
    admitted: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Asked {
    /// Reads the body and keeps what is needed of the head.
    ///
    /// # Errors
    /// 400, 408 or 413 when the body breaks off, comes too slowly or is too large.
    pub(crate) async fn read(
        head: &Parts,
        body: Body,
        claim: Result<Claim, SignatureError>,
        admitted: OwnedSemaphorePermit,
        slowest: Duration,
    ) -> Result<Self, Refused> {
        Ok(Self {
            method: head.method.clone(),
            path: head.uri.path().into(),
            query: head.uri.query().map(Into::into),
            body: read_body(body, slowest).await?,
            peer: head.extensions.get::<Peer>().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0),
            claim,
            admitted: Mutex::new(Some(admitted)),
        })
    }

    /// The parts that the signature covers.
    pub(crate) fn parts<'a>(&'a self, authority: &'a str) -> RequestParts<'a> {
        RequestParts {
            method: self.method.as_str(),
            authority,
            path: &self.path,
            query: self.query.as_deref(),
            body: &self.body,
        }
    }

    /// Gives the place among the requests at work to another one.
    pub(crate) fn make_room(&self) {
        self.admitted.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// 400 with serde's words: they name a field and a place, never a value of a secret's type.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        serde_json::from_slice(&self.body).map_err(|error| Refused::bad("malformed", error.to_string()))
    }
}

/// The headers' signature, if they hold one.
pub(crate) fn claim(head: &Parts) -> Result<Claim, SignatureError> {
    let headers =
        SignatureHeaders::collect(|name| head.headers.get_all(name).iter().map(HeaderValue::as_bytes))?;
    Claim::read(&headers)
}

async fn read_body(body: Body, slowest: Duration) -> Result<Bytes, Refused> {
    match tokio::time::timeout(slowest, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(Refused::too_large()),
        Ok(Err(_)) => Err(Refused::bad("malformed", "the body broke off")),
        Err(_) => Err(Refused::too_slow()),
    }
}

/// What the answer to this request answers.
pub(crate) fn question(head: &Parts, claim: &Result<Claim, SignatureError>) -> Question {
    let (path, query) = (head.uri.path(), head.uri.query());
    let parts = RequestParts { method: head.method.as_str(), authority: "", path, query, body: &[] };
    Question::new(&parts, claim.as_ref().ok().map(Claim::nonce))
}

/// The request behind an extractor; every route of `/v1` lies behind the layer that puts it there.
pub(crate) fn asked(head: &Parts) -> Result<Arc<Asked>, Refused> {
    head.extensions.get::<Arc<Asked>>().cloned().ok_or_else(Refused::not_found)
}
