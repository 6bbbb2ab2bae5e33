//! [General settings]: saved or not at all.
use remote_service::proxy::{Login, Mode};
use remote_service::settings::{LicenseServerKind, secret};

use crate::browser::Page;
use crate::site::{Site, eventually};

/// What the form sends when nothing is changed.
fn form(inbox: &str) -> Vec<(&'static str, String)> {
    [
        ("proxy.mode", "automatic"),
        ("proxy.login", "none"),
        ("proxy.bypass", "<local>"),
        ("license.server", "folder"),
        ("license.folder", inbox),
        ("license.status", "none"),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .to_vec()
}

fn with<'a>(form: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(key, _)| !more.iter().any(|(changed, _)| changed == key));
    kept.map(|(key, value)| (*key, &**value)).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn the_labels_are_those_of_the_manual() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let page = browser.get("/general").await;
    for label in [
        "System",
        "Connectivity",
        "Remote Service",
        "General settings",
        "Enabled",
        "Service organization ID:",
        "Verification code:",
        "Automatically detect settings",
        "Use proxy server",
        "Proxy URL:",
        "proxy.example.com:8080",
        "Proxy server authentication",
        "Proxy domain:",
        "Proxy user name:",
        "Proxy password:",
        "Remote service credentials:",
        "Change",
        "Test connection",
        "Save",
        "DroppedLicense",
        "Local Floating License Server",
        "Remote Floating License Server",
        "There is no connection to the remote service back office when this option is disabled.",
    ] {
        assert!(page.shows(label), "{label}");
    }
    let serial = page.text.split("id=\"serial-number\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(serial.contains("readonly"), "{serial}");
    assert!(browser.get("/assistance").await.shows("Remote assistance"));
}

#[tokio::test]
async fn save_takes_settings_and_secrets_together() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let form = form(site.inbox().to_str().unwrap());
    let typed = with(
        &form,
        &[
            ("back_office.service_organization_id", " SO-1 "),
            ("verification-code", "code-1"),
            ("proxy.mode", "manual"),
            ("proxy.address", "proxy.example.com:8080"),
            ("proxy.login", "password"),
            ("proxy.domain", "PRINTDOM"),
            ("proxy.user", "alice"),
            ("proxy-password", " S3cret!pw "),
            ("license.server", "by_hand"),
        ],
    );
    let saved = browser.submit("/general", &typed).await;
    assert_eq!((saved.status, saved.location()), (303, "/general?told=saved"), "{}", saved.text);
    let settings = site.running.settings();
    assert_eq!(settings.back_office.service_organization_id.as_deref(), Some("SO-1"));
    assert_eq!((settings.proxy.mode, settings.proxy.login), (Mode::Manual, Login::Password));
    assert_eq!(settings.proxy.domain.as_deref(), Some("PRINTDOM"));
    assert_eq!(settings.license.server, LicenseServerKind::ByHand);
    assert_eq!(site.secret(secret::PROXY_PASSWORD).as_deref(), Some(" S3cret!pw "));
    assert_eq!(site.secret(secret::VERIFICATION_CODE).as_deref(), Some("code-1"));
    let page = browser.get("/general?told=saved").await;
    assert!(page.shows("Saved. The settings are in force.") && page.shows("(set; leave empty to keep)"));
    for secret in ["S3cret!pw", "code-1"] {
        for path in ["/", "/general", "/assistance", "/license", "/about", "/general/credentials", "/live"] {
            assert!(!browser.get(path).await.shows(secret), "{path} shows {secret}");
        }
    }
    let again = browser.submit("/general", &with(&form, &[("proxy.login", "none")])).await;
    assert_eq!(again.status, 303);
    assert_eq!(
        site.secret(secret::PROXY_PASSWORD).as_deref(),
        Some(" S3cret!pw "),
        "an empty field keeps it"
    );
}

#[tokio::test]
async fn a_mistake_is_said_beside_its_field_and_nothing_is_saved() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let before = site.running.settings();
    let form = form(site.inbox().to_str().unwrap());
    for (changed, field, words) in [
        (vec![("enabled", "on")], "back_office.url", "Enter the address of the back office."),
        (vec![("back_office.url", "no url")], "back_office.url", "Enter the address of the back office."),
        (
            vec![("enabled", "on"), ("back_office.url", "https://office.example/")],
            "back_office.service_organization_id",
            "Enter the service organization ID",
        ),
        (vec![("proxy.mode", "manual")], "proxy.address", "Enter the host name and port"),
        (
            vec![("proxy.mode", "manual"), ("proxy.address", "proxy:99999")],
            "proxy.address",
            "The port must be 1 to 65535.",
        ),
        (
            vec![("proxy.mode", "manual"), ("proxy.address", "http://a:b@proxy:1")],
            "proxy.address",
            "have fields of their own",
        ),
        (vec![("proxy.login", "password")], "proxy.user", "Enter the user name"),
        (vec![("license.status", "http")], "license.status_address", "Enter where the status is asked"),
        (vec![("license.maintenance_from", "guess")], "license.maintenance_from", "feature:NAME"),
        (vec![("license.serial_number_from", "guess")], "license.serial_number_from", "notice:KEY"),
        (
            vec![
                ("enabled", "on"),
                ("back_office.url", "https://office.example/"),
                ("back_office.service_organization_id", "SO-1"),
                ("license.folder", ""),
            ],
            "license.folder",
            "Enter the folder",
        ),
    ] {
        let mut typed = with(&form, &changed);
        typed.push(("verification-code", "not-kept"));
        let refused = browser.submit("/general", &typed).await;
        assert_eq!(refused.status, 422, "{changed:?}");
        let problem = refused.text.split(&format!("id=\"{field}-wrong\"")).nth(1);
        let problem =
            problem.unwrap_or_else(|| panic!("{field}: {}", refused.text)).split('<').next().unwrap();
        assert!(problem.contains(words), "{field}: {problem}");
        assert!(refused.shows("Nothing was saved."));
        for (key, value) in changed.iter().filter(|(key, _)| key.contains("address") || key.contains("url")) {
            assert!(
                refused.shows(&format!("id=\"{key}\" name=\"{key}\" value=\"{value}\"")),
                "{key} is typed once"
            );
        }
        assert!(!refused.shows("not-kept"));
    }
    assert_eq!(site.running.settings(), before);
    assert_eq!(site.secret(secret::VERIFICATION_CODE), None);
}

#[tokio::test]
async fn the_status_icon_says_where_it_fails() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    assert!(browser.get("/general").await.shows("Not enabled"));
    let typed = [
        ("enabled", "on"),
        ("back_office.url", "https://localhost:1/"),
        ("back_office.service_organization_id", "SO-1"),
        ("proxy.mode", "direct"),
        ("proxy.login", "none"),
        ("license.server", "by_hand"),
        ("license.status", "none"),
    ];
    assert_eq!(browser.submit("/general", &typed).await.status, 303);
    eventually("orange", async || browser.get("/general").await.shows("Not connected")).await;
    let page = browser.get("/general").await;
    assert!(
        page.shows("class=\"status orange\"") && page.shows("No license is installed yet"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn the_connection_test_works_without_scripts_and_uses_what_is_typed() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let form = form(site.inbox().to_str().unwrap());
    let typed = with(&form, &[("back_office.url", "https://localhost:1/"), ("proxy.mode", "direct")]);
    let started = browser.submit("/general/test", &typed).await;
    let report = started.location().to_owned();
    assert!(report.starts_with("/general/test/"), "{}", started.text);
    eventually("the end of the test", async || browser.get(&report).await.shows("data-running=\"false\""))
        .await;
    let page = browser.get(&report).await;
    assert!(page.shows("data-stage=\"reach\"") && page.shows("Nobody answers there."), "{}", page.text);
    assert!(!page.shows("http-equiv=\"refresh\""), "it does not load itself any more");
    assert_eq!(site.running.settings().back_office.url, None, "nothing is saved");
    assert_ne!(browser.submit("/general/test", &typed).await.location(), report);
    let replaced = browser.get(&format!("{report}/live")).await;
    assert!(replaced.shows("data-running=\"false\"") && replaced.shows("did not come to an end"));
    let wrong = browser.submit("/general/test", &with(&form, &[("back_office.url", "?")])).await;
    assert!(wrong.status == 422 && wrong.shows("back_office.url-wrong"));
    assert_eq!(site.browser_of("kim").await.get(&report).await.status, 403);
}

#[tokio::test]
async fn new_credentials_replace_the_old_ones_only_when_they_work() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    assert!(browser.get("/general").await.shows("The account that this service runs as"));
    let typed = [("domain", "PRINTDOM"), ("user", "carol"), ("password", "Wr0ng!pw")];
    let refused = browser.submit("/general/credentials", &typed).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.shows("value=\"carol\"") && !refused.shows("Wr0ng!pw"), "{}", refused.text);
    assert_eq!(site.running.settings().credentials.user, None);
    assert_eq!(site.secret(secret::REMOTE_SERVICE_PASSWORD), None);
}

#[tokio::test]
async fn change_and_test_lead_back_to_what_was_typed_without_scripts() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let form = form(site.inbox().to_str().unwrap());
    let typed = with(
        &form,
        &[
            ("enabled", "on"),
            ("back_office.service_organization_id", "SO \"7\""),
            ("back_office.ca_files", "/etc/a.pem\r\n/etc/b.pem"),
            ("license.server", "smb"),
            ("license.share", "smb://files.example/DroppedLicense"),
            ("verification-code", "C0de!typed"),
            ("proxy-password", "Pr0xy!typed"),
        ],
    );
    let shows_typed = |page: &Page| {
        let shown = [
            "name=\"enabled\" value=\"on\" checked",
            "value=\"SO &#34;7&#34;\"",
            "/etc/a.pem\r\n/etc/b.pem</textarea>",
            "value=\"smb\" checked",
            "id=\"license.share\" name=\"license.share\" value=\"smb://files.example/DroppedLicense\"",
        ];
        for text in shown {
            assert!(page.shows(text), "{text}: {}", page.text);
        }
    };
    let opened = browser.submit("/general/change", &typed).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    assert!(opened.shows("id=\"share\" name=\"share\" value=\"smb://files.example/DroppedLicense\""));
    let cancelled = browser.send_hidden(&opened, "/general/typed", &[]).await;
    shows_typed(&cancelled);

    let wrong = [("user", "carol"), ("password", "Wr0ng!pw")];
    let refused = browser.send_hidden(&opened, "/general/credentials", &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    shows_typed(&browser.send_hidden(&refused, "/general/typed", &[]).await);

    let started = browser.submit("/general/test", &typed).await;
    let report = browser.get(started.location()).await;
    shows_typed(&browser.send_hidden(&report, "/general/typed", &[]).await);

    for page in [&opened, &cancelled, &refused, &report] {
        for secret in ["C0de!typed", "Pr0xy!typed", "Wr0ng!pw"] {
            assert!(!page.shows(secret), "{secret} comes back: {}", page.text);
        }
    }
    assert_eq!(site.running.settings().license.share, None, "nothing is saved");
    assert_eq!(site.secret(secret::PROXY_PASSWORD), None);
    for path in ["/general/change", "/general/typed", "/general/test"] {
        assert_eq!(browser.get(path).await.status, 200, "the switch of languages leads to {path}");
    }
}
