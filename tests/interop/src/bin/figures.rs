//! What `proxy-config` costs beside its peers, each pair in the same run: medians and ratios.
//!
//! `cargo run --release -p interop --bin figures`, with the packages of `scripts/debian-packages`. It needs root, as squid
//! changes its user.
use std::process::{Command, Stdio};
use std::time::Instant;

use http_body_util::{BodyExt, Empty};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use interop::pacparser::Pacparser;
use interop::proxies::{DOMAIN, PASSWORD, Proxies, REALM, USER};
use interop::target::Target;
use proxy_config::{
    Connector, Credentials, Dialer, Hop, HopLogin, PacEngine, Repeatable, Route, SharedHealth, TlsTrust, Why,
    client,
};

/// No name is looked up for the hosts below: that would measure DNS.
const SCRIPT: &str = "function FindProxyForURL(url, host) {
  if (isPlainHostName(host) || dnsDomainIs(host, '.corp.test')) return 'DIRECT';
  if (shExpMatch(url, '*.cdn.test/*')) return 'PROXY cdn.corp.test:3128';
  if (isInNet(host, '10.0.0.0', '255.0.0.0')) return 'DIRECT';
  return 'PROXY p1.corp.test:8080; PROXY p2.corp.test:8080; DIRECT';
}";
const HOSTS: [&str; 3] = ["10.1.2.3", "a.cdn.test", "192.0.2.7"];

fn main() {
    let (proxies, target) = (Proxies::start(), Target::start());
    first_requests(&proxies, &target);
    downloads(&proxies, &target);
    scripts();
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn row(what: &str, unit: &str, ours: f64, peer: f64, name: &str) {
    println!("{what:<48} ours {ours:>9.2} {unit}, {name} {peer:>9.2} {unit}, ratio {:.2}", ours / peer);
}

/// From the start of the client to the last byte of the first answer, each in a process of its own.
fn first_requests(proxies: &Proxies, target: &Target) {
    assert!(proxies.kinit("ticket", USER, PASSWORD, "1h"));
    let (domain_user, realm_user) = (format!("{DOMAIN}\\{USER}"), format!("{USER}@{REALM}"));
    let ntlm = format!("{domain_user}:{PASSWORD}");
    let basic = format!("{USER}:{PASSWORD}");
    let negotiate: [&str; 3] = ["--proxy-negotiate", "-U", ":"];
    let table: [(&str, u16, [&str; 2], &[&str]); 3] = [
        ("Basic", proxies.basic, ["password", USER], &["--proxy-basic", "-U", &basic]),
        ("NTLM", proxies.ntlm, ["password", &domain_user], &["--proxy-ntlm", "-U", &ntlm]),
        ("Negotiate, ticket at hand", proxies.negotiate, ["current", ""], &negotiate),
    ];
    for (what, port, [login, user], options) in table {
        compare(
            &format!("first request, {what}"),
            || way_out(proxies, target, port, [login, user], "1")[0],
            || curl(proxies, target, port, "ticket", options),
        );
    }
    let (port, alice) = (proxies.negotiate, ["password", &*realm_user]);
    compare(
        "Negotiate, password, ticket of a visit before",
        || way_out(proxies, target, port, alice, "2")[1],
        || curl(proxies, target, port, "ticket", &negotiate),
    );
    // Whole processes, as a password takes curl two of them.
    compare(
        "Negotiate, password, no ticket (curl: and kinit)",
        || milliseconds(|| way_out(proxies, target, port, alice, "1")),
        || {
            milliseconds(|| {
                assert!(proxies.kinit("cold", USER, PASSWORD, "1h"));
                curl(proxies, target, port, "cold", &negotiate)
            })
        },
    );
}

fn compare(what: &str, ours: impl Fn() -> f64, curl: impl Fn() -> f64) {
    let (ours, theirs): (Vec<_>, Vec<_>) = (0..31).map(|_| (ours(), curl())).unzip();
    row(what, "ms", median(ours), median(theirs), "curl");
}

fn milliseconds<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1000.0
}

/// How long each of so many visits took, in milliseconds.
fn way_out(proxies: &Proxies, target: &Target, port: u16, [login, user]: [&str; 2], times: &str) -> Vec<f64> {
    use std::io::Write;
    let program = std::env::current_exe().unwrap().with_file_name("way-out");
    let mut command = Command::new(program);
    command.args([&target.url(5), &format!("localhost:{port}"), login, user]).arg(&target.ca_file).arg(times);
    command.envs(proxies.kerberos("ticket")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("cargo build --release -p interop --bins");
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let micros = said.lines().filter_map(|line| line.strip_prefix("passes 5 "));
    let visits: Vec<_> = micros.map(|micros| micros.parse::<f64>().unwrap() / 1000.0).collect();
    assert_eq!(visits.len().to_string(), times, "{said}");
    visits
}

fn curl(proxies: &Proxies, target: &Target, port: u16, cache: &str, options: &[&str]) -> f64 {
    let mut command = Command::new("curl");
    command
        .args(["-sS", "-o", "/dev/null", "-w", "%{time_total}", "--noproxy", "", "--cacert"])
        .arg(&target.ca_file);
    command.args(["--proxy", &format!("http://localhost:{port}")]).args(options).arg(target.url(5));
    let done = command.envs(proxies.kerberos(cache)).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap().parse::<f64>().unwrap() * 1000.0
}

/// 500 MB directly, and through squid by relay and by connector; curl through the same squid shows what squid costs.
fn downloads(proxies: &Proxies, target: &Target) {
    const BYTES: u64 = 500_000_000;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let trust = TlsTrust { ca_files_pem: vec![std::fs::read(&target.ca_file).unwrap()], system_roots: false };
    let alice = Credentials::new(None, USER, PASSWORD.into());
    let health = SharedHealth::new(Default::default());
    let server = format!("127.0.0.1:{}", proxies.basic).parse().unwrap();
    let squid = Route { hops: vec![Hop::Proxy { server, login: HopLogin::Password }], why: Why::Manual };
    let direct = Route { hops: vec![Hop::Direct], why: Why::Direct };
    let url = target.url(BYTES);
    let (mut plain, mut relay, mut connector, mut peer) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        for (route, samples) in [(&direct, &mut plain), (&squid, &mut relay)] {
            let started = Instant::now();
            let bytes = runtime.block_on(async {
                let http = client(route, Some(&alice), &trust, &health).await.unwrap();
                let mut answer = http.client().get(&url).send().await.unwrap();
                let mut bytes = 0;
                while let Some(chunk) = answer.chunk().await.unwrap() {
                    bytes += chunk.len() as u64;
                }
                bytes
            });
            assert_eq!(bytes, BYTES);
            samples.push(started.elapsed().as_secs_f64());
        }
        let started = Instant::now();
        let bytes = runtime.block_on(async {
            let dialer = Dialer::new(Some(&alice), &trust, &health).unwrap();
            let tls =
                HttpsConnectorBuilder::new().with_tls_config(trust.client_config().unwrap()).https_only();
            let https = tls.enable_http1().wrap_connector(Connector::new(dialer, squid.clone()));
            let client = Client::builder(TokioExecutor::new()).build::<_, Empty<&[u8]>>(https);
            let mut body = client.get(url.parse().unwrap()).await.unwrap().into_body();
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame.unwrap().data_ref().map_or(0, |data| data.len() as u64);
            }
            bytes
        });
        assert_eq!(bytes, BYTES);
        connector.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let mut command = Command::new("curl");
        command.args([
            "-sS",
            "-o",
            "/dev/null",
            "--noproxy",
            "",
            "--proxy-basic",
            "-U",
            &format!("{USER}:{PASSWORD}"),
        ]);
        command
            .args(["--proxy", &format!("http://localhost:{}", proxies.basic), "--cacert"])
            .arg(&target.ca_file);
        assert!(command.arg(&url).status().unwrap().success());
        peer.push(started.elapsed().as_secs_f64());
    }
    let plain = median(plain);
    row("500 MB through relay and squid", "s", median(relay), plain, "direct");
    row("500 MB through connector and squid", "s", median(connector), plain, "direct");
    println!("{:<48} {:.2} s", "500 MB, curl through the same squid", median(peer));
}

/// A script from nothing to its first answer, and each answer after that; one that does nothing shows what calling costs.
fn scripts() {
    script("PAC script", SCRIPT);
    script("PAC script without work", "function FindProxyForURL() { return 'DIRECT'; }");
}

fn script(what: &str, script: &str) {
    const WARM: usize = 3_000;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let urls = HOSTS.map(|host| format!("http://{host}/path"));
    let parsed = urls.clone().map(|url| url.parse::<url::Url>().unwrap());
    let micros = |started: Instant, count: usize| started.elapsed().as_secs_f64() * 1e6 / count as f64;
    let (mut cold, mut warm, mut their_cold, mut their_warm) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut peer = Pacparser::open();
    for _ in 0..15 {
        runtime.block_on(async {
            let started = Instant::now();
            let engine = PacEngine::start("x.pac", script.into(), Repeatable::default()).unwrap();
            engine.find(&parsed[0], Default::default()).await.unwrap();
            cold.push(micros(started, 1));
            let started = Instant::now();
            for n in 0..WARM {
                engine.find(&parsed[n % 3], Default::default()).await.unwrap();
            }
            warm.push(micros(started, WARM));
        });
        let started = Instant::now();
        peer.with(script, |find| {
            find(&urls[0], HOSTS[0]);
            their_cold.push(micros(started, 1));
            let started = Instant::now();
            for n in 0..WARM {
                find(&urls[n % 3], HOSTS[n % 3]);
            }
            their_warm.push(micros(started, WARM));
        });
    }
    row(&format!("{what}, cold start to first answer"), "us", median(cold), median(their_cold), "pacparser");
    row(&format!("{what}, each further URL"), "us", median(warm), median(their_warm), "pacparser");
}
