//! Hostile PAC scripts end within 2 s and 32 MB. A test binary of its own, as it measures the memory of its process.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests; what was measured is part of the test's report"
)]

use std::time::{Duration, Instant};

use proxy_config::{Error, PacEngine, Repeatable};

const MAX_TIME: Duration = Duration::from_secs(2);
const MAX_MEMORY_KB: u64 = 32 * 1024;

/// Name, top level, body of `FindProxyForURL`.
const SCRIPTS: [(&str, &str, &str); 22] = [
    ("endless loop", "", "while (true);"),
    ("endless loop at the top level", "for (;;) {}", ""),
    ("loop that catches everything", "", "while (true) { try { while (true); } catch (e) { } finally { } }"),
    ("loop in finally", "", "try { while (true); } finally { while (true); }"),
    ("array without end", "", "var a = []; while (true) a.push(a.length);"),
    ("text that doubles", "", "var s = 'x'; while (true) s += s;"),
    ("many objects", "", "var o = null; while (true) o = { o: o };"),
    ("one huge array", "", "return new Array(1e9).join('x');"),
    ("one huge text", "", "return 'x'.repeat(5e8);"),
    ("huge typed array", "", "return String(new Uint8Array(1e9));"),
    ("catastrophic expression", "", "return String(/^(a+)+$/.test('a'.repeat(60) + 'b'));"),
    ("catastrophic replacement", "", "return 'a'.repeat(60).replace(/(a|aa)+c/g, '');"),
    ("endless recursion", "", "return FindProxyForURL(url, host);"),
    ("recursion through sorting", "", "function f() { return [2, 1].sort(f); } return String(f());"),
    ("nested data", "", "var a = []; for (var i = 0; i < 1e7; i++) a = [a]; return JSON.stringify(a);"),
    ("names without end", "", "for (var i = 0; ; i++) dnsResolve('x' + i + '.invalid');"),
    ("an answer of 4 MB", "", "return 'PROXY x:1;'.repeat(4e5);"),
    ("an error of 4 MB", "", "throw new Error('x'.repeat(4e6));"),
    ("an alert of 4 MB, again and again", "", "while (true) alert('x'.repeat(4e6));"),
    ("a thousand evaluations", "", "while (true) eval('var x' + Math.random() + ';'.repeat(1000));"),
    ("generators", "", "function* g() { while (true) yield* g(); } for (var x of g());"),
    ("huge power", "", "return String(3n ** 50000000n).slice(0, 1);"),
];

fn reset_peak() {
    #[cfg(target_os = "linux")]
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// Highest and present resident memory in kB; 0 where it cannot be read.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    (field("VmHWM:").unwrap_or(0), field("VmRSS:").unwrap_or(0))
}

async fn run(top: &str, body: &str) -> Result<String, Error> {
    let script = format!("{top}\nfunction FindProxyForURL(url, host) {{ {body} }}");
    let engine = PacEngine::start("hostile.pac", script, Repeatable::default())?;
    engine.find(&"http://a.test/".parse().unwrap(), Default::default()).await
}

#[tokio::test]
async fn every_hostile_script_is_stopped_in_time_and_memory() {
    run("", "return 'DIRECT';").await.unwrap();
    for (name, top, body) in SCRIPTS {
        reset_peak();
        let (before, started) = (memory().1, Instant::now());
        let outcome = run(top, body).await;
        let (took, grown) = (started.elapsed(), memory().0.saturating_sub(before));
        println!("{name:<40} {:>5} ms {grown:>6} kB  {}", took.as_millis(), shown(&outcome));
        assert!(outcome.is_err(), "{name}: {} bytes", outcome.unwrap().len());
        assert!(took < MAX_TIME && grown < MAX_MEMORY_KB, "{name}: {took:?}, {grown} kB");
    }
    // A single step that takes hours cannot be stopped: its thread is left alone, and nobody waits for it again.
    let script = "function FindProxyForURL() { var s = 'a'.repeat(4e6); return String(s.indexOf('a'.repeat(2e6) + 'b')); }";
    let engine = PacEngine::start("hostile.pac", script.into(), Repeatable::default()).unwrap();
    for limit in [MAX_TIME, Duration::from_millis(100)] {
        let started = Instant::now();
        let outcome = engine.find(&"http://a.test/".parse().unwrap(), Default::default()).await;
        println!(
            "{:<40} {:>5} ms            {}",
            "search without end",
            started.elapsed().as_millis(),
            shown(&outcome)
        );
        assert!(matches!(outcome, Err(Error::ScriptStopped { .. })), "{outcome:?}");
        assert!(started.elapsed() < limit, "{:?}", started.elapsed());
    }
}

fn shown(outcome: &Result<String, Error>) -> String {
    match outcome {
        Ok(answer) => format!("{} bytes", answer.len()),
        Err(error) => error.to_string().chars().take(100).collect(),
    }
}
