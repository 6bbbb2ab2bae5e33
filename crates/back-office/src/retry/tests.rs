use std::time::Duration;

use super::*;
use crate::signature::SignatureError;
use crate::{Events, Problem};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn waits_double_from_one_second_to_five_minutes_with_full_jitter() {
    for (failures, cap) in
        [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (8, 128), (9, 256), (10, 300), (11, 300), (u32::MAX, 300)]
    {
        assert_eq!(delay(failures, 0.0), Duration::ZERO, "{failures}");
        assert_eq!(delay(failures, 0.5), seconds(cap) / 2, "{failures}");
        assert_eq!(delay(failures, 1.0), seconds(cap), "{failures}");
    }
    for (random, wait) in [(-1.0, 0), (2.0, 300), (f64::NAN, 0), (f64::INFINITY, 300), (f64::NEG_INFINITY, 0)]
    {
        assert_eq!(delay(20, random), seconds(wait), "{random}");
    }
}

#[test]
fn twenty_seconds_of_health_make_the_next_failure_the_first() {
    let mut failures = Failures::default();
    for (healthy, count) in
        [(Duration::ZERO, 1), (seconds(19), 2), (Duration::ZERO, 3), (seconds(20), 1), (Duration::ZERO, 2)]
    {
        let wait = failures.failed(healthy, 1.0);
        assert_eq!((failures.count(), wait), (count, delay(count, 1.0)), "{healthy:?}");
    }
    failures.reset();
    assert_eq!(failures.count(), 0);
    assert_eq!(failures.failed(Duration::ZERO, 1.0), seconds(1));
}

#[test]
fn a_drain_spreads_reconnects_over_at_most_ten_minutes() {
    for (spread, random, wait) in
        [(0, 1.0, 0), (60, 0.0, 0), (60, 0.5, 30), (600, 1.0, 600), (601, 1.0, 600), (u32::MAX, 1.0, 600)]
    {
        assert_eq!(drain_delay(spread, random), seconds(wait), "{spread} {random}");
    }
}

#[test]
fn retry_after_is_whole_seconds_up_to_fifteen_minutes() {
    for (header, wait) in [
        ("0", Some(0)),
        ("7", Some(7)),
        ("007", Some(7)),
        ("900", Some(900)),
        ("901", Some(900)),
        ("99999999999999999999999", Some(900)),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        (" 7", None),
        ("Tue, 24 Nov 2026 09:00:00 GMT", None),
    ] {
        assert_eq!(retry_after(header), wait.map(seconds), "{header:?}");
    }
}

fn refused(status: u16, retry_after: Option<Duration>) -> Error {
    Error::Refused {
        status,
        problem: Box::new(Problem::new(status, "code", "title")),
        retry_after,
        signed_time: chrono::DateTime::UNIX_EPOCH,
    }
}

fn not_genuine(status: u16) -> Error {
    Error::NotGenuine {
        status,
        content_type: None,
        source: SignatureError::Missing { header: "signature-input" },
    }
}

fn at_once() -> Again {
    Again::Later { extra: Duration::ZERO }
}

#[test]
fn a_signed_refusal_is_final_unless_it_is_about_the_moment() {
    for status in 100..600 {
        let passing = matches!(status, 401 | 408 | 425 | 429 | 500..);
        let expected = if passing { at_once() } else { Again::Never };
        assert_eq!(judge(&refused(status, None)), expected, "{status}");
    }
    let busy = refused(503, Some(seconds(7)));
    assert_eq!(judge(&busy), Again::Later { extra: seconds(7) });
    assert_eq!(judge(&refused(403, Some(seconds(7)))), Again::Never);
}

#[test]
fn an_unsigned_answer_is_tried_again_whatever_its_status() {
    for status in 100..600 {
        let expected = if status == 407 { Again::ProxyLogin } else { at_once() };
        assert_eq!(judge(&not_genuine(status)), expected, "{status}");
    }
    for error in [
        Error::Connection { source: "refused".into() },
        Error::TimedOut { limit: seconds(60), status: None },
        Error::TimedOut { limit: seconds(60), status: Some(200) },
        Error::BrokeOff { status: 200, source: "reset".into() },
        Error::TooLarge { status: 200, limit: 1 },
        Error::WrongAuthority { expected: "a".to_owned(), found: "b".to_owned() },
        Error::Envelope { source: signed_envelope::Error::NoTrustedSignature },
        Error::KeysExpired { expires_at: chrono::DateTime::UNIX_EPOCH },
    ] {
        assert_eq!(judge(&error), at_once(), "{error}");
    }
    for error in [Error::NotEnrolled, Error::WrongProof, Error::BadAddress { what: "no host" }] {
        assert_eq!(judge(&error), Again::Never, "{error}");
    }
}

fn lasted() -> Result<Events, Error> {
    Ok(Events::default())
}

#[test]
fn a_poll_asks_to_be_held_45_seconds_give_or_take_a_tenth() {
    let hold = Hold::default();
    for (random, millis) in [(0.0, 40_500), (0.5, 45_000), (1.0, 49_500)] {
        assert_eq!(hold.ask(random), Duration::from_millis(millis));
    }
    assert!(hold.ask(1.0) < seconds(60), "below the time at which proxies cut");
}

#[test]
fn three_cuts_in_a_row_shorten_the_hold_and_a_while_of_peace_lengthens_it_again() {
    let mut hold = Hold::default();
    let cut = || Err(not_genuine(504));
    for (polls, expected) in [(2, 45), (1, 30), (2, 30), (1, 20), (30, 20)] {
        for _ in 0..polls {
            hold.learn(&cut(), seconds(30));
        }
        assert_eq!(hold.ask(0.5), seconds(expected), "after {polls} more");
    }
    for (polls, expected) in [(59, 20), (1, 30), (59, 30), (1, 45), (200, 45)] {
        for _ in 0..polls {
            hold.learn(&lasted(), seconds(20));
        }
        assert_eq!(hold.ask(0.5), seconds(expected), "after {polls} more");
    }
}

#[test]
fn only_cuts_in_a_row_count_and_only_of_polls_that_were_held() {
    let mut hold = Hold::default();
    let gone = || Err(Error::Connection { source: "reset".into() });
    for _ in 0..10 {
        hold.learn(&gone(), seconds(30));
        hold.learn(&gone(), seconds(30));
        hold.learn(&lasted(), seconds(45));
        hold.learn(&gone(), Duration::from_millis(4999));
        hold.learn(&Err(refused(409, None)), seconds(30));
    }
    assert_eq!(hold.ask(0.5), seconds(45));
    // News, or an answer at once, says nothing about how long a poll may last.
    let news = Events { events: vec![], cursor: 1, hold_s: 45 };
    for _ in 0..3 {
        hold.learn(&Err(not_genuine(504)), seconds(30));
        hold.learn(&Ok(news.clone()), seconds(1));
    }
    assert_eq!(hold.ask(0.5), seconds(30));
}
