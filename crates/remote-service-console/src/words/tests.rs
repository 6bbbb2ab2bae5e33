use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::*;

/// The names of all messages in a file, with the variables they use.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::<String, BTreeSet<String>>::new();
    let mut name = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((found, _)) = line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic)) {
            name = found.to_owned();
            assert!(messages.insert(name.clone(), BTreeSet::new()).is_none(), "{name} stands there twice");
        }
        for variable in line.split('$').skip(1) {
            let variable: String = variable.chars().take_while(char::is_ascii_alphanumeric).collect();
            messages.get_mut(&name).unwrap().insert(variable);
        }
    }
    messages
}

#[test]
fn every_language_has_the_same_messages_with_the_same_values() {
    let english = messages(SOURCES[0]);
    assert!(english.len() > 100);
    for (place, (language, _)) in LANGUAGES.iter().enumerate() {
        FluentResource::try_new(SOURCES[place].to_owned())
            .unwrap_or_else(|(_, e)| panic!("{language}: {e:?}"));
        assert_eq!(messages(SOURCES[place]), english, "{language}");
    }
}

/// Every `"…"` that follows `say(` or a sister of it in code and templates.
fn asked_for() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("templates")];
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
                let text = fs::read_to_string(&path).unwrap();
                for call in ["say(\"", "tell(\"", "count(\"", "told(\"", "key: \""] {
                    names.extend(
                        text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
                    );
                }
            }
        }
    }
    names
}

/// Groups whose messages are chosen by a code.
const GROUPS: [&str; 13] = [
    "stage-", "advice-", "step-", "wrong-", "mistake-", "scope-", "role-", "told-", "outcome-", "end-",
    "decline-", "state-", "session-",
];

#[test]
fn every_message_that_is_asked_for_exists_and_every_other_one_is_gone() {
    let known: BTreeSet<String> = messages(SOURCES[0]).into_keys().collect();
    let asked = asked_for();
    let missing: Vec<_> = asked.difference(&known).filter(|name| name.contains('-')).collect();
    assert!(missing.is_empty(), "no such messages: {missing:?}");
    let unused: Vec<_> =
        known.difference(&asked).filter(|name| !GROUPS.iter().any(|group| name.starts_with(group))).collect();
    assert!(unused.is_empty(), "nobody asks for {unused:?}");
}

#[test]
fn no_template_holds_a_sentence_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut rest = &*text;
        let mut shown = String::new();
        while let Some(start) = rest.find(['<', '{']) {
            shown.push_str(&rest[..start]);
            let end = match &rest[start..] {
                tag if tag.starts_with("{{") => tag.find("}}").map(|end| end + 2),
                tag if tag.starts_with("{%") => tag.find("%}").map(|end| end + 2),
                // A tag ends at the first > that is in no expression.
                tag => tag
                    .char_indices()
                    .scan(0_i32, |depth, (at, c)| {
                        *depth += i32::from(c == '{') - i32::from(c == '}');
                        Some((at, c, *depth))
                    })
                    .find(|(_, c, depth)| *c == '>' && *depth == 0)
                    .map(|(at, _, _)| at + 1),
            };
            rest = &rest[start + end.unwrap_or_else(|| panic!("{}: unclosed", path.display()))..];
            shown.push(' ');
        }
        shown.push_str(rest);
        let word =
            shown.split_whitespace().find(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
        assert_eq!(word, None, "{}: only the Fluent files hold words", path.display());
    }
}

#[test]
fn the_switch_wins_then_the_browsers_order_then_english() {
    let catalog = Catalog::new();
    for (accepted, cookie, language) in [
        ("", "", "en"),
        ("de-AT, en;q=0.5", "", "de"),
        ("en;q=0.4, ja;q=0.9", "", "ja"),
        ("fr;q=0, nl;q=0.1", "", "nl"),
        ("es, pt;q=0.8", "", "en"),
        ("es, FR-ch;q=0.3", "", "fr"),
        ("nl;q=bad, fr;q=0.2", "", "fr"),
        ("de", "ja", "ja"),
        ("de", "xx", "de"),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        headers.insert(header::COOKIE, format!("{}={cookie}", cookies::LANGUAGE).parse().unwrap());
        assert_eq!(catalog.choose(&headers).language(), language, "{accepted:?} {cookie:?}");
    }
}

#[test]
fn a_code_without_words_is_shown_as_it_is() {
    let catalog = Catalog::new();
    let words = catalog.choose(&HeaderMap::new());
    assert_eq!(words.code("stage", "no_such_code"), "no such code");
}
