use chrono::Months;
use remote_service::license::{EntitlementReason, Expiry, FileName, Refusal, Release};
use remote_service::{Error, EventKind, Import, Light, Stage};
use world::{Terms, World};

use crate::steps::{connected, until, until_shown};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_installation_of_one_license_is_orange_until_the_help_desk_approves_it() {
    let world = World::start().await;
    let (first, terms) = connected(&world).await;
    let second = world.install("second").await;
    let mut events = second.events();
    world.first_license(&second, &terms).await;
    second.update_settings(|settings| settings.enabled = true).await.unwrap();
    let id = until(&mut events, |event| match event {
        EventKind::Enrolled { installation_id } => Some(installation_id),
        _ => None,
    })
    .await;
    until_shown(&second, |snapshot| matches!(snapshot.light, Light::Orange { stage: Stage::Quarantine, .. }))
        .await;
    let organization = &world.office.organization.service_organization_id;
    world.office.server().administration().approve(organization, &id).await.unwrap();
    until_shown(&second, |snapshot| snapshot.light.is_green()).await;
    // One serial number, one installation: the approval revoked the first.
    until_shown(&first, |snapshot| matches!(snapshot.light, Light::Orange { .. })).await;
    first.stop().await;
    second.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_file_is_read_by_the_products_rules_and_never_replaces_a_signed_license_by_itself() {
    let world = World::start().await;
    let service = world.install("by-hand").await;
    let import = |text: &str, confirmed| Import::Unsigned {
        name: FileName::new("by-mail.lic").unwrap(),
        file: text.as_bytes().to_vec(),
        confirmed,
    };
    let text = "INCREMENT PRISMADIRECT v 1.0 31-dec-2030 1 SN=PD-0012345 VENDOR_STRING=MAINT:2029-06-30\n\
                INCREMENT TRIAL v 1.0 1-jan-2026 1 SN=PD-0012345\n";
    let maintenance = Some("vendor-string:MAINT".to_owned());
    service.update_settings(|settings| settings.license.maintenance_from = maintenance).await.unwrap();
    let words = service.import_license(import("good morning\n", false)).await;
    assert!(matches!(words, Err(Error::Refused { why: Refusal::Malformed { .. } })), "{words:?}");
    service
        .update_settings(|settings| {
            settings.license.server = remote_service::settings::LicenseServerKind::ByHand
        })
        .await
        .unwrap();
    service.import_license(import(text, false)).await.unwrap();
    let snapshot = service.snapshot();
    let waiting = &snapshot.license.outbox[0].license;
    // The base feature decides, not the lapsed trial option; maintenance stands where the vendor says.
    assert_eq!(waiting.expires, Expiry::On("2030-12-31".parse().unwrap()));
    assert_eq!(waiting.maintenance_until, Some(Expiry::On("2029-06-30".parse().unwrap())));
    service.stop().await;

    let (signed, _) = connected(&world).await;
    let refused = signed.import_license(import(text, false)).await;
    assert!(matches!(refused, Err(Error::Refused { why: Refusal::ReplacesSigned })), "{refused:?}");
    signed.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installer_asks_whether_a_release_is_covered() {
    let world = World::start().await;
    let service = world.install("state").await;
    let terms = Terms::first(world::now());
    let last = terms.maintenance_until;
    let release = |version: &str, released_on| Release {
        version: Some(version.parse().unwrap()),
        released_on,
        backdated_to: None,
    };
    assert_eq!(
        service.entitlement(&release("1.5.0", last)),
        None,
        "before the first license nothing is known"
    );
    world.first_license(&service, &terms).await;
    until_shown(&service, |snapshot| snapshot.license.in_force.is_some()).await;
    let later = last + Months::new(1);
    for (version, day, reason) in [
        ("1.5.0", last, EntitlementReason::WithinMaintenance),
        ("1.5.0", later, EntitlementReason::MaintenanceEnded),
        ("1.1.9", later, EntitlementReason::NotChecked),
    ] {
        let entitlement = service.entitlement(&release(version, day)).unwrap();
        assert_eq!(entitlement.reason, reason, "{version} of {day}");
    }
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_this_build_cannot_serve_are_refused_and_the_old_ones_stay() {
    let world = World::start().await;
    let service = world.install("state").await;
    let before = service.settings();
    let smb = service
        .update_settings(|settings| {
            settings.license.server = remote_service::settings::LicenseServerKind::Smb
        })
        .await;
    // Where the workspace is built with every feature, this build can; then it lacks the account.
    let keys = ["license.server", "credentials.user"];
    assert!(matches!(smb, Err(Error::Setting { key, .. }) if keys.contains(&key)), "{smb:?}");
    assert_eq!(service.settings(), before);
    service.stop().await;
    world.stop().await;
}
