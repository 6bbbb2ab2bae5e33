//! Login tokens from the account that the process runs as.
//!
//! ```text
//! Context::begin(package, host) ──step(peer's token)──▶ our token ──▶ … until the peer is content
//! ```
//! On Unix a Kerberos ticket of the account, through the system's GSS-API library, which is opened at run time: nothing is
//! needed to build. On Windows the log-on session, through SSPI. This crate is the only one with `unsafe` code: each block
//! gives its reason, and nothing unsafe is public. Calls block while a KDC or domain controller is asked.
#![expect(
    unsafe_code,
    reason = "the system libraries for tokens are C; this crate exists to keep that in one place"
)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

mod error;
#[cfg(unix)]
mod gss;
#[cfg(windows)]
mod windows;

pub use error::Error;

/// Which protocol makes the tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Package {
    /// SPNEGO with Kerberos; on Windows with whatever the domain offers.
    Negotiate,
    /// NTLM: on Windows only.
    Ntlm,
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

    /// Begins a Kerberos login to the service `HTTP` on `host` as `user@REALM`, asking the KDC for a ticket at once.
    ///
    /// It is here because the same library serves it; on Windows the `sspi` crate does.
    ///
    /// # Errors
    /// [`Error::Library`]; [`Error::Refused`] with the KDC's words, or when no KDC can be asked.
    #[cfg(unix)]
    pub fn begin_with_password(host: &str, user: &str, password: &str) -> Result<Self, Error> {
        Ok(Self { inner: gss::Context::begin_with_password(host, user, password)? })
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
