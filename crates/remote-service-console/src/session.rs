//! Sessions: a random cookie, kept as its digest, that ends after a day's work or an hour of silence.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use remote_service::assistance::SignedIn;
use remote_service::license::Digest;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Role, User};

/// The longest session.
const LONGEST: Duration = Duration::from_secs(10 * 3600);
/// The longest silence in a session. A page that looks for news is not silent, so a visible page stays signed in.
const SILENCE: Duration = Duration::from_secs(3600);
/// So many sessions are kept at once; the one that was silent longest makes room.
const MOST: usize = 1_000;

/// The open sessions. In memory: a restart of the service signs everybody out.
#[derive(Debug, Default)]
pub(crate) struct Sessions(HashMap<Digest, Session>);

/// An open session and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) user: User,
    /// What every form of this session carries.
    pub(crate) csrf: String,
    /// The person signed in with the product, which then decides how long that lasts.
    pub(crate) is_products: bool,
    opened: Instant,
    seen: Instant,
}

impl Session {
    pub(crate) fn new(user: User, csrf: String, is_products: bool, now: Instant) -> Self {
        Self { user, csrf, is_products, opened: now, seen: now }
    }

    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.opened) >= LONGEST
            || now.saturating_duration_since(self.seen) >= SILENCE
    }
}

impl Sessions {
    /// Opens a session behind `cookie`.
    pub(crate) fn open(&mut self, cookie: &str, session: Session) {
        let now = session.opened;
        self.0.retain(|_, session| !session.is_over(now));
        if self.0.len() >= MOST {
            let oldest = self.0.iter().min_by_key(|(_, session)| session.seen).map(|(key, _)| *key);
            oldest.map(|oldest| self.0.remove(&oldest));
        }
        self.0.insert(Digest::of(cookie.as_bytes()), session);
    }

    /// The session behind a cookie, if it is open at `now`.
    pub(crate) fn find(&mut self, cookie: &str, now: Instant) -> Option<Session> {
        let session =
            self.0.get_mut(&Digest::of(cookie.as_bytes())).filter(|session| !session.is_over(now))?;
        session.seen = now;
        Some(session.clone())
    }

    /// Ends the session behind a cookie, if there is one.
    pub(crate) fn close(&mut self, cookie: &str) {
        self.0.remove(&Digest::of(cookie.as_bytes()));
    }

    /// Who may answer for the customer: asked by the gate, with the session's cookie as proof.
    pub(crate) fn signed_in(&self, proof: &SecretString, now: Instant) -> Option<SignedIn> {
        let session = self.0.get(&Digest::of(proof.expose_secret().as_bytes()))?;
        let may_allow = Role::allows_assistance(session.user.role);
        (!session.is_over(now)).then(|| SignedIn { name: session.user.name.clone(), may_allow })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(role: Role, now: Instant) -> Session {
        Session::new(User { name: "kim".to_owned(), role }, "csrf".to_owned(), false, now)
    }

    #[test]
    fn a_session_ends_after_an_hour_of_silence_and_after_ten_hours_whatever_is_done() {
        let (mut sessions, start) = (Sessions::default(), Instant::now());
        sessions.open("cookie", session(Role::User, start));
        assert!(sessions.find("another", start).is_none());
        let minutes = |count: u32| start + Duration::from_secs(60) * count;
        for passed in (50..600).step_by(50) {
            assert!(sessions.find("cookie", minutes(passed)).is_some(), "after {passed} min");
        }
        assert!(sessions.find("cookie", minutes(600)).is_none(), "ten hours");
        sessions.open("cookie", session(Role::User, start));
        assert!(sessions.find("cookie", minutes(60)).is_none(), "an hour of silence");
    }

    #[test]
    fn a_closed_session_is_nobody_and_proves_nothing() {
        let (mut sessions, start) = (Sessions::default(), Instant::now());
        let proof: SecretString = "cookie".to_owned().into();
        for (role, may_allow) in [(Role::Admin, true), (Role::Assistance, true), (Role::User, false)] {
            sessions.open("cookie", session(role, start));
            assert_eq!(sessions.signed_in(&proof, start).unwrap().may_allow, may_allow, "{role:?}");
        }
        assert!(sessions.signed_in(&proof, start + SILENCE).is_none());
        sessions.close("cookie");
        assert!(sessions.find("cookie", start).is_none() && sessions.signed_in(&proof, start).is_none());
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let (mut sessions, start) = (Sessions::default(), Instant::now());
        for number in 0..MOST + 3 {
            let now = start + Duration::from_millis(number as u64);
            sessions.open(&number.to_string(), session(Role::User, now));
        }
        assert_eq!(sessions.0.len(), MOST);
        assert!(sessions.find("2", start).is_none() && sessions.find("3", start).is_some());
    }
}
