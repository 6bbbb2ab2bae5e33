//! What single bytes mean: blanks, line ends, continuations, and text in either encoding.
use std::borrow::Cow;

/// Blanks between words. `0x1A` ends files that came through DOS.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | 0x1a)
}

pub(super) fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The first position at or after `at` that is no blank.
pub(super) fn past_blanks(bytes: &[u8], at: usize) -> usize {
    position(bytes, at, |byte| !is_blank(byte))
}

/// Where the physical line that holds `at` ends: its line end, or the end of the bytes.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    position(bytes, at, is_line_end)
}

/// The position after the line end at `at`: LF, CR LF, CR CR LF (a transfer in the wrong mode) or a lone CR.
pub(super) fn past_line_end(bytes: &[u8], at: usize) -> usize {
    at + match bytes.get(at..).unwrap_or_default() {
        [] => 0,
        [b'\r', b'\r', b'\n', ..] => 3,
        [b'\r', b'\n', ..] => 2,
        _ => 1,
    }
}

/// How many lines end in these bytes.
pub(super) fn count_line_ends(bytes: &[u8]) -> usize {
    let (mut count, mut at) = (0, line_end(bytes, 0));
    while at < bytes.len() {
        count += 1;
        at = line_end(bytes, past_line_end(bytes, at));
    }
    count
}

/// When the `\` at `at` continues its line, where the next line starts.
///
/// Blanks and a `#` comment may stand between the `\` and the line end.
pub(super) fn past_continuation(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'\\') {
        return None;
    }
    let mut end = past_blanks(bytes, at + 1);
    if bytes.get(end) == Some(&b'#') {
        end = line_end(bytes, end);
    }
    bytes.get(end).is_some_and(|byte| is_line_end(*byte)).then(|| past_line_end(bytes, end))
}

/// Text as people read it: continuations become one blank, line ends in quotes stay, and what is no UTF-8 is Latin-1.
pub(super) fn text(raw: &[u8]) -> Cow<'_, str> {
    if line_end(raw, 0) == raw.len() {
        return match std::str::from_utf8(raw) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(latin1(raw)),
        };
    }
    let joined = joined(raw);
    Cow::Owned(String::from_utf8(joined).unwrap_or_else(|error| latin1(error.as_bytes())))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn joined(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        if let Some(next) = past_continuation(raw, at) {
            let end = out.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
            out.truncate(end);
            out.push(b' ');
            at = position(raw, next, |byte| !is_blank(byte) && !is_line_end(byte));
        } else if is_line_end(byte) {
            out.push(b'\n');
            at = past_line_end(raw, at);
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}

fn position(bytes: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| wanted(*byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_text_is_joined_with_one_blank_and_the_rest_keeps_its_line_ends() {
        for (raw, expected) in [
            (&b"one"[..], "one"),
            (b"a  \\\n   b", "a b"),
            (b"a \\  \r\n\r\n\tb", "a b"),
            (b"a \\ # why \"this\"\n b", "a b"),
            (b"a\r\nb", "a\nb"),
            (b"a\r\r\nb\rc", "a\nb\nc"),
            (b"C:\\dir\\", "C:\\dir\\"),
            (b"Oc\xe9", "Oc\u{e9}"),
            (b"Oc\xe9 \\\n x", "Oc\u{e9} x"),
            (b"\xc3\xa9", "\u{e9}"),
        ] {
            assert_eq!(text(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn lines_end_in_every_way_that_editors_and_transfers_leave() {
        for (bytes, lines) in [
            (&b""[..], 0),
            (b"a", 0),
            (b"a\n", 1),
            (b"\r\n\r\n", 2),
            (b"\r\r\n", 1),
            (b"\r\r", 2),
            (b"\n\r", 2),
        ] {
            assert_eq!(count_line_ends(bytes), lines, "{bytes:?}");
        }
    }
}
