//! Who is kept from asking, and for how long.
use chrono::TimeDelta;

use super::*;
use crate::{Rejection, WeeklyHours};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

#[test]
fn a_thousand_requests_in_a_minute_reach_the_customer_three_times() {
    let mut story = Story::new();
    let (mut shown, mut refused) = (0, 0);
    for number in 0..1_000 {
        story.now = number * 60 / 1_000;
        let document = story.document();
        let effects = story.ask(&document);
        match refusal(&effects) {
            Some(Refusal::RequesterLimit) => refused += 1,
            None => shown += 1,
            other => panic!("{other:?}"),
        }
        story.step(Input::Withdrawn(document.request_id));
    }
    assert_eq!((shown, refused), (3, 997));
}

#[test]
fn a_thousand_requests_while_one_is_on_the_screen_are_one_question() {
    let mut story = Story::new();
    let first = story.ask_anew();
    for _ in 0..500 {
        let same = RequestDocument { request_id: story.document().request_id, ..first.clone() };
        assert_eq!(refusal(&story.ask(&same)), Some(Refusal::Merged));
        let other = story.document();
        assert_eq!(refusal(&story.ask(&other)), Some(Refusal::Busy));
    }
    assert_eq!(story.gate.view().question.unwrap().request, first);
}

#[test]
fn a_requester_may_ask_three_times_in_ten_minutes_and_again_when_the_first_is_over() {
    let mut story = Story::new();
    for minute in [0, 2, 4] {
        story.now = minute * MINUTE;
        let id = story.ask_anew().request_id;
        story.step(Input::Withdrawn(id));
    }
    for (at, limit) in [(10 * MINUTE - 1, Some(Refusal::RequesterLimit)), (10 * MINUTE, None)] {
        story.now = at;
        let document = story.document();
        assert_eq!(refusal(&story.ask(&document)), limit, "{at}");
    }
}

#[test]
fn an_organization_may_ask_ten_times_an_hour() {
    let mut story = Story::new();
    let ask = |story: &mut Story, requester: u32, organization: &str| {
        let mut document = story.document();
        document.requester_id = format!("r-{requester}");
        document.organization = organization.to_owned();
        let refused = refusal(&story.ask(&document));
        story.step(Input::Withdrawn(document.request_id));
        refused
    };
    for requester in 0..10 {
        assert_eq!(ask(&mut story, requester, "Print Services"), None);
    }
    assert_eq!(ask(&mut story, 10, "Print Services"), Some(Refusal::OrganizationLimit));
    assert_eq!(ask(&mut story, 10, "Other Services"), None);
    story.now = HOUR;
    assert_eq!(ask(&mut story, 10, "Print Services"), None);
}

#[test]
fn pauses_after_a_no_double_from_ten_minutes_to_a_day() {
    let mut story = Story::new();
    for minutes in [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440] {
        let id = story.ask_anew().request_id;
        story.deny(id, false);
        story.now += minutes * MINUTE - 1;
        let early = story.document();
        assert_eq!(refusal(&story.ask(&early)), Some(Refusal::Paused), "{minutes}");
        story.now += 1;
    }
    story.now += 24 * HOUR;
    let id = story.ask_anew().request_id;
    story.deny(id, false);
    story.now += 10 * MINUTE;
    story.ask_anew();
}

#[test]
fn a_pause_is_for_one_requester_and_a_yes_forgives() {
    let mut story = Story::new();
    let id = story.ask_anew().request_id;
    story.deny(id, false);
    let mut other = story.document();
    other.requester_id = "r-18".to_owned();
    assert_eq!(refusal(&story.ask(&other)), None);
    story.step(Input::Withdrawn(other.request_id));

    story.now = 10 * MINUTE;
    let id = story.ask_anew().request_id;
    story.grant(id, view(), 5);
    story.step(Input::End { by: "Kim".to_owned() });
    story.step(Input::Stopped { request: id });
    let id = story.ask_anew().request_id;
    story.deny(id, false);
    story.now += 10 * MINUTE;
    story.ask_anew();
}

#[test]
fn a_muted_requester_is_out_for_24_hours_unless_someone_with_the_role_takes_it_back() {
    let mut story = Story::new();
    let id = story.ask_anew().request_id;
    story.deny(id, true);
    story.now = 24 * HOUR - 1;
    let document = story.document();
    assert_eq!(refusal(&story.ask(&document)), Some(Refusal::Muted));
    story.now = 24 * HOUR;
    let id = story.ask_anew().request_id;
    story.deny(id, true);
    story.now += HOUR;
    let unmute = |user| Input::Unmute { requester_id: "r-17".to_owned(), user };
    let (sam, kim) = (story.back_office.user("Sam", false).unwrap(), story.user());
    assert_eq!(story.step(unmute(sam)), [Effect::Declined(Decline::NoRole)]);
    assert_eq!(story.gate.view().mutes.len(), 1);
    story.step(unmute(kim));
    story.ask_anew();
}

#[test]
fn a_restart_forgets_no_pause_mute_or_count() {
    let mut story = Story::new();
    for number in 0..3 {
        let mut document = story.document();
        document.requester_id = format!("r-{number}");
        story.ask(&document);
        story.deny(document.request_id, number == 1);
    }
    for _ in 0..3 {
        let id = story.ask_anew().request_id;
        story.step(Input::Withdrawn(id));
    }
    story.restart(MINUTE);
    for (requester, why) in
        [("r-0", Refusal::Paused), ("r-1", Refusal::Muted), ("r-17", Refusal::RequesterLimit)]
    {
        let mut document = story.document();
        document.requester_id = requester.to_owned();
        assert_eq!(refusal(&story.ask(&document)), Some(why), "{requester}");
    }
}

#[test]
fn setting_the_clock_back_makes_no_pause_mute_or_limit_longer_than_it_was_meant_to_be() {
    let mut story = Story::new();
    let start = story.back_office.at(0);
    let at = |seconds: i64, days: i64| Now {
        wall: start.wall + TimeDelta::days(days) + TimeDelta::seconds(seconds),
        since_boot: start.since_boot + Duration::from_secs(seconds.cast_unsigned()),
        ..start
    };
    let muted = story.ask_anew().request_id;
    story.deny(muted, true);
    story.gate.step(Input::Tick, at(1, -1));
    assert_eq!(story.gate.view().mutes["r-17"], at(1, 0).wall);
}

#[test]
fn outside_the_weekly_hours_of_the_customers_own_time_requests_are_denied() {
    let mut story = Story::new();
    let hours = WeeklyHours::try_from(vec!["mon-fri 08:00-18:00".to_owned()]).unwrap();
    story.step(Input::Policy(Policy { allowed: true, hours, ..Policy::default() }));
    let now = story.time(); // Monday, 10:00 UTC
    for (hours_east, why) in [(7, None), (8, Some(Refusal::OutsideHours)), (-3, Some(Refusal::OutsideHours))]
    {
        let document = story.document();
        let asked = story.back_office.open(&document, now);
        let there = Now { offset: chrono::FixedOffset::east_opt(hours_east * 3600).unwrap(), ..now };
        let effects = story.gate.step(Input::Asked(asked), there);
        assert_eq!(refusal(&effects), why, "{hours_east}");
        story.step(Input::Withdrawn(document.request_id));
    }
}

#[test]
fn nobody_seen_for_more_than_30_seconds_is_a_no() {
    let mut story = Story::new();
    for (seconds, why) in [(30, None), (31, Some(Refusal::NobodyPresent))] {
        story.now = seconds;
        let document = story.document();
        let asked = story.back_office.open(&document, story.time());
        let effects = story.step(Input::Asked(asked));
        assert_eq!(refusal(&effects), why, "{seconds}");
        story.step(Input::Withdrawn(document.request_id));
    }
    story.restart(0);
    let document = story.document();
    let asked = story.back_office.open(&document, story.time());
    assert_eq!(refusal(&story.step(Input::Asked(asked))), Some(Refusal::NobodyPresent));
}

#[test]
fn an_id_is_good_for_one_request_whatever_became_of_it() {
    let mut story = Story::new();
    let replayed = [Effect::Record(Event::Rejected { reason: Rejection::Replayed })];
    let shown = story.ask_anew();
    assert_eq!(story.ask(&shown), replayed);
    story.step(Input::Withdrawn(shown.request_id));
    assert_eq!(story.ask(&shown), replayed);
    let changed = RequestDocument { reason: "Another one".to_owned(), ..shown.clone() };
    assert_eq!(story.ask(&changed), replayed);

    story.step(Input::Policy(Policy::default()));
    let refused = story.document();
    assert_eq!(refusal(&story.ask(&refused)), Some(Refusal::Disabled));
    story.step(Input::Policy(Policy { allowed: true, ..Policy::default() }));
    assert_eq!(story.ask(&refused), replayed);
    story.restart(1);
    assert_eq!(story.ask(&refused), replayed);
}

#[test]
fn ids_that_are_no_longer_remembered_one_by_one_are_refused_all_the_same() {
    let mut story = Story::new();
    let first = story.ask_anew();
    let opened = story.back_office.open(&first, story.time());
    story.now = 15 * MINUTE;
    story.step(Input::Tick);
    assert!(!serde_json::to_string(story.gate.durable()).unwrap().contains(&first.request_id.to_string()));
    let effects = story.step(Input::Asked(opened));
    assert_eq!(effects, [Effect::Record(Event::Rejected { reason: Rejection::Replayed })]);
}

#[test]
fn a_flood_of_ids_takes_a_bounded_place_and_still_none_is_used_twice() {
    let mut story = Story::new();
    let first = story.document();
    let numbered = |number: u32| RequestDocument {
        request_id: RequestId::from_bytes(u128::from(number).to_be_bytes()),
        expires_at: first.expires_at + TimeDelta::milliseconds(number.into()),
        ..first.clone()
    };
    let kept = &mut story.gate.kept;
    assert!((0..10_050).all(|number| kept.use_up(&numbered(number)).is_ok()));
    assert!((0..10_050).all(|number| kept.use_up(&numbered(number)).is_err()));
    let bytes = serde_json::to_vec(kept).unwrap().len();
    assert!((600_000..900_000).contains(&bytes), "{bytes}");
}
