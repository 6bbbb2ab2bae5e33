//! `/metrics`, in the text form of Prometheus (exposition format 0.0.4).
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use remote_service::license::Expiry;
use remote_service::{Events, Light, Snapshot};

/// How often each thing has happened since the start.
#[derive(Clone, Default)]
pub(super) struct Metrics {
    counts: Arc<Mutex<BTreeMap<&'static str, u64>>>,
}

impl Metrics {
    /// Counts events until there are no more.
    pub(super) fn count(mut events: Events) -> Self {
        let metrics = Self::default();
        let counts = metrics.counts.clone();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                *counts
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(event.kind.name())
                    .or_default() += 1;
            }
        });
        metrics
    }

    pub(super) fn text(&self, snapshot: &Snapshot) -> String {
        let mut page = Page::default();
        let light = match snapshot.light {
            Light::Off => "off",
            Light::Connecting => "connecting",
            Light::Green { .. } => "green",
            Light::Orange { .. } => "orange",
        };
        page.family("remote_service_light", "gauge", "The status icon; 1 for the one that is shown.");
        for name in ["off", "connecting", "green", "orange"] {
            page.row("remote_service_light", &format!("{{light=\"{name}\"}}"), i64::from(name == light));
        }
        let waiting = i64::try_from(snapshot.license.outbox.len()).unwrap_or(i64::MAX);
        page.one("remote_service_outbox_licenses", "Licenses that are not delivered yet.", waiting);
        if let Some(about) = snapshot.about() {
            if let Expiry::On(day) = about.expires {
                page.one(
                    "remote_service_license_expires_day",
                    "Last day of the license, in days since 1970-01-01.",
                    days(day),
                );
            }
            if let Some(Expiry::On(day)) = about.maintenance_until {
                page.one(
                    "remote_service_maintenance_until_day",
                    "Last day of maintenance, in days since 1970-01-01.",
                    days(day),
                );
            }
        }
        let assistance = &snapshot.assistance;
        page.one(
            "remote_service_assistance_allowed",
            "1: requests for remote assistance are let through.",
            i64::from(assistance.allowed),
        );
        page.one(
            "remote_service_assistance_sessions",
            "Sessions of remote assistance that run.",
            i64::from(assistance.session.is_some()),
        );
        page.family("remote_service_events_total", "counter", "What has happened since the start.");
        for (name, count) in &*self.counts.lock().unwrap_or_else(PoisonError::into_inner) {
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            page.row("remote_service_events_total", &format!("{{event=\"{name}\"}}"), count);
        }
        page.0
    }
}

fn days(day: chrono::NaiveDate) -> i64 {
    (day - chrono::NaiveDate::default()).num_days()
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn one(&mut self, name: &str, help: &str, value: i64) {
        self.family(name, "gauge", help);
        self.row(name, "", value);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn row(&mut self, name: &str, labels: &str, value: i64) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}
