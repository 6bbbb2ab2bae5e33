//! Login tokens from the account that the process runs as.
//!
//! ```text
//! Context::begin(package, host) ──step(peer's token)──▶ our token ──▶ … until the peer is content
//! ```
//! On Unix a Kerberos ticket of the account, through the system's GSS-API library, which is opened at run time: nothing is
//! needed to build. On Windows the log-on session, through SSPI. Both libraries also take a password. This crate is the
//! only one with `unsafe` code: each block gives its reason, and nothing unsafe is public. Calls block while a KDC or domain
//! controller is asked. Under Wine SSPI answers with NTLM; Kerberos on Windows was not run.
#![expect(
    unsafe_code,
    reason = "the system libraries for tokens are C; this crate exists to keep that in one place"
)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

mod error;
#[cfg(unix)]
mod gss;
mod token;
#[cfg(windows)]
mod windows;

pub use error::Error;
pub use token::is_kerberos;

/// Which protocol makes the tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Package {
    /// SPNEGO with Kerberos; on Windows with NTLM where Kerberos cannot be had, see [`is_kerberos`].
    Negotiate,
    /// NTLM: on Windows only.
    Ntlm,
}

/// A user and a password; has no `Debug`.
#[derive(Clone, Copy)]
pub struct Password<'a> {
    /// Domain, or Kerberos realm.
    pub domain: &'a str,
    /// The user's name.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A Kerberos ticket that a password got: it serves as many logins as it lives, and lies in this process's memory alone.
/// Cloning shares it.
#[cfg(unix)]
#[derive(Clone)]
pub struct Ticket(std::sync::Arc<gss::Ticket>);

#[cfg(unix)]
impl Ticket {
    /// Asks the KDC for a ticket for `user@DOMAIN`.
    ///
    /// # Errors
    /// [`Error::Library`]; [`Error::Refused`] with the KDC's words, or when no KDC can be asked.
    pub fn acquire(password: Password<'_>) -> Result<Self, Error> {
        Ok(Self(std::sync::Arc::new(gss::Ticket::acquire(password)?)))
    }

    /// How long it lives from when it was acquired, in whole seconds.
    #[must_use]
    pub fn lifetime(&self) -> std::time::Duration {
        self.0.lifetime()
    }
}

#[cfg(unix)]
impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("lifetime", &self.lifetime()).finish_non_exhaustive()
    }
}

/// One login under way to the HTTP service on one host.
pub struct Context {
    #[cfg(unix)]
    inner: gss::Context,
    #[cfg(windows)]
    inner: windows::Context,
}

impl Context {
    /// Begins a login to the service `HTTP` on `host`, a DNS name as the administrator wrote it.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a package that this system cannot serve with the current account, [`Error::Library`]
    /// when there is no GSS-API library, [`Error::Refused`] when the system knows no such name or account.
    pub fn begin(package: Package, host: &str) -> Result<Self, Error> {
        #[cfg(unix)]
        let inner = match package {
            Package::Negotiate => gss::Context::begin(host)?,
            Package::Ntlm => return Err(Error::Unsupported),
        };
        #[cfg(windows)]
        let inner = windows::Context::begin(package, host)?;
        Ok(Self { inner })
    }

    /// Begins a login to the service `HTTP` on `host` with a password. Windows asks nobody before the first token.
    ///
    /// # Errors
    /// [`Error::Refused`] with the words of the system.
    #[cfg(windows)]
    pub fn begin_with_password(package: Package, host: &str, password: Password<'_>) -> Result<Self, Error> {
        Ok(Self { inner: windows::Context::begin_with_password(package, host, password)? })
    }

    /// Begins a Kerberos login to the service `HTTP` on `host` with a ticket that a password got.
    ///
    /// # Errors
    /// [`Error::Refused`] when the system cannot read that name.
    #[cfg(unix)]
    pub fn begin_with_ticket(host: &str, ticket: &Ticket) -> Result<Self, Error> {
        Ok(Self { inner: gss::Context::begin_with_ticket(host, ticket.0.clone())? })
    }

    /// Makes our next token from the peer's, which is empty on the first leg.
    ///
    /// # Errors
    /// [`Error::Refused`] with the system's words: no ticket, an expired one, no KDC, a clock too far off, a bad token.
    pub fn step(&mut self, token: &[u8]) -> Result<Vec<u8>, Error> {
        self.inner.step(token)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    const HOST: &str = "localhost";
    const ALICE: Password<'_> = Password { domain: "PRINTDOM", user: "alice", password: "S3cret!pw" };

    #[test]
    fn ntlm_with_a_password_makes_its_first_token() {
        let mut context = Context::begin_with_password(Package::Ntlm, HOST, ALICE).unwrap();
        let token = context.step(&[]).unwrap();
        assert!(token.starts_with(b"NTLMSSP\0\x01\0\0\0"), "{token:?}");
    }

    #[test]
    fn negotiate_with_a_password_makes_its_first_token() {
        let mut context = Context::begin_with_password(Package::Negotiate, HOST, ALICE).unwrap();
        let token = context.step(&[]).unwrap();
        if wine::differs("Negotiate is plain NTLM, not wrapped in SPNEGO") {
            assert!(token.starts_with(b"NTLMSSP\0\x01\0\0\0"), "{token:?}");
        } else {
            assert_eq!(token.first(), Some(&0x60), "an ASN.1 application tag: {token:?}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused_in_the_words_of_the_system() {
        for package in [Package::Ntlm, Package::Negotiate] {
            let mut context = Context::begin_with_password(package, HOST, ALICE).unwrap();
            context.step(&[]).unwrap();
            let error = context.step(b"no token of anybody").unwrap_err();
            assert!(matches!(error, Error::Refused { code: 0x8009_0000.., .. }), "{error:?}");
            assert!(error.to_string().len() > 10, "{error}");
        }
    }

    #[test]
    fn a_token_that_is_too_long_is_refused_unread() {
        let mut context = Context::begin_with_password(Package::Ntlm, HOST, ALICE).unwrap();
        assert!(matches!(context.step(&vec![0; 64 * 1024 + 1]), Err(Error::Refused { code: 0, .. })));
    }

    #[test]
    fn the_account_of_the_process_can_log_in_or_is_told_why_not() {
        let first = Context::begin(Package::Ntlm, HOST).and_then(|mut context| context.step(&[]));
        match first {
            Ok(token) => assert!(token.starts_with(b"NTLMSSP\0\x01"), "{token:?}"),
            Err(error) => {
                assert!(wine::differs(
                    "there is no log-on session with a password: NTLM as the process's account fails"
                ));
                assert!(matches!(error, Error::Refused { .. }), "{error:?}");
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ntlm_is_not_to_be_had_without_a_password_on_unix() {
        assert!(matches!(Context::begin(Package::Ntlm, "localhost"), Err(Error::Unsupported)));
    }

    #[test]
    fn a_host_with_a_zero_byte_or_without_a_ticket_is_an_error_and_no_crash() {
        for host in ["localhost", "a\0b", "", "x".repeat(10_000).as_str()] {
            let outcome =
                Context::begin(Package::Negotiate, host).and_then(|mut context| context.step(b"garbage"));
            assert!(matches!(outcome, Err(Error::Refused { .. } | Error::Library { .. })), "{outcome:?}");
        }
    }
}
