//! Words that nobody guesses.
use secrecy::SecretString;
use signed_envelope::Digest;

use crate::Error;

/// Crockford's base 32: no letter that is read as another when it comes by telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` random bytes of the system.
///
/// # Errors
/// [`Error::Random`] when the system has none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|source| Error::Random { source: source.into() })?;
    Ok(bytes)
}

/// 128 random bits as 32 hex digits: ids of installations and requests.
pub(crate) fn id() -> Result<String, Error> {
    Ok(format!("{:032x}", u128::from_be_bytes(bytes()?)))
}

/// 256 random bits as 64 hex digits: bearer tokens and session ids.
pub(crate) fn secret() -> Result<String, Error> {
    Ok(Digest::from_bytes(bytes()?).to_string())
}

/// `N` letters of 5 random bits each.
fn letters<const N: usize>() -> Result<String, Error> {
    Ok(bytes::<N>()?.map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).iter().collect())
}

/// A service organization ID: public, easy to type, not guessable in series (40 bits).
pub(crate) fn organization_id() -> Result<String, Error> {
    Ok(format!("SO-{}", letters::<8>()?))
}

/// A verification code of 80 bits, in groups of four letters.
pub(crate) fn verification_code() -> Result<SecretString, Error> {
    let groups = [letters::<4>()?, letters::<4>()?, letters::<4>()?, letters::<4>()?];
    Ok(groups.join("-").into())
}

/// What is stored of a verification code.
///
/// A plain SHA-256: a slow hash protects words that people choose, and these are 80 random bits.
/// Case, dashes and blanks do not count, and O, I, L are read as the digits they look like.
pub(crate) fn code_hash(organization: &str, code: &str) -> Digest {
    let typed = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let read = typed.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    });
    Digest::of(format!("{organization}\n{}", read.collect::<String>()).as_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_code_has_80_bits_and_is_read_as_people_type_it() {
        let code = verification_code().unwrap();
        let code = code.expose_secret();
        assert_eq!(code.len(), 19);
        assert!(code.bytes().filter(|byte| *byte != b'-').all(|byte| ALPHABET.contains(&byte)));
        let typed =
            format!(" {} ", code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(code_hash("SO-1", &typed), code_hash("SO-1", code));
        assert_ne!(code_hash("SO-2", code), code_hash("SO-1", code));
    }
}
