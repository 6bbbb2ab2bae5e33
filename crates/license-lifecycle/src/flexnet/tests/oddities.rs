use proptest::prelude::*;

use super::{Rules, read, today};

/// Pieces that mean something to the reader, so that random files reach beyond the first word.
const PIECES: &[&str] = &[
    "FEATURE ",
    "INCREMENT ",
    "UPGRADE ",
    "PACKAGE ",
    "SERVER ",
    "VENDOR ",
    "FEATURESET ",
    "USE_SERVER",
    "A ",
    "v ",
    "1.0 ",
    "permanent ",
    "31-dec-2027 ",
    "5 ",
    "uncounted ",
    "SIGN=",
    "\"",
    "{",
    "}",
    "(",
    ")",
    "\\\n",
    "\\",
    "\n",
    "\r\n",
    " ",
    "\t",
    "#",
    "=",
    "SUPERSEDE",
    "ISSUED=1-jan-2026 ",
    "COMPONENTS=\"A:1:2 B\" ",
    "OPTIONS=SUITE ",
    "sort=1 ",
    "\u{feff}",
    "é",
    "COMPONENTS=",
];

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(file) = read(&bytes) {
            file.license(&Rules::default(), today());
        }
    }

    #[test]
    fn no_mixture_of_meaningful_pieces_makes_it_panic_or_lose_a_byte(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..80),
    ) {
        let text = pieces.concat();
        let file = read(text.as_bytes()).unwrap();
        let mut at = 0;
        for line in &file.lines {
            prop_assert_eq!(line.span.start, at);
            at = line.span.end;
        }
        prop_assert_eq!(at, text.len());
        file.license(&Rules { base_feature: Some("A".into()), ..Rules::default() }, today());
    }
}
