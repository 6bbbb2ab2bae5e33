//! PAC scripts: every function in every form, and what a script may see.
#![allow(clippy::unwrap_used, reason = "helpers of tests, outside of test functions")]

mod fetched;
mod functions;
mod script;
mod times;

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use proxy_config::{Error, PacEngine, Repeatable};

/// A Wednesday in a zone two hours east of Greenwich, where it is still Wednesday.
const NOW: &str = "2027-03-31T18:30:15+02:00";

fn at(now: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(now).unwrap()
}

fn fixed() -> Repeatable {
    let names = [
        ("www.corp.test", "10.1.2.3"),
        ("v6.corp.test", "2001:db8::1"),
        ("both.corp.test", "2001:db8::7"),
        ("both.corp.test", "192.0.2.7"),
    ];
    let mut table: HashMap<String, Vec<_>> = HashMap::new();
    for (name, address) in names {
        table.entry(name.into()).or_default().push(address.parse().unwrap());
    }
    let my_ip = Some(vec!["10.9.8.7".parse().unwrap(), "2001:db8::9".parse().unwrap()]);
    Repeatable { my_ip, names: Some(table) }
}

async fn run(script: String, url: &str, now: &str) -> Result<String, Error> {
    PacEngine::start("t.pac", script, fixed())?.find(&url.parse().unwrap(), at(now)).await
}

/// What `expression` is, as text.
async fn value(expression: &str, now: &str) -> String {
    let script = format!("function FindProxyForURL(url, host) {{ return String({expression}); }}");
    run(script, "http://www.corp.test:8080/path?query", now).await.unwrap()
}
