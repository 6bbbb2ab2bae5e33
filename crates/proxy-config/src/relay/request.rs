//! What a client asks of the relay.
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::secret::Secret;

/// Longest head of a request.
const MAX_HEAD: usize = 16 * 1024;

#[derive(Debug, Eq, PartialEq)]
pub(super) enum Ask {
    /// A tunnel, and it knows the secret.
    Tunnel { host: String, port: u16 },
    /// It does not know the secret.
    Stranger,
    /// It knows the secret and wants something else.
    NoTunnel,
}

/// Reads one request; byte by byte at its end would be slow, so it relies on clients waiting for the answer.
pub(super) async fn read<S: AsyncRead + Unpin>(client: &mut S, secret: &Secret) -> io::Result<Ask> {
    let mut head = Vec::with_capacity(1024);
    loop {
        let mut bytes = [0; 1024];
        let count = client.read(&mut bytes).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&bytes[..count]);
        if let Some(ask) = parse(&head, secret)? {
            return Ok(ask);
        }
        if head.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

fn parse(head: &[u8], secret: &Secret) -> io::Result<Option<Ask>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let status = request.parse(head).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let httparse::Status::Complete(length) = status else { return Ok(None) };
    let mut given =
        request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("proxy-authorization"));
    if !given.next().is_some_and(|header| secret.opens(header.value)) {
        return Ok(Some(Ask::Stranger));
    }
    if request.method != Some("CONNECT") {
        return Ok(Some(Ask::NoTunnel));
    }
    let target = request.path.and_then(split).filter(|_| length == head.len());
    let (host, port) = target.ok_or(io::ErrorKind::InvalidData)?;
    Ok(Some(Ask::Tunnel { host, port }))
}

/// `host:port`, with brackets around an IPv6 address; they are taken off.
fn split(authority: &str) -> Option<(String, u16)> {
    let (host, port) = authority.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let sound = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:%".contains(&b));
    sound.then(|| Some((host.to_owned(), port.parse().ok()?)))?
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};
    use secrecy::ExposeSecret;

    use super::*;

    fn head(secret: &Secret, line: &str, password: Option<&str>) -> Vec<u8> {
        let password =
            password.map_or(secret.credentials().password.expose_secret().to_owned(), str::to_owned);
        let basic = Base64::encode_string(format!("relay:{password}").as_bytes());
        format!("{line}\r\nHost: x\r\nProxy-Authorization: Basic {basic}\r\n\r\n").into_bytes()
    }

    #[test]
    fn only_tunnels_for_those_who_know_the_secret() {
        let secret = Secret::generate().unwrap();
        let tunnel = |host: &str, port| Some(Ask::Tunnel { host: host.into(), port });
        let ask = |line, password| parse(&head(&secret, line, password), &secret).ok().flatten();
        assert_eq!(ask("CONNECT a.test:443 HTTP/1.1", None), tunnel("a.test", 443));
        assert_eq!(ask("CONNECT [::1]:8443 HTTP/1.1", None), tunnel("::1", 8443));
        assert_eq!(ask("CONNECT a.test:443 HTTP/1.1", Some("guess")), Some(Ask::Stranger));
        assert_eq!(ask("CONNECT a.test:443 HTTP/1.1", Some("")), Some(Ask::Stranger));
        assert_eq!(ask("GET http://a.test/ HTTP/1.1", None), Some(Ask::NoTunnel));
        assert_eq!(ask("CONNECT a.test HTTP/1.1", None), None, "no port");
        assert_eq!(ask("CONNECT a.test:99999 HTTP/1.1", None), None, "no such port");
        let bare = b"CONNECT a.test:443 HTTP/1.1\r\nHost: x\r\n\r\n";
        assert_eq!(parse(bare, &secret).unwrap(), Some(Ask::Stranger));
        assert_eq!(parse(&bare[..20], &secret).unwrap(), None, "incomplete");
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret = Secret::generate().unwrap();
        let shown = format!("{secret:?}");
        assert!(!shown.contains(secret.credentials().password.expose_secret()), "{shown}");
    }
}
