//! When nobody at all may come in.
use super::*;

#[test]
fn a_gate_is_off_until_a_policy_that_holds_says_otherwise() {
    for (policy, why) in [
        (Policy::default(), Some(Refusal::Disabled)),
        (Policy { allowed: true, max_minutes: 4, ..Policy::default() }, Some(Refusal::Disabled)),
        (Policy { allowed: true, max_minutes: 10_081, ..Policy::default() }, Some(Refusal::Disabled)),
        (Policy { allowed: true, ..Policy::default() }, None),
    ] {
        let mut story = Story::new();
        story.gate = Gate::new(policy, None);
        let document = story.document();
        assert_eq!(refusal(&story.ask(&document)), why);
        assert_eq!(story.gate.view().allowed, why.is_none());
    }
}

#[test]
fn settings_that_cannot_be_read_are_no_policy() {
    for text in [
        r#"{"allowed":"yes"}"#,
        r#"{"allowed":true,"auto_accept":true}"#,
        r#"{"allowed":true,"hours":["always"]}"#,
        r#"{"allowed":true,"max_minutes":-1}"#,
        "",
    ] {
        assert!(serde_json::from_str::<Policy>(text).is_err(), "{text}");
    }
    assert!(!serde_json::from_str::<Policy>("{}").unwrap().is_on());
}

#[test]
fn switching_off_takes_the_question_away_and_a_change_of_policy_is_on_record() {
    let mut story = Story::new();
    let request = story.ask_anew();
    let effects = story.step(Input::Policy(Policy::default()));
    assert_eq!(effects[0], Effect::Record(Event::PolicyChanged { policy: Policy::default() }));
    assert_eq!(refusal(&effects), Some(Refusal::Disabled));
    let decision = Decision::Blocked(Refusal::Disabled);
    assert_eq!(effects[2], Effect::Report(Report::Decision { request_id: request.request_id, decision }));
    assert!(story.step(Input::Policy(Policy::default())).is_empty());
    assert!(story.restart(0).is_empty());
}

#[test]
fn a_revoked_installation_is_shut_until_it_is_approved_also_after_a_restart() {
    let mut story = Story::new();
    story.ask_anew();
    let effects = story.step(Input::Revoked);
    assert_eq!((&effects[0], refusal(&effects)), (&Effect::Record(Event::Revoked), Some(Refusal::Revoked)));
    assert!(story.step(Input::Revoked).is_empty());
    story.restart(1);
    let document = story.document();
    assert_eq!(refusal(&story.ask(&document)), Some(Refusal::Revoked));
    assert_eq!(story.step(Input::Approved), [Effect::Record(Event::Approved)]);
    assert!(story.step(Input::Approved).is_empty());
    story.ask_anew();
}

#[test]
fn damage_locks_until_an_administrator_switches_off_and_on_and_old_requests_stay_out() {
    let mut story = Story::new();
    let before = story.document();
    let kept = DurableState::default().damaged_by(Damage::State);
    story.gate = Gate::new(Policy { allowed: true, ..Policy::default() }, Some(kept));
    story.step(Input::Tick);
    let document = story.document();
    assert_eq!(refusal(&story.ask(&document)), Some(Refusal::Locked));
    assert_eq!((story.gate.view().allowed, story.gate.view().damage), (false, Some(Damage::State)));
    story.restart(1);
    story.step(Input::Policy(Policy { allowed: true, max_minutes: 30, ..Policy::default() }));
    assert_eq!(story.gate.view().damage, Some(Damage::State));

    story.step(Input::Policy(Policy::default()));
    story.step(Input::Policy(Policy { allowed: true, ..Policy::default() }));
    let effects = story.ask(&before);
    assert_eq!(effects, [Effect::Record(Event::Rejected { reason: crate::Rejection::Replayed })]);
    story.now += 60;
    story.ask_anew();
}

#[test]
fn what_was_dropped_on_opening_is_on_record_and_gets_no_answer() {
    let mut story = Story::new();
    let reason = crate::Rejection::SignatureUntrusted;
    let effects = story.step(Input::Asked(Err(reason)));
    assert_eq!(effects, [Effect::Record(Event::Rejected { reason })]);
    assert!(!story.asks());
}
