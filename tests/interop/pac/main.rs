//! Our PAC engine beside pacparser: same script, same URLs, same answers.
use interop::pacparser::Pacparser;
use proxy_config::{PacEngine, Repeatable};

/// Calls whose answer depends on neither time nor network, with the answers on which both must agree.
const CALLS: [(&str, &str); 22] = [
    ("isPlainHostName('www')", "true"),
    ("isPlainHostName('www.corp.test')", "false"),
    ("dnsDomainIs('www.corp.test', '.corp.test')", "true"),
    ("dnsDomainIs('www', '.corp.test')", "false"),
    ("localHostOrDomainIs('www', 'www.corp.test')", "true"),
    ("localHostOrDomainIs('home.corp.test', 'www.corp.test')", "false"),
    ("dnsDomainLevels('www.corp.test')", "2"),
    ("isInNet('198.95.6.8', '198.95.0.0', '255.255.0.0')", "true"),
    ("isInNet('198.96.6.8', '198.95.0.0', '255.255.0.0')", "false"),
    ("isInNet('200.1.1.1', '200.0.0.0', '255.0.0.0')", "true"),
    ("isInNetEx('198.95.6.8', '198.95.0.0/16')", "true"),
    ("isInNetEx('2001:db8:1::1', '2001:db8::/32')", "true"),
    ("isInNetEx('2001:db9::1', '2001:db8::/32')", "false"),
    ("isResolvable('127.0.0.1')", "true"),
    ("dnsResolve('127.0.0.1')", "127.0.0.1"),
    ("dnsResolve('localhost')", "127.0.0.1"),
    ("shExpMatch('http://www.corp.test/ari/x', '*/ari/*')", "true"),
    ("shExpMatch('www.corp.test', 'www.c?rp.*')", "true"),
    ("shExpMatch('www.corp.test', 'corp')", "false"),
    ("weekdayRange('SUN', 'SAT')", "true"),
    ("dateRange(1900, 2200)", "true"),
    ("timeRange(0, 23)", "true"),
];

#[test]
fn ours_and_pacparser_give_the_same_answers() {
    let calls: Vec<_> = CALLS.iter().map(|(call, _)| format!("'PROXY ' + ({call})")).collect();
    let script = format!(
        "function FindProxyForURL(url, host) {{ return [{}][parseInt(host)]; }}",
        calls.iter().map(|call| format!("function () {{ return {call}; }}")).collect::<Vec<_>>().join(",\n")
    )
    .replace("[parseInt(host)]", "[parseInt(host)]()");
    let theirs: Vec<_> = Pacparser::open()
        .with(&script, |find| (0..CALLS.len()).map(|n| find("http://x.test/", &n.to_string())).collect());
    let engine = PacEngine::start(
        "t.pac",
        script.replace("parseInt(host)", "parseInt(host.slice(1))"),
        Repeatable::default(),
    )
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (n, (call, expected)) in CALLS.iter().enumerate() {
        let url = format!("http://x{n}.test/").parse().unwrap();
        let ours = runtime.block_on(engine.find(&url, Default::default())).unwrap();
        let expected = format!("PROXY {expected}");
        assert_eq!((&ours, &theirs[n]), (&expected, &expected), "{call}");
    }
}
