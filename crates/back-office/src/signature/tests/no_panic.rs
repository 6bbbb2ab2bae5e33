use proptest::prelude::*;

use super::*;

fn try_all(headers: &SignatureHeaders) {
    let _ = verify_request(&PUT, headers, |_| Some(installation().public()), NOW);
    let answer = AnswerParts { status: 200, body: b"{}", retry_after: Some("1") };
    let _ = verify_answer(&answer, headers, &question(), |_| Some(office().public()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_header_makes_us_panic(input in ".{0,200}", signature in ".{0,200}", digest in proptest::option::of(".{0,80}")) {
        try_all(&SignatureHeaders { content_digest: digest, signature_input: input, signature });
    }

    #[test]
    fn no_bytes_make_us_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(headers) = SignatureHeaders::collect(|_| [bytes.as_slice()]) {
            try_all(&headers);
        }
    }

    /// Whatever is changed in the headers, they are refused, or mean the same as before.
    #[test]
    fn no_change_of_a_header_changes_its_meaning(place in 0usize..400, put in "[ -~]{0,4}", cut in 0usize..4) {
        let signed = sign_request(&PUT, &installation(), NOW, &nonce());
        let change = |text: &str| {
            let at = place % (text.len() + 1);
            let end = (at + cut).min(text.len());
            format!("{}{put}{}", &text[..at], &text[end..])
        };
        for headers in [
            SignatureHeaders { signature_input: change(&signed.signature_input), ..signed.clone() },
            SignatureHeaders { signature: change(&signed.signature), ..signed.clone() },
        ] {
            if let Ok(verified) = verify_request(&PUT, &headers, holder_of(&installation()), NOW) {
                prop_assert_eq!((verified.created, verified.nonce), (NOW, nonce()), "{:?}", headers);
            }
        }
    }
}
