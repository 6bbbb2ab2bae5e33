//! What the next line looks like, before it is read: how the reader finds its way back after a missing quote,
//! a stray `\` or a lost one.
use super::{
    Keyword,
    bytes::{is_blank, is_line_end, line_end, past_blanks, past_continuation},
    count, date, known,
};

/// Whether a whole grant or package stands on the line at `at`: nobody writes that inside quotes.
pub(super) fn starts_grant(bytes: &[u8], at: usize) -> bool {
    let Some(keyword) = exact_keyword(bytes, at) else { return false };
    let line = &bytes[at..line_end(bytes, at)];
    let mut words = line.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty()).map(as_text).skip(1);
    let expiry = match keyword {
        Keyword::Feature | Keyword::Increment => words.nth(3),
        Keyword::Upgrade => words.nth(4),
        Keyword::Package => return line.windows(11).any(|window| window == b"COMPONENTS="),
        _ => None,
    };
    expiry.is_some_and(|text| date::expiry(text).is_some())
        && words.next().is_some_and(|text| count::read(text).is_some())
}

/// Whether the line at `at` starts a statement, so that it cannot be the rest of the one before.
pub(super) fn starts_statement(bytes: &[u8], at: usize) -> bool {
    match exact_keyword(bytes, at) {
        Some(Keyword::Server | Keyword::Vendor | Keyword::Daemon | Keyword::UseServer) => true,
        Some(_) => starts_grant(bytes, at),
        None => false,
    }
}

/// Whether the line at `at` starts with an attribute: then it goes on with the statement before, even without a `\`.
pub(super) fn starts_attributes(bytes: &[u8], at: usize) -> bool {
    let start = past_blanks(bytes, at);
    let line = &bytes[start..line_end(bytes, start)];
    let end =
        line.iter().position(|byte| is_blank(*byte) || matches!(byte, b'=' | b'\\')).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    if rest.first() == Some(&b'=') {
        return known::is_key(word);
    }
    known::is_flag(word)
        && (past_blanks(rest, 0) == rest.len()
            || past_continuation(bytes, past_blanks(bytes, start + end)).is_some()
            || rest.contains(&b'='))
}

/// The first word of the line at `at`.
pub(super) fn first_word(bytes: &[u8], at: usize) -> &[u8] {
    let start = past_blanks(bytes, at);
    let rest = &bytes[start..];
    let end = rest.iter().position(|byte| is_blank(*byte) || is_line_end(*byte)).unwrap_or(rest.len());
    let word = &rest[..end];
    match word.strip_suffix(b"\\") {
        Some(word) if past_continuation(bytes, start + word.len()).is_some() => word,
        _ => word,
    }
}

/// Whether the line at `at` is a license in the decimal one-line form, for example `sampled-f1-00737-55296-1825`.
pub(super) fn is_decimal(bytes: &[u8], at: usize) -> bool {
    let start = past_blanks(bytes, at);
    let word = first_word(bytes, at);
    if past_blanks(bytes, start + word.len()) < line_end(bytes, start)
        || !word.first().is_some_and(u8::is_ascii_alphabetic)
    {
        return false;
    }
    let mut groups = word.rsplit(|byte| *byte == b'-');
    let digits = |group: &[u8]| !group.is_empty() && group.iter().all(u8::is_ascii_digit);
    let last = groups.next().is_some_and(|group| digits(group) && group.len() <= 5);
    last && groups.take_while(|group| digits(group) && group.len() == 5).count() >= 2
}

fn exact_keyword(bytes: &[u8], at: usize) -> Option<Keyword> {
    let word = first_word(bytes, at);
    Keyword::of(word).filter(|keyword| keyword.as_str().as_bytes() == word)
}

fn as_text(word: &[u8]) -> &str {
    std::str::from_utf8(word).unwrap_or_default()
}
