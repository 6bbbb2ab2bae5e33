//! Holds adapters to the promises of their ports, and rehearses the gate for the tests of embedders.

use std::time::{Duration, Instant};

pub use crate::rehearsal::Rehearsal;
use crate::{
    Consent, Effect, Gate, Input, LocalClient, Policy, RequestId, Session, SessionBroker, SessionLink,
};

/// How long an answer about availability may take: a help-desk page waits for it.
const PROMPT: Duration = Duration::from_millis(100);
/// How long the end of a session may take.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A promise that an adapter does not keep.
#[derive(Debug, thiserror::Error)]
#[error("broken promise: {promise}")]
pub struct Broken {
    /// The promise.
    pub promise: &'static str,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Holds a working `client`, of which nothing runs, to the promises of [`LocalClient`]; `request` and `link` name a
/// session that nobody else on this computer uses. What it starts is stopped again.
///
/// # Errors
/// The first promise that is [`Broken`].
pub fn check_client(
    client: &mut dyn LocalClient,
    request: RequestId,
    link: SessionLink,
) -> Result<(), Broken> {
    let session =
        session(request, link).ok_or(Broken { promise: "a rehearsal can be given", source: None })?;
    let asked = Instant::now();
    let availability = client.availability();
    hold("availability is answered promptly", asked.elapsed() <= PROMPT)?;
    hold("a working client offers a remote desktop", availability.remote_desktop)?;
    works("what never ran is stopped already", client.stop(&session))?;

    for _ in 0..2 {
        let process = works("a working client starts", client.start(&session))?;
        let known = Session { process, ..session.clone() };
        hold("what was started runs", client.is_running(&known))?;
        let asked = Instant::now();
        works("what runs can be stopped", client.stop(&known))?;
        hold("a session ends within a second", asked.elapsed() <= AT_ONCE)?;
        hold("what was stopped does not run", process.is_none() || !client.is_running(&known))?;
        works("a session may be stopped twice", client.stop(&known))?;
    }
    let process = works("a working client starts", client.start(&session))?;
    works("a session is found by what was known before its start", client.stop(&session))?;
    hold("what was stopped does not run", process.is_none() || !client.is_running(&session))
}

/// Holds a working `broker` to the promises of [`SessionBroker`].
///
/// # Errors
/// The first promise that is [`Broken`].
pub async fn check_broker(broker: &dyn SessionBroker) -> Result<(), Broken> {
    const GIVEN: &str = "a rehearsal can be given";
    let [one, two] = [1, 2].map(|id| consent(RequestId::from_bytes([id; 16])));
    let (one, two) = one.zip(two).ok_or(Broken { promise: GIVEN, source: None })?;
    let first = works("a working broker opens a session", broker.open(&one).await)?;
    let second = works("a working broker opens a second session", broker.open(&two).await)?;
    hold("each consent has a session of its own", first.code != second.code)?;
    hold("both sides have a link", !first.end_customer_link.is_empty() && !first.supporter_link.is_empty())?;
    hold("the sides have different links", first.end_customer_link != first.supporter_link)?;
    for link in [&first, &first, &second] {
        works("an open session closes, and a closed one again", broker.close(link).await)?;
    }
    Ok(())
}

/// A session as the gate makes one, from a rehearsed grant.
pub fn session(request: RequestId, link: SessionLink) -> Option<Session> {
    let (mut gate, _, rehearsal) = granted(request)?;
    let opened = Input::Opened { request, link };
    gate.step(opened, rehearsal.at(2)).into_iter().find_map(|effect| match effect {
        Effect::Start(session) => Some(session),
        _ => None,
    })
}

/// A consent as the gate makes one, from a rehearsed grant.
pub fn consent(request_id: RequestId) -> Option<Consent> {
    granted(request_id).map(|(_, consent, _)| consent)
}

fn granted(request: RequestId) -> Option<(Gate, Consent, Rehearsal)> {
    let mut rehearsal = Rehearsal::new().ok()?;
    let now = rehearsal.at(0);
    let mut document = rehearsal.document(now);
    document.request_id = request;
    let asked = rehearsal.open(&document, now);
    let scopes = document.scopes;
    let user = rehearsal.user("Kim", true)?;
    let mut gate = Gate::new(Policy { allowed: true, ..Policy::default() }, None);
    gate.step(Input::UserSeen, now);
    gate.step(Input::Asked(asked), now);
    let effects = gate.step(Input::Grant { request, user, scopes, minutes: 30 }, rehearsal.at(1));
    let consent = effects.into_iter().find_map(|effect| match effect {
        Effect::Open(consent) => Some(consent),
        _ => None,
    });
    Some((gate, consent?, rehearsal))
}

fn hold(promise: &'static str, kept: bool) -> Result<(), Broken> {
    kept.then_some(()).ok_or(Broken { promise, source: None })
}

/// A call that has to succeed.
fn works<T>(
    promise: &'static str,
    result: Result<T, impl std::error::Error + Send + Sync + 'static>,
) -> Result<T, Broken> {
    result.map_err(|error| Broken { promise, source: Some(error.into()) })
}
