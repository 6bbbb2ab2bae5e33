use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::{Error, hex};

/// A SHA-256 digest, shown as 64 lower-case hex digits (read in either case).
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digests `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes a digest that was computed elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest as it came from the hash function.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        hex::read(text).map(Self).ok_or(Error::BadDigest)
    }
}

hex::as_text!(Digest);

#[cfg(test)]
mod tests {
    use super::Digest;

    /// FIPS 180-4, the one-block message of its examples.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn text_and_json_are_the_same_64_digits() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), ABC);
        assert_eq!(ABC.to_uppercase().parse::<Digest>().unwrap(), digest);
        assert_eq!(serde_json::to_string(&digest).unwrap(), format!("{ABC:?}"));
        assert_eq!(serde_json::from_str::<Digest>(&format!("{ABC:?}")).unwrap(), digest);
        assert_eq!(format!("{digest:?}"), format!("Digest({ABC})"));
        assert!(serde_json::from_str::<Digest>("\"ba78\"").is_err());
    }
}
