//! What can go wrong on the way and at the other end.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn every_refusal_has_its_kind_whether_it_is_told_by_status_or_by_name() {
    let named = |error: &str| format!(r#"{{"error":"{error}","error_description":"…","error_code":1}}"#);
    for (status, body, code) in [
        (400, named("invalid_request"), "refused"),
        (400, named("invalid_token"), "token"),
        (400, named("token_expired"), "token"),
        (400, named("invalid_client"), "token"),
        (400, named("wrong_credentials"), "token"),
        (400, named("invalid_permission"), "permission"),
        (400, named("not_found"), "not_found"),
        (400, named("rate_limit_reached"), "rate_limited"),
        (400, named("too_many_retries"), "rate_limited"),
        (400, named("internal_error"), "server"),
        (401, String::new(), "token"),
        (403, String::new(), "permission"),
        (404, "<html>".to_owned(), "not_found"),
        (407, "<html>".to_owned(), "proxy_login"),
        (418, "<html>".to_owned(), "refused"),
        (302, String::new(), "refused"),
        (500, "<html><body>Internal Server Error</body></html>".to_owned(), "server"),
    ] {
        let (mut server, mut api) = api().await;
        api.patience = Duration::ZERO;
        let mock = answer(&mut server, "POST", "/api/v1/sessions", status, &body).await;
        let error = api.open(&consent()).await.unwrap_err();
        assert_eq!(error.code(), code, "{status} {body} {error:?}");
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn a_refusal_names_the_providers_code_or_the_status() {
    for (body, expected) in [
        (r#"{"error":"invalid_request"}"#, "invalid_request"),
        (r#"{"error":"<b>!</b>"}"#, "http_400"),
        ("", "http_400"),
    ] {
        let (mut server, api) = api().await;
        answer(&mut server, "GET", "/api/v1/ping", 400, body).await;
        let error = api.ping().await.unwrap_err();
        assert!(matches!(&error, BrokerError::Refused { code } if code == expected), "{error:?}");
    }
}

#[tokio::test]
async fn after_a_429_nobody_calls_before_the_time_that_was_named() {
    for (header, at_least) in [(Some("7"), 7), (None, 1), (Some("Wed, 21 Oct 2026 07:28:00 GMT"), 1)] {
        let (mut server, mut api) = api().await;
        api.patience = Duration::ZERO;
        let mut mock = server.mock("POST", "/api/v1/sessions").with_status(429).expect(1);
        if let Some(header) = header {
            mock = mock.with_header("retry-after", header);
        }
        let mock = mock.create_async().await;
        let Err(BrokerError::RateLimited { retry_after }) = api.open(&consent()).await else { panic!() };
        assert_eq!(retry_after, Duration::from_secs(at_least));
        let Err(BrokerError::RateLimited { retry_after }) = api.ping().await else { panic!() };
        assert!(retry_after <= Duration::from_secs(at_least));
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn opening_a_session_is_tried_again_after_a_429() {
    let (mut server, api) = api().await;
    let refused =
        server.mock("POST", "/api/v1/sessions").with_status(429).with_header("retry-after", "0").expect(1);
    let refused = refused.create_async().await;
    let created = answer(&mut server, "POST", "/api/v1/sessions", 200, CREATED).await;
    assert_eq!(api.open(&consent()).await.unwrap().code, code());
    refused.assert_async().await;
    created.assert_async().await;
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_malformed() {
    let plain = CREATED.replace("https://get.teamviewer.com/v15/s12345678\"", "http://evil.example/\"");
    let script = CREATED.replace("https://get.teamviewer.com/v15/s12345678\"", "javascript:alert(1)\"");
    let path = CREATED.replace("s12-345-678", "../../bin/sh");
    let huge = format!("{{\"code\":\"{}\"}}", "s".repeat(300 * 1024));
    for body in ["", "{", &CREATED[..60], "[]", "{}", &plain, &script, &path, &huge] {
        let (mut server, api) = api().await;
        answer(&mut server, "POST", "/api/v1/sessions", 200, body).await;
        let error = api.open(&consent()).await.unwrap_err();
        assert!(matches!(error, BrokerError::Malformed(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_call_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = api_at(&format!("http://{}", listener.local_addr().unwrap()));
    let api = api.timing(Duration::from_millis(200), Duration::ZERO);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = [0; 4096];
        let _ = stream.read(&mut received).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"token_").await.unwrap();
        // the rest never comes; the client hangs up
        stream.read(&mut received).await.unwrap_or(0)
    });
    let error = api.ping().await.unwrap_err();
    assert!(matches!(error, BrokerError::Transport(_)), "{error:?}");
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_a_transport_failure_that_names_no_address() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = api_at(&format!("http://{free}")).ping().await.unwrap_err();
    assert_eq!(error.code(), "transport");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        assert!(!cause.to_string().contains(TOKEN));
        source = cause.source();
    }
}

#[test]
fn a_code_in_another_form_never_reaches_a_file_name() {
    for code in ["s12-345-678", "123456", "S12345678", &"a".repeat(32)] {
        assert!(SessionCode::new(code).is_ok(), "{code}");
    }
    for code in [
        "",
        "12345",
        "-123456",
        "123456-",
        "1-2-3-4-5",
        "12/34567",
        "..\\..\\a",
        "s12 345 678",
        "ß123456",
        &"a".repeat(33),
    ] {
        assert!(SessionCode::new(code).is_err(), "{code}");
    }
}
