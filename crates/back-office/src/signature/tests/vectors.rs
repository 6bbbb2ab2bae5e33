//! Test vectors of RFC 9421 (appendix B.2.6, keys of B.1.4) and RFC 9530 (appendix B).

use secrecy::SecretString;
use signed_envelope::{PublicKey, SigningKey};

use crate::signature::input::{Input, Line, sign};
use crate::signature::{SignatureError, SignatureHeaders, content_digest, digest};

const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
";
const PARAMS: &str = ";created=1618884473;keyid=\"test-key-ed25519\"";
const SIGNATURE: &str =
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";

fn lines() -> Vec<Line<'static>> {
    [
        ("\"date\"", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("\"@method\"", "POST"),
        ("\"@path\"", "/foo"),
        ("\"@authority\"", "example.com"),
        ("\"content-type\"", "application/json"),
        ("\"content-length\"", "18"),
    ]
    .map(|(identifier, value)| (identifier, value.into()))
    .to_vec()
}

#[test]
fn the_example_of_rfc_9421_is_made_as_printed() {
    let key = SigningKey::from_pem(&SecretString::from(PRIVATE)).unwrap();
    let headers = sign(&lines(), PARAMS, None, &key);
    assert_eq!(headers.signature, format!("sig=:{SIGNATURE}:"));
    assert_eq!(
        headers.signature_input,
        format!(
            "sig=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\"){PARAMS}"
        )
    );
}

#[test]
fn the_example_of_rfc_9421_is_believed_as_printed_and_no_other() {
    let key: PublicKey = PUBLIC.parse().unwrap();
    let read = |input: String| {
        Input::read(&SignatureHeaders {
            content_digest: None,
            signature_input: input,
            signature: format!("sig-b26=:{SIGNATURE}:"),
        })
    };
    let input = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
                 ;created=1618884473;keyid=\"test-key-ed25519\"";
    read(input.to_owned()).unwrap().verify(&lines(), &key).unwrap();
    // White space between the members is not part of what was signed (RFC 9651, section 4.2).
    let spaced = input.replace("(\"date\"", "( \"date\"  ").replace(";keyid", "; keyid");
    read(spaced).unwrap().verify(&lines(), &key).unwrap();

    let later = read(input.replace("1618884473", "1618884474")).unwrap();
    assert_eq!(later.verify(&lines(), &key), Err(SignatureError::Untrue));
    let mut other_path = lines();
    other_path[2].1 = "/bar".into();
    let read_again = read(input.to_owned()).unwrap();
    assert_eq!(read_again.verify(&other_path, &key), Err(SignatureError::Untrue));
    assert_eq!(read_again.verify(&lines()[1..], &key), Err(SignatureError::Components));
}

#[test]
fn the_digests_of_rfc_9530_are_made_as_printed() {
    for (body, digest_text) in [
        ("{\"hello\": \"world\"}", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"),
        ("{\"hello\": \"world\"}\n", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"),
        ("", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
    ] {
        assert_eq!(content_digest(body.as_bytes()), digest_text);
        digest::check(digest_text, body.as_bytes()).unwrap();
    }
}

#[test]
fn a_digest_by_another_algorithm_may_stand_beside_ours_but_not_in_its_place() {
    let body = b"{\"hello\": \"world\"}";
    let ours = content_digest(body);
    let sha512 =
        "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    digest::check(&format!("{sha512}, {ours}"), body).unwrap();
    let malformed = SignatureError::Malformed { header: "content-digest" };
    for header in
        [sha512, "", "sha-256", "sha-256=X48E", "sha-256=(:X48E:)", "sha-256=\"X48E\"", "sha-256=:X48E"]
    {
        assert_eq!(digest::check(header, body), Err(malformed.clone()), "{header}");
    }
    for header in ["sha-256=:X48E:", "sha-256=::"] {
        assert_eq!(digest::check(header, body), Err(SignatureError::Digest), "{header}");
    }
}
