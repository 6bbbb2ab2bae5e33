use url::{Host, Url};

use crate::Error;
use crate::signature::authority_of;

/// The address without user info, and its authority.
pub(super) fn check(base: &Url) -> Result<(Url, String), Error> {
    let bad = |what| Error::BadAddress { what };
    let authority = authority_of(base).ok_or(bad("no host"))?;
    match base.scheme() {
        "https" => {}
        "http" if is_loopback(base) => {}
        _ => return Err(bad("https is needed")),
    }
    if !matches!(base.path(), "" | "/") || base.query().is_some() || base.fragment().is_some() {
        return Err(bad("nothing may follow host and port"));
    }
    let mut base = base.clone();
    // Both fail only for URLs that cannot have user info, and so have none.
    let _ = base.set_username("");
    let _ = base.set_password(None);
    Ok((base, authority))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::check;

    #[test]
    fn an_address_is_https_or_loopback_and_has_nothing_after_the_port() {
        for (address, authority) in [
            ("https://Back.Example.com", "back.example.com"),
            ("https://back.example.com:443/", "back.example.com"),
            ("https://back.example.com:8443/", "back.example.com:8443"),
            ("https://user:secret@back.example.com", "back.example.com"),
            ("https://[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]", "[::1]"),
            ("http://localhost", "localhost"),
        ] {
            let (base, found) = check(&Url::parse(address).unwrap()).unwrap();
            assert_eq!(found, authority, "{address}");
            assert!(!base.as_str().contains("secret"), "{base}");
        }
        for address in [
            "http://back.example.com",
            "http://localhost.example.com",
            "ftp://127.0.0.1",
            "data:text/plain,x",
            "https://back.example.com/v1",
            "https://back.example.com/?x",
            "https://back.example.com/#x",
        ] {
            assert!(check(&Url::parse(address).unwrap()).is_err(), "{address}");
        }
    }
}
