//! What a client of the relay has to know.
use std::fmt::Write;
use std::io;

use base64ct::{Base64, Encoding};
use secrecy::{ExposeSecret, SecretString};

use crate::Credentials;

const USER: &str = "relay";

/// 256 random bits, made anew for each relay.
#[derive(Debug)]
pub(super) struct Secret {
    password: SecretString,
    /// What a client that knows the password sends.
    header: SecretString,
}

impl Secret {
    pub(super) fn generate() -> io::Result<Self> {
        let mut bytes = [0; 32];
        rustls::crypto::ring::default_provider()
            .secure_random
            .fill(&mut bytes)
            .map_err(|_| io::Error::other("no randomness"))?;
        let mut password = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(password, "{byte:02x}"); // a String takes everything
        }
        let header = Base64::encode_string(format!("{USER}:{password}").as_bytes());
        Ok(Self { password: password.into(), header: header.into() })
    }

    pub(super) fn credentials(&self) -> Credentials {
        Credentials::new(None, USER, self.password.clone())
    }

    /// Whether `header` is the right `Proxy-Authorization`, in a time that does not depend on where it differs.
    pub(super) fn opens(&self, header: &[u8]) -> bool {
        let Some((scheme, given)) = header.split_at_checked(6) else { return false };
        let expected = self.header.expose_secret().as_bytes();
        let differences = expected.iter().zip(given).fold(0, |sum, (a, b)| sum | (a ^ b));
        scheme.eq_ignore_ascii_case(b"Basic ")
            && given.len() == expected.len()
            && std::hint::black_box(differences) == 0
    }
}
