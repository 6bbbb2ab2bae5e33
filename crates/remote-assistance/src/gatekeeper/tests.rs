use std::fs;

use tempfile::TempDir;

use super::*;
use crate::audit::{Head, Verification, export};
use crate::rehearsal::Rehearsal;
use crate::{EndReason, RequestDocument, RequestId, Scope, SessionLink};

struct Place {
    folder: TempDir,
    key: SigningKey,
    back_office: Rehearsal,
}

impl Place {
    fn new() -> Self {
        let key = SigningKey::generate().unwrap();
        Self { folder: tempfile::tempdir().unwrap(), key, back_office: Rehearsal::new().unwrap() }
    }

    fn open(&self, seconds: u32) -> (Gatekeeper, Vec<Effect>) {
        let policy = Policy { allowed: true, ..Policy::default() };
        let now = self.back_office.at(seconds);
        let (mut keeper, effects) =
            Gatekeeper::open(self.folder.path(), self.key.clone(), &[], policy, now).unwrap();
        keeper.step(Input::UserSeen, now);
        (keeper, effects)
    }

    fn ask(&mut self, keeper: &mut Gatekeeper, seconds: u32) -> (RequestDocument, Vec<Effect>) {
        let now = self.back_office.at(seconds);
        let document = self.back_office.document(now);
        let effects = keeper.step(Input::Asked(self.back_office.open(&document, now)), now);
        (document, effects)
    }

    fn grant(&self, keeper: &mut Gatekeeper, request: RequestId, seconds: u32) -> Vec<Effect> {
        let user = self.back_office.user("Kim", true).unwrap();
        let grant = Input::Grant { request, user, scopes: [Scope::View].into(), minutes: 30 };
        keeper.step(grant, self.back_office.at(seconds))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn verify(&self) -> Verification {
        let mut exported = Vec::new();
        let head = export(self.folder.path(), &mut exported).unwrap();
        let head = Head::open(&head, &[self.key.public()]).unwrap();
        let mut verifier = crate::audit::Verifier::new(Some(head));
        exported.split_inclusive(|&byte| byte == b'\n').for_each(|line| verifier.line(line.trim_ascii_end()));
        verifier.finish()
    }

    /// What is on record, by the name of the event.
    fn events(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("audit.jsonl")).unwrap();
        let event =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].to_string();
        text.lines().map(|line| event(line).trim_matches('"').to_owned()).collect()
    }
}

fn link(request: RequestId) -> SessionLink {
    Rehearsal::link(request).unwrap()
}

fn locked(keeper: &Gatekeeper) -> Option<Damage> {
    assert_eq!(keeper.view().allowed, keeper.view().damage.is_none());
    keeper.view().damage
}

#[test]
fn every_step_is_on_record_before_its_effects_come_out() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    let (request, effects) = place.ask(&mut keeper, 1);
    assert!(effects.is_empty());
    assert_eq!(place.events(), ["policy_changed", "asked"]);
    let effects = place.grant(&mut keeper, request.request_id, 2);
    assert!(matches!(effects[..], [Effect::Report(_), Effect::Open(_)]), "{effects:?}");
    assert_eq!(place.events().last().unwrap(), "granted");
    let state = fs::read_to_string(place.path(STATE)).unwrap();
    assert!(state.contains("\"session\"") && state.contains(&request.request_id.to_string()));
    keeper.step(
        Input::Opened { request: request.request_id, link: link(request.request_id) },
        place.back_office.at(3),
    );
    assert!(fs::read_to_string(place.path(STATE)).unwrap().contains("session.invalid/customer"));
    assert!(place.verify().ok);
    let history: Vec<u64> = keeper.history().map(|record| record.seq).collect();
    assert_eq!(history, [1, 2, 3]);
}

#[test]
fn a_restart_ends_the_session_and_tells_why() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    let (RequestDocument { request_id, .. }, _) = place.ask(&mut keeper, 1);
    place.grant(&mut keeper, request_id, 2);
    keeper.step(Input::Opened { request: request_id, link: link(request_id) }, place.back_office.at(3));
    drop(keeper);
    let (mut keeper, effects) = place.open(4);
    let [Effect::Stop(session), Effect::Report(report), Effect::Close(closed)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((session.link(), closed), (Some(&link(request_id)), &link(request_id)));
    assert_eq!(*report, Report::Ended { request_id, reason: EndReason::ServiceRestarted });
    let last = fs::read_to_string(place.path("audit.jsonl")).unwrap();
    assert!(last.lines().last().unwrap().contains("\"reason\":\"service_restarted\""));
    keeper.step(Input::Stopped { request: request_id }, place.back_office.at(5));
    assert_eq!(keeper.view().banner, None);
    assert!(place.verify().ok);
}

#[test]
fn what_cannot_be_put_on_record_lets_nobody_in_and_ends_what_runs() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    let (request, _) = place.ask(&mut keeper, 1);
    let before = fs::read(place.path("audit.jsonl")).unwrap();
    durable_file::append(&place.path("audit.jsonl"), b"{}\n").unwrap();
    let effects = place.grant(&mut keeper, request.request_id, 2);
    let reason = EndReason::RecordsUnwritable;
    let [Effect::Stop(_), Effect::Report(report), Effect::Declined(Decline::RecordsUnwritable)] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(*report, Report::Ended { request_id: request.request_id, reason });
    assert!(keeper.failure().is_some());
    let (next, effects) = place.ask(&mut keeper, 3);
    let decision = Decision::Blocked(Refusal::RecordsUnwritable);
    assert_eq!(effects, [Effect::Report(Report::Decision { request_id: next.request_id, decision })]);

    fs::write(place.path("audit.jsonl"), before).unwrap();
    keeper.step(Input::Stopped { request: request.request_id }, place.back_office.at(4));
    assert!(keeper.failure().is_none());
    assert_eq!(place.events()[2..], ["granted", "ended"]);
    place.ask(&mut keeper, 5);
    assert!(keeper.view().question.is_some() && place.verify().ok);
}

#[test]
fn a_state_that_makes_no_sense_or_is_gone_locks_and_is_put_aside() {
    let spoil: fn(&Place) = |place| fs::write(place.path(STATE), "{}").unwrap();
    let remove: fn(&Place) = |place| fs::remove_file(place.path(STATE)).unwrap();
    for (damage, aside) in [(spoil, true), (remove, false)] {
        let place = Place::new();
        place.open(0);
        damage(&place);
        let (mut keeper, _) = place.open(1);
        assert_eq!(locked(&keeper), Some(Damage::State));
        assert_eq!(place.path(DAMAGED).exists(), aside);
        assert_eq!(place.events()[1], "damage_found");
        drop(keeper);
        keeper = place.open(2).0;
        assert_eq!(locked(&keeper), Some(Damage::State));
        let now = place.back_office.at(3);
        keeper.step(Input::Policy(Policy::default()), now);
        keeper.step(Input::Policy(Policy { allowed: true, ..Policy::default() }), now);
        assert_eq!(locked(&keeper), None);
        assert!(place.verify().ok);
    }
}

#[test]
fn an_audit_that_was_changed_or_went_back_behind_what_the_back_office_has_locks() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    place.ask(&mut keeper, 1);
    keeper.acknowledge(2).unwrap();
    drop(keeper);
    for name in ["audit.jsonl", "audit.head"] {
        fs::remove_file(place.path(name)).unwrap();
    }
    let (keeper, _) = place.open(2);
    assert_eq!(locked(&keeper), Some(Damage::Audit));
    drop(keeper);

    let mut place = Place::new();
    place.ask(&mut place.open(0).0, 1);
    let text = fs::read_to_string(place.path("audit.jsonl")).unwrap();
    fs::write(place.path("audit.jsonl"), text.replace("Robin", "Robert")).unwrap();
    assert_eq!(locked(&place.open(2).0), Some(Damage::Audit));
}

#[test]
fn records_are_offered_until_they_are_acknowledged_also_after_a_restart() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    place.ask(&mut keeper, 1);
    let batch = keeper.unacknowledged().unwrap().unwrap();
    assert_eq!((batch.after, batch.records.len()), (0, 2));
    keeper.acknowledge(1).unwrap();
    drop(keeper);
    let (mut keeper, _) = place.open(2);
    assert_eq!(keeper.unacknowledged().unwrap().unwrap().after, 1);
    keeper.acknowledge(u64::MAX).unwrap();
    assert_eq!(keeper.unacknowledged().unwrap(), None);
    // another back office, or its copy of last week
    keeper.acknowledge(1).unwrap();
    assert_eq!(keeper.unacknowledged().unwrap().unwrap().after, 1);
}

#[test]
fn a_crash_between_record_and_head_is_on_record_at_the_next_start() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open(0);
    let head = fs::read(place.path("audit.head")).unwrap();
    place.ask(&mut keeper, 1);
    drop(keeper);
    fs::write(place.path("audit.head"), head).unwrap();
    let (keeper, _) = place.open(2);
    assert_eq!(locked(&keeper), None);
    assert_eq!(place.events(), ["policy_changed", "asked", "recovered", "refused"]);
    assert!(place.verify().ok);
}

#[cfg(unix)]
#[test]
fn the_state_is_for_the_services_account_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.open(0);
    let mode = fs::metadata(place.path(STATE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
