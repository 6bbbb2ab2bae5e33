//! Every field of [General settings], typed, saved and read again.
use browser::Visit;
use remote_service::settings::{LicenseServerKind, StatusKind};

use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn every_field_comes_back_as_it_was_saved() {
    let shop = Shop::open().await;
    let browser = shop.log_in(Visit::default(), "alex").await;
    browser.click("a", "General settings").await;
    browser.click("summary", "More settings").await;
    let ca_file = shop.world.office.ca_file.display().to_string();
    let texts = [
        ("Service organization ID:", "SO-12345678"),
        ("Proxy URL:", "proxy.example.com:8080"),
        ("Proxy domain:", "PRINTDOM"),
        ("Proxy user name:", "alice"),
        ("Folder “DroppedLicense”:", "/srv/fls/DroppedLicense"),
        ("Shared folder:", "smb://fls.example.com/DroppedLicense"),
        ("Back office:", "https://office.example.com/"),
        ("CA files:", &ca_file),
        ("Reached without the proxy server:", "localhost, *.corp"),
        ("Script for automatic settings:", "http://wpad.example.com/proxy.pac"),
        ("Status address:", "27000@fls.example.com"),
        ("End of maintenance is read from:", "feature:MAINTENANCE"),
        ("Serial number is read from:", "vendor-string:SN"),
    ];
    let secrets = ["Verification code:", "Proxy password:"];
    for (label, text) in texts {
        browser.fill(label, text).await;
    }
    for label in secrets {
        browser.fill(label, "S3cret!pw").await;
    }
    for choice in [
        "proxy.mode\"][value=\"manual",
        "proxy.login\"][value=\"password",
        "license.server\"][value=\"by_hand",
    ] {
        browser.find(&format!("input[name=\"{choice}\"]")).await.click().await.unwrap();
    }
    browser.find("option[value=lmstat]").await.click().await.unwrap();
    browser.click("button", "Save").await;
    browser.sees("Saved. The settings are in force.").await;

    browser.go(&shop.page("/general")).await;
    for (label, text) in texts {
        let value = browser.field(label).await.prop("value").await.unwrap();
        assert_eq!(value.as_deref(), Some(text), "{label}");
    }
    for label in secrets {
        let field = browser.field(label).await;
        assert_eq!(field.prop("value").await.unwrap().as_deref(), Some(""), "{label}");
        assert_eq!(field.attr("placeholder").await.unwrap().as_deref(), Some("(set; leave empty to keep)"));
    }
    let settings = shop.running.settings();
    assert_eq!(
        (settings.license.server, settings.license.status),
        (LicenseServerKind::ByHand, StatusKind::Lmstat)
    );
    assert_eq!(settings.proxy.bypass, ["localhost", "*.corp"]);
    assert!(!browser.source().await.unwrap().contains("S3cret!pw"));

    browser.click("button", "Save").await; // nothing typed, so nothing changes, the secrets neither
    browser.sees("Saved. The settings are in force.").await;
    assert_eq!(shop.running.settings(), settings);
    let kept = shop.running.snapshot().secrets;
    assert!(kept.verification_code && kept.proxy_password);
}
