//! What was measured.
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// Times in milliseconds: half of them, and all but one in a hundred, are not longer.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Times {
    p50: f64,
    p99: f64,
}

impl Times {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let place = (times.len() as f64 * share).ceil() as usize;
            let time = times.get(place.saturating_sub(1)).copied().unwrap_or_default();
            (time.as_secs_f64() * 100_000.0).round() / 100.0
        };
        Self { p50: at(0.5), p99: at(0.99) }
    }
}

/// One run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) installations: usize,
    /// Whether the server terminates TLS itself.
    pub(crate) tls: bool,
    /// Memory for each held poll, after each was answered and held again.
    pub(crate) rss_per_poll_bytes: u64,
    /// Of one core, while all are held and asked again in their turn.
    pub(crate) idle_cpu_percent: f64,
    pub(crate) generator_cpu_percent: f64,
    /// From the license desk's request until the installation holds the license.
    pub(crate) publish_ms: Times,
    /// From the request of the first page after the login until it shows RDP and VPN in every row.
    pub(crate) presence_ms: Times,
    /// The same, from the request that logs in: with the time that a password takes.
    pub(crate) login_to_presence_ms: Times,
    /// From the request to stop until all polls are held again.
    pub(crate) back_after_restart_s: f64,
    /// Installations that did not come back, and licenses that did not arrive.
    pub(crate) lost: usize,
    /// What should not have happened.
    pub(crate) errors: u64,
    /// What happened, and may.
    pub(crate) seen: BTreeMap<String, u64>,
}

impl Report {
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("JSON")
    }

    pub(crate) fn text(&self) -> String {
        let tls = if self.tls { "own TLS" } else { "behind a balancer" };
        format!(
            "{} installations, {tls}\n  {:.1} KiB a held poll, {:.1} % of a core when idle ({:.1} % for the fleet)\n  \
             published and fetched: p50 {} ms, p99 {} ms\n  RDP and VPN: p50 {} ms, p99 {} ms; with the login \
             before: p50 {} ms, p99 {} ms\n  \
             back after a restart: {:.1} s; lost {}, errors {} {:?}",
            self.installations,
            self.rss_per_poll_bytes as f64 / 1024.0,
            self.idle_cpu_percent,
            self.generator_cpu_percent,
            self.publish_ms.p50,
            self.publish_ms.p99,
            self.presence_ms.p50,
            self.presence_ms.p99,
            self.login_to_presence_ms.p50,
            self.login_to_presence_ms.p99,
            self.back_after_restart_s,
            self.lost,
            self.errors,
            self.seen,
        )
    }
}
