//! Logging in to a proxy: whose name, which scheme, which words.
mod basic;
#[cfg(feature = "current")]
mod current;
#[cfg(all(feature = "sspi", not(all(windows, feature = "current"))))]
mod ntlm;
#[cfg(all(unix, feature = "current"))]
mod ticket;

#[cfg(all(unix, feature = "current"))]
pub(crate) use self::ticket::Tickets;
use crate::error::Cause;
use crate::{Credentials, ProxyServer, Scheme, SharedHealth};

/// Nothing here gets tickets with a password.
#[cfg(not(all(unix, feature = "current")))]
#[derive(Clone, Debug, Default)]
pub(crate) struct Tickets {}

#[cfg(not(all(unix, feature = "current")))]
impl Tickets {
    pub(crate) fn clear(&self) {}
}

/// What reports call the account that the process runs as.
pub(crate) const PROCESS_ACCOUNT: &str = "the process account";

/// Who logs in.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// Nobody: a proxy that asks for a login is an error.
    Nobody,
    /// A user with a password.
    User(Credentials),
    /// The account that the process runs as.
    Current,
}

impl Identity {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Nobody => "nobody".into(),
            Self::User(credentials) => credentials.user.clone(),
            Self::Current => PROCESS_ACCOUNT.into(),
        }
    }
}

/// One login under way: makes a token for each leg. May block on a KDC.
pub(crate) trait Conversation: Send {
    /// Our next token, after the proxy's `token` (empty on the first leg).
    fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, StepError>;

    /// Whether what was said so far lets the proxy refuse us.
    fn has_proved(&self) -> bool;

    /// Whether Negotiate carries NTLM, as Windows has no Kerberos for this proxy.
    fn wraps_ntlm(&self) -> bool {
        false
    }

    /// The proxy refused what was said. Gives up what was kept from logins before; whether there was something, so that
    /// another try would say something else.
    fn gives_up_what_was_kept(&mut self) -> bool {
        false
    }
}

/// Why no token could be made.
#[derive(Debug)]
pub(crate) enum StepError {
    /// Something is missing here (ticket, KDC, library, feature): another scheme may do.
    Local(Cause),
    /// The KDC refused the credentials: no other scheme may be tried with them.
    #[cfg_attr(not(feature = "current"), expect(dead_code, reason = "only Kerberos asks a KDC at once"))]
    Refused(Cause),
}

/// Begins a login with `scheme`.
#[cfg_attr(
    not(all(unix, feature = "current")),
    expect(unused_variables, reason = "nothing is kept for the next login")
)]
pub(crate) fn begin(
    scheme: Scheme,
    identity: &Identity,
    server: &ProxyServer,
    health: &SharedHealth,
) -> Result<Box<dyn Conversation>, StepError> {
    match (scheme, identity) {
        (Scheme::Basic, Identity::User(credentials)) => Ok(Box::new(basic::Basic::new(credentials))),
        #[cfg(all(windows, feature = "current"))]
        (Scheme::Ntlm | Scheme::Negotiate, Identity::User(credentials)) => {
            Ok(Box::new(current::Login::with_password(scheme, credentials, &server.host)?))
        }
        #[cfg(all(feature = "sspi", not(all(windows, feature = "current"))))]
        (Scheme::Ntlm, Identity::User(credentials)) => Ok(Box::new(ntlm::Login::begin(credentials)?)),
        #[cfg(all(unix, feature = "current"))]
        (Scheme::Negotiate, Identity::User(credentials)) => {
            Ok(Box::new(ticket::Login::begin(credentials, server, health)?))
        }
        #[cfg(feature = "current")]
        (Scheme::Negotiate | Scheme::Ntlm, Identity::Current) => {
            Ok(Box::new(current::Login::begin(scheme, &server.host)?))
        }
        _ => Err(StepError::Local(format!("no {scheme} with the login for {}", server.host).into())),
    }
}
