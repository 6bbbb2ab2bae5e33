//! Counts: a number, `0` or `uncounted`.
use crate::Count;

/// Reads a count. `None`: the text is none.
pub(super) fn read(text: &str) -> Option<Count> {
    if text.eq_ignore_ascii_case("uncounted") {
        return Some(Count::Uncounted);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text.parse().ok()? {
        0 => Some(Count::Uncounted),
        seats => Some(Count::Of(seats)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_number_or_uncounted_and_nothing_else() {
        for (text, expected) in [
            ("5", Some(Count::Of(5))),
            ("007", Some(Count::Of(7))),
            ("0", Some(Count::Uncounted)),
            ("Uncounted", Some(Count::Uncounted)),
            ("18446744073709551615", Some(Count::Of(u64::MAX))),
            ("18446744073709551616", None),
            ("-1", None),
            ("+1", None),
            ("5.0", None),
            ("five", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
