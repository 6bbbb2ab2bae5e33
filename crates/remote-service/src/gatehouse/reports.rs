//! What the back office has yet to be told about requests for assistance.

use std::path::PathBuf;

use back_office::{Decision, SessionReport};
use remote_assistance::{Report, RequestId};
use serde::{Deserialize, Serialize};

use crate::{Error, state_file};

/// More than a back office sends while it cannot be told anything; then the oldest goes.
const MOST: usize = 1000;
const LIMIT: u64 = 4 * 1024 * 1024;

/// Reports that the back office has not acknowledged, oldest first, durable: a decision must reach it even when the
/// service dies right after.
#[derive(Debug)]
pub(crate) struct AssistanceReports {
    path: PathBuf,
    pending: Vec<Pending>,
}

/// One report, in the words of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) request_id: RequestId,
    #[serde(flatten)]
    pub(crate) report: Told,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Told {
    Decision(Decision),
    Session(SessionReport),
}

impl AssistanceReports {
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let pending = state_file::read_json(&path, LIMIT)?.unwrap_or_default();
        Ok(Self { path, pending })
    }

    /// Notes a report. What a session did takes the place of what it did before; a decision stays beside it, because the
    /// back office takes no session without one.
    pub(crate) fn add(&mut self, report: &Report) -> Result<(), Error> {
        let report = Pending::from(report);
        if matches!(report.report, Told::Session(_)) {
            self.pending.retain(|pending| {
                pending.request_id != report.request_id || matches!(pending.report, Told::Decision(_))
            });
        }
        self.pending.push(report);
        let excess = self.pending.len().saturating_sub(MOST);
        self.pending.drain(..excess);
        self.write()
    }

    pub(crate) fn first(&self) -> Option<Pending> {
        self.pending.first().cloned()
    }

    /// The back office has it, or will never take it. A report noted in the meantime stays. Written down with the next
    /// report or after the last one: what is sent twice changes nothing.
    pub(crate) fn acknowledged(&mut self, report: &Pending) -> Result<(), Error> {
        match self.pending.iter().position(|pending| pending == report) {
            Some(at) => {
                self.pending.remove(at);
                if self.pending.is_empty() { self.write() } else { Ok(()) }
            }
            None => Ok(()),
        }
    }

    fn write(&self) -> Result<(), Error> {
        state_file::write_json(&self.path, &self.pending)
    }
}

impl From<&Report> for Pending {
    fn from(report: &Report) -> Self {
        match report {
            Report::Decision { request_id, decision } => {
                Self { request_id: *request_id, report: Told::Decision(on_the_wire(decision)) }
            }
            Report::Started { request_id, link } => {
                let supporter_link = Some(back_office::SupporterLink(link.supporter_link.clone()));
                let report = Told::Session(SessionReport::Started { supporter_link });
                Self { request_id: *request_id, report }
            }
            Report::Ended { request_id, reason } => {
                let report = Told::Session(SessionReport::Ended { reason: reason.code().to_owned() });
                Self { request_id: *request_id, report }
            }
        }
    }
}

fn on_the_wire(decision: &remote_assistance::Decision) -> Decision {
    use remote_assistance::Decision as Decided;
    let reason = || decision.reason().map(str::to_owned);
    match decision {
        Decided::Granted { scopes, until } => {
            Decision::Granted { scopes: scopes.iter().map(scope).collect(), ends_at: *until }
        }
        // No reason means, on the wire, that a person said no.
        Decided::Denied(None) => Decision::Denied { reason: None },
        Decided::Denied(Some(_)) => Decision::Denied { reason: reason() },
        Decided::TimedOut => Decision::TimedOut,
        Decided::Blocked(_) => Decision::Blocked { reason: reason() },
    }
}

fn scope(scope: remote_assistance::Scope) -> back_office::Scope {
    match scope {
        remote_assistance::Scope::View => back_office::Scope::View,
        remote_assistance::Scope::Control => back_office::Scope::Control,
        remote_assistance::Scope::FileTransfer => back_office::Scope::FileTransfer,
        remote_assistance::Scope::Vpn => back_office::Scope::Vpn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use remote_assistance::{Decision as Decided, EndReason, Refusal};

    fn ended(request_id: RequestId) -> Report {
        Report::Ended { request_id, reason: EndReason::TimeUp }
    }

    #[test]
    fn reports_survive_a_restart_in_their_order_and_go_only_when_acknowledged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reports.json");
        let [one, two] = [1, 2].map(|id| RequestId::from_bytes([id; 16]));
        let decision = Report::Decision { request_id: one, decision: Decided::Blocked(Refusal::Muted) };
        let mut reports = AssistanceReports::open(path.clone()).unwrap();
        for report in [&decision, &ended(one), &ended(two)] {
            reports.add(report).unwrap();
        }
        let mut again = AssistanceReports::open(path.clone()).unwrap();
        for expected in [&decision, &ended(one), &ended(two)] {
            assert_eq!(again.first(), Some(Pending::from(expected)));
            again.acknowledged(&Pending::from(expected)).unwrap();
        }
        assert_eq!(AssistanceReports::open(path).unwrap().first(), None);
    }

    #[test]
    fn a_session_that_ended_is_no_longer_reported_as_started_but_its_decision_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut reports = AssistanceReports::open(folder.path().join("reports.json")).unwrap();
        let request_id = RequestId::from_bytes([1; 16]);
        let until = "2026-06-01T10:00:00Z".parse().unwrap();
        let scopes = [remote_assistance::Scope::View].into();
        let code = remote_assistance::SessionCode::new("s12-345-678").unwrap();
        let link = remote_assistance::SessionLink {
            code,
            end_customer_link: String::new(),
            supporter_link: String::new(),
        };
        reports.add(&Report::Decision { request_id, decision: Decided::Granted { scopes, until } }).unwrap();
        reports.add(&Report::Started { request_id, link }).unwrap();
        reports.add(&ended(request_id)).unwrap();
        let told: Vec<&Told> = reports.pending.iter().map(|pending| &pending.report).collect();
        assert!(
            matches!(
                told[..],
                [Told::Decision(Decision::Granted { .. }), Told::Session(SessionReport::Ended { .. })]
            ),
            "{told:?}"
        );
    }

    #[test]
    fn reports_are_bounded_and_the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut reports = AssistanceReports::open(folder.path().join("reports.json")).unwrap();
        let id = |number: u32| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            RequestId::from_bytes(bytes)
        };
        reports.pending = (0..1000).map(|number| Pending::from(&ended(id(number)))).collect();
        reports.add(&ended(id(1000))).unwrap();
        assert_eq!(reports.pending.len(), 1000);
        assert_eq!(reports.first(), Some(Pending::from(&ended(id(1)))));
    }
}
