use chrono::TimeDelta;

use super::*;

fn verify(parts: &RequestParts<'_>, headers: &SignatureHeaders) -> Result<VerifiedRequest, SignatureError> {
    verify_request(parts, headers, holder_of(&installation()), NOW)
}

fn signed() -> SignatureHeaders {
    sign_request(&PUT, &installation(), NOW, &nonce())
}

#[test]
fn a_request_that_was_altered_on_the_way_is_refused() {
    use SignatureError::{Components, Digest, Missing, Untrue};
    let no_digest = Missing { header: "content-digest" };
    for (what, altered, refusal) in [
        ("method", RequestParts { method: "POST", ..PUT }, Untrue),
        ("path", RequestParts { path: "/v1/key", ..PUT }, Untrue),
        ("authority", RequestParts { authority: "back.example.com", ..PUT }, Untrue),
        ("query added", RequestParts { query: Some("a=1"), ..PUT }, Untrue),
        ("body", RequestParts { body: b"{}", ..PUT }, Digest),
        ("body dropped", RequestParts { body: b"", ..PUT }, Components),
    ] {
        assert_eq!(verify(&altered, &signed()), Err(refusal), "{what}");
    }
    let poll = sign_request(&POLL, &installation(), NOW, &nonce());
    let more = RequestParts { query: Some("cursor=8&wait=45&boot=b1"), ..POLL };
    assert_eq!(verify(&more, &poll), Err(Untrue));
    assert_eq!(verify(&RequestParts { query: None, ..POLL }, &poll), Err(Untrue));
    assert_eq!(verify(&RequestParts { body: b"{}", ..POLL }, &poll), Err(no_digest.clone()));

    // A body and its digest, both put there afterwards, are still not covered.
    let with_digest = SignatureHeaders { content_digest: Some(content_digest(b"{}")), ..poll };
    assert_eq!(verify(&RequestParts { body: b"{}", ..POLL }, &with_digest), Err(Components));
    let stripped = SignatureHeaders { content_digest: None, ..signed() };
    assert_eq!(verify(&PUT, &stripped), Err(no_digest));
    // Another spelling of the same digest was not signed.
    let digest = format!("{}, md5=:AA==:", content_digest(PUT.body));
    assert_eq!(verify(&PUT, &SignatureHeaders { content_digest: Some(digest), ..signed() }), Err(Untrue));
}

#[test]
fn each_malformed_or_altered_header_has_its_refusal() {
    let [input, signature] =
        ["signature-input", "signature"].map(|header| SignatureError::Malformed { header });
    let parameter = |name| SignatureError::Parameter { name };
    let id = &installation().public().id().to_string();
    for (from, to, refusal) in [
        // parameters: exactly five, each of its kind
        (";created=4000000000", "", parameter("created")),
        (";created=4000000000", ";created=\"4000000000\"", parameter("created")),
        (";created=4000000000", ";created=4000000000.0", parameter("created")),
        (";created=4000000000", ";created", parameter("created")),
        (";created=4000000000", ";created=-4000000000", parameter("expires")),
        (";created=4000000000", ";created=999999999999999", parameter("created")),
        (";expires=4000000060", "", parameter("expires")),
        ("4000000060", "4000000061", parameter("expires")),
        ("4000000060", "4000000000", parameter("expires")),
        (";nonce=\"00112233445566778899aabbccddeeff\"", "", parameter("nonce")),
        ("00112233445566778899aabbccddeeff", "short", parameter("nonce")),
        (";keyid=", ";kid=", parameter("*")),
        (id, &id[1..], parameter("keyid")),
        (&format!("\"{id}\""), "token", parameter("keyid")),
        (";tag=\"remote-service-v1\"", "", parameter("tag")),
        ("remote-service-v1", "remote-service-answer-v1", parameter("tag")),
        (";tag=", ";alg=\"ed25519\";tag=", parameter("*")),
        (";tag=", ";x;tag=", parameter("*")),
        // values that were signed otherwise
        ("4000000000;expires=4000000060", "4000000001;expires=4000000061", SignatureError::Untrue),
        ("00112233445566778899aabbccddeeff", "ff112233445566778899aabbccddeeff", SignatureError::Untrue),
        // components: exactly those, in this order
        (" \"content-digest\"", "", SignatureError::Components),
        ("\"@method\" ", "", SignatureError::Components),
        ("\"@method\" ", "\"@method\" \"@method\" ", SignatureError::Components),
        ("\"@method\" \"@authority\"", "\"@authority\" \"@method\"", SignatureError::Components),
        ("\"@method\"", "\"@method\";req", SignatureError::Components),
        ("\"@method\"", "\"@METHOD\"", SignatureError::Components),
        ("\"@method\"", "@method", input.clone()),
        ("\"@method\"", "method", SignatureError::Components),
        ("\"@path\"", "\"@target-uri\"", SignatureError::Components),
        (" \"content-digest\")", " \"content-digest\" \"cookie\")", SignatureError::Components),
        // the structured field itself
        ("sig=(", "other=(", SignatureError::Labels),
        ("sig=(", "more=(), sig=(", SignatureError::Labels),
        ("sig=(", "sig=\"(", input.clone()),
        ("sig=(", "SIG=(", input.clone()),
        ("\"content-digest\")", "\"content-digest\"", input.clone()),
        (";created", ";;created", input.clone()),
        (";tag=\"remote-service-v1\"", ";tag=\"remote-service-v1\",", input.clone()),
        (";tag=\"remote-service-v1\"", ";tag=\"remote-service-v1\" x", input.clone()),
    ] {
        let mut headers = signed();
        let altered = headers.signature_input.replacen(from, to, 1);
        assert_ne!(altered, headers.signature_input, "{from:?} stands in it");
        headers.signature_input = altered;
        assert_eq!(verify(&PUT, &headers), Err(refusal), "{from:?} -> {to:?}");
    }
    let whole = [("", SignatureError::Labels), ("sig", input.clone()), ("sig=1", input)];
    for (text, refusal) in whole {
        let headers = SignatureHeaders { signature_input: text.to_owned(), ..signed() };
        assert_eq!(verify(&PUT, &headers), Err(refusal), "{text:?}");
    }
    let of_64 = &signed().signature;
    let other = sign_request(&POLL, &installation(), NOW, &nonce()).signature;
    let short = format!("sig=:{}:", &of_64[5..89]);
    for (text, refusal) in [
        ("", SignatureError::Labels),
        ("sig", signature.clone()),
        ("sig=", signature.clone()),
        ("sig=::", signature.clone()),
        ("sig=:AAAA:", signature.clone()),
        ("sig=AAAA", signature.clone()),
        ("sig=:A A:", signature.clone()),
        ("sig=(:AAAA:)", signature.clone()),
        (&short, signature.clone()),
        (&format!("{of_64};x"), signature),
        (&format!("{of_64}, sig2=:AAAA:"), SignatureError::Labels),
        (&of_64.replace("sig=", "sig2="), SignatureError::Labels),
        (&other, SignatureError::Untrue),
    ] {
        let headers = SignatureHeaders { signature: text.to_owned(), ..signed() };
        assert_eq!(verify(&PUT, &headers), Err(refusal), "{text:?}");
    }
}

#[test]
fn the_last_of_equal_names_counts_as_rfc_9651_says_and_is_what_must_be_signed() {
    let mut headers = signed();
    headers.signature_input.push_str(";created=4000000000");
    assert_eq!(verify(&PUT, &headers).map(|request| request.created), Ok(NOW));
    headers.signature_input.push_str(";created=4000000001;expires=4000000061");
    assert_eq!(verify(&PUT, &headers), Err(SignatureError::Untrue));
}

#[test]
fn a_request_counts_from_five_minutes_before_it_was_made_to_five_after_it_expired() {
    for (seconds, good) in [(-301, false), (-300, true), (0, true), (60, true), (360, true), (361, false)] {
        let now = NOW + TimeDelta::seconds(seconds);
        let verified = verify_request(&PUT, &signed(), holder_of(&installation()), now);
        let refused = Err(SignatureError::Time { created: NOW });
        assert_eq!(verified.is_ok(), good, "{seconds}");
        assert!(good || verified == refused, "{seconds}: {verified:?}");
        let direct = Claim::read(&signed()).unwrap().verify(&PUT, &installation().public(), now);
        assert_eq!(direct.is_ok(), good, "{seconds}");
    }
    let just_over = NOW + TimeDelta::seconds(360) + TimeDelta::nanoseconds(1);
    assert!(Claim::read(&signed()).unwrap().check_time(just_over).is_err());
}

#[test]
fn a_foreign_key_is_refused_whoever_it_claims_to_be() {
    let foreign = sign_request(&PUT, &office(), NOW, &nonce());
    let key = office().public().id();
    assert_eq!(verify(&PUT, &foreign), Err(SignatureError::UnknownKey { key }));

    let mut pretending = foreign.clone();
    pretending.signature_input =
        foreign.signature_input.replace(&key.to_string(), &installation().public().id().to_string());
    assert_eq!(verify(&PUT, &pretending), Err(SignatureError::Untrue));
    // A resolver that hands out another key than the one that was asked for is a mistake, not a yes.
    let wrong = verify_request(&PUT, &signed(), |_| Some(office().public()), NOW);
    assert_eq!(wrong, Err(SignatureError::UnknownKey { key: installation().public().id() }));
}

#[test]
fn the_key_is_looked_up_only_for_a_request_that_could_be_true() {
    let looked_up = |headers: &SignatureHeaders, now| {
        let mut asked = false;
        let _ = verify_request(
            &PUT,
            headers,
            |_| {
                asked = true;
                None
            },
            now,
        );
        asked
    };
    assert!(looked_up(&signed(), NOW));
    assert!(!looked_up(&signed(), NOW + TimeDelta::days(1)));
    assert!(!looked_up(&SignatureHeaders { signature: "sig=::".to_owned(), ..signed() }, NOW));
}

#[test]
fn headers_are_taken_only_when_each_stands_there_once_in_plain_ascii() {
    let good = signed();
    let collect = |headers: &[(&str, &[u8])]| {
        SignatureHeaders::collect(|wanted| {
            headers
                .iter()
                .filter(move |(name, _)| *name == wanted)
                .map(|(_, value)| *value)
                .collect::<Vec<_>>()
        })
    };
    let pairs: Vec<(&str, &[u8])> = good.iter().map(|(name, value)| (name, value.as_bytes())).collect();
    assert_eq!(collect(&pairs), Ok(good.clone()));
    for (left_out, header) in [(1, "signature-input"), (2, "signature")] {
        let mut fewer = pairs.clone();
        fewer.remove(left_out);
        assert_eq!(collect(&fewer), Err(SignatureError::Missing { header }));
    }
    for (header, twice) in [("content-digest", 0), ("signature-input", 1), ("signature", 2)] {
        let more = [pairs.clone(), vec![pairs[twice]]].concat();
        assert_eq!(collect(&more), Err(SignatureError::Repeated { header }));
    }
    let (long, longest) = ("x".repeat(2049), "x".repeat(2048));
    for value in ["sig=\u{e9}".as_bytes(), b"sig=\xff", b"sig=\r\nx", b"sig=\tx", b"a\0b", long.as_bytes()] {
        let odd = [pairs[0], pairs[1], ("signature", value)];
        assert_eq!(collect(&odd), Err(SignatureError::Malformed { header: "signature" }), "{value:?}");
    }
    assert!(collect(&[pairs[0], pairs[1], ("signature", longest.as_bytes())]).is_ok());
}
