//! Asks a running server, by one small HTTP request: a client library would weigh more than the whole server.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long connecting, sending and each piece of the answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;

/// The body of the answer to `GET path`, asked in HTTP/1.0, where it ends with the connection.
///
/// # Errors
/// When nobody answers in time, or with anything but 200.
pub(crate) fn ask(server: &str, path: &str) -> io::Result<String> {
    let mut connection = connect(server)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    connection.write_all(format!("GET {path} HTTP/1.0\r\nHost: {server}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    connection.take(LIMIT).read_to_string(&mut answer)?;
    body(&answer).map(str::to_owned).ok_or_else(|| io::Error::other("the server answered with an error"))
}

fn connect(server: &str) -> io::Result<TcpStream> {
    let mut refused = io::Error::new(io::ErrorKind::NotFound, format!("{server} has no address"));
    for address in server.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(connection) => return Ok(connection),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

fn body(answer: &str) -> Option<&str> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let code = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
    (code == "200").then_some(body)
}

/// `HOST:PORT` of FlexNet's `PORT@HOST`.
pub(crate) fn at_sign_address(text: &str) -> Option<String> {
    let (port, host) = text.split_once('@')?;
    let port: u16 = port.parse().ok()?;
    Some(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_answer_of_200_is_taken() {
        assert_eq!(body("HTTP/1.1 200 OK\r\na: b\r\n\r\ntext\r\n\r\nmore"), Some("text\r\n\r\nmore"));
        for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 404 Not Found\r\n\r\n", "SSH-2.0\r\n\r\n"] {
            assert_eq!(body(answer), None, "{answer:?}");
        }
    }

    #[test]
    fn flexnet_writes_the_port_first() {
        assert_eq!(at_sign_address("27080@localhost").as_deref(), Some("localhost:27080"));
        for text in ["localhost:27080", "x@localhost", "99999@localhost", "27080"] {
            assert_eq!(at_sign_address(text), None, "{text}");
        }
    }
}
