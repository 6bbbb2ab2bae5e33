use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::signature::SignatureError;

/// A random word that makes a request unlike any other, repeated in its answer: 16 to 64 letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// Draws 128 bits from the operating system: 32 hex digits.
    ///
    /// # Errors
    /// [`Error::Random`] when there are none.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|source| Error::Random { source: Box::new(source) })?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nonce {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, SignatureError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if (16..=64).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SignatureError::Parameter { name: "nonce" })
        }
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
