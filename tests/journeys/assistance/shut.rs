//! Whatever keeps everybody out, and ends what runs.

use remote_service::assistance::EndReason;

use super::Scene;
use crate::steps::until_shown;

#[tokio::test(flavor = "multi_thread")]
async fn switching_assistance_off_in_the_settings_ends_the_session_and_nobody_is_asked() {
    let mut scene = Scene::begin().await;
    scene.let_in().await;
    scene.service.update_settings(|settings| settings.assistance.allowed = false).await.unwrap();
    scene.running(false).await;
    let ended =
        scene.until_asked("an ended session", |asked| asked.session.as_deref() == Some("ended")).await;
    assert_eq!(ended.session_reason.as_deref(), Some("disabled"));
    until_shown(&scene.service, |snapshot| snapshot.light.is_green()).await;

    scene.present().await;
    scene.desk.ask(&scene.installation, &["view"], 30).await;
    let blocked = |asked: &world::Asked| asked.decision.as_deref() == Some("blocked");
    let blocked = scene.until_asked("a blocked request", blocked).await;
    assert_eq!(blocked.decision_reason.as_deref(), Some("disabled"));
    assert!(scene.service.snapshot().assistance.pending.is_none());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nobody_there_to_ask_the_answer_is_no() {
    let mut scene = Scene::begin().await;
    scene.service.stop().await;
    scene.start_alone().await;
    // Somebody without the role counts as nobody.
    scene.service.assistance().user_seen(&world::customer("sam", false)).await;
    scene.desk.ask(&scene.installation, &["view"], 30).await;
    let denied = scene.until_asked("a denial", |asked| asked.decision.is_some()).await;
    assert_eq!(
        (denied.decision.as_deref(), denied.decision_reason.as_deref()),
        (Some("denied"), Some("nobody_present"))
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_is_revoked_lets_nobody_in_any_more() {
    let mut scene = Scene::begin().await;
    scene.let_in().await;
    let organization = &scene.world.office.organization.service_organization_id;
    let administration = scene.world.office.server().administration();
    administration.revoke(organization, &scene.installation).await.unwrap();
    scene.running(false).await;
    until_shown(&scene.service, |snapshot| snapshot.assistance.revoked).await;
    let notice = scene.service.snapshot().assistance.end_notice.clone().unwrap();
    assert_eq!(notice.reason, EndReason::Revoked);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_service_ends_the_session_within_two_seconds_and_the_next_start_reports_it() {
    let mut scene = Scene::begin().await;
    scene.let_in().await;
    let begun = std::time::Instant::now();
    scene.service.stop().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
    assert!(scene.client.running().is_empty());
    // The state directory is free at once.
    scene.start_alone().await;
    let ended =
        scene.until_asked("an ended session", |asked| asked.session.as_deref() == Some("ended")).await;
    assert_eq!(ended.session_reason.as_deref(), Some("service_stopped"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_service_ends_the_session_as_well() {
    let mut scene = Scene::begin().await;
    scene.let_in().await;
    let Scene { world, service, client, .. } = scene;
    drop(service);
    crate::steps::until_booked("a client that is gone", async || client.running().is_empty().then_some(()))
        .await;
    world.stop().await;
}
