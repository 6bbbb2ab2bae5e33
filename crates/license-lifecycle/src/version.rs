use std::cmp::Ordering;

/// Compares versions of features.
///
/// FlexNet compares them as decimal numbers (End User Guide, "FEATURE lines": 2.10 = 2.1 < 2.9), and versions that
/// are dates (2026.0508) are common; so does this, with any number of digits. What is no decimal number (1.2.3, 4a)
/// comes after all that are, and is compared part by part between its dots: numbers by value and before words.
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    match (decimal(a), decimal(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.split('.').map(part).cmp(b.split('.').map(part)),
    }
}

/// A number of any length: longer is larger, and equally long ones compare as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Whole<'t>(usize, &'t str);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'t> {
    Number(Whole<'t>),
    Word(&'t str),
}

fn whole(digits: &str) -> Option<Whole<'_>> {
    let significant = digits.trim_start_matches('0');
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(Whole(significant.len(), significant))
}

/// A version as a decimal number, so that 2.10 equals 2.1. `None`: it is none.
pub(crate) fn decimal(version: &str) -> Option<(Whole<'_>, &str)> {
    let (integer, fraction) = version.split_once('.').unwrap_or((version, ""));
    let some_digit = !(integer.is_empty() && fraction.is_empty());
    let fraction = fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| fraction.trim_end_matches('0'));
    some_digit.then_some((whole(integer)?, fraction?))
}

fn part(text: &str) -> Part<'_> {
    match whole(text) {
        Some(number) if !text.is_empty() => Part::Number(number),
        _ => Part::Word(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_decimal_numbers() {
        use Ordering::{Equal, Greater, Less};
        for (a, b, expected) in [
            ("2.10", "2.1", Equal),
            ("2.1", "2.9", Less),
            ("2.10", "2.9", Less),
            ("10", "9.9", Greater),
            ("010.0", "10", Equal),
            (".5", "0.50", Equal),
            ("2026.0508", "2026.1", Less),
            ("2026.0508", "2026.0507", Greater),
            ("99999999999999999999.1", "100000000000000000000", Less),
            ("9.9", "1.2.3", Less),
            ("1.2.10", "1.2.9", Greater),
            ("1.2.3", "1.2.3.1", Less),
            ("1.2.3", "1.2.x", Less),
            ("", "0", Greater),
        ] {
            assert_eq!(compare_versions(a, b), expected, "{a} {b}");
            assert_eq!(compare_versions(b, a), expected.reverse(), "{b} {a}");
        }
    }
}
