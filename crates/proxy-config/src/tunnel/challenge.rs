//! What a proxy offers for a login: `Proxy-Authenticate` (RFC 9110, section 11.6.1).

/// One scheme that the proxy offers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Challenge {
    /// As the proxy writes it.
    pub(crate) scheme: String,
    /// The base64 token of Negotiate and NTLM; empty for the first leg and for schemes with parameters.
    pub(crate) token: String,
}

impl Challenge {
    /// All challenges of one header; several may stand in it, separated by commas.
    ///
    /// A comma separates both challenges and parameters, so a part counts as a challenge when its first word is followed
    /// by a blank or nothing, rather than by `=`.
    pub(crate) fn all(header: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for part in split_outside_quotes(header, &[',']) {
            let part = part.trim();
            let (word, rest) = part.split_once([' ', '\t']).unwrap_or((part, ""));
            if word.is_empty() || !word.bytes().all(is_token) || rest.trim_start().starts_with('=') {
                continue;
            }
            let first = rest.trim();
            let is_parameter = first.trim_end_matches('=').contains('=') || first.contains([' ', '"']);
            let token = if is_parameter { "" } else { first };
            found.push(Self { scheme: word.into(), token: token.into() });
        }
        found
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(name)
    }
}

/// RFC 9110, section 5.6.2; `=` is none of them, so `realm="x"` is no scheme.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

pub(super) fn split_outside_quotes<'a>(text: &'a str, separators: &[char]) -> Vec<&'a str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if !quoted && separators.contains(&c) => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_told_from_parameters() {
        let table: [(&str, &[(&str, &str)]); 8] = [
            ("Basic realm=\"x\"", &[("Basic", "")]),
            ("NTLM", &[("NTLM", "")]),
            ("NTLM TlRMTVNTUAAC==", &[("NTLM", "TlRMTVNTUAAC==")]),
            ("Negotiate, NTLM, Basic realm=\"a, b\"", &[("Negotiate", ""), ("NTLM", ""), ("Basic", "")]),
            ("Digest realm=\"r\", nonce=\"n=,\", qop=auth, Basic realm=r", &[("Digest", ""), ("Basic", "")]),
            ("Basic realm=\"quote \\\" , NTLM\"", &[("Basic", "")]),
            ("negotiate YII=", &[("negotiate", "YII=")]),
            (", ,", &[]),
        ];
        for (header, expected) in table {
            let found = Challenge::all(header);
            let found: Vec<_> = found.iter().map(|c| (&*c.scheme, &*c.token)).collect();
            assert_eq!(found, expected, "{header}");
        }
    }
}
