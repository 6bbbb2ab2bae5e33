use super::{Decision, Scope, SessionReport, SupporterLink};
use crate::round_trip;

#[test]
fn every_decision_has_its_word() {
    let granted: Decision = round_trip::read(
        r#"{"decision": "granted", "scopes": ["view", "control", "file_transfer", "vpn"],
            "ends_at": "2026-11-24T10:00:00Z"}"#,
    );
    let Decision::Granted { scopes, .. } = granted else { panic!("{granted:?}") };
    assert_eq!(scopes, [Scope::View, Scope::Control, Scope::FileTransfer, Scope::Vpn]);
    for (json, decision) in [
        (r#"{"decision": "denied"}"#, Decision::Denied { reason: None }),
        (
            r#"{"decision": "denied", "reason": "nobody_present"}"#,
            Decision::Denied { reason: Some("nobody_present".to_owned()) },
        ),
        (r#"{"decision": "timed_out"}"#, Decision::TimedOut),
        (
            r#"{"decision": "blocked", "reason": "muted"}"#,
            Decision::Blocked { reason: Some("muted".to_owned()) },
        ),
    ] {
        assert_eq!(round_trip::read::<Decision>(json), decision);
    }
}

#[test]
fn a_grant_names_known_scopes_and_its_end() {
    round_trip::refused::<Decision>(&[
        r#"{"decision": "granted", "scopes": ["view"]}"#,
        r#"{"decision": "granted", "scopes": ["everything"], "ends_at": "2026-11-24T10:00:00Z"}"#,
        r#"{"decision": "perhaps"}"#,
    ]);
}

#[test]
fn a_session_starts_and_ends_and_its_link_is_never_shown() {
    let started: SessionReport =
        round_trip::read(r#"{"session": "started", "supporter_link": "https://join.example/s1"}"#);
    assert!(!format!("{started:?}").contains("join.example"), "{started:?}");
    let link = SupporterLink("https://join.example/s1".to_owned());
    assert_eq!(started, SessionReport::Started { supporter_link: Some(link) });
    let ended: SessionReport = round_trip::read(r#"{"session": "ended", "reason": "time_over"}"#);
    assert_eq!(ended, SessionReport::Ended { reason: "time_over".to_owned() });
    round_trip::refused::<SessionReport>(&[r#"{"session": "ended"}"#, r#"{"session": "paused"}"#]);
}
