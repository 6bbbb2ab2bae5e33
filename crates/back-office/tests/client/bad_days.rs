use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use back_office::retry::{Again, judge};
use back_office::signature::{AnswerParts, Question, SignatureError, content_digest, sign_answer};
use back_office::{Client, Error, Hop, Presence};
use chrono::TimeDelta;
use mockito::Matcher;
use serde_json::json;
use signed_envelope::KeyRing;
use url::Url;

use crate::office::{Asked, NOW, Office, Reply, http, installation, key, office, signed, vendor};

/// Every final status: 200 to 599.
const STATUSES: std::ops::Range<u16> = 200..600;

#[tokio::test]
async fn an_unsigned_answer_is_never_believed_whatever_its_status() {
    let mut office = Office::new().await;
    let next = Arc::new(AtomicUsize::new(STATUSES.start.into()));
    let counted = Arc::clone(&next);
    let mock = office.any().with_status_code_from_request(move |_| counted.fetch_add(1, Ordering::Relaxed));
    let mock = mock.expect(STATUSES.len()).create_async().await;
    let client = office.client();
    for status in STATUSES {
        let error = client.license(None, NOW).await.unwrap_err();
        let source = SignatureError::Missing { header: "signature-input" };
        assert!(matches!(&error, Error::NotGenuine { source: found, .. } if *found == source), "{error:?}");
        assert_eq!((error.status(), error.hop()), (Some(status), Hop::Between));
        assert_ne!(judge(&error), Again::Never, "{status}");
    }
    assert_eq!(client.signed_time(), None);
    mock.assert_async().await;
}

#[tokio::test]
async fn a_signed_answer_is_believed_whatever_its_status() {
    let mut office = Office::new().await;
    let mock = office.mock("POST", "/v1/probes/[0-9]+");
    signed(mock, |asked| {
        let status = asked.parts().path["/v1/probes/".len()..].parse().unwrap();
        match status {
            200..300 | 304 => Reply::new(status, ""),
            _ => Reply::problem(status, "told_so"),
        }
    })
    .create_async()
    .await;
    let client = office.client();
    for status in STATUSES {
        match client.answer_probe(&status.to_string(), &Default::default(), NOW).await {
            Ok(()) => assert!(status < 300, "{status}"),
            Err(error) => {
                assert!(status >= 300 && matches!(error, Error::Refused { .. }), "{status} {error:?}");
                assert_eq!((error.status(), error.hop()), (Some(status), Hop::BackOffice));
                assert_eq!(error.code(), Some("told_so").filter(|_| status != 304), "{status}");
            }
        }
    }
    assert_eq!(client.signed_time(), Some(NOW));
}

#[tokio::test]
async fn a_proxys_page_is_reported_with_its_status_and_kind() {
    for (status, page, again) in [
        (407, "<html>Proxy Authentication Required</html>", Again::ProxyLogin),
        (403, "<html>Blocked by policy</html>", Again::Later { extra: Duration::ZERO }),
        (503, "<html>Service unavailable</html>", Again::Later { extra: Duration::ZERO }),
        (200, "<html>Accept our terms to go on</html>", Again::Later { extra: Duration::ZERO }),
    ] {
        let mut office = Office::new().await;
        office
            .any()
            .with_status(status)
            .with_header("content-type", "text/html; charset=utf-8")
            .with_header("retry-after", "900")
            .with_header("proxy-authenticate", "Basic realm=\"p\"")
            .with_body(page)
            .create_async()
            .await;
        let error = office.client().license(None, NOW).await.unwrap_err();
        let Error::NotGenuine { content_type, .. } = &error else { panic!("{error:?}") };
        assert_eq!(content_type.as_deref(), Some("text/html; charset=utf-8"));
        assert_eq!(error.status(), Some(status.try_into().unwrap()));
        assert_eq!(judge(&error), again, "an unsigned Retry-After counts for nothing");
    }
}

#[tokio::test]
async fn a_genuine_answer_counts_whatever_its_content_type() {
    for content_type in ["text/html", "application/octet-stream", ""] {
        let mut office = Office::new().await;
        let mock = office.mock("GET", "/v1/events").with_header("content-type", content_type);
        let answer = json!({"events": [], "cursor": 3, "hold_s": 45});
        signed(mock, move |_| Reply::json(200, &answer)).create_async().await;
        let events = office.client().events(3, Default::default(), "b", NOW).await.unwrap();
        assert_eq!(events.cursor, 3);
    }
}

#[tokio::test]
async fn a_genuine_answer_that_is_not_what_was_asked_for_is_told_apart() {
    let mut office = Office::new().await;
    signed(office.any(), |_| Reply::json(200, &json!({"hello": "world"}))).create_async().await;
    let client = office.client();
    let error = client.events(0, Default::default(), "b", NOW).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { what: "the list of events", .. }), "{error:?}");
    assert_eq!(error.hop(), Hop::BackOffice);
    assert!(matches!(client.license(None, NOW).await, Err(Error::Unreadable { .. })));
}

#[tokio::test]
async fn an_answer_that_was_altered_or_taken_from_elsewhere_is_not_believed() {
    use SignatureError::{Digest, OtherNonce, Repeated, Untrue};
    let genuine = || Reply::json(200, &json!({"events": [], "cursor": 3, "hold_s": 45}));
    let other_nonce = {
        // Signed by the back office, once, for another request: a replay.
        let nonce = "ffffffffffffffffffffffffffffffff".parse().unwrap();
        move |asked: &Asked<'_>| {
            let question = Question::new(&asked.parts(), Some(&nonce));
            let body = genuine().body;
            let answer = AnswerParts { status: 200, body: &body, retry_after: None };
            sign_answer(&answer, &question, &office(), NOW)
        }
    };
    for (refusal, what) in [(Digest, 0), (Untrue, 1), (Repeated { header: "signature" }, 2), (OtherNonce, 3)]
    {
        let mut office = Office::new().await;
        let mock = office.mock("GET", "/v1/events");
        match what {
            0 => signed(mock, move |_| genuine()).with_body("{\"events\":[],\"cursor\":9,\"hold_s\":45}"),
            1 => signed(mock, move |_| genuine()).with_status(202),
            2 => signed(mock, move |_| genuine()).with_header("signature", "sig=:AAAA:"),
            _ => {
                let [input, signature] = [other_nonce.clone(), other_nonce.clone()];
                mock.with_header("content-digest", &content_digest(&genuine().body))
                    .with_header_from_request("signature-input", move |request| {
                        input(&Asked::new(request)).signature_input
                    })
                    .with_header_from_request("signature", move |request| {
                        signature(&Asked::new(request)).signature
                    })
                    .with_body(genuine().body)
            }
        }
        .create_async()
        .await;
        let error = office.client().events(3, Default::default(), "b", NOW).await.unwrap_err();
        assert!(matches!(&error, Error::NotGenuine { source, .. } if *source == refusal), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_signed_by_another_key_is_not_believed() {
    for signer in [key(9), installation(), vendor()] {
        let mut office = Office::new().await;
        let answer = Reply { key: signer, ..Reply::new(204, "") };
        signed(office.mock("GET", "/v1/license"), move |_| answer.clone()).create_async().await;
        let keys = office.keys();
        let fetched =
            signed(office.mock("GET", "/v1/back-office-keys"), move |_| Reply::new(200, keys.clone()));
        let fetched = fetched.expect(1).create_async().await;
        let client = office.client();
        let error = client.license(None, NOW).await.unwrap_err();
        let Error::NotGenuine { source: SignatureError::UnknownKey { .. }, .. } = error else {
            panic!("{error:?}")
        };
        fetched.assert_async().await;
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let mut elsewhere = Office::new().await;
        let untouched = elsewhere.server.mock("GET", Matcher::Any).expect(0).create_async().await;
        let mut office = Office::new().await;
        let to = elsewhere.server.url();
        office.any().with_status(status).with_header("location", &to).create_async().await;
        let error = office.client().license(None, NOW).await.unwrap_err();
        assert_eq!(error.hop(), Hop::Between);
        untouched.assert_async().await;
    }
}

#[tokio::test]
async fn retry_after_counts_in_a_signed_answer_that_covers_it() {
    for (covered, sent, again) in [
        (Some("7"), "7", Some(7)),
        (Some("86400"), "86400", Some(900)),
        (Some("soon"), "soon", Some(0)),
        (None, "7", Some(0)),
        (Some("7"), "8", None),
    ] {
        let mut office = Office::new().await;
        let mock = office.mock("GET", "/v1/license").with_header("retry-after", sent);
        let reply = Reply { retry_after: covered, ..Reply::problem(503, "full") };
        signed(mock, move |_| reply.clone()).create_async().await;
        let error = office.client().license(None, NOW).await.unwrap_err();
        let asked_for = match &error {
            Error::Refused { retry_after, .. } => Some(retry_after.unwrap_or_default().as_secs()),
            Error::NotGenuine { .. } => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(asked_for, again, "{covered:?} {sent}");
    }
}

#[tokio::test]
async fn a_huge_answer_is_not_read_whoever_signed_it() {
    let mut office = Office::new().await;
    let big = Reply::new(200, vec![b' '; 64 * 1024 + 1]);
    signed(office.mock("PUT", "/v1/presence"), move |_| big.clone()).create_async().await;
    let just = Reply::new(200, vec![b' '; 64 * 1024]);
    signed(office.mock("POST", "/v1/probes/n"), move |_| just.clone()).create_async().await;
    let client = office.client();
    let presence = Presence {
        product_version: String::new(),
        license_sequence: None,
        remote_assistance: Default::default(),
    };
    let error = client.report_presence(&presence, NOW).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { status: 200, limit: 65_536 }), "{error:?}");
    client.answer_probe("n", &Default::default(), NOW).await.unwrap();
}

#[tokio::test]
async fn the_signed_time_only_rises() {
    let mut office = Office::new().await;
    let at = |seconds| Reply { time: NOW + TimeDelta::seconds(seconds), ..Reply::new(204, "") };
    let late = at(10);
    signed(office.mock("POST", "/v1/probes/late"), move |_| late.clone()).create_async().await;
    let early = at(-10);
    signed(office.mock("POST", "/v1/probes/early"), move |_| early.clone()).create_async().await;
    let client = office.client();
    for (probe, seconds) in [("early", -10), ("late", 10), ("early", 10)] {
        client.answer_probe(probe, &Default::default(), NOW).await.unwrap();
        assert_eq!(client.signed_time(), Some(NOW + TimeDelta::seconds(seconds)), "{probe}");
    }
    assert_eq!(client.clock_offset(), TimeDelta::zero(), "learned only when the back office says so");
}

#[tokio::test]
async fn nothing_shows_user_info_or_a_private_key() {
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = refusing.local_addr().unwrap();
    drop(refusing);
    let base = Url::parse(&format!("http://someone:hidden-word@{address}")).unwrap();
    let trusted = KeyRing::from(vendor().public());
    let client = Client::new(http(), &base, installation(), trusted).unwrap();
    let client = client.with_installation("i-1", b"", NOW);
    let error = client.license(None, NOW).await.unwrap_err();
    assert!(matches!(error, Error::Connection { .. }), "{error:?}");
    assert_eq!((error.hop(), error.status()), (Hop::Connection, None));
    let shown = format!("{client:?} {error:?} {error}");
    let private_key = format!("{:?}", [1u8; 32]);
    assert!(!shown.contains("hidden-word") && !shown.contains("someone"), "{shown}");
    assert!(!shown.contains(&private_key) && !shown.contains(&"01".repeat(32)), "{shown}");
    assert!(shown.contains("i-1"), "{shown}");
}
