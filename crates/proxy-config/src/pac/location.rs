//! Where a PAC script lies.
use url::Url;

/// `location`, a file or a URL, as it may be shown: without a user in it.
pub(crate) fn shown(location: &str) -> String {
    match Url::parse(location) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            // Neither fails for a URL that has a user.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.into()
        }
        _ => location.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_user_is_taken_out() {
        for (location, expected) in [
            ("http://alice:S3cret!pw@config.corp/x.pac", "http://config.corp/x.pac"),
            ("https://alice@config.corp/x.pac?a=b@c", "https://config.corp/x.pac?a=b@c"),
            ("http://config.corp/a@b.pac", "http://config.corp/a@b.pac"),
            ("/etc/a@b.pac", "/etc/a@b.pac"),
            (r"C:\ProgramData\x.pac", r"C:\ProgramData\x.pac"),
            ("", ""),
        ] {
            assert_eq!(shown(location), expected);
        }
    }
}
