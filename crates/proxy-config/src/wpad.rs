//! WPAD over DNS: the script at `http://wpad.<domain>/wpad.dat`, never above the organization's own domain.
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::TlsTrust;
use crate::finder::Looked;
use crate::network::domains;
use crate::scripts::Scripts;

/// How long "there is none" is believed.
const FRESH: Duration = Duration::from_secs(600);
/// For all names together.
const PATIENCE: Duration = Duration::from_secs(5);
/// More names than this are not tried.
const MAX_NAMES: usize = 8;

/// Where the script was found; once found it stays, as silence later must not mean direct.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wpad(Looked<String>);

impl Wpad {
    pub(crate) async fn location(&self, scripts: &Scripts, tls: &TlsTrust) -> Option<String> {
        let mut known = self.0.lock().await;
        if let Some((looked, location)) = &*known
            && (location.is_some() || looked.elapsed() < FRESH)
        {
            return location.clone();
        }
        let domains = tokio::task::spawn_blocking(domains).await.unwrap_or_default();
        let location =
            timeout(PATIENCE, first_script(scripts, tls, candidates(&domains))).await.ok().flatten();
        *known = Some((Instant::now(), location.clone()));
        location
    }

    pub(crate) async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

async fn first_script(scripts: &Scripts, tls: &TlsTrust, candidates: Vec<String>) -> Option<String> {
    for location in candidates {
        if scripts.is_script(&location, tls).await {
            return Some(location);
        }
    }
    None
}

/// Where a script may lie, for a computer in `domains`: from each domain upwards, down to the domain that the
/// organization itself registered. A public suffix (`com`, `co.uk`) belongs to nobody, so nothing is asked there.
fn candidates(domains: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for domain in domains {
        let domain = domain.trim().trim_matches('.').to_lowercase();
        let Some(own) = psl::domain_str(&domain).filter(|own| own.contains('.')) else { continue };
        let mut rest = Some(&*domain);
        while let Some(name) = rest.filter(|name| name.len() >= own.len()) {
            let location = format!("http://wpad.{name}/wpad.dat");
            if !found.contains(&location) {
                found.push(location);
            }
            rest = name.split_once('.').map(|(_, above)| above);
        }
    }
    found.truncate(MAX_NAMES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_above_the_organizations_own_domain() {
        let table: [(&[&str], &str); 9] = [
            (&["example.com"], "example.com"),
            (&["print.eu.Example.COM."], "print.eu.example.com eu.example.com example.com"),
            (&["a.example.co.uk"], "a.example.co.uk example.co.uk"),
            (&["co.uk"], ""),
            (&["com"], ""),
            (&["corp"], ""),
            (&["a.corp.local"], "a.corp.local corp.local"),
            (&["b.example.com", "a.example.com"], "b.example.com example.com a.example.com"),
            (&["", "."], ""),
        ];
        for (domains, expected) in table {
            let domains: Vec<_> = domains.iter().map(|&domain| domain.to_owned()).collect();
            let names: Vec<_> =
                expected.split_whitespace().map(|n| format!("http://wpad.{n}/wpad.dat")).collect();
            assert_eq!(candidates(&domains), names, "{domains:?}");
        }
        let many: Vec<_> = (0..20).map(|n| format!("d{n}.example.com")).collect();
        assert_eq!(candidates(&many).len(), MAX_NAMES);
    }
}
