use std::net::TcpListener;

use super::*;
use crate::offer::samples::{second, signed};

/// Answers each of the given texts to one connection, and then waits until the other side gives up.
fn server(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /status HTTP/1.0\r\n"));
            // The reader may have hung up at its limit.
            let _ = stream.write_all(&answer);
        }
        let held = listener.accept();
        let _ = held.map(|(mut stream, _)| stream.read_to_end(&mut Vec::new()));
    });
    address
}

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn a_license_is_in_use_when_the_server_lists_its_file() {
    let license = crate::Entry::new(&signed(7, 10), second(0)).as_delivered(None);
    let listed = |sha256| {
        answer(&format!(
            r#"{{"licenses":[{{"name":"a.lic","sha256":"{sha256}","serial_number":null,"sequence":7,"activated_at":"2026-11-24T09:00:00Z"}}]}}"#
        ))
    };
    let other = signed(6, 10).digest;
    let mut status = HttpStatus::new(server(vec![listed(license.sha256), listed(other), answer("{}")]));
    let answers = [(); 3].map(|()| status.in_use(&license).unwrap());
    assert_eq!(answers, [InUse::Confirmed, InUse::NotYet, InUse::NotYet]);
}

#[test]
fn what_is_not_a_status_is_an_error_and_never_a_wait() {
    let cut_off = b"HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\n{}".to_vec();
    let other_status = b"HTTP/1.1 404 Not Found\r\n\r\n{}".to_vec();
    let endless = [b"HTTP/1.0 200 OK\r\n\r\n".to_vec(), vec![b' '; 2 + LIMIT as usize]].concat();
    let answers =
        vec![Vec::new(), b"\r\n\r\n".to_vec(), cut_off, other_status, answer("7"), endless, answer("{}")];
    let wrong = answers.len() - 1;
    let status = HttpStatus::new(server(answers)).patience(Duration::from_millis(500));
    for _ in 0..wrong {
        assert!(status.status().is_err());
    }
    assert!(status.status().is_ok());
    let error = status.status().unwrap_err();
    assert_eq!(error.to_string(), "status of the license server cannot be read");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::TimedOut);
}

#[test]
fn an_address_that_nobody_has_or_that_is_none_is_an_error() {
    for address in ["127.0.0.1:1", "127.0.0.1", "", "host with blanks:80"] {
        assert!(HttpStatus::new(address).status().is_err(), "{address:?}");
    }
}
