//! A program that goes out through a proxy as a product would, so that environment, time and process list are those of a
//! process of its own. The password comes on standard input.
//!
//! `way-out URL PROXY none|password|current USER CA_FILE [TIMES]` prints one line: `passes BYTES MICROSECONDS` of the first
//! request, or `fails ERROR`.
use std::io::Read;
use std::time::Instant;

use proxy_config::{
    Credentials, Findings, Login, Mode, ProxySettings, SharedHealth, TlsTrust, client, decide, diagnose,
};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, proxy, login, user, ca_file, more @ ..] = &arguments[..] else {
        panic!("see the source for usage")
    };
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).unwrap();
    let settings = ProxySettings {
        mode: if proxy == "direct" { Mode::Direct } else { Mode::Manual },
        address: Some(proxy.clone()),
        bypass: Vec::new(),
        login: serde_json::from_value::<Login>(login.as_str().into()).unwrap(),
        user: Some(user.clone()),
        ..ProxySettings::default()
    };
    let credentials = Credentials::from_settings(&settings, password.into());
    let trust = TlsTrust { ca_files_pem: vec![std::fs::read(ca_file).unwrap()], system_roots: false };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let times: usize = more.first().map_or(1, |times| times.parse().unwrap());
    for line in
        runtime.block_on(requests(&settings, credentials.as_ref(), &trust, &url.parse().unwrap(), times))
    {
        println!("{line}");
    }
}

async fn requests(
    settings: &ProxySettings,
    credentials: Option<&Credentials>,
    trust: &TlsTrust,
    url: &url::Url,
    times: usize,
) -> Vec<String> {
    let started = Instant::now();
    let health = SharedHealth::new(chrono::DateTime::UNIX_EPOCH);
    let route = decide(settings, &Findings::default(), url, chrono::DateTime::UNIX_EPOCH, &health.snapshot())
        .unwrap();
    let http = match client(&route, credentials, trust, &health).await {
        Ok(http) => http,
        Err(error) => return vec![format!("fails {error:?}")],
    };
    let mut lines = Vec::new();
    for _ in 0..times {
        lines.push(match fetch(&http.client(), url.clone()).await {
            Ok(bytes) => format!("passes {bytes} {}", started.elapsed().as_micros()),
            Err(error) => match http.last_proxy_error() {
                Some(error) => format!("fails {error:?}"),
                None => format!("fails {error:?}"),
            },
        });
    }
    if times > 1 {
        // [Test connection] with the same credentials, in the same process.
        let report = diagnose(settings, credentials, trust, &Findings::default(), url, &health).await;
        lines.push(format!("report {}", serde_json::to_string(&report).unwrap()));
        lines.push(format!("debug {settings:?} {credentials:?} {route:?} {health:?} {http:?}"));
    }
    lines
}

async fn fetch(client: &reqwest::Client, url: url::Url) -> reqwest::Result<u64> {
    let mut answer = client.get(url).send().await?;
    let mut bytes = 0;
    while let Some(chunk) = answer.chunk().await? {
        bytes += chunk.len() as u64;
    }
    Ok(bytes)
}
