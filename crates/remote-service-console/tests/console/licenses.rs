//! Licenses that are brought, announced, saved and told about.
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use remote_service::settings::StatusKind;
use remote_service_console::Console;
use world::{Terms, World};

use crate::browser::Browser;
use crate::site::{BASE, People, Site, eventually};

fn parts<'a>(csrf: &'a str, file: &'a [u8], envelope: Option<&'a [u8]>) -> Vec<(&'a str, &'a str, &'a [u8])> {
    let mut parts = vec![("csrf", "", csrf.as_bytes()), ("file", "C:\\temp\\prismadirect.lic", file)];
    parts.extend(envelope.map(|envelope| ("envelope", "prismadirect.lic.dsse", envelope)));
    parts
}

#[tokio::test]
async fn the_first_license_is_installed_without_a_network() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    assert!(browser.get("/").await.shows("No license is installed yet."));
    let (license, csrf) = (site.first(), browser.get("/license").await.csrf());
    let accepted = browser.upload("/license", &parts(&csrf, &license.file, Some(&license.envelope))).await;
    assert_eq!(
        (accepted.status, accepted.location()),
        (303, "/license?told=license-accepted"),
        "{}",
        accepted.text
    );
    eventually("the license in the inbox", async || site.inbox().join("prismadirect.lic").exists()).await;
    assert_eq!(std::fs::read(site.inbox().join("prismadirect.lic")).unwrap(), license.file);
    eventually("the serial number", async || browser.get("/general").await.shows("value=\"PD-0012345\""))
        .await;
    eventually("in force", async || browser.get("/about").await.shows("PD-0012345")).await;
    let about = browser.get("/about").await;
    for text in ["PRISMAdirect", "PD-0012345", "WEB_SHOP", "5 seats", "Signed by the supplier"] {
        assert!(about.shows(text), "{text}: {}", about.text);
    }
    let again = browser.upload("/license", &parts(&csrf, &license.file, Some(&license.envelope))).await;
    assert_eq!(again.location(), "/license?told=license-known");
}

#[tokio::test]
async fn a_license_that_is_refused_says_why_and_an_unsigned_one_needs_a_yes() {
    let site = Site::start();
    site.import(&site.first()).await;
    let mut browser = site.browser_of("alex").await;
    let csrf = browser.get("/license").await.csrf();
    let foreign = Site::start();
    let other = foreign.first();
    let refused = browser.upload("/license", &parts(&csrf, &other.file, Some(&other.envelope))).await;
    assert!(refused.status == 422 && refused.shows("not signed by the supplier"), "{}", refused.text);
    let unsigned = parts(&csrf, &other.file, None);
    let asked = browser.upload("/license", &unsigned).await;
    assert!(asked.status == 422 && asked.shows("name=\"confirmed\""), "{}", asked.text);
    let confirmed = [unsigned, vec![("confirmed", "", b"yes")]].concat();
    assert_eq!(browser.upload("/license", &confirmed).await.status, 303);
    for (file, words) in [(&b""[..], "Choose the license file."), (&b"hello"[..], "cannot be read")] {
        let refused = browser.upload("/license", &parts(&csrf, file, None)).await;
        assert!(refused.status == 422 && refused.shows(words), "{words}: {}", refused.text);
    }
}

#[tokio::test]
async fn several_serial_numbers_are_a_question_and_no_guess() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let csrf = browser.get("/license").await.csrf();
    let file = b"FEATURE PRISMADIRECT oce 1.4 31-dec-2099 1 SN=PD-1 SIGN=0\nFEATURE WEB_SHOP oce 1.4 31-dec-2099 5 SN=PD-2 SIGN=0\n";
    assert_eq!(browser.upload("/license", &parts(&csrf, file, None)).await.status, 303);
    eventually("the question", async || browser.get("/general").await.shows("Which serial number is yours?"))
        .await;
    let page = browser.get("/license").await;
    assert!(page.shows("<code>PD-1</code>") && page.shows("<code>PD-2</code>"), "{}", page.text);
    assert_eq!(site.running.snapshot().serial_number(), None);
}

#[tokio::test]
async fn what_cannot_be_delivered_is_saved_byte_for_byte_until_it_has_arrived() {
    let site = Site::with(|settings| {
        settings.license.folder = Some("/nonexistent/DroppedLicense".into());
        settings.license.status = StatusKind::Http;
        settings.license.status_address = Some("127.0.0.1:1".to_owned());
    });
    let license = site.first();
    let digest = site.import(&license).await;
    let mut browser = site.browser_of("alex").await;
    let page = browser.get("/general").await;
    assert!(
        page.shows("Failed to update license on:") && page.shows("The folder does not exist."),
        "{}",
        page.text
    );
    assert!(browser.get("/").await.shows("Failed to update license on:"), "at each refresh of every page");
    let file = browser.get(&format!("/license/outbox/{digest}/file")).await;
    assert_eq!(file.bytes, license.file);
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"prismadirect.lic\""));
    let envelope = browser.get(&format!("/license/outbox/{digest}/envelope")).await;
    assert_eq!(envelope.bytes, license.envelope);
    assert!(envelope.header("content-disposition").contains("prismadirect.lic.dsse"));

    let inbox = site.inbox();
    site.running.update_settings(|settings| settings.license.folder = Some(inbox)).await.unwrap();
    assert_eq!(browser.submit("/license/retry", &[]).await.location(), "/general?told=retried");
    eventually("the section is gone", async || !browser.get("/general").await.shows("Failed to update"))
        .await;
    assert_eq!(browser.get(&format!("/license/outbox/{digest}/file")).await.status, 404);
}

#[tokio::test]
async fn without_a_server_that_wants_it_there_is_no_envelope_to_save() {
    let site = Site::with(|settings| settings.license.folder = Some("/nonexistent/DroppedLicense".into()));
    let digest = site.import(&site.first()).await;
    let mut browser = site.browser_of("alex").await;
    assert!(!browser.get("/general").await.shows("Save the envelope"));
    assert_eq!(browser.get(&format!("/license/outbox/{digest}/envelope")).await.status, 404);
    assert_eq!(browser.get(&format!("/license/outbox/{digest}/file")).await.status, 200);
}

#[tokio::test]
async fn a_sequence_reset_is_saved_beside_the_license_that_needs_it() {
    let world = World::start().await;
    let running = Arc::new(world.install("state").await);
    let first = Terms::first(world::now());
    world.first_license(&running, &first).await;
    let enable = |settings: &mut remote_service::Settings| {
        settings.enabled = true;
        settings.license.folder = Some("/nonexistent/DroppedLicense".into());
    };
    running.update_settings(enable).await.unwrap();
    let failed = async |license: &world::SignedLicense| {
        eventually("a delivery that failed", async || {
            let snapshot = running.snapshot();
            let mut entries = snapshot.license.outbox.iter();
            entries.any(|entry| entry.digest == license.digest() && entry.failure.is_some())
        })
        .await;
    };
    let mistyped = world.vendor.issue(&Terms { sequence: 7000, ..first.renewal(world::now()) });
    world.office.publish(&mistyped).await;
    failed(&mistyped).await;
    let router = Console::builder(running.clone()).authenticator(People).base_path(BASE).build();
    let mut browser = Browser::new(&router);
    browser.log_in("alex").await;
    let address = |license: &world::SignedLicense| format!("/license/outbox/{}/reset", license.digest());
    assert_eq!(browser.get(&address(&mistyped)).await.status, 404, "there is no reset yet");

    let corrected = world.vendor.issue(&first.renewal(world::now()));
    let reset = world.vendor.reset(7000, first.sequence, world::now());
    world.office.correct(&corrected, &reset).await;
    failed(&corrected).await;
    assert!(browser.get("/general").await.shows(&address(&corrected)), "its save icon");
    let saved = browser.get(&address(&corrected)).await;
    let mut trust = remote_service::license::Trust::new(world.vendor.keys(), world::now());
    trust.product = Some(world::PRODUCT.to_owned());
    trust.serial_number = Some(first.serial_number);
    let opened = remote_service::license::manifest::open_reset(&saved.bytes, &trust).unwrap();
    assert_eq!((opened.from_sequence, opened.to_sequence), (7000, first.sequence));
    assert!(saved.header("content-disposition").contains("prismadirect.lic.reset.dsse"));
    drop((browser, router, running));
    world.stop().await;
}

#[tokio::test]
async fn a_new_license_is_announced_with_what_changed_until_somebody_dismisses_it() {
    let site = Site::start();
    let first = Terms::first(world::now());
    site.import(&site.vendor.issue(&first)).await;
    taken(&site).await;
    site.import(&site.vendor.issue(&first.renewal(world::now()))).await;
    std::fs::remove_file(site.inbox().join("prismadirect.lic")).unwrap();
    let mut browser = site.browser_of("robin").await;
    eventually("the announcement", async || browser.get("/about").await.shows("A new license is in use:"))
        .await;
    let page = browser.get("/").await;
    assert!(
        page.shows("New: COLOR_MANAGEMENT, 1 seat") && page.shows("WEB_SHOP: 5 seats → 10 seats"),
        "{}",
        page.text
    );
    let (_, rest) = page.text.split_once("name=\"license\" value=\"").unwrap();
    let digest = rest.split('"').next().unwrap().to_owned();
    assert_eq!(browser.submit("/license/dismiss", &[("license", &digest)]).await.location(), "/");
    assert!(!browser.get("/").await.shows("A new license is in use:"));
    assert_eq!(browser.submit("/license/dismiss", &[("license", "nonsense")]).await.status, 400);
}

/// Takes the license out of the inbox, as a license server does, and waits until that is seen.
async fn taken(site: &Site) {
    std::fs::remove_file(site.inbox().join("prismadirect.lic")).unwrap();
    eventually("seen", async || site.running.snapshot().license.seen.is_some()).await;
}

/// The first page and the login page, as of `now`.
async fn pages_at(site: &Site, now: DateTime<Utc>) -> (String, String) {
    let console = Console::builder(Arc::clone(&site.running)).authenticator(People).base_path(BASE);
    let router = console.clock(move || now).build();
    let mut browser = Browser::new(&router);
    let login = browser.get("/login").await.text;
    browser.log_in("robin").await;
    (browser.get("/").await.text, login)
}

#[tokio::test]
async fn ends_are_told_one_month_before_on_pages_and_the_expiry_at_the_login() {
    let site = Site::start();
    let terms = Terms::first(world::now());
    site.import(&site.vendor.issue(&terms)).await;
    taken(&site).await;
    let noon = |day: chrono::NaiveDate| day.and_hms_opt(12, 0, 0).unwrap().and_utc();
    let (expires, maintenance) = (noon(terms.expires), noon(terms.maintenance_until));
    let month = chrono::Months::new(1);
    let day = TimeDelta::days(1);
    for (now, on_page, at_login) in [
        (maintenance - month - day, None, false),
        (maintenance - day, Some("Maintenance ends after"), false),
        (maintenance, Some("today is the last day"), false),
        (maintenance + day, None, false),
        (expires - month - day, None, false),
        (expires - day, Some("The license expires after"), false),
        (expires, Some("today is the last day"), false),
        (expires + day, Some("The license expired"), true),
    ] {
        let (page, login) = pages_at(&site, now).await;
        let told = page.contains("class=\"notice warn\"") || page.contains("class=\"notice bad\"");
        assert_eq!(told, on_page.is_some(), "{now}: {page}");
        assert!(on_page.is_none_or(|words| page.contains(words)), "{now}: {page}");
        assert_eq!(login.contains("The license expired"), at_login, "{now}: {login}");
        assert_eq!(login.contains("can log in and install a new license"), at_login, "{now}");
    }
}
