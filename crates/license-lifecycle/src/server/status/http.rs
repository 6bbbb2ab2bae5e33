use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{DeliveredLicense, InUse, ServerStatus, StatusError};
use crate::lmstat::Status;

/// A status lists what `lmstat -a` prints; 10,000 checkouts take about a MiB.
const LIMIT: u64 = 8 * 1024 * 1024;

/// How long a status may take in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the reference license server over plain HTTP (`GET /status`): a license is in use when the server lists the
/// SHA-256 of its file.
///
/// Nothing secret is sent or received, and nothing is installed because of the answer; so there is no TLS here.
#[derive(Clone, Debug)]
pub struct HttpStatus {
    address: String,
    patience: Duration,
}

impl HttpStatus {
    /// Asks the server at `address`: `host:port`, where IPv6 addresses stand in brackets.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), patience: PATIENCE }
    }

    /// How long an answer may take in all. Default: 5 s.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The server's whole status.
    ///
    /// # Errors
    /// When there is no answer in time, or it is not a status.
    pub fn status(&self) -> Result<Status, StatusError> {
        let deadline = Instant::now() + self.patience;
        let answer = resolve(&self.address, deadline)
            .and_then(|addresses| fetch(&addresses, &self.address, deadline))
            .map_err(StatusError::new)?;
        let body = body(&answer).map_err(StatusError::new)?;
        serde_json::from_slice(body).map_err(StatusError::new)
    }
}

impl ServerStatus for HttpStatus {
    fn in_use(&mut self, license: &DeliveredLicense) -> Result<InUse, StatusError> {
        let listed = self.status()?.licenses.iter().any(|active| active.sha256 == license.sha256);
        Ok(if listed { InUse::Confirmed } else { InUse::NotYet })
    }
}

/// The system's resolver knows no deadline; a look-up that hangs is left behind on its thread.
fn resolve(address: &str, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    let (answer, resolved) = mpsc::channel();
    let host_and_port = address.to_owned();
    thread::spawn(move || answer.send(host_and_port.to_socket_addrs().map(Iterator::collect)));
    resolved.recv_timeout(left(deadline)?).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// HTTP/1.0 (RFC 1945): the answer ends where the connection ends, and is never chunked.
fn fetch(addresses: &[SocketAddr], host: &str, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut stream = connect(addresses, deadline)?;
    stream.set_write_timeout(Some(left(deadline)?))?;
    stream.write_all(format!("GET /status HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        stream.set_read_timeout(Some(left(deadline)?))?;
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(answer),
            Ok(read) => answer.extend_from_slice(&chunk[..read]),
            // Unix says WouldBlock when a read takes too long.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(error) => return Err(error),
        }
        if answer.len() as u64 > LIMIT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("more than {LIMIT} bytes")));
        }
    }
}

fn connect(addresses: &[SocketAddr], deadline: Instant) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in addresses {
        match TcpStream::connect_timeout(address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// What follows the head of a whole answer with status 200.
fn body(answer: &[u8]) -> io::Result<&[u8]> {
    let malformed = |what| io::Error::new(io::ErrorKind::InvalidData, what);
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or_else(|| malformed("answer without a head"))? + 4);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    match lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.split(' ').nth(1)) {
        Some("200") => {}
        _ => return Err(malformed("answer is not 200")),
    }
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse::<usize>().ok());
    match length {
        Some(length) if length != body.len() => Err(malformed("answer was cut off")),
        _ => Ok(body),
    }
}

#[cfg(test)]
mod tests;
