//! Prints a status as `lmstat -a` does, so that whoever reads FlexNet's servers reads the reference server.
use std::fmt::{self, Write};

use chrono::NaiveDateTime;

use super::{FeatureUse, Status};

/// Prints a status as `lmstat -a` does, at `now` in the server's time zone.
///
/// `lmstat` knows no [`licenses`](Status::licenses); they are left out, and so are lines that were not understood.
pub fn write(status: &Status, now: NaiveDateTime) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = all(&mut out, status, now);
    out
}

fn all(out: &mut String, status: &Status, now: NaiveDateTime) -> fmt::Result {
    writeln!(out, "Flexible License Manager status on {}\n", now.format("%a %-m/%-d/%Y %H:%M"))?;
    let listed: Vec<_> = status
        .servers
        .iter()
        .map(|server| {
            server.port.map_or_else(|| server.host.clone(), |port| format!("{port}@{}", server.host))
        })
        .collect();
    if !listed.is_empty() {
        writeln!(out, "License server status: {}\n", listed.join(","))?;
    }
    for (index, server) in status.servers.iter().enumerate() {
        let state = match (server.up, index) {
            (true, 0) => "UP (MASTER)",
            (true, _) => "UP",
            (false, _) => "DOWN",
        };
        writeln!(out, "{}: license server {state}", server.host)?;
    }
    for fault in &status.errors {
        writeln!(out, "Error getting status: {} ({},{})", fault.text, fault.major, fault.minor)?;
    }
    let host = status.servers.first().map_or("localhost", |server| &server.host);
    writeln!(out, "\nVendor daemon status (on {host}):\n")?;
    for vendor in &status.vendors {
        let state = if vendor.up { "UP" } else { "The desired vendor daemon is down." };
        writeln!(out, "  {}: {state}", vendor.name)?;
    }
    writeln!(out, "\nFeature usage info:\n")?;
    status.features.iter().try_for_each(|feature| one(out, feature, status, now))
}

fn one(out: &mut String, feature: &FeatureUse, status: &Status, now: NaiveDateTime) -> fmt::Result {
    let name = &feature.name;
    match (&feature.error, feature.issued) {
        (Some(error), _) => writeln!(out, "Users of {name}:  (Error: {error})\n")?,
        (None, Some(issued)) => {
            let (issued, in_use) = (licenses(issued), licenses(feature.in_use));
            writeln!(out, "Users of {name}:  (Total of {issued} issued;  Total of {in_use} in use)\n")?;
        }
        (None, None) => writeln!(out, "Users of {name}:  (Uncounted, node-locked)\n")?,
    }
    for pool in &feature.pools {
        let expiry = pool.expiry.as_ref().map_or_else(String::new, |expiry| format!(", expiry: {expiry}"));
        writeln!(
            out,
            "  \"{name}\" v{}, vendor: {}{expiry}\n  floating license\n",
            pool.version, pool.vendor
        )?;
    }
    let server = status.servers.first();
    let place =
        server.map_or("localhost/0".to_owned(), |s| format!("{}/{}", s.host, s.port.unwrap_or_default()));
    for (handle, checkout) in feature.checkouts.iter().enumerate() {
        let (user, host, display) = (&checkout.user, &checkout.host, &checkout.display);
        let since = now.format("%a %-m/%-d %-H:%M");
        let count =
            if checkout.count == 1 { String::new() } else { format!(", {}", licenses(checkout.count)) };
        writeln!(
            out,
            "    {user} {host} {display} (v{}) ({place} {}), start {since}{count}",
            checkout.version,
            handle + 1
        )?;
    }
    if feature.reservations > 0 {
        writeln!(out, "    {} RESERVATIONs for GROUP reserved ({place})", feature.reservations)?;
    }
    if feature.queued > 0 {
        writeln!(out, "    waiting waiting waiting ({place} 0) queued for {}", licenses(feature.queued))?;
    }
    Ok(())
}

fn licenses(count: u64) -> String {
    format!("{count} license{}", if count == 1 { "" } else { "s" })
}
