//! What the customer can answer, and what follows.
use super::*;

#[test]
fn a_request_shows_what_was_signed_with_its_time_cut_to_what_the_policy_allows() {
    let mut story = Story::new();
    let mut long = story.document();
    long.duration_minutes = 600;
    story.ask(&long);
    let question = story.gate.view().question.unwrap();
    assert_eq!((question.request, question.minutes), (long, 60));
    assert_eq!((question.asked_at, question.until), (story.time().wall, story.back_office.at(60).wall));
}

#[test]
fn nobody_answering_for_60_seconds_is_a_no_that_costs_the_requester_no_pause() {
    let mut story = Story::new();
    let request_id = story.ask_anew().request_id;
    assert_eq!(story.gate.next_deadline(), Some(story.back_office.at(60).since_boot));
    story.now = 59;
    assert!(story.step(Input::Tick).is_empty() && story.asks());
    story.now = 60;
    let expected = [
        Effect::Record(Event::TimedOut { request_id }),
        Effect::Report(Report::Decision { request_id, decision: Decision::TimedOut }),
    ];
    assert_eq!(story.step(Input::Tick), expected);
    assert!(!story.asks());
    story.ask_anew();
}

#[test]
fn a_yes_that_comes_with_the_time_out_comes_too_late() {
    let mut story = Story::new();
    let request_id = story.ask_anew().request_id;
    story.now = 60;
    let effects = story.grant(request_id, view(), 30);
    assert_eq!(effects.last(), Some(&Effect::Declined(Decline::NotAsked)));
    assert_eq!(story.gate.view().banner, None);
}

#[test]
fn a_yes_opens_a_session_for_what_was_ticked_and_nothing_else() {
    let mut story = Story::new();
    let request = story.ask_anew();
    story.now = 20;
    let effects = story.grant(request.request_id, view(), 15);
    let Some(Effect::Open(consent)) = effects.last() else { panic!("{effects:?}") };
    assert_eq!((consent.request_id(), consent.scopes()), (request.request_id, view()));
    assert_eq!((consent.granted_by(), consent.requester_id()), ("Kim", "r-17"));
    assert_eq!(consent.until(), story.back_office.at(20 + 15 * 60).wall);
    let decision = Decision::Granted { scopes: view(), until: consent.until() };
    let report = Report::Decision { request_id: request.request_id, decision };
    assert_eq!(
        effects[..2],
        [Effect::Record(Event::Granted { consent: consent.clone() }), Effect::Report(report)]
    );
}

#[test]
fn a_session_is_never_longer_than_asked_chosen_or_allowed() {
    for (asked, chosen, allowed, given) in
        [(30, 60, 60, 30), (60, 30, 60, 30), (60, 60, 5, 5), (10_080, 10_080, 10_080, 10_080)]
    {
        let mut story = Story::new();
        story.step(Input::Policy(Policy { allowed: true, max_minutes: allowed, ..Policy::default() }));
        let mut document = story.document();
        document.duration_minutes = asked;
        story.ask(&document);
        story.grant(document.request_id, view(), chosen);
        let until = story.gate.view().banner.unwrap().consent.until();
        assert_eq!(until, story.back_office.at(given * 60).wall, "{asked} {chosen} {allowed}");
    }
}

#[test]
fn a_yes_that_is_not_in_order_is_declined_and_the_question_stays() {
    let mut story = Story::new();
    let request = story.ask_anew().request_id;
    let other = RequestId::from_bytes([9; 16]);
    let vpn = Scopes::from([Scope::View, Scope::Vpn]);
    let user = |name: &str, may_allow| story.back_office.user(name, may_allow).unwrap();
    let kim = user("Kim", true);
    for (request, user, scopes, minutes, why) in [
        (other, &kim, view(), 30, Decline::NotAsked),
        (request, &user("Sam", false), view(), 30, Decline::NoRole),
        (request, &user(" R-17 ", true), view(), 30, Decline::IsRequester),
        (request, &user("Robin of the Help Desk", true), view(), 30, Decline::IsRequester),
        (request, &kim, Scopes::NONE, 30, Decline::BadScopes),
        (request, &kim, vpn, 30, Decline::BadScopes),
        (request, &kim, view(), 4, Decline::BadMinutes),
        (request, &kim, view(), 10_081, Decline::BadMinutes),
    ] {
        let now = story.back_office.at(story.now);
        let grant = Input::Grant { request, user: user.clone(), scopes, minutes };
        assert_eq!(story.gate.step(grant, now), [Effect::Declined(why)]);
        assert!(story.gate.view().question.is_some() && story.gate.view().banner.is_none());
    }
    story.grant(request, view(), 5);
    assert!(story.gate.view().banner.is_some());
}

#[test]
fn a_no_needs_no_role_and_one_yes_is_good_for_one_session() {
    let mut story = Story::new();
    let request = story.ask_anew().request_id;
    let user = story.back_office.user("Sam", false).unwrap();
    let effects = story.step(Input::Deny { request, user, mute: false });
    let denied = Event::Denied { request_id: request, by: "Sam".to_owned(), muted: false };
    assert_eq!(effects[0], Effect::Record(denied));
    assert_eq!(story.deny(request, false), [Effect::Declined(Decline::NotAsked)]);
    assert_eq!(story.grant(request, view(), 30), [Effect::Declined(Decline::NotAsked)]);

    let mut story = Story::new();
    let request = story.run();
    story.step(Input::End { by: "Kim".to_owned() });
    story.step(Input::Stopped { request });
    assert_eq!(story.grant(request, view(), 30), [Effect::Declined(Decline::NotAsked)]);
}

#[test]
fn a_request_that_is_taken_back_leaves_the_screen() {
    let mut story = Story::new();
    let request_id = story.ask_anew().request_id;
    assert!(story.step(Input::Withdrawn(RequestId::from_bytes([9; 16]))).is_empty() && story.asks());
    assert_eq!(story.step(Input::Withdrawn(request_id)), [Effect::Record(Event::Withdrawn { request_id })]);
    assert!(!story.asks());
}

#[test]
fn a_restart_takes_the_question_away_and_says_so() {
    let mut story = Story::new();
    let request = story.ask_anew();
    let effects = story.restart(1);
    assert_eq!(refusal(&effects), Some(Refusal::ServiceRestarted));
    let decision = Decision::Denied(Some(Refusal::ServiceRestarted));
    assert_eq!(effects[1], Effect::Report(Report::Decision { request_id: request.request_id, decision }));
    assert!(!story.asks());
    let again = story.ask(&request);
    assert_eq!(again, [Effect::Record(Event::Rejected { reason: crate::Rejection::Replayed })]);
}
