//! The reference license server's status page.
use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

use super::{DeliveredLicense, InUse, ServerStatus, StatusError};
use crate::lmstat::Status;

/// Everything together may take so long.
const DEADLINE: Duration = Duration::from_secs(5);
/// 100,000 features fit.
const LIMIT: u64 = 32 * 1024 * 1024;

/// Asks the reference license server over HTTP: a license is in use exactly when its file's SHA-256 is listed.
#[derive(Clone, Debug)]
pub struct HttpStatus {
    address: String,
}

impl HttpStatus {
    /// The server at `address`, as `host:port`. Plain HTTP: the status is no secret, and nothing is installed because of
    /// it.
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned() }
    }

    /// The whole status. Takes 5 s at the most and reads 32 MiB at the most.
    ///
    /// # Errors
    /// [`StatusError`] when nobody answers in time, or not with a status.
    pub fn fetch(&self) -> Result<Status, StatusError> {
        let answer = self.exchange().map_err(StatusError::new)?;
        let body = body(&answer).ok_or_else(|| StatusError::new("the answer is no status page"))?;
        serde_json::from_slice(body).map_err(StatusError::new)
    }

    fn exchange(&self) -> io::Result<Vec<u8>> {
        let end = Instant::now() + DEADLINE;
        let left = || {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(left) }
        };
        let mut stream = self.connect(&left)?;
        stream.set_write_timeout(Some(left()?))?;
        // HTTP/1.0: the answer ends with the connection, and never comes in chunks.
        let request = format!("GET /status HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        let mut part = [0; 16 * 1024];
        loop {
            stream.set_read_timeout(Some(left()?))?;
            match stream.read(&mut part)? {
                0 => return Ok(answer),
                read if answer.len() + read > LIMIT as usize => return Err(io::ErrorKind::FileTooLarge.into()),
                read => answer.extend_from_slice(&part[..read]),
            }
        }
    }

    fn connect(&self, left: &dyn Fn() -> io::Result<Duration>) -> io::Result<TcpStream> {
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, left()?) {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

impl ServerStatus for HttpStatus {
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        let listed = self.fetch()?.licenses.iter().any(|active| active.sha256 == license.sha256);
        Ok(if listed { InUse::Confirmed } else { InUse::NotYet })
    }
}

/// The body of an answer with status 200.
fn body(answer: &[u8]) -> Option<&[u8]> {
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let status = answer.strip_prefix(b"HTTP/1.")?.get(1..5)?;
    (status == b" 200").then(|| &answer[head + 4..])
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use signed_envelope::Digest;

    use super::*;
    use crate::{FileName, FormatName, License};

    fn answered(answer: Vec<u8>) -> Result<InUse, StatusError> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /status HTTP/1.0\r\n"));
            stream.write_all(&answer).unwrap();
        });
        let outcome = HttpStatus::new(&address).in_use(&license());
        server.join().unwrap();
        outcome
    }

    fn license() -> DeliveredLicense {
        DeliveredLicense {
            name: FileName::new("a.lic").unwrap(),
            sha256: Digest::of(b"file"),
            license: License::new(FormatName::FLEXNET),
            previous: None,
        }
    }

    fn page(sha256: Digest) -> Vec<u8> {
        let body = serde_json::json!({"licenses": [{
            "name": "a.lic", "sha256": sha256, "serial_number": null, "sequence": 1,
            "activated_at": "2026-11-24T09:00:00Z",
        }]});
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{body}").into_bytes()
    }

    #[test]
    fn a_license_is_in_use_exactly_when_its_sha256_is_listed() {
        assert_eq!(answered(page(Digest::of(b"file"))).unwrap(), InUse::Confirmed);
        assert_eq!(answered(page(Digest::of(b"other"))).unwrap(), InUse::NotYet);
    }

    #[test]
    fn an_answer_that_is_no_status_proves_nothing() {
        for answer in [
            &b""[..],
            b"garbage",
            b"HTTP/1.1 200 OK\r\n\r\nnot json",
            b"HTTP/1.1 503 Service Unavailable\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\n",
        ] {
            assert!(answered(answer.to_vec()).is_err(), "{}", String::from_utf8_lossy(answer));
        }
    }
}
