//! Questions to a KDC over TCP (RFC 4120, section 7.2.2).
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use sspi::{Error, ErrorKind, NetworkProtocol, NetworkRequest};

/// How long a KDC may take for each step.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer that is read.
const MAX_ANSWER: u32 = 1024 * 1024;

/// Sends one question; both it and the answer begin with their length in four bytes.
pub(super) fn ask(question: &NetworkRequest) -> sspi::Result<Vec<u8>> {
    let unreachable = |error: std::io::Error| Error::new(ErrorKind::NoAuthenticatingAuthority, error);
    if question.protocol != NetworkProtocol::Tcp {
        return Err(Error::new(ErrorKind::NoAuthenticatingAuthority, "only KDCs with TCP are asked"));
    }
    exchange(question).map_err(unreachable)
}

fn exchange(question: &NetworkRequest) -> std::io::Result<Vec<u8>> {
    let host = question.url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut outcome = Err(std::io::ErrorKind::NotFound.into());
    for address in (host, question.url.port().unwrap_or(88)).to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, PATIENCE);
        if outcome.is_ok() {
            break;
        }
    }
    let mut kdc = outcome?;
    kdc.set_read_timeout(Some(PATIENCE))?;
    kdc.set_write_timeout(Some(PATIENCE))?;
    kdc.write_all(&question.data)?;
    let mut length = [0; 4];
    kdc.read_exact(&mut length)?;
    let expected = u32::from_be_bytes(length);
    if expected > MAX_ANSWER {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut answer = length.to_vec();
    kdc.take(expected.into()).read_to_end(&mut answer)?;
    if answer.len() as u64 != u64::from(expected) + 4 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}
