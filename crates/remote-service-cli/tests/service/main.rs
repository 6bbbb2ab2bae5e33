//! The real binary as a service: against a live back office and license server, under a stand-in for systemd.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]
#![cfg(target_os = "linux")]

mod idle;
mod place;
mod running;

use place::Place;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn it_enrols_connects_says_so_and_stops_within_two_seconds_of_sigterm() {
    let place = Place::begin().await;
    assert_eq!(place.store("verification-code", "").1["set"], false);
    assert_eq!(place.store("verification-code", &place.code()).1["set"], true);

    let mut service = place.run(&["--metrics-listen", "127.0.0.1:0"], &[]);
    service.until_told("READY=1");
    let metrics = service.metrics().await;
    assert!(metrics.contains("remote_service_license_expires_day "), "{metrics}");
    service.until_metrics("remote_service_light{light=\"green\"} 1").await;
    service.until_metrics("remote_service_events_total{event=\"enrolled\"} 1").await;

    let took = service.stops_by("TERM");
    assert!(took.as_millis() < 2000, "{took:?}");
    assert!(service.told.iter().any(|line| line == "STOPPING=1"), "{:?}", service.told);
    let log = service.log();
    assert!(log.lines().count() > 3);
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    assert!(!log.contains(&place.code()), "a secret in the log");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_the_watchdog_that_it_is_alive_and_stops_at_an_interrupt() {
    let place = Place::begin().await;
    let mut service = place.run(&["--enabled", "false"], &[("WATCHDOG_USEC", "200000")]);
    service.until_told("READY=1");
    service.until_told("WATCHDOG=1");
    service.until_told("WATCHDOG=1");
    assert!(service.stops_by("INT").as_millis() < 2000);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_the_secrets_comes_from_the_credentials_of_systemd() {
    let place = Place::begin().await;
    let credentials = place.folder().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    let key = credentials.join("remote-service-key");
    std::fs::write(&key, [7; 32]).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o400)).unwrap();
    let credentials = [("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap())];
    // The secrets that are there were sealed with another key.
    std::fs::remove_dir_all(place.state().join("secrets")).unwrap();
    let (exit, json) = place.with(&["secret", "set", "verification-code"], &credentials, Some(&place.code()));
    assert_eq!((exit, &json["set"]), (0, &Value::Bool(true)), "{json}");
    assert!(!place.state().join("secrets/key").exists());
    let mut service = place.run(&["--metrics-listen", "127.0.0.1:0"], &credentials);
    service.until_told("READY=1");
    service.until_metrics("remote_service_light{light=\"green\"} 1").await;
    service.stops_by("TERM");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_served_to_users_that_were_added_with_the_metrics_beside_it() {
    let place = Place::begin().await;
    let add = ["console", "user", "add", "kim", "--role", "admin"];
    let (exit, json) = place.with(&add, &[], Some("correct horse battery"));
    assert_eq!((exit, &json["role"]), (0, &"admin".into()), "{json}");
    let (exit, json) = place.with(&add, &[], Some("correct horse battery"));
    assert!(
        exit == 1 && json["error"].as_str().unwrap().contains("--replace"),
        "she is there already: {json}"
    );
    let anew = [&add[..], &["--replace"]].concat();
    assert_eq!(place.with(&anew, &[], Some("another good password")).0, 0);
    assert_eq!(place.with(&["console", "user", "add", "sam", "--role", "user"], &[], Some("short")).0, 2);

    let mut service = place.run(&["--console-listen", "127.0.0.1:0"], &[]);
    service.until_told("READY=1");
    assert!(service.get("/metrics").await.contains("remote_service_light"));
    let login = service.get("/login").await;
    assert!(login.starts_with("HTTP/1.1 200 OK") && login.contains("password"), "{login}");
    assert!(service.get("/general").await.starts_with("HTTP/1.1 303"), "nobody is signed in");
    // Those who never end their request keep nobody out once they are gone, and no service from stopping.
    drop(service.half_asked(300).await);
    assert!(service.get("/login").await.starts_with("HTTP/1.1 200 OK"));
    let held = service.half_asked(10).await;
    assert!(service.get("/login").await.starts_with("HTTP/1.1 200 OK"));
    assert!(service.stops_by("TERM").as_millis() < 2000);
    drop(held);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_is_tested_stage_by_stage() {
    let place = Place::begin().await;
    let (exit, report) = place.with(&["connect", "test"], &[], None);
    assert_eq!((exit, &report["ok"]), (0, &Value::Bool(true)), "{report}");
    let expected = [
        "settings",
        "route",
        "name",
        "reach",
        "tls",
        "answer",
        "back_office",
        "organization",
        "code",
        "share_connect",
        "share_write",
        "share_read",
        "share_modify",
        "share_delete",
    ];
    assert_eq!(stages(&report), expected, "{report}");
    assert_eq!(report["advice"], Value::Null);

    // Nobody listens on the discard port; the share is tried all the same.
    let nowhere = [("REMOTE_SERVICE_PROXY_BYPASS", ""), ("REMOTE_SERVICE_PROXY_MODE", "manual")];
    let arguments = ["connect", "test", "--proxy-address", "127.0.0.1:9"];
    let (exit, report) = place.with(&arguments, &nowhere, None);
    assert_eq!((exit, &report["ok"]), (1, &Value::Bool(false)), "{report}");
    assert!(report["advice"].as_str().unwrap().contains("127.0.0.1:9"), "{report}");
    assert_eq!(stages(&report).last(), Some(&"share_delete"));

    let elsewhere = ["connect", "test", "--license-folder", "/no/such/folder"];
    let (exit, report) = place.with(&elsewhere, &[], None);
    let last = report["stages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (exit, &last["stage"], &last["ok"]),
        (1, &"share_connect".into(), &Value::Bool(false)),
        "{report}"
    );

    let mut service = place.run(&["--enabled", "false"], &[]);
    service.until_told("READY=1");
    let (exit, report) = place.with(&["connect", "test"], &[], None);
    assert_eq!((exit, stages(&report)), (0, expected.to_vec()), "beside a running service: {report}");
    service.stops_by("TERM");
    let wrong = [("REMOTE_SERVICE_BACK_OFFICE_SERVICE_ORGANIZATION_ID", "SO-00000000")];
    let (exit, report) = place.with(&["connect", "test"], &wrong, None);
    let code = report["stages"].as_array().unwrap().iter().find(|stage| stage["stage"] == "code").unwrap();
    assert!(exit == 1 && code["ok"] == false, "{report}");
    let left: Vec<_> =
        std::fs::read_dir(place.state()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("beside-")), "{left:?}");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_gets_its_first_license_from_the_command_line() {
    let place = Place::begin().await;
    let (fresh, [file, envelope]) = (place.fresh(), place.mail());
    let import = |more: &[&str]| {
        let arguments = [&["license", "import", &file, "--state-dir", &fresh], more].concat();
        place.with(&arguments, &[], None)
    };
    let signed = ["--envelope", &envelope];
    let nowhere = import(&[&signed[..], &["--product-name", "OTHERdirect"]].concat());
    assert_eq!((nowhere.0, &nowhere.1["reason"]), (1, &"wrong_product".into()), "{}", nowhere.1);
    let (exit, json) = import(&signed);
    assert_eq!(
        (exit, &json["outcome"], &json["delivery"]["outcome"]),
        (0, &"accepted".into(), &"delivered".into())
    );
    assert_eq!(json["serial_number"], world::SERIAL_NUMBER);
    assert_eq!(import(&signed).1["outcome"], "known");
    assert_eq!(import(&["--unsigned"]).1["reason"], "replaces_signed");

    let mut service = place.run(&["--state-dir", &fresh, "--enabled", "false"], &[]);
    service.until_told("READY=1");
    let (exit, json) = import(&signed);
    assert!(exit == 1 && json["error"].as_str().unwrap().contains("in use"), "{json}");
    service.stops_by("TERM");
    assert!(!service.log().contains("no license is installed yet"), "{}", service.log());
    let other = place.folder().join("other");
    let other = other.to_str().unwrap();
    let mistyped = [("REMOTE_SERVICE_PROXY_MOED", "direct")];
    let settings = format!("{fresh}/settings.toml");
    std::fs::create_dir(other).unwrap();
    std::fs::copy(settings, format!("{other}/settings.toml")).unwrap();
    let mut service = place.run(&["--state-dir", other, "--enabled", "false"], &mistyped);
    service.until_told("READY=1");
    service.stops_by("TERM");
    let log = service.log();
    assert!(log.contains("license import") && log.contains("REMOTE_SERVICE_PROXY_MOED"), "{log}");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_named_and_end_it_with_2() {
    let place = Place::begin().await;
    for (arguments, variables, named) in [
        (&["run", "--proxy-mode", "sometimes"][..], &[][..], "sometimes"),
        (&["run"], &[("REMOTE_SERVICE_NOTICES_WINDOW_MONTHS", "0")], "notices.window_months"),
        (&["run"], &[("REMOTE_SERVICE_NOTICES_WINDOW_MONTHS", "many")], "notices.window_months"),
        (&["run", "--product-name", ""], &[], "product name"),
        (&["run", "--product-trusted-key-files", "/no/such/key.pem"], &[], "/no/such/key.pem"),
        (&["run", "--moed", "direct"], &[], "--moed"),
    ] {
        let (exit, json) = place.with(arguments, variables, None);
        let error = json["error"].as_str().unwrap_or_default();
        assert!(exit == 2 && error.contains(named), "{arguments:?} {variables:?}: {exit} {json}");
    }
    let (exit, json) = place.with(&["run", "--metrics-listen", "192.0.2.1:80"], &[], None);
    let error = json["error"].as_str().unwrap_or_default();
    assert!(exit == 1 && error.contains("192.0.2.1:80"), "it may work at the next try: {exit} {json}");
    let settings = place.state().join("settings.toml");
    let good = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{good}\n[notices2]\nwindow_months = 1\n")).unwrap();
    let (exit, json) = place.with(&["run"], &[], None);
    let error = json["error"].as_str().unwrap();
    assert!(exit == 2 && error.contains("notices.window_months"), "{error}");
    place.end().await;
}

fn stages(report: &Value) -> Vec<&str> {
    report["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect()
}
