//! Scripts as a whole: what they see, what they may answer, and how their faults are told.
use proxy_config::{Error, PacEngine};

use crate::{NOW, at, fixed, run};

#[tokio::test]
async fn a_script_sees_no_path_of_https_and_never_a_user() {
    let script = "function FindProxyForURL(url, host) { return 'PROXY x:1; ' + url + ' ' + host; }";
    for (url, seen) in [
        ("https://u:pw@www.corp.test:8443/secret?token=1#x", "https://www.corp.test:8443/ www.corp.test"),
        ("http://u:pw@www.corp.test/path?q=1#x", "http://www.corp.test/path?q=1 www.corp.test"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/ 2001:db8::1"),
    ] {
        assert_eq!(run(script.into(), url, NOW).await.unwrap(), format!("PROXY x:1; {seen}"), "{url}");
    }
}

#[tokio::test]
async fn the_ex_function_is_preferred_and_state_lives_from_url_to_url() {
    let script = "var n = 0; function FindProxyForURL() { return 'old'; } function FindProxyForURLEx() { n++; return 'new' + n; }";
    let engine = PacEngine::start("t.pac", script.into(), fixed()).unwrap();
    let url = "http://a.test/".parse().unwrap();
    assert_eq!(engine.find(&url, at(NOW)).await.unwrap(), "new1");
    assert_eq!(engine.find(&url, at(NOW)).await.unwrap(), "new2");
}

#[tokio::test]
async fn faults_name_file_line_and_message() {
    let table: [(&str, Option<u32>, &str); 9] = [
        ("\n\nfunction (", Some(3), "name"),
        ("function FindProxyForURL() {\n  return missing;\n}", Some(2), "missing"),
        ("function FindProxyForURL() {\n\n  throw new Error('by hand');\n}", Some(3), "by hand"),
        ("function FindProxyForURL() { throw 'a text'; }", None, "a text"),
        ("function FindProxyForURL() { return 7; }", None, "does not answer with a text"),
        ("function FindProxyForURL() { return null; }", None, "does not answer with a text"),
        ("async function FindProxyForURL() { return 'DIRECT'; }", None, "does not answer with a text"),
        ("var FindProxyForURL = 7;", None, "missing"),
        ("", None, "missing"),
    ];
    for (script, expected, words) in table {
        match run(script.into(), "http://a.test/", NOW).await {
            Err(Error::Script { location, line, message }) => {
                assert!(
                    location == "t.pac" && line == expected && message.contains(words),
                    "{script}: {line:?} {message}"
                );
            }
            other => panic!("{script}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn old_scripts_run() {
    // Sloppy mode, undeclared variables, octal numbers, HTML comments, a byte order mark is taken off by the reader.
    let script = "<!-- hidden\nx = 010;\nfunction FindProxyForURL(url, host) {\n  with ({ answer: 'PROXY p:' }) { return answer + x; }\n}\n--> end";
    assert_eq!(run(script.into(), "http://a.test/", NOW).await.unwrap(), "PROXY p:8");
}

#[tokio::test]
async fn a_long_script_runs_and_a_longer_one_is_refused() {
    let script = |padding: usize| {
        format!("function FindProxyForURL() {{ return 'DIRECT'; }}//{}", "x".repeat(padding))
    };
    assert_eq!(run(script(1024 * 1024 - 60), "http://a.test/", NOW).await.unwrap(), "DIRECT");
    let refused = run(script(1024 * 1024), "http://a.test/", NOW).await;
    assert!(matches!(refused, Err(Error::ScriptTooLong { .. })), "{refused:?}");
}

#[tokio::test]
async fn the_engine_answers_again_after_a_fault() {
    let script =
        "function FindProxyForURL(url, host) { if (host == 'bad.test') while (true); return 'DIRECT'; }";
    let engine = PacEngine::start("t.pac", script.into(), fixed()).unwrap();
    let (good, bad) = ("http://good.test/".parse().unwrap(), "http://bad.test/".parse().unwrap());
    assert_eq!(engine.find(&good, at(NOW)).await.unwrap(), "DIRECT");
    assert!(matches!(engine.find(&bad, at(NOW)).await, Err(Error::ScriptStopped { .. })));
    assert_eq!(engine.find(&good, at(NOW)).await.unwrap(), "DIRECT");
}
