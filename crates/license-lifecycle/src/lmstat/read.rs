//! Reads `lmstat -a`, line by line.
use super::{Fault, FeatureUse, Pool, Server, Status, Vendor, checkout, fault::fault};

/// Lines that carry nothing, by how they start.
const NOISE: [&str; 14] = [
    "lmutil - Copyright",
    "lmstat - Copyright",
    "Copyright",
    "Flexible License Manager status on",
    "[Detecting lmgrd",
    "License file(s) on",
    "Feature usage info:",
    "floating license",
    "nodelocked license",
    "node-locked license",
    "uncounted nodelocked",
    "uncounted node-locked",
    "vendor_string:",
    "----------",
];

/// Reads what `lmstat -a` printed. It never fails: what it does not know stays in [`Status::unknown`].
pub fn read(text: &str) -> Status {
    let mut reader = Reader::default();
    for line in text.lines() {
        let line = line.trim();
        if !line.is_empty() && !NOISE.iter().any(|start| line.starts_with(start)) && !reader.take(line) {
            reader.status.unknown.push(line.to_owned());
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    status: Status,
    section: Section,
    /// A complaint whose numbers come some lines below it.
    complaint: Option<String>,
}

#[derive(Default, PartialEq)]
enum Section {
    #[default]
    Servers,
    Vendors,
    Features,
}

impl Reader {
    /// Takes a line; `false` when it is not understood.
    fn take(&mut self, line: &str) -> bool {
        if let Some(list) = after(line, "License server status:") {
            self.section = Section::Servers;
            self.status.servers.extend(list.split(',').filter_map(listed_server));
            return true;
        }
        if after(line, "Vendor daemon status").is_some() {
            self.section = Section::Vendors;
            return true;
        }
        if let Some(complaint) = after(line, "Error getting status:") {
            match fault(complaint) {
                Some(fault) => self.status.errors.push(fault),
                None => self.complaint = Some(complaint.to_owned()),
            }
            return true;
        }
        if let Some((_, numbers)) = line.split_once("Licensing error:") {
            let what = self.complaint.take().unwrap_or_default();
            return self.fault(&format!("{what} ({})", numbers.trim()));
        }
        if let Some(feature) = after(line, "Users of ").and_then(users_of) {
            self.section = Section::Features;
            self.status.features.push(feature);
            return true;
        }
        if let Some((host, state)) = line.split_once(": license server ") {
            self.server(host, after(state, "UP").is_some());
            return true;
        }
        match (&self.section, self.status.features.last_mut()) {
            (Section::Servers, _) => self.fault(line),
            (Section::Vendors, _) => self.vendor(line),
            (Section::Features, Some(feature)) => use_of(feature, line),
            (Section::Features, None) => false,
        }
    }

    fn fault(&mut self, text: &str) -> bool {
        let fault = fault(text);
        let found = fault.is_some();
        self.status.errors.extend(fault);
        found
    }

    /// `host` may be written otherwise than in the list: with its domain or without, or as an address.
    fn server(&mut self, host: &str, up: bool) {
        let label = |name: &str| name.split('.').next().map(str::to_ascii_lowercase);
        let servers = &mut self.status.servers;
        let same = servers.iter().position(|server| server.host.eq_ignore_ascii_case(host));
        let alike = || servers.iter().position(|server| label(&server.host) == label(host));
        let only = || (servers.len() == 1).then_some(0);
        match same.or_else(alike).or_else(only) {
            Some(index) => servers[index].up |= up,
            None => servers.push(Server { host: host.to_owned(), port: None, up }),
        }
    }

    fn vendor(&mut self, line: &str) -> bool {
        let Some((name, state)) = line.split_once(':') else { return false };
        let up = after(state.trim(), "UP").is_some();
        if !up {
            self.fault(state);
        }
        self.status.vendors.push(Vendor { name: name.trim_matches('"').to_owned(), up });
        true
    }

    fn finish(mut self) -> Status {
        self.status.errors.extend(self.complaint.map(|text| Fault { major: 0, minor: 0, text }));
        for feature in &mut self.status.features {
            if feature.issued.is_none() {
                feature.in_use =
                    feature.checkouts.iter().fold(0, |sum, checkout| sum.saturating_add(checkout.count));
            }
        }
        self.status
    }
}

/// `port@host`, or a host alone.
fn listed_server(text: &str) -> Option<Server> {
    let (port, host) = text.trim().split_once('@').unwrap_or(("", text.trim()));
    (!host.is_empty()).then(|| Server { host: host.to_owned(), port: port.parse().ok(), up: false })
}

/// `F:  (Total of 5 licenses issued;  Total of 2 licenses in use)` and what stands in its place.
fn users_of(text: &str) -> Option<FeatureUse> {
    let (name, state) = text.split_once(':')?;
    let state = state.trim();
    let mut feature = FeatureUse { name: name.trim().to_owned(), ..FeatureUse::default() };
    let lower = state.to_ascii_lowercase();
    if let Some(totals) = lower.strip_prefix("(total of") {
        feature.issued = first_number(totals);
        feature.in_use =
            totals.split_once("total of").and_then(|(_, in_use)| first_number(in_use)).unwrap_or(0);
        feature.uncounted = feature.issued.is_none();
    } else if lower.starts_with("(uncounted") {
        feature.uncounted = true;
    } else {
        let error = state.strip_prefix("(Error:").and_then(|error| error.strip_suffix(')'));
        let error = error.or_else(|| state.split_once(": ").map(|(_, error)| error)).unwrap_or(state);
        feature.error = Some(error.trim().to_owned());
    }
    Some(feature)
}

/// A line below `Users of`.
fn use_of(feature: &mut FeatureUse, line: &str) -> bool {
    if let Some(pool) = pool(line) {
        feature.pools.push(pool);
    } else if let Some((_, waiting)) = line.rsplit_once(" queued for ") {
        feature.queued = feature.queued.saturating_add(first_number(waiting).unwrap_or(1));
    } else if let Some(checkout) = checkout::read(line) {
        feature.checkouts.push(checkout);
    } else if let Some((count, _)) = line.split_once("RESERVATION") {
        feature.reservations = feature.reservations.saturating_add(first_number(count).unwrap_or(1));
    } else if line.starts_with("No such feature") {
        feature.error = Some(line.to_owned());
    } else {
        return false;
    }
    true
}

/// `"F" v1.0, vendor: acmed, expiry: 31-dec-2027`.
fn pool(line: &str) -> Option<Pool> {
    let (_, rest) = line.strip_prefix('"')?.split_once("\" v")?;
    let (version, rest) = rest.split_once(", vendor:")?;
    let (vendor, expiry) = match rest.split_once(", expiry:") {
        Some((vendor, expiry)) => (vendor, expiry.split('(').next().map(|date| date.trim().to_owned())),
        None => (rest, None),
    };
    Some(Pool { version: version.trim().to_owned(), vendor: vendor.trim().to_owned(), expiry })
}

/// The number that a text starts with, after blanks; commas may group its digits.
pub(super) fn first_number(text: &str) -> Option<u64> {
    let word = text.split_whitespace().next()?;
    word.chars().filter(|c| *c != ',').collect::<String>().parse().ok()
}

/// What follows `start`, in any case.
fn after<'t>(line: &'t str, start: &str) -> Option<&'t str> {
    let head = line.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| line[start.len()..].trim())
}
