//! How a session goes on, and how it ends.
use chrono::TimeDelta;

use super::*;
use crate::ClientProcess;

#[test]
fn a_session_goes_from_the_broker_to_the_local_client_and_is_reported_with_the_helpers_link() {
    let mut story = Story::new();
    let request_id = story.ask_anew().request_id;
    let request = request_id;
    story.grant(request, view(), 30);
    let effects = story.step(Input::Opened { request, link: link() });
    let [Effect::Start(session)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((session.consent().request_id(), session.link()), (request, Some(&link())));
    assert_eq!(story.gate.view().banner.unwrap().stage, Stage::Connecting);
    let process = Some(ClientProcess { pid: 7, started: 8 });
    let expected = [
        Effect::Record(Event::Started { request_id, code: link().code }),
        Effect::Report(Report::Started { request_id, link: link() }),
    ];
    assert_eq!(story.step(Input::Started { request, process }), expected);
    let banner = story.gate.view().banner.unwrap();
    assert_eq!((banner.stage, banner.link), (Stage::Running, Some(link())));
    let kept = serde_json::to_value(story.gate.durable()).unwrap();
    assert_eq!(kept["session"]["session"]["process"], serde_json::json!({"pid": 7, "started": 8}));
}

#[test]
fn a_session_ends_with_its_time_and_not_before() {
    let mut story = Story::new();
    let request_id = story.run();
    let request = request_id;
    assert_eq!(story.gate.next_deadline(), Some(story.back_office.at(30 * 60).since_boot));
    story.now = 30 * 60 - 1;
    assert!(story.step(Input::Tick).is_empty());
    story.now += 1;
    let effects = story.step(Input::Tick);
    let [Effect::Record(record), Effect::Stop(stop), Effect::Report(report), Effect::Close(close)] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(*record, Event::Ended { request_id, reason: EndReason::TimeUp, by: None });
    assert_eq!((stop.consent().request_id(), close), (request, &link()));
    assert_eq!(*report, Report::Ended { request_id, reason: EndReason::TimeUp });
    assert_eq!(story.gate.view().banner.unwrap().stage, Stage::Ending);
    assert!(story.step(Input::Stopped { request }).is_empty());
    let view = story.gate.view();
    assert_eq!((view.banner, view.end_notice.unwrap().reason), (None, EndReason::TimeUp));
    story.step(Input::NoticeSeen);
    assert_eq!(story.gate.view().end_notice, None);
}

#[test]
fn setting_the_clock_back_or_forward_by_a_day_never_lengthens_a_session_or_a_question() {
    for days in [-1, 1, -365] {
        let mut story = Story::new();
        let set = |now: Now| Now { wall: now.wall + TimeDelta::days(days), ..now };
        story.run();
        story.now = 60;
        story.gate.step(Input::Tick, set(story.back_office.at(60)));
        assert_eq!(story.gate.next_deadline(), Some(story.back_office.at(30 * 60).since_boot));
        let before = story.gate.step(Input::Tick, set(story.back_office.at(30 * 60 - 1)));
        assert_eq!(ended(&before), None);
        let after = story.gate.step(Input::Tick, set(story.back_office.at(30 * 60)));
        assert_eq!(ended(&after), Some(EndReason::TimeUp), "{days}");

        let mut story = Story::new();
        story.ask_anew();
        story.gate.step(Input::Tick, set(story.back_office.at(60)));
        assert!(!story.asks(), "{days}");
    }
}

#[test]
fn a_boot_clock_that_runs_backwards_is_not_believed() {
    let mut story = Story::new();
    story.run();
    story.now = 29 * 60;
    story.step(Input::Tick);
    story.now = 0;
    story.step(Input::Tick);
    story.now = 30 * 60;
    assert_eq!(ended(&story.step(Input::Tick)), Some(EndReason::TimeUp));
}

#[test]
fn anybody_at_the_customers_side_ends_it_at_once_and_is_named() {
    let mut story = Story::new();
    assert_eq!(story.step(Input::End { by: "Sam".to_owned() }), [Effect::Declined(Decline::NoSession)]);
    let request_id = story.run();
    let effects = story.step(Input::End { by: "Sam".to_owned() });
    let record = Event::Ended { request_id, reason: EndReason::EndedByCustomer, by: Some("Sam".to_owned()) };
    assert_eq!(effects[0], Effect::Record(record));
    assert!(matches!(effects[1], Effect::Stop(_)));
}

#[test]
fn every_other_end_ends_it_too() {
    for (input, reason) in [
        (Input::Policy(Policy::default()), EndReason::Disabled),
        (Input::Revoked, EndReason::Revoked),
        (Input::ServiceStops, EndReason::ServiceStopped),
        (Input::RecordsUnwritable, EndReason::RecordsUnwritable),
        (Input::Withdrawn(RequestId::from_bytes(1_u128.to_be_bytes())), EndReason::Withdrawn),
        (Input::ClientGone { request: RequestId::from_bytes(1_u128.to_be_bytes()) }, EndReason::ClientClosed),
    ] {
        let mut story = Story::new();
        assert_eq!(story.run(), RequestId::from_bytes(1_u128.to_be_bytes()));
        let effects = story.step(input);
        assert_eq!((ended(&effects), stops(&effects)), (Some(reason), true));
    }
}

#[test]
fn what_concerns_another_request_touches_no_session() {
    let mut story = Story::new();
    story.run();
    let request = RequestId::from_bytes([9; 16]);
    for input in [
        Input::Withdrawn(request),
        Input::Started { request, process: None },
        Input::StartFailed { request },
        Input::OpenFailed { request },
        Input::ClientGone { request },
        Input::ConnectionLost { request },
        Input::Reconnected { request },
        Input::Stopped { request },
        Input::StopFailed { request },
    ] {
        assert!(story.step(input).is_empty());
    }
    let effects = story.step(Input::Opened { request, link: link() });
    assert_eq!(effects, [Effect::Close(link())]);
    assert_eq!(story.gate.view().banner.unwrap().stage, Stage::Running);
}

#[test]
fn a_session_that_does_not_come_about_ends_with_its_reason() {
    for (opened, reason) in [(false, EndReason::NotOpened), (true, EndReason::NotStarted)] {
        let mut story = Story::new();
        let request = story.ask_anew().request_id;
        story.grant(request, view(), 30);
        let failed = match opened {
            true => {
                story.step(Input::Opened { request, link: link() });
                Input::StartFailed { request }
            }
            false => Input::OpenFailed { request },
        };
        let effects = story.step(failed);
        assert_eq!((ended(&effects), stops(&effects)), (Some(reason), true));
    }
}

#[test]
fn a_link_that_comes_after_the_end_starts_nothing_and_is_closed() {
    let mut story = Story::new();
    let request = story.ask_anew().request_id;
    story.grant(request, view(), 30);
    story.step(Input::End { by: "Kim".to_owned() });
    assert_eq!(story.step(Input::Opened { request, link: link() }), [Effect::Close(link())]);
    story.step(Input::Stopped { request });
    assert_eq!(story.step(Input::Opened { request, link: link() }), [Effect::Close(link())]);
}

#[test]
fn a_client_that_starts_after_the_end_is_stopped_with_the_process_that_is_now_known() {
    let mut story = Story::new();
    let request = story.ask_anew().request_id;
    story.grant(request, view(), 30);
    story.step(Input::Opened { request, link: link() });
    story.step(Input::End { by: "Kim".to_owned() });
    let process = Some(ClientProcess { pid: 7, started: 8 });
    let effects = story.step(Input::Started { request, process });
    let [Effect::Stop(session)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(session.process(), process);
}

#[test]
fn a_client_that_is_not_gone_is_stopped_again_and_nothing_new_is_shown_before() {
    let mut story = Story::new();
    let request_id = story.run();
    let request = request_id;
    story.step(Input::End { by: "Kim".to_owned() });
    assert_eq!(story.step(Input::StopFailed { request }), [Effect::Record(Event::StopFailed { request_id })]);
    assert!(story.step(Input::StopFailed { request }).is_empty());
    let other = story.document();
    assert_eq!(refusal(&story.ask(&other)), Some(Refusal::Busy));
    story.now = 2;
    assert!(stops(&story.step(Input::Tick)));
    assert!(stops(&story.step(Input::End { by: "Kim".to_owned() })));
    story.step(Input::Stopped { request });
    story.ask_anew();
}

#[test]
fn the_same_session_comes_back_within_five_minutes_and_within_its_time() {
    for (lost, until, reason) in [
        (60, 60 + 300, EndReason::ConnectionLost),
        (28 * 60, 30 * 60, EndReason::TimeUp),
        (25 * 60, 30 * 60, EndReason::TimeUp),
    ] {
        let mut story = Story::new();
        let request = story.run();
        story.now = lost;
        story.step(Input::ConnectionLost { request });
        assert_eq!(story.gate.view().banner.unwrap().stage, Stage::Lost);
        story.now = until - 1;
        let mut back = story.gate.clone();
        assert!(story.step(Input::Tick).is_empty());
        back.step(Input::Reconnected { request }, story.time());
        assert_eq!(back.view().banner.unwrap().stage, Stage::Running);
        story.now = until;
        assert_eq!(ended(&story.step(Input::Reconnected { request })), Some(reason), "{lost}");
    }
}

#[test]
fn a_restart_ends_the_session_before_anything_else_and_keeps_no_grant() {
    let mut story = Story::new();
    let request_id = story.run();
    let request = request_id;
    let effects = story.restart(5);
    let reason = EndReason::ServiceRestarted;
    assert_eq!(effects[0], Effect::Record(Event::Ended { request_id, reason, by: None }));
    assert!(matches!(&effects[1], Effect::Stop(session) if session.link() == Some(&link())));
    let next = story.document();
    assert_eq!(refusal(&story.ask(&next)), Some(Refusal::Busy));
    assert_eq!(story.grant(request, view(), 30), [Effect::Declined(Decline::NotAsked)]);
    story.step(Input::Stopped { request });
    assert_eq!(story.gate.view().end_notice.unwrap().reason, reason);
    story.ask_anew();
}

#[test]
fn a_restart_while_a_session_is_being_ended_stops_it_again_but_does_not_record_it_twice() {
    let mut story = Story::new();
    story.run();
    story.step(Input::End { by: "Kim".to_owned() });
    let effects = story.restart(5);
    assert!(matches!(effects[..], [Effect::Stop(_)]), "{effects:?}");
    assert_eq!(story.gate.view().end_notice.unwrap().reason, EndReason::EndedByCustomer);
}
