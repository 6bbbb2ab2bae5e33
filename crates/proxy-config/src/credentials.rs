//! Who we are to a proxy.
use secrecy::SecretString;

use crate::ProxySettings;

/// User and password for a proxy. `Debug` shows everything but the password.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// NetBIOS domain or Kerberos realm; empty when none was given.
    pub domain: String,
    /// The user, without the domain.
    pub user: String,
    /// The password. Case matters; it is sent as it is.
    pub password: SecretString,
    /// The user with the domain, for logins that know none: as they were written.
    #[cfg(feature = "client")]
    pub(crate) qualified_user: String,
}

impl Credentials {
    /// Understands `DOMAIN\user`, `user@realm` and a domain of its own. A `domain` that is given wins over one in `user`.
    #[must_use]
    pub fn new(domain: Option<&str>, user: &str, password: SecretString) -> Self {
        let user = user.trim();
        let (found, bare) = match (user.split_once('\\'), user.rsplit_once('@')) {
            (Some((domain, user)), _) => (domain, user),
            (None, Some((user, realm))) => (realm, user),
            (None, None) => ("", user),
        };
        let given = domain.map(str::trim).filter(|domain| !domain.is_empty());
        Self {
            domain: given.unwrap_or(found).into(),
            user: bare.into(),
            password,
            #[cfg(feature = "client")]
            qualified_user: match given {
                Some(realm) if realm.contains('.') => format!("{bare}@{realm}"),
                Some(domain) => format!("{domain}\\{bare}"),
                None => user.into(),
            },
        }
    }

    /// The credentials that `settings` name, with the password that was stored apart; `None` when no user is set.
    #[must_use]
    pub fn from_settings(settings: &ProxySettings, password: SecretString) -> Option<Self> {
        let user = settings.user.as_deref().filter(|user| !user.trim().is_empty())?;
        Some(Self::new(settings.domain.as_deref(), user, password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_domain_is_understood() {
        for (domain, user, expected) in [
            (None, "alice", ("", "alice")),
            (Some("PRINTDOM"), "alice", ("PRINTDOM", "alice")),
            (None, r"PRINTDOM\alice", ("PRINTDOM", "alice")),
            (None, "alice@remote.test", ("remote.test", "alice")),
            (Some("OTHER"), r"PRINTDOM\alice", ("OTHER", "alice")),
            (Some(" "), "alice@remote.test", ("remote.test", "alice")),
            (None, r"DOM\al@ice", ("DOM", "al@ice")),
        ] {
            let credentials = Credentials::new(domain, user, "x".into());
            assert_eq!((&*credentials.domain, &*credentials.user), expected, "{domain:?} {user}");
        }
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_login_without_domains_sends_the_user_as_directories_read_it() {
        for (domain, written, sent) in [
            (None, "alice", "alice"),
            (None, r"PRINTDOM\alice", r"PRINTDOM\alice"),
            (None, "alice@remote.test", "alice@remote.test"),
            (None, "al@ice", "al@ice"),
            (Some("PRINTDOM"), "alice", r"PRINTDOM\alice"),
            (Some("remote.test"), "alice", "alice@remote.test"),
            (Some("PRINTDOM"), r"OTHER\alice", r"PRINTDOM\alice"),
        ] {
            assert_eq!(Credentials::new(domain, written, "x".into()).qualified_user, sent);
        }
    }

    #[test]
    fn debug_hides_the_password() {
        let shown = format!("{:?}", Credentials::new(None, "alice", "hunter2".into()));
        assert!(shown.contains("alice") && !shown.contains("hunter2"), "{shown}");
    }
}
