//! Both signatures of `/v1`: every answer carries ours, and no handler runs without theirs.
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use back_office::signature::{AnswerParts, Question, SignatureError, VerifiedRequest, sign_answer};

use crate::answer::Refused;
use crate::asked::{Asked, asked, claim, question};
use crate::installation::{Installation, State as Standing};
use crate::later::{coming, later};
use crate::nonces;
use crate::office::Office;
use crate::store::Write;
use crate::{clock, enrollment};

/// The most bytes that an answer may have: a license with its file in Base64.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// When too much is asked at once, others are asked to come back after so many seconds.
const BUSY: u64 = 3;

/// The layer around all of `/v1`: reads the request, lets it be answered, and signs the answer.
pub(crate) async fn answer(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let claim = claim(&head);
    let question = question(&head, &claim);
    // Who enrols knows no keys yet, and could not believe even a refusal.
    let is_enrolment = head.uri.path() == enrollment::PATH;
    let early = |refused: Refused| match is_enrolment {
        true => refused.with_keys(office.identity.keys.clone()),
        false => refused,
    };
    let mut response = match office.admission.clone().try_acquire_owned() {
        Ok(admitted) => match Asked::read(&head, body, claim, admitted, office.limits.slowest).await {
            Ok(asked) => {
                head.extensions.insert(Arc::new(asked));
                next.run(Request::from_parts(head, Body::empty())).await
            }
            Err(refused) => early(refused).into_response(),
        },
        Err(_) => early(Refused::busy(BUSY)).into_response(),
    };
    match coming(&mut response) {
        // Boxed, because what is kept through the wait should be small.
        Some(coming) => later(async move { Box::pin(sign(&office, &question, coming.await)).await }),
        None => sign(&office, &question, response).await,
    }
}

async fn sign(office: &Office, question: &Question, response: Response) -> Response {
    office.answers.count(response.status());
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MAX_ANSWER).await else {
        tracing::error!("answer too large to be signed");
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let parts = AnswerParts { status: head.status.as_u16(), body: &body, retry_after };
    let headers = sign_answer(&parts, question, &office.identity.signing_key, clock::now());
    for (name, value) in headers.iter() {
        if let Ok(value) = HeaderValue::from_str(value) {
            head.headers.insert(HeaderName::from_static(name), value);
        }
    }
    head.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(head, Body::from(body))
}

/// An enrolled installation that signed this very request, in whatever standing but revoked.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) installation: Installation,
    pub(crate) request: VerifiedRequest,
    pub(crate) asked: Arc<Asked>,
}

impl FromRequestParts<Arc<Office>> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(head: &mut Parts, office: &Arc<Office>) -> Result<Self, Refused> {
        let asked = asked(head)?;
        let now = clock::now();
        let claim = asked.claim.clone()?;
        claim.check_time(now)?;
        let key_id = claim.key_id();
        let installation = Installation::by_key(office.store.read(), &key_id).await?;
        let installation = installation.ok_or(SignatureError::UnknownKey { key: key_id })?;
        let request =
            claim.verify(&asked.parts(&office.identity.authority), &installation.public_key, now)?;
        Ok(Self { installation, request, asked })
    }
}

/// A caller that is neither quarantined nor revoked.
#[derive(Debug)]
pub(crate) struct Member(Caller);

impl FromRequestParts<Arc<Office>> for Member {
    type Rejection = Refused;

    async fn from_request_parts(head: &mut Parts, office: &Arc<Office>) -> Result<Self, Refused> {
        let caller = Caller::from_request_parts(head, office).await?;
        match caller.installation.state {
            Standing::Active => Ok(Self(caller)),
            Standing::Quarantined => {
                Err(Refused::forbidden("quarantined", "the help desk has not approved this installation yet"))
            }
            Standing::Revoked => Err(Refused::revoked()),
        }
    }
}

impl std::ops::Deref for Member {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl Caller {
    /// Like [`change`](Self::change), for what comes again by itself when the power fails.
    ///
    /// # Errors
    /// 401 `replayed`.
    pub(crate) async fn note(&self, office: &Office) -> Result<Write, Refused> {
        let mut write = office.store.note().await?;
        nonces::spend(&mut write, &self.request, clock::now()).await?;
        Ok(write)
    }

    /// Starts the one transaction of a state-changing call; the request's nonce is spent in it.
    ///
    /// # Errors
    /// 401 `replayed` for a nonce that was spent before, also before a restart.
    pub(crate) async fn change(&self, office: &Office) -> Result<Write, Refused> {
        let mut write = office.store.write().await?;
        nonces::spend(&mut write, &self.request, clock::now()).await?;
        Ok(write)
    }
}

impl From<SignatureError> for Refused {
    fn from(error: SignatureError) -> Self {
        Self::unauthorized(error.code(), "the request's signature does not count").detail(error.to_string())
    }
}
