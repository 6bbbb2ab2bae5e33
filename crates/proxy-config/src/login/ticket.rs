//! Kerberos with a password (RFC 4559) through the system's GSS-API: its configuration, KDC lookup and every KDC's dialect.
//! The ticket is kept for the connections that follow, as kinit's is.
//!
//! The `sspi` crate at the version that can be had refuses the `EncTGSRepPart` that MIT KDCs send in an AS-REP (RFC 4120,
//! section 5.4.2, allows it).
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use current_credentials::{Context, Error, Password, Ticket};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::{Conversation, StepError};
use crate::{Credentials, ProxyServer, SharedHealth};

/// So long before its end a ticket is not used any more; but never before half its life.
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// More tickets than this are not kept.
const MAX_KEPT: usize = 16;

/// Tickets by the fingerprint of proxy, user and password. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tickets {
    kept: Arc<Mutex<HashMap<u64, Kept>>>,
    /// One asks the KDC at a time; those who waited have its ticket, or its no.
    asking: Arc<Mutex<()>>,
}

#[derive(Debug)]
struct Kept {
    ticket: Ticket,
    until: Instant,
}

impl Tickets {
    /// The settings changed.
    pub(crate) fn clear(&self) {
        lock(&self.kept).clear();
    }

    fn get(&self, key: u64) -> Option<Ticket> {
        let kept = lock(&self.kept);
        kept.get(&key).filter(|kept| Instant::now() < kept.until).map(|kept| kept.ticket.clone())
    }

    fn keep(&self, key: u64, ticket: Ticket) {
        let until = Instant::now() + usable(ticket.lifetime());
        let mut kept = lock(&self.kept);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, Kept { ticket, until });
    }

    fn forget(&self, key: u64) {
        lock(&self.kept).remove(&key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn usable(lifetime: Duration) -> Duration {
    lifetime.saturating_sub(MARGIN).max(lifetime / 2)
}

pub(super) struct Login {
    context: Context,
    /// Our first token, made when the login began.
    first: Option<Vec<u8>>,
    said: bool,
    tickets: Tickets,
    key: u64,
    /// The ticket was there before this login.
    kept: bool,
}

impl Login {
    /// The service principal of a proxy is `HTTP/host`. Asks the KDC for a ticket unless there is one.
    pub(super) fn begin(
        credentials: &Credentials,
        server: &ProxyServer,
        health: &SharedHealth,
    ) -> Result<Self, StepError> {
        if credentials.domain.is_empty() {
            return Err(StepError::Local("no realm is given".into()));
        }
        let (tickets, key) = (health.tickets(), health.fingerprint(server, credentials));
        let login = |(context, token), kept| {
            let (first, tickets) = (Some(token), tickets.clone());
            Self { context, first, said: false, tickets, key, kept }
        };
        // One that serves no more, as the computer slept past its end, is replaced.
        let with_kept = || tickets.get(key).and_then(|ticket| first(server, &ticket).ok());
        if let Some(begun) = with_kept() {
            return Ok(login(begun, true));
        }
        let _asking = lock(&tickets.asking);
        if let Some(begun) = with_kept() {
            return Ok(login(begun, true));
        }
        if health.lock().is_refused(server, credentials) {
            return Err(StepError::Refused("the KDC refused the password a moment ago".into()));
        }
        let ticket = acquire(credentials).inspect_err(|error| {
            if let StepError::Refused(_) = error {
                health.lock().note_refusal(server, credentials); // before the next one asks
            }
        })?;
        tickets.keep(key, ticket.clone());
        let begun = first(server, &ticket).map_err(|error| StepError::Local(error.into()))?;
        Ok(login(begun, false))
    }
}

fn acquire(Credentials { domain, user, password, .. }: &Credentials) -> Result<Ticket, StepError> {
    Ticket::acquire(Password { domain, user, password: password.expose_secret() }).map_err(judge)
}

fn first(server: &ProxyServer, ticket: &Ticket) -> Result<(Context, Vec<u8>), Error> {
    let mut context = Context::begin_with_ticket(&server.host, ticket)?;
    let token = context.step(&[])?;
    Ok((context, token))
}

impl Conversation for Login {
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError> {
        let made = match self.first.take() {
            Some(first) => first,
            None => self.context.step(token).map_err(|error| StepError::Local(error.into()))?,
        };
        self.said = true;
        Ok(made)
    }

    fn has_proved(&self) -> bool {
        self.said
    }

    /// The proxy may have got a new key since: a fresh ticket is worth a try, and no password is sent with it.
    fn gives_up_what_was_kept(&mut self) -> bool {
        self.tickets.forget(self.key);
        std::mem::take(&mut self.kept)
    }
}

/// Tells "no KDC" from a KDC's no. In doubt it is a no: a second try with another scheme could lock the account.
fn judge(error: Error) -> StepError {
    const ELSEWHERE: [&str; 5] =
        ["KDC for realm", "KDC for requested realm", "contact any KDC", "not in known", "lock skew"];
    let text = error.to_string();
    match error {
        Error::Refused { .. } if !ELSEWHERE.iter().any(|words| text.contains(words)) => {
            StepError::Refused(error.into())
        }
        _ => StepError::Local(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_given_up_in_time_before_its_end() {
        for (lifetime, expected) in [(36_000, 35_700), (600, 300), (599, 299), (2, 1), (0, 0)] {
            assert_eq!(usable(Duration::from_secs(lifetime)).as_secs(), expected, "{lifetime}");
        }
    }
}
