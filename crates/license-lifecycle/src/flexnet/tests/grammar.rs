use super::{features, license, warnings};
use crate::flexnet::{Content, read};

#[test]
fn a_statement_goes_on_across_everything_that_may_continue_it() {
    for (what, text, warned) in [
        ("one line", "FEATURE A v 1.0 31-dec-2027 5 SIGN=1\n", &[][..]),
        ("no final newline", "FEATURE A v 1.0 31-dec-2027 5 SIGN=1", &[]),
        ("CRLF", "FEATURE A v 1.0 \\\r\n 31-dec-2027 5 SIGN=1\r\n", &[]),
        ("byte order mark", "\u{feff}FEATURE A v 1.0 31-dec-2027 5 SIGN=1\n", &[]),
        ("blanks behind the backslash", "FEATURE A v 1.0 \\  \n31-dec-2027 5 SIGN=1\n", &[]),
        ("a comment behind the backslash", "FEATURE A v 1.0 \\ # why not\n31-dec-2027 5 SIGN=1\n", &[]),
        ("blank lines after it", "FEATURE A v 1.0 \\\n\n\n31-dec-2027 5 SIGN=1\n", &[]),
        ("inside quotes", "FEATURE A v 1.0 31-dec-2027 5 NOTICE=\"a \\\nb\" SIGN=1\n", &[]),
        (
            "no backslash before attributes",
            "FEATURE A v 1.0 31-dec-2027 5\n\tSIGN=1\n",
            &["1 continuation_missing"],
        ),
        ("nested braces", "FEATURE A v 1.0 31-dec-2027 5 AUTH={ a=( {b} ) c }\n", &[]),
    ] {
        let license = license(text);
        assert_eq!(features(&license), ["A 1.0 5 2027-12-31"], "{what}");
        let expected: Vec<_> =
            warned.iter().map(|w| w.replacen('1', "2", usize::from(w.starts_with("1 cont")))).collect();
        assert_eq!(warnings(&license), expected, "{what}");
    }
}

#[test]
fn every_byte_belongs_to_exactly_one_line() {
    let text = "# c\n\nSERVER h ANY 27000\r\nFEATURE A v 1 permanent 1 \\\n SIGN=1\nwords\nFEATURE B";
    let file = read(text.as_bytes()).unwrap();
    let mut at = 0;
    for line in &file.lines {
        assert_eq!(line.span.start, at);
        at = line.span.end;
    }
    assert_eq!(at, text.len());
    assert!(matches!(file.lines.last().unwrap().content, Content::Unreadable(_)));
}

#[test]
fn attributes_are_kept_in_order_with_unknown_ones() {
    let file = read(
        b"INCREMENT A v 1.0 permanent 5 ZZZ=1 SN=7 FLOAT_OK AUTH={a=\"}\"} vendor_info=\"x y\" SIGN=9\n",
    )
    .unwrap();
    let Content::Grant(grant) = &file.lines[0].content else { panic!("{file:?}") };
    let found: Vec<_> = grant
        .attributes
        .iter()
        .map(|attribute| (attribute.key.as_ref(), attribute.value.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            ("ZZZ", Some("1")),
            ("SN", Some("7")),
            ("FLOAT_OK", None),
            ("AUTH", Some("{a=\"}\"}")),
            ("vendor_info", Some("x y")),
            ("SIGN", Some("9")),
        ]
    );
}

#[test]
fn an_unreadable_line_costs_that_line_and_not_the_file() {
    for (line, code) in [
        ("FEATURE", "fields_missing"),
        ("FEATURE A", "fields_missing"),
        ("FEATURE A v 1.0 31-dec-2027", "fields_missing"),
        ("INCREMENT A v 1.0 31-dec-2027 many", "count_unreadable"),
        ("INCREMENT A v 1.0 31-dec-2027 -5", "count_unreadable"),
        ("PACKAGE P v 1.0 SIGN=1", "fields_missing"),
    ] {
        let license = license(&format!("{line}\nFEATURE B v 1.0 permanent 2 SIGN=1\n"));
        assert_eq!(features(&license), ["B 1.0 2 never"], "{line}");
        assert!(warnings(&license).contains(&format!("1 {code}")), "{line}: {:?}", warnings(&license));
    }
}

#[test]
fn a_date_that_cannot_be_read_is_unknown_and_never_guessed() {
    for date in ["31-dec-27", "31-dez-2027", "2027-12-31", "31-apr-2027"] {
        let license = license(&format!("FEATURE A v 1.0 {date} 5 SIGN=1\n"));
        assert_eq!(features(&license), ["A 1.0 5 unknown"], "{date}");
        assert!(warnings(&license).contains(&"1 date_unreadable".to_owned()), "{date}");
    }
}

#[test]
fn old_keys_lower_case_keywords_and_decimal_lines_are_named() {
    let old = license("FEATURE A v 1.0 31-dec-2027 5 1EF890030EABF324 \"\" ANY\n");
    assert_eq!(features(&old), ["A 1.0 5 2027-12-31"]);
    let lower = license("feature A v 1.0 31-dec-2027 5 SIGN=1\n");
    assert_eq!(features(&lower), ["A 1.0 5 2027-12-31"]);
    assert_eq!(warnings(&lower), ["1 lowercase_keyword"]);
    let decimal = read(b"sampled-f1-00737-55296-1825\n").unwrap();
    assert!(decimal.has_licenses());
    assert_eq!(decimal.warnings[0].code, "decimal_unsupported");
    let words = license("feature requests are welcome\n");
    assert_eq!(
        (features(&words).len(), warnings(&words)),
        (0, vec!["1 no_keyword".to_owned(), "- no_effective_feature".to_owned()])
    );
}

#[test]
fn limits_hold() {
    let mut nested = b"FEATURE A v 1.0 permanent 1 AUTH=".to_vec();
    nested.extend(std::iter::repeat_n(b'{', 100_000));
    let file = read(&nested).unwrap();
    assert!(file.warnings.iter().any(|w| w.code == "nesting_too_deep"), "{:?}", file.warnings);
    let mut long = b"FEATURE A v 1.0 permanent 1 NOTICE=\"".to_vec();
    long.extend(std::iter::repeat_n(b'x', 300 * 1024));
    let file = read(&long).unwrap();
    assert!(file.warnings.iter().any(|w| w.code == "line_too_long"), "{:?}", file.warnings);
    let continued = "FEATURE A \\\n\n".repeat(40_000);
    let file = read(continued.as_bytes()).unwrap();
    assert!(file.lines.len() < 10, "{} lines: what was too long must not be read again", file.lines.len());
    assert!(read(&vec![b'x'; 1024 * 1024 + 1]).is_err());
    assert!(read(b"\xff\xfeF\0E\0").is_err());
}
