//! What a token of Negotiate carries.

/// Kerberos 5, as RFC 4121 and as Windows writes it: 1.2.840.113554.1.2.2 and 1.2.840.48018.1.2.2.
const KERBEROS: [&[u8]; 2] =
    [b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", b"\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"];
const OBJECT_IDENTIFIER: u8 = 0x06;

/// Whether `token`, the first of a login by [`Package::Negotiate`](crate::Package::Negotiate), is Kerberos's: bare, or as
/// the mechanism that SPNEGO prefers (RFC 4178, section 4.2.1).
///
/// Windows puts NTLM there, in SPNEGO or bare, for a computer outside of a domain, an account that no KDC knows and a service
/// without a principal. A peer that takes only Kerberos refuses it.
#[must_use]
pub fn is_kerberos(token: &[u8]) -> bool {
    mechanism(token).is_some_and(|mechanism| KERBEROS.contains(&mechanism))
}

fn mechanism(token: &[u8]) -> Option<&[u8]> {
    let (outer, rest) = element(OBJECT_IDENTIFIER, element(0x60, token)?.0)?;
    if KERBEROS.contains(&outer) {
        return Some(outer);
    }
    // NegTokenInit in its choice, the list of mechanisms in its field; the first is the preferred one.
    let list = [0xa0, 0x30, 0xa0, 0x30].iter().try_fold(rest, |der, &tag| Some(element(tag, der)?.0))?;
    Some(element(OBJECT_IDENTIFIER, list)?.0)
}

/// The content of the DER element at the beginning of `der`, if that is its tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = der.split_first_chunk()?;
    let (length, rest) = if length < 0x80 {
        (usize::from(length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked((length & 0x7f).into())?;
        let short = digits.len() <= 4;
        (short.then(|| digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)))?, rest)
    };
    if found == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NTLM: &[u8] = b"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
    const NEGOEX: &[u8] = b"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e";

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    /// A NegTokenInit with these mechanisms, and an empty token for the first.
    fn spnego(mechanisms: &[&[u8]]) -> Vec<u8> {
        let list: Vec<_> = mechanisms.iter().flat_map(|mechanism| der(0x06, mechanism)).collect();
        let fields = [der(0xa0, &der(0x30, &list)), der(0xa2, &der(0x04, b""))].concat();
        der(0x60, &[der(0x06, b"\x2b\x06\x01\x05\x05\x02"), der(0xa0, &der(0x30, &fields))].concat())
    }

    #[test]
    fn kerberos_is_told_from_what_windows_puts_in_its_place() {
        let [mit, windows] = KERBEROS;
        for (token, expected) in [
            (spnego(&[mit]), true),
            (spnego(&[windows, mit, NEGOEX, NTLM]), true),
            (spnego(&[NTLM]), false),
            (spnego(&[NEGOEX, NTLM]), false),
            (spnego(&[NTLM, windows]), false),
            (spnego(&[]), false),
            (der(0x60, &[der(0x06, mit), b"\x01\x00".to_vec()].concat()), true),
            (b"NTLMSSP\0\x01\0\0\0".to_vec(), false),
            // As Windows sends it from a workgroup: lengths of one byte.
            (b"\x60\x48\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x3e\x30\x3c\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a\xa2\x2a\x04\x28NTLMSSP\0\x01\0\0\0".to_vec(), false),
        ] {
            assert_eq!(is_kerberos(&token), expected, "{token:?}");
        }
    }

    #[test]
    fn what_is_cut_or_lies_about_its_length_is_no_kerberos() {
        let whole = spnego(&[KERBEROS[0]]);
        for end in 0..whole.len() {
            assert!(!is_kerberos(&whole[..end]), "{end}");
        }
        for lie in [0x80, 0x84, 0x85, 0xff] {
            let mut token = whole.clone();
            token[1] = lie;
            assert!(!is_kerberos(&token), "{lie}");
        }
    }
}
