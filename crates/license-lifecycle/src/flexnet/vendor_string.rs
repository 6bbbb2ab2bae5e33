//! Values in `VENDOR_STRING` and `NOTICE`: `KEY=VALUE` or `KEY:VALUE`, separated by `;`, `,` or blanks.

/// The value of `key`, when the text has it and it is not empty.
pub(super) fn find<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.split(|c: char| c == ';' || c == ',' || c.is_whitespace())
        .filter_map(|part| part.strip_prefix(key)?.strip_prefix(['=', ':']))
        .find(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_between_any_of_the_separators_and_never_inside_another() {
        for (text, expected) in [
            ("MAINT=2027-11-30", Some("2027-11-30")),
            ("MAINT:2027-11-30", Some("2027-11-30")),
            ("A=1;MAINT=x;B=2", Some("x")),
            ("A=1,MAINT=x", Some("x")),
            ("words before MAINT:x words after", Some("x")),
            ("A:1\nMAINT:x", Some("x")),
            ("MAINT=a=b:c", Some("a=b:c")),
            ("PREMAINT=x", None),
            ("MAINTENANCE=x", None),
            ("maint=x", None),
            ("MAINT= x", None),
            ("MAINT=;MAINT=x", Some("x")),
            ("MAINT", None),
            ("", None),
        ] {
            assert_eq!(find(text, "MAINT"), expected, "{text}");
        }
    }
}
