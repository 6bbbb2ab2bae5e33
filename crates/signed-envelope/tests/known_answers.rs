//! What others computed: the vectors of RFC 8032 and the key files of RFC 8410.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use secrecy::{ExposeSecret, SecretString};
use signed_envelope::{PublicKey, SigningKey};

/// RFC 8032, section 7.1: private key, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

/// RFC 8410, sections 10.1 and 10.3: a public key, its private key, and the same in version 2 with attributes.
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
const PRIVATE_2: &str = "-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
";

fn bytes(hex: &str) -> Vec<u8> {
    let pairs: Vec<_> = hex.as_bytes().chunks(2).collect();
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

#[test]
fn signatures_are_those_of_rfc_8032() {
    for [private, public, message, signature] in RFC_8032 {
        let key = SigningKey::from_seed(&array(private));
        assert_eq!(key.public().to_hex(), public);
        assert_eq!(key.sign(&bytes(message)), array(signature));
        assert!(public.parse::<PublicKey>().unwrap().verify(&bytes(message), &array(signature)));
        assert!(!key.public().verify(b"another message", &array(signature)));
    }
}

#[test]
fn malleable_signatures_are_refused() {
    let [_, public, message, signature] = RFC_8032[1];
    let mut doubled: [u8; 64] = array(signature);
    // S + L is congruent to S: a lax verifier takes both (RFC 8032, section 8.4).
    let order: [u8; 32] = array("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    for (byte, add) in doubled[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert!(!public.parse::<PublicKey>().unwrap().verify(&bytes(message), &doubled));
}

#[test]
fn keys_of_small_order_are_refused() {
    let identity = format!("01{}", "00".repeat(31));
    for weak in [identity, "00".repeat(32), format!("ec{}7f", "ff".repeat(30))] {
        assert!(weak.parse::<PublicKey>().is_err(), "{weak}");
    }
}

#[test]
fn key_files_are_those_of_rfc_8410() {
    let public: PublicKey = PUBLIC.parse().unwrap();
    assert_eq!(public.to_hex(), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    assert_eq!(public.to_pem(), PUBLIC);
    assert_eq!(public.to_hex().parse::<PublicKey>().unwrap(), public);
    for text in [PRIVATE.to_owned(), PRIVATE.replace('\n', "\r\n"), PRIVATE_2.to_owned()] {
        let key = SigningKey::from_pem(&SecretString::from(text)).unwrap();
        assert_eq!(key.public(), public);
        assert_eq!(key.to_pem().expose_secret(), PRIVATE);
    }
}

#[test]
fn key_ids_are_the_first_digits_of_the_digest_of_the_raw_key() {
    let public: PublicKey = PUBLIC.parse().unwrap();
    let digest = signed_envelope::Digest::of(public.as_bytes()).to_string();
    assert_eq!(public.id().to_string(), digest[..16]);
    assert_eq!(public.id().to_string().parse::<signed_envelope::KeyId>().unwrap(), public.id());
}

#[test]
fn what_is_no_private_key_is_refused() {
    let other_public = PRIVATE_2.replace("xZuE=", "xZuF=");
    let cut = &PRIVATE[..60];
    for text in ["", "secret", PUBLIC, other_public.as_str(), cut] {
        assert!(SigningKey::from_pem(&SecretString::from(text)).is_err(), "{text}");
    }
}

#[test]
fn debug_of_a_signing_key_shows_its_id_only() {
    let key = SigningKey::from_pem(&SecretString::from(PRIVATE)).unwrap();
    assert_eq!(format!("{key:?}"), format!("SigningKey {{ id: KeyId({}), .. }}", key.public().id()));
}
