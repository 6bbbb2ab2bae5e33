//! A back office of mockito that signs its answers, and a client that is enrolled there.

use back_office::Client;
use back_office::keys::{KeysDocument, TYPE};
use back_office::signature::{
    AnswerParts, Claim, Question, RequestParts, SignatureError, SignatureHeaders, sign_answer, verify_request,
};
use chrono::{DateTime, TimeDelta, Utc};
use mockito::{Matcher, Mock, Request, ServerGuard};
use serde_json::{Value, json};
use signed_envelope::{Envelope, KeyRing, SigningKey};
use url::Url;

/// 24 November 2026, 09:00 UTC: the time at both ends, unless a test says otherwise.
pub(crate) const NOW: DateTime<Utc> = DateTime::from_timestamp(1_795_510_800, 0).unwrap();

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn installation() -> SigningKey {
    key(1)
}

pub(crate) fn office() -> SigningKey {
    key(2)
}

pub(crate) fn vendor() -> SigningKey {
    key(3)
}

/// What is answered, and how it is signed.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) time: DateTime<Utc>,
    pub(crate) key: SigningKey,
    pub(crate) retry_after: Option<&'static str>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), time: NOW, key: office(), retry_after: None }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string())
    }

    pub(crate) fn problem(status: u16, code: &str) -> Self {
        Self::json(
            status,
            &json!({"type": format!("urn:remote-service:problem:{code}"), "title": code, "status": status}),
        )
    }
}

/// A request as it came in.
pub(crate) struct Asked<'a> {
    request: &'a Request,
    authority: String,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        let authority = request.header("host")[0].to_str().unwrap().to_owned();
        Self { request, authority }
    }

    pub(crate) fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: self.request.method(),
            authority: &self.authority,
            path: self.request.path(),
            query: self.request.path_and_query().split_once('?').map(|(_, query)| query),
            body: self.request.body().unwrap(),
        }
    }

    pub(crate) fn headers(&self) -> SignatureHeaders {
        let values = |name| self.request.header(name).into_iter().map(|value| value.as_bytes());
        SignatureHeaders::collect(values).unwrap()
    }

    pub(crate) fn verify(&self, key: &SigningKey, now: DateTime<Utc>) -> Result<(), SignatureError> {
        let key = key.public();
        verify_request(&self.parts(), &self.headers(), |id| (*id == key.id()).then_some(key), now).map(drop)
    }

    fn question(&self) -> Question {
        Question::new(&self.parts(), Some(Claim::read(&self.headers()).unwrap().nonce()))
    }
}

/// Answers with what `reply` makes of a request, signed. It is asked several times for one request.
pub(crate) fn signed(
    mock: Mock,
    reply: impl Fn(&Asked<'_>) -> Reply + Clone + Send + Sync + 'static,
) -> Mock {
    let sign = {
        let reply = reply.clone();
        move |request: &Request| {
            let asked = Asked::new(request);
            let Reply { status, body, time, key, retry_after } = reply(&asked);
            sign_answer(&AnswerParts { status, body: &body, retry_after }, &asked.question(), &key, time)
        }
    };
    let header = |pick: fn(SignatureHeaders) -> String| {
        let sign = sign.clone();
        move |request: &Request| pick(sign(request))
    };
    let status = reply.clone();
    mock.with_header("cache-control", "no-store")
        .with_header_from_request(
            "content-digest",
            header(|headers| headers.content_digest.unwrap_or_default()),
        )
        .with_header_from_request("signature-input", header(|headers| headers.signature_input))
        .with_header_from_request("signature", header(|headers| headers.signature))
        .with_status_code_from_request(move |request| status(&Asked::new(request)).status.into())
        .with_body_from_request(move |request| reply(&Asked::new(request)).body)
}

/// A back office that has not been told what to answer yet.
pub(crate) struct Office {
    pub(crate) server: ServerGuard,
}

impl Office {
    pub(crate) async fn new() -> Self {
        Self { server: mockito::Server::new_async().await }
    }

    pub(crate) fn mock(&mut self, method: &str, path: &str) -> Mock {
        self.server.mock(method, Matcher::Regex(format!("^{path}(\\?.*)?$")))
    }

    /// One answer for every request of any kind.
    pub(crate) fn any(&mut self) -> Mock {
        self.server.mock("GET", Matcher::Any)
    }

    pub(crate) fn keys_document(&self) -> KeysDocument {
        KeysDocument {
            version: 1,
            product: "PRISMAdirect".to_owned(),
            authority: self.server.host_with_port(),
            sequence: 7,
            issued_at: NOW - TimeDelta::days(1),
            expires_at: NOW + TimeDelta::days(365),
            keys: vec![office().public()],
        }
    }

    pub(crate) fn keys(&self) -> Vec<u8> {
        envelope(&self.keys_document(), &vendor())
    }

    /// A client that is not enrolled.
    pub(crate) fn stranger(&self) -> Client {
        let base = Url::parse(&self.server.url()).unwrap();
        Client::new(http(), &base, installation(), KeyRing::from(vendor().public())).unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        self.stranger().with_installation("i-1", &self.keys(), NOW)
    }
}

pub(crate) fn envelope(document: &KeysDocument, signer: &SigningKey) -> Vec<u8> {
    Envelope::sign(TYPE, &serde_json::to_vec(document).unwrap(), &[signer]).to_json()
}

pub(crate) fn as_json(envelope: &[u8]) -> Value {
    serde_json::from_slice(envelope).unwrap()
}

pub(crate) fn http() -> reqwest::Client {
    // Another test may have been first; which one does not matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}
