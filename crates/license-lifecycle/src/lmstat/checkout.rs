//! One use: `user host display (v1.0) (server/27000 101), start Mon 11/30 9:00, 3 licenses`.
use super::{Checkout, read::first_number};

/// Reads a use from the right, because users, hosts and displays may hold blanks.
pub(super) fn read(line: &str) -> Option<Checkout> {
    let (who, since) = line.rsplit_once(", start ")?;
    let (who, _server) = who.rsplit_once('(').unwrap_or((who, ""));
    let (who, version) = match who.rsplit_once("(v") {
        Some((who, version)) => (who, version.split(')').next().unwrap_or_default()),
        None => (who, ""),
    };
    let (user, host, display) = names(who.trim());
    let count = since.split(',').skip(1).find(|part| part.contains("license")).and_then(first_number);
    Some(Checkout {
        user: user.to_owned(),
        host: host.to_owned(),
        display: display.to_owned(),
        version: version.to_owned(),
        count: count.unwrap_or(1),
    })
}

/// The last two words are host and display; two words alone are user and host.
fn names(text: &str) -> (&str, &str, &str) {
    let Some((rest, last)) = text.rsplit_once(char::is_whitespace) else { return (text, "", "") };
    match rest.trim_end().rsplit_once(char::is_whitespace) {
        Some((user, host)) => (user.trim_end(), host, last),
        None => (rest.trim_end(), last, ""),
    }
}
