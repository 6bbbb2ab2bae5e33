use remote_service::assistance::audit::{Head, Tail, Verifier};
use remote_service::assistance::{Decline, Scope, Scopes};
use remote_service::{Error, Outcome};

use super::Scene;
use crate::steps::{until_booked, until_shown};

#[tokio::test(flavor = "multi_thread")]
async fn the_help_desk_asks_the_customer_allows_less_and_ends_it_and_all_is_on_record() {
    let mut scene = Scene::begin().await;
    let pending = scene.ask(&["view", "control"]).await;
    assert_eq!(
        (&*pending.requester, &*pending.organization, &*pending.ticket, &*pending.reason),
        ("robin", "Demo Services", "T-4711", "Colours are off")
    );
    assert_eq!((pending.scopes, pending.minutes), ([Scope::View, Scope::Control].into(), 30));

    let assistance = scene.service.assistance();
    let (kim, visitor) = (world::customer("kim", true), world::customer("sam", false));
    let view = Scopes::from([Scope::View]);
    let declined = |answer: Result<(), Error>| match answer {
        Err(Error::Declined { why }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(declined(assistance.grant(&pending.id, &visitor, view, 15).await), Decline::NoRole);
    assert_eq!(declined(assistance.grant("another", &kim, view, 15).await), Decline::NotAsked);
    let too_much = Scopes::from([Scope::View, Scope::Vpn]);
    assert_eq!(declined(assistance.grant(&pending.id, &kim, too_much, 15).await), Decline::BadScopes);
    assert!(scene.client.running().is_empty());

    assistance.grant(&pending.id, &kim, view, 15).await.unwrap();
    scene.running(true).await;
    until_shown(&scene.service, |snapshot| {
        let session = snapshot.assistance.session.as_ref();
        session.is_some_and(|session| {
            session.id == pending.id && session.scopes == view && session.link.is_some()
        })
    })
    .await;
    let started = scene.until_asked("a started session", |asked| asked.session.is_some()).await;
    assert_eq!(started.decision.as_deref(), Some("granted"));
    assert!(started.supporter_link.is_some_and(|link| link.contains("/supporter/")));

    scene.service.assistance().end(&visitor).await.unwrap();
    scene.running(false).await;
    until_shown(&scene.service, |snapshot| snapshot.assistance.session.is_none()).await;
    let ended =
        scene.until_asked("an ended session", |asked| asked.session.as_deref() == Some("ended")).await;
    assert_eq!(ended.session_reason.as_deref(), Some("ended_by_customer"));
    until_booked("a closed session", async || scene.broker.open_sessions().is_empty().then_some(())).await;

    let view = scene.service.snapshot().assistance.clone();
    assert!(
        matches!(&view.history[..], [only] if matches!(&only.outcome, Outcome::Ended { by: Some(by), .. } if by == "sam"))
    );
    assert!(view.end_notice.is_some());
    scene.service.assistance().notice_seen().await.unwrap();
    assert!(scene.service.snapshot().assistance.end_notice.is_none());

    let export = scene.service.assistance().audit().await.unwrap();
    let own: Vec<&str> = std::str::from_utf8(&export.records).unwrap().lines().collect();
    until_booked("the whole audit", async || {
        (scene.world.office.books.audit(&scene.installation).await == own).then_some(())
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.jsonl");
    std::fs::write(&file, &export.records).unwrap();
    let pem = std::fs::read_to_string(scene.world.folder.path().join("state/identity/installation-key.pem"));
    let key = signed_envelope::SigningKey::from_pem(&pem.unwrap().into()).unwrap().public();
    let mut verifier = Verifier::new(Some(Head::open(&export.head, &[key]).unwrap()));
    verifier.file(&file).unwrap();
    let found = verifier.finish();
    assert_eq!((found.ok, found.tail), (true, Tail::Complete));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_within_a_minute_and_that_is_a_no() {
    let mut scene = Scene::begin().await;
    scene.ask(&["view"]).await;
    let asked = tokio::time::timeout(std::time::Duration::from_secs(75), until_timed_out(&scene));
    asked.await.expect("a decision a minute later");
    assert!(scene.service.snapshot().assistance.pending.is_none());
    assert!(scene.client.running().is_empty());
    scene.end().await;
}

async fn until_timed_out(scene: &Scene) {
    let mut events = scene.service.events();
    while scene.service.snapshot().assistance.pending.is_some() {
        events.next().await.unwrap();
    }
    scene.until_asked("a time-out", |asked| asked.decision.as_deref() == Some("timed_out")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_told_and_a_mute_keeps_the_requester_out_until_it_is_taken_back() {
    let mut scene = Scene::begin().await;
    let kim = world::customer("kim", true);
    let pending = scene.ask(&["view"]).await;
    scene.service.assistance().mute(&pending.id, &kim).await.unwrap();
    let denied = scene.until_asked("a denial", |asked| asked.decision.is_some()).await;
    assert_eq!((denied.decision.as_deref(), denied.decision_reason), (Some("denied"), None));

    scene.desk.ask(&scene.installation, &["view"], 30).await;
    let blocked = |asked: &world::Asked| asked.decision.as_deref() == Some("blocked");
    let blocked = scene.until_asked("a blocked request", blocked).await;
    assert_eq!(blocked.decision_reason.as_deref(), Some("muted"));
    let mutes = scene.service.snapshot().assistance.mutes.clone();
    assert_eq!(mutes.keys().collect::<Vec<_>>(), [&pending.requester_id]);
    scene.service.assistance().unmute(&pending.requester_id, &kim).await.unwrap();
    assert!(scene.service.snapshot().assistance.mutes.is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_taken_back_leaves_the_screen_and_a_session_ends_with_it() {
    let mut scene = Scene::begin().await;
    let pending = scene.ask(&["view"]).await;
    scene.desk.withdraw(&scene.installation, &pending.id).await;
    until_shown(&scene.service, |snapshot| snapshot.assistance.pending.is_none()).await;
    let history = &scene.service.snapshot().assistance.history;
    assert!(matches!(history[0].outcome, Outcome::Withdrawn), "{history:?}");

    let id = scene.let_in().await;
    scene.desk.withdraw(&scene.installation, &id).await;
    scene.running(false).await;
    let ended =
        scene.until_asked("an ended session", |asked| asked.session.as_deref() == Some("ended")).await;
    assert_eq!(ended.session_reason.as_deref(), Some("withdrawn"));
    scene.end().await;
}
