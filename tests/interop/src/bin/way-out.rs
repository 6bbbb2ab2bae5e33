//! A program that goes out through a proxy as a product would, so that environment, time and process list are those of a
//! process of its own. The password is the first line on standard input.
//!
//! `way-out URL PROXY none|password|current USER CA_FILE [TIMES|asked]` makes one visit, so many, or one more for each further
//! line on standard input. Each has a client of its own and prints one line: `passes BYTES MICROSECONDS` or `fails ERROR`.
//! After several TIMES come a connection report and everything that has a `Debug`.
use std::time::Instant;

use proxy_config::{
    Credentials, Error, Findings, Login, Mode, ProxySettings, Route, SharedHealth, TlsTrust, client, decide,
    diagnose,
};
use url::Url;

struct Way {
    settings: ProxySettings,
    credentials: Option<Credentials>,
    trust: TlsTrust,
    url: Url,
    route: Route,
    health: SharedHealth,
}

fn main() {
    let mut started = Instant::now();
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, proxy, login, user, ca_file, more @ ..] = &arguments[..] else {
        panic!("see the source for usage")
    };
    let mut input = std::io::stdin().lines();
    let password = input.next().transpose().unwrap().unwrap_or_default();
    let settings = ProxySettings {
        mode: if proxy == "direct" { Mode::Direct } else { Mode::Manual },
        address: Some(proxy.clone()),
        bypass: Vec::new(),
        login: serde_json::from_value::<Login>(login.as_str().into()).unwrap(),
        user: Some(user.clone()),
        ..ProxySettings::default()
    };
    let (url, now) = (url.parse().unwrap(), chrono::DateTime::UNIX_EPOCH);
    let health = SharedHealth::new(now);
    let way = Way {
        credentials: Credentials::from_settings(&settings, password.into()),
        trust: TlsTrust { ca_files_pem: vec![std::fs::read(ca_file).unwrap()], system_roots: false },
        route: decide(&settings, &Findings::default(), &url, now, &health.snapshot()).unwrap(),
        settings,
        url,
        health,
    };
    let more = more.first().map_or("1", String::as_str);
    let times = more.parse::<usize>().unwrap_or(1);
    let asked = input.take_while(|_| more == "asked").map(drop);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for () in std::iter::repeat_n((), times).chain(asked) {
        let outcome = runtime.block_on(way.visit());
        match outcome {
            Ok(bytes) => println!("passes {bytes} {}", started.elapsed().as_micros()),
            Err(error) => println!("fails {error}"),
        }
        started = Instant::now();
    }
    if times > 1 {
        runtime.block_on(way.report());
    }
}

impl Way {
    async fn visit(&self) -> Result<u64, String> {
        let Self { credentials, trust, url, route, health, .. } = self;
        let shown = |error: Error| format!("{error:?}");
        let http = client(route, credentials.as_ref(), trust, health).await.map_err(shown)?;
        fetch(&http.client(), url.clone()).await.map_err(|error| match http.last_proxy_error() {
            Some(error) => format!("{error:?}"),
            None => format!("{error:?}"),
        })
    }

    /// [Test connection] with the same credentials, in the same process.
    async fn report(&self) {
        let Self { settings, credentials, trust, url, route, health } = self;
        let credentials = credentials.as_ref();
        let report = diagnose(settings, credentials, trust, &Findings::default(), url, health).await;
        println!("report {}", serde_json::to_string(&report).unwrap());
        let http = client(route, credentials, trust, health).await;
        println!("debug {settings:?} {credentials:?} {route:?} {health:?} {http:?}");
    }
}

async fn fetch(client: &reqwest::Client, url: Url) -> reqwest::Result<u64> {
    let mut answer = client.get(url).send().await?;
    let mut bytes = 0;
    while let Some(chunk) = answer.chunk().await? {
        bytes += chunk.len() as u64;
    }
    Ok(bytes)
}
