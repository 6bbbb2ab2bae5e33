//! An installation as pages show it.
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::page::Failure;
use super::words;
use crate::office::Office;
use crate::probes::{FRESH, Said};
use crate::store::{millis, time};

/// How long after its last poll an installation still counts as connected: it is between two polls.
const BETWEEN_POLLS: TimeDelta = TimeDelta::seconds(15);

/// How many rows a page has; all of them are probed.
const ROWS: i64 = crate::probes::MOST as i64;

/// What the database knows of an installation.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) serial_number: String,
    pub(super) product_version: String,
    pub(super) state: String,
    quarantine: Option<String>,
    seen_at: Option<i64>,
    presence_at: Option<i64>,
    license_sequence: Option<i64>,
    assistance_allowed: bool,
    remote_desktop: bool,
    vpn: bool,
    offered_sequence: Option<i64>,
    delivery: Option<String>,
    delivery_reason: Option<String>,
}

impl Row {
    /// Takes what the installation answered to a probe, unless something later is on record.
    fn hear(&mut self, Said { at, available }: Said) {
        let at = Some(millis(at));
        if self.presence_at < at {
            self.presence_at = at;
            self.seen_at = self.seen_at.max(at);
            self.assistance_allowed = available.allowed;
            self.remote_desktop = available.remote_desktop;
            self.vpn = available.vpn;
        }
    }
}

/// The columns of a [`Row`]; `$1` is the organization.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.serial_number, i.product_version, i.state, i.quarantine, i.seen_at, i.presence_at,
                    i.license_sequence, i.assistance_allowed, i.remote_desktop, i.vpn,
                    s.sequence AS offered_sequence, d.state AS delivery, d.reason AS delivery_reason
             FROM installation i
             LEFT JOIN serial_number s ON s.organization = i.organization AND s.serial_number = i.serial_number
             LEFT JOIN offer_state d ON d.installation = i.id AND d.offer = s.offer
             WHERE i.organization = $1 AND ",
            $rest
        )
    };
}

/// Which installations a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Those in force or waiting.
    Current,
    /// Those that wait for a decision.
    Waiting,
    /// Those that are no longer served.
    Revoked,
}

/// One page of the installations of `organization` whose serial number holds `search`, those that wait first.
pub(super) async fn list(
    office: &Office,
    organization: &str,
    which: Which,
    search: &str,
    page: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    // Backwards, `quarantined` stands before `active`: one order for the index and the page.
    let states = match which {
        Which::Current => ["active", "quarantined"],
        Which::Waiting => ["quarantined", "quarantined"],
        Which::Revoked => ["revoked", "revoked"],
    };
    sqlx::query_as(select!(
        "i.state IN ($2, $3) AND LOWER(i.serial_number) LIKE $4 ESCAPE '\\'
         ORDER BY i.state DESC, i.serial_number, i.id LIMIT $5 OFFSET $6"
    ))
    .bind(organization)
    .bind(states[0])
    .bind(states[1])
    .bind(pattern(search))
    .bind(ROWS + 1)
    .bind(page * ROWS)
    .fetch_all(office.store.read())
    .await
}

/// A `LIKE` pattern for what contains `search`, letter for letter.
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// One installation of `organization`.
pub(super) async fn find(office: &Office, organization: &str, id: &str) -> Result<Row, Failure> {
    let found: Option<Row> = sqlx::query_as(select!("i.id = $2"))
        .bind(organization)
        .bind(id)
        .fetch_optional(office.store.read())
        .await?;
    found.ok_or(Failure::not_found())
}

/// Whether an installation is there, in the words of a light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Light {
    /// Its poll is held, and it answered a probe.
    Connected,
    /// Its poll is held; the probe is on its way.
    Asking,
    /// No poll is held.
    Away,
    /// A help-desk user has to decide.
    Waiting,
    /// No longer served.
    Revoked,
}

impl Light {
    /// The class of the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Asking => "asking",
            Self::Away => "away",
            Self::Waiting => "waiting",
            Self::Revoked => "revoked",
        }
    }

    /// What it says.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Connected => "Connected",
            Self::Asking => "Connected, asking …",
            Self::Away => "Not connected",
            Self::Waiting => "Waiting for approval",
            Self::Revoked => "Revoked",
        }
    }
}

/// An installation with what is known at one moment.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) row: Row,
    pub(super) light: Light,
    /// **RDP**: the help desk may ask for a remote desktop, and it would work now.
    pub(super) rdp: bool,
    /// **VPN**: the same, with a connection into the customer's network.
    pub(super) vpn: bool,
    now: DateTime<Utc>,
}

impl Seen {
    pub(super) fn new(office: &Office, mut row: Row, now: DateTime<Utc>) -> Self {
        if let Some(said) = office.probes.said(&row.id) {
            row.hear(said);
        }
        let since = |at: Option<i64>, most: TimeDelta| at.is_some_and(|at| at > millis(now - most));
        let is_there = office.lines.is_held(&row.id) || since(row.seen_at, BETWEEN_POLLS);
        let light = match row.state.as_str() {
            "revoked" => Light::Revoked,
            "quarantined" => Light::Waiting,
            _ if !is_there => Light::Away,
            _ if since(row.presence_at, FRESH) => Light::Connected,
            _ => Light::Asking,
        };
        let can = light == Light::Connected && row.assistance_allowed;
        Self { rdp: can && row.remote_desktop, vpn: can && row.vpn, light, now, row }
    }

    /// Why **RDP** and **VPN** are not there, for an installation that is.
    pub(super) fn assistance(&self) -> &'static str {
        match self.light {
            Light::Connected if !self.row.assistance_allowed => "Not allowed by the customer",
            Light::Connected if !self.row.remote_desktop && !self.row.vpn => "No remote client there",
            Light::Asking => "Asking …",
            _ => "–",
        }
    }

    pub(super) fn last_seen(&self) -> String {
        let at = self.row.seen_at.map(|at| words::ago(time(at), self.now));
        at.unwrap_or_else(|| "never".to_owned())
    }

    /// The license in use, as the installation says, and what became of the one on offer.
    pub(super) fn license(&self) -> String {
        match self.row.license_sequence {
            Some(sequence) => format!("No. {sequence}"),
            None => "not reported".to_owned(),
        }
    }

    /// Who waits or is revoked is offered nothing.
    fn offered(&self) -> Option<i64> {
        self.row.offered_sequence.filter(|_| self.row.state == "active")
    }

    pub(super) fn offer(&self) -> String {
        self.offered().map_or_else(|| "none".to_owned(), |sequence| format!("No. {sequence}"))
    }

    pub(super) fn delivery(&self) -> String {
        match (self.row.delivery.as_deref(), self.offered()) {
            (None, None) => "–".to_owned(),
            (None, offered) if offered == self.row.license_sequence => "In use".to_owned(),
            (state, _) => words::delivery(state, self.row.delivery_reason.as_deref()),
        }
    }

    /// Whether somebody should do something about the license.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.row.delivery.as_deref(), Some("delivery_failed" | "refused"))
    }

    pub(super) fn quarantine(&self) -> &'static str {
        words::quarantine(self.row.quarantine.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_search_is_taken_letter_by_letter() {
        assert_eq!(pattern(" PD-1 "), "%pd-1%");
        assert_eq!(pattern("100%_\\"), "%100\\%\\_\\\\%");
    }
}
