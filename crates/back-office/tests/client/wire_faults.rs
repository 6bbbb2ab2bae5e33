//! Below HTTP: answers that break off, hang or never end. The other end is a bare socket.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use back_office::retry::{Again, judge};
use back_office::{Client, Error, Hop};
use signed_envelope::KeyRing;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::office::{NOW, http, installation, vendor};

/// How long the client waits where the other end hangs.
const PATIENCE: Duration = Duration::from_millis(300);

fn client(address: SocketAddr) -> Client {
    let base = Url::parse(&format!("http://{address}")).unwrap();
    Client::new(http(), &base, installation(), KeyRing::from(vendor().public()))
        .unwrap()
        .with_installation("i-1", b"", NOW)
        .with_patience(PATIENCE)
}

/// Lets `answer` have the connection after the request was read, and gives what the client makes of it.
async fn made_of<F>(answer: impl FnOnce(TcpStream) -> F + Send + 'static) -> Error
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the whole request comes");
        }
        answer(stream).await;
    });
    let error = client.license(None, NOW).await.unwrap_err();
    server.await.unwrap();
    error
}

/// Writes `bytes` and hangs up.
async fn made_of_bytes(bytes: &'static [u8]) -> Error {
    made_of(move |mut stream| async move {
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await
}

/// Writes `bytes` and then nothing until the client hangs up.
async fn made_of_silence_after(bytes: &'static [u8]) -> Error {
    made_of(move |mut stream| async move {
        stream.write_all(bytes).await.unwrap();
        // Ends when the client gives up; an error is one way of hanging up.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await
}

#[tokio::test]
async fn an_answer_that_never_begins_is_a_matter_of_the_connection() {
    for bytes in
        [&b""[..], b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", b"\x16\x03\x01\x02\0\x01"]
    {
        let error = made_of_bytes(bytes).await;
        assert!(matches!(error, Error::Connection { .. }), "{error:?}");
        assert_eq!((error.hop(), error.status()), (Hop::Connection, None));
        assert_eq!(judge(&error), Again::Later { extra: Duration::ZERO });
    }
}

#[tokio::test]
async fn an_answer_that_hangs_is_given_up_in_time() {
    for (bytes, status, hop) in [
        (&b""[..], None, Hop::Connection),
        (b"HTTP/1.1 200 OK\r\n", None, Hop::Connection),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", Some(200), Hop::Between),
        (b"HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\n12345", Some(503), Hop::Between),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n", Some(200), Hop::Between),
    ] {
        let error = made_of_silence_after(bytes).await;
        assert!(matches!(error, Error::TimedOut { limit: PATIENCE, .. }), "{error:?}");
        assert_eq!((error.status(), error.hop()), (status, hop));
        assert_eq!(judge(&error), Again::Later { extra: Duration::ZERO });
    }
}

#[tokio::test]
async fn an_answer_that_trickles_is_given_up_in_time() {
    let error = made_of(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await.unwrap();
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        while stream.write_all(b"x").await.is_ok() {
            pace.tick().await;
        }
    })
    .await;
    assert!(matches!(error, Error::TimedOut { status: Some(200), .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_is_cut_is_told_from_one_that_is_whole() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n12345\r\n",
    ] {
        let error = made_of_bytes(bytes).await;
        assert!(matches!(error, Error::BrokeOff { status: 200, .. }), "{error:?}");
        assert_eq!(error.hop(), Hop::Between);
    }
    // Without a length, the end of the connection is the end of the body (RFC 9112, section 6.3): only unsigned.
    let error = made_of_bytes(b"HTTP/1.1 200 OK\r\n\r\n{\"offer\":").await;
    assert!(matches!(error, Error::NotGenuine { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_is_read_up_to_the_limit_and_a_long_one_not_at_all() {
    const LIMIT: usize = 2 * 1024 * 1024;
    let error = made_of_silence_after(b"HTTP/1.1 200 OK\r\nContent-Length: 2097153\r\n\r\n").await;
    assert!(matches!(error, Error::TooLarge { status: 200, limit: LIMIT }), "{error:?}");

    let error = made_of(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = [&b"10000\r\n"[..], &[b' '; 0x10000], b"\r\n"].concat();
        while stream.write_all(&chunk).await.is_ok() {}
    })
    .await;
    assert!(
        matches!(error, Error::TooLarge { status: 200, limit: LIMIT } | Error::TimedOut { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn headers_without_end_are_given_up() {
    let error = made_of(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
        while stream.write_all(b"x-more: and more and more and more\r\n").await.is_ok() {}
    })
    .await;
    assert!(matches!(error, Error::Connection { .. } | Error::TimedOut { .. }), "{error:?}");
    assert_eq!(error.hop(), Hop::Connection);
}
