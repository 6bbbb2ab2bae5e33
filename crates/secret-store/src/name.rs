use crate::Error;

/// Refuses names that not every adapter can keep: 1 to 64 of `a-z`, `0-9` and `-`, a hyphen neither first nor last.
///
/// # Errors
/// [`Error::BadName`].
pub fn check_name(name: &str) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = (1..=64).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with('-')
        && !name.ends_with('-');
    if good { Ok(()) } else { Err(Error::BadName { name: name.chars().take(64).collect() }) }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_are_plain_words_with_hyphens() {
        let long = "x".repeat(65);
        for name in ["a", "proxy-password", "teamviewer-token-2", &long[..64]] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "-", "-a", "a-", "A", "a b", "a/b", "..", "a.b", "~a", "ä", "a\0", long.as_str()] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
