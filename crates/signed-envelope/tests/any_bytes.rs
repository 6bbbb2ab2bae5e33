//! Nothing from outside makes the readers panic, and nothing unsigned is opened.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use secrecy::SecretString;
use signed_envelope::{Digest, Envelope, KeyId, KeyRing, PublicKey, SigningKey};

fn key() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

proptest! {
    #[test]
    fn any_bytes_are_an_error_or_an_envelope_that_stays_shut(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        if let Ok(envelope) = Envelope::parse(&bytes) {
            let ring = KeyRing::from(key().public());
            prop_assert!(ring.open(&envelope, envelope.payload_type(), DateTime::<Utc>::UNIX_EPOCH).is_err());
        }
    }

    #[test]
    fn a_damaged_envelope_never_opens_with_another_payload(place in 0usize..260, byte in any::<u8>()) {
        let genuine = Envelope::sign("text/plain", b"five more seats", &[&key()]);
        let mut bytes = genuine.to_json();
        let place = place % bytes.len();
        bytes[place] = byte;
        if let Ok(damaged) = Envelope::parse(&bytes)
            && let Ok(opened) =
                KeyRing::from(key().public()).open(&damaged, "text/plain", DateTime::<Utc>::UNIX_EPOCH)
        {
            prop_assert_eq!(opened.payload, genuine.unverified_payload());
        }
    }

    #[test]
    fn what_was_signed_reads_back(payload in prop::collection::vec(any::<u8>(), 0..512), kind in "\\PC{0,40}") {
        let envelope = Envelope::parse(&Envelope::sign(&kind, &payload, &[&key()]).to_json()).unwrap();
        let ring = KeyRing::from(key().public());
        let opened = ring.open(&envelope, &kind, DateTime::<Utc>::UNIX_EPOCH).unwrap();
        prop_assert_eq!(opened.payload, payload);
    }

    #[test]
    fn any_text_is_an_error_or_a_key(text in "(-----BEGIN (PUBLIC|PRIVATE) KEY-----\n?)?\\PC{0,120}(-----END PUBLIC KEY-----)?") {
        if let Ok(key) = text.parse::<PublicKey>() {
            prop_assert_eq!(key.to_pem().parse::<PublicKey>().unwrap(), key);
        }
        if let Ok(digest) = text.parse::<Digest>() {
            prop_assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        }
        let _ = text.parse::<KeyId>();
        let _ = KeyRing::from_pem(&text);
        let _ = SigningKey::from_pem(&SecretString::from(text));
    }
}
