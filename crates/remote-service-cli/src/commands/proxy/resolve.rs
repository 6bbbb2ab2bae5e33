use std::{collections::HashMap, net::IpAddr, path::PathBuf};

use chrono::{DateTime, FixedOffset};
use clap::Args;
use remote_service::proxy::{Error, Health, Hop, ProxySettings, Repeatable, Route, TlsTrust, decide};
use serde_json::{Value, json};
use url::Url;

use super::way::{Found, Way};
use crate::{
    answer::{Answer, Exit, Failure, Stop, with_causes},
    clock::Clock,
    input, runtime,
};

/// Says which way a connection to a URL leaves, and which rule decided
///
/// Nothing is connected to but what a PAC script asks for. With --now, --dns and --my-ip a script gives the same answers
/// on every computer.
///
/// Exit code 1: a PAC script is broken, stopped or answers nonsense.
#[derive(Args)]
#[command(after_help = "Examples:
  remote-service proxy resolve https://backoffice.example.com/
  remote-service proxy resolve https://a.example.com/ https://b.corp/ --proxy proxy.corp:8080 --bypass '.corp,10.0.0.0/8'
  remote-service proxy resolve https://a.example.com/ --pac proxy.pac --now 2027-03-31T18:00:00+02:00 --dns hosts.txt --my-ip 10.1.2.3
  https_proxy=http://proxy.corp:8080 remote-service proxy resolve https://a.example.com/ --env --json")]
pub(crate) struct Resolve {
    /// Where connections would go to
    #[arg(required = true)]
    urls: Vec<Url>,
    #[command(flatten)]
    way: Way,
    /// The time that a PAC script sees, with the offset of its local time
    #[arg(long, value_name = "TIME")]
    now: Option<DateTime<FixedOffset>>,
    /// A file of lines `host address` that replaces DNS for a PAC script
    #[arg(long, value_name = "FILE")]
    dns: Option<PathBuf>,
    /// The address of this computer that a PAC script sees; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    my_ip: Vec<IpAddr>,
}

impl Resolve {
    pub(crate) fn run(&self, clock: &Clock) -> Result<Answer, Stop> {
        let settings = self.way.settings()?;
        let names = self.dns.as_ref().map(|path| names(&input::text(path)?)).transpose()?;
        let my_ip = (!self.my_ip.is_empty()).then(|| self.my_ip.clone());
        let found = self.way.finder(Repeatable { my_ip, names });
        let now = self.now.unwrap_or_else(|| clock.local());
        runtime::block_on(self.all(&settings, &found, now))?
    }

    async fn all(
        &self,
        settings: &ProxySettings,
        found: &Found,
        now: DateTime<FixedOffset>,
    ) -> Result<Answer, Stop> {
        let (mut results, mut text, mut failure) = (Vec::new(), String::new(), None);
        for url in &self.urls {
            let shown = shown(url);
            match resolve(settings, found, url, now).await {
                Ok(route) => {
                    let hops: Vec<_> = route.hops.iter().map(ToString::to_string).collect();
                    text += &format!("{shown}\n  {} ({})\n", hops.join(", then "), route.why);
                    results.push(json!({
                        "url": shown,
                        "hops": route.hops.iter().map(hop).collect::<Vec<_>>(),
                        "why": route.why.to_string(),
                    }));
                }
                Err(error) if self.way.is_unreadable(&error) => {
                    return Err(Failure::Usage(with_causes(&error)).into());
                }
                Err(error) => {
                    let error = with_causes(&error);
                    eprintln!("remote-service: {shown}: {error}");
                    results.push(json!({ "url": shown, "hops": [], "why": null, "error": error }));
                    failure.get_or_insert(error);
                }
            }
        }
        let mut json = json!({ "results": results });
        let exit = if failure.is_none() { Exit::Yes } else { Exit::No };
        if let Some(error) = failure {
            json["error"] = error.into();
        }
        Ok(Answer { exit, json, text })
    }
}

async fn resolve(
    settings: &ProxySettings,
    found: &Found,
    url: &Url,
    now: DateTime<FixedOffset>,
) -> Result<Route, Error> {
    let findings = found.find(settings, &TlsTrust::default(), url, now).await?;
    decide(settings, &findings, url, now.to_utc(), &Health::default())
}

fn hop(hop: &Hop) -> Value {
    match hop {
        Hop::Direct => json!({ "kind": "direct", "host": null, "port": null }),
        Hop::Proxy { server, .. } => {
            json!({ "kind": server.protocol.scheme(), "host": server.host, "port": server.port })
        }
    }
}

/// The URL without user and password.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username(""); // a URL without host has no user
    let _ = url.set_password(None);
    url.into()
}

/// Lines `host address`; a host may have several. Blank lines and `#` comments are passed over.
fn names(text: &str) -> Result<HashMap<String, Vec<IpAddr>>, Failure> {
    let mut names: HashMap<String, Vec<IpAddr>> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let mut words = line.split_whitespace();
        let (Some(host), Some(Ok(address)), None) =
            (words.next(), words.next().map(str::parse), words.next())
        else {
            return Err(Failure::Usage(format!("--dns, line {}: write `host address`", number + 1)));
        };
        names.entry(host.to_lowercase()).or_default().push(address);
    }
    Ok(names)
}
