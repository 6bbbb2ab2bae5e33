//! The manual's procedure, step by step, and what it promises afterwards.
use std::time::Duration;

use browser::{Browser, PATIENCE, Visit, wait_for};
use interop::proxies::Proxies;
use world::Terms;

use crate::by_hand::by_hand;
use crate::samba::Samba;
use crate::shop::{Shop, help_desk, sees_no_more};
use crate::steps::Steps;
use crate::told::told;

/// The manual: "within 5 seconds after you have logged in".
const BOUND: Duration = Duration::from_secs(5);
/// The manual: "within one minute after the installation of the license".
pub(crate) const IN_USE: Duration = Duration::from_secs(60);

/// Chooses one of several, by what it says.
pub(crate) async fn choose(browser: &Browser, words: &str) {
    let path = format!("//label[contains(., '{words}')]//input");
    wait_for(words, PATIENCE, async || browser.find_now(&path).await?.click().await.ok()).await;
}

/// Scrolls something into the picture.
pub(crate) async fn show(browser: &Browser, css: &str) {
    let script = format!("document.querySelector('{css}').scrollIntoView({{ block: 'center' }})");
    browser.execute(&script, Vec::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manuals_procedure_in_a_real_browser() {
    let proxies = Proxies::start();
    let samba = Samba::start();
    let shop = Shop::open().await;
    let mut steps = Steps::start();
    let first = Terms::first(world::now());
    let alex = shop.log_in(Visit::default(), "alex").await;

    before_you_begin(&shop, &alex, &first, &mut steps).await;
    general_settings(&shop, &alex, &proxies, &mut steps).await;
    allow_remote_assistance(&shop, &alex, &mut steps).await;
    let desk = reachable(&shop, &mut steps).await;
    let renewed = announced(&shop, &alex, &first, &mut steps).await;
    asked(&alex, &desk, &mut steps).await;
    drop(desk);
    let last = by_hand(&shop, &alex, &samba, &renewed, &mut steps).await;
    told(&shop, &alex, &last, &mut steps).await;

    let closed = steps.timed("the back office is stopped", shop.stop_back_office()).await;
    alex.go(&closed.page("/general")).await;
    alex.sees_within(4 * PATIENCE, "Not connected").await;
    let status = alex.find(".status").await.text().await.unwrap();
    // The proxy works, and is not blamed.
    assert!(status.contains("The back office cannot be reached."), "{status}");
    assert!(!status.contains("fails at the proxy"), "{status}");
    steps.done(&alex, "Orange with the reason").await;
}

/// "A valid license file must be installed": by hand, without a network.
async fn before_you_begin(shop: &Shop, alex: &Browser, first: &Terms, steps: &mut Steps) {
    alex.sees("No license is installed yet.").await;
    steps.done(alex, "A new installation").await;
    let license = shop.world.vendor.issue(first);
    shop.world.office.publish(&license).await;
    let (file, envelope) = shop.on_a_stick(&license);
    alex.click("a", "Install the first license").await;
    alex.fill("License file", &file).await;
    alex.fill("Signed envelope", &envelope).await;
    alex.click("button", "Install").await;
    alex.sees("The license is accepted").await;
    wait_for("the first license in use", IN_USE, async || {
        alex.go(&shop.page("/about")).await;
        alex.text().await.contains("Uses this license").then_some(())
    })
    .await;
    for text in ["PD-0012345", "WEB_SHOP", "5 seats", "Signed by the supplier"] {
        alex.sees(text).await;
    }
    steps.done(alex, "About box").await;
}

/// Steps 1 to 7.
async fn general_settings(shop: &Shop, alex: &Browser, proxies: &Proxies, steps: &mut Steps) {
    alex.click("a", "General settings").await;
    alex.sees("Not enabled").await;
    steps.done(alex, "General settings").await;
    choose(alex, "Enabled").await;
    let organization = &shop.world.office.organization.service_organization_id;
    alex.fill("Service organization ID:", organization).await;
    let code = shop.verification_code();
    alex.fill("Verification code:", secrecy::ExposeSecret::expose_secret(&code)).await;
    let serial = alex.field("Serial number").await;
    assert_eq!(serial.prop("value").await.unwrap().as_deref(), Some("PD-0012345"));
    assert!(serial.attr("readonly").await.unwrap().is_some());
    choose(alex, "Use proxy server").await;
    alex.fill("Proxy URL:", &format!("localhost:{}", proxies.ntlm)).await;
    choose(alex, "User name and password").await;
    alex.fill("Proxy domain:", interop::proxies::DOMAIN).await;
    alex.fill("Proxy user name:", interop::proxies::USER).await;
    alex.fill("Proxy password:", interop::proxies::PASSWORD).await;
    show(alex, "#proxy").await;
    steps.done(alex, "Proxy settings").await;
    alex.click("summary", "More settings").await;
    alex.fill("Reached without the proxy server:", "").await; // everything here is local
    show(alex, "[id=\"proxy.bypass\"]").await;
    steps.done(alex, "More settings").await;

    alex.click("button", "Test connection").await;
    alex.sees("The connection works.").await;
    let report = alex.find("#report").await.text().await.unwrap();
    for stage in [
        "Settings",
        "Proxy login",
        "Encryption (TLS)",
        "Back office",
        "Service organization ID",
        "Verification code",
        "License folder: write",
    ] {
        assert!(report.contains(stage), "{stage}: {report}");
    }
    show(alex, "#report").await;
    steps.done(alex, "Test connection").await;
    assert!(!shop.running.settings().enabled, "a test saves nothing");

    let green = async {
        alex.click("button", "Save").await;
        alex.sees("Saved. The settings are in force.").await;
        alex.sees("Connected").await;
    };
    steps.timed("from [Save] to the green light", green).await;
    assert!(alex.find(".status").await.attr("class").await.unwrap().unwrap().contains("green"));
    alex.go(&shop.page("/general")).await;
    let spent = alex.field("Verification code:").await.attr("placeholder").await.unwrap();
    assert_eq!(spent.as_deref(), Some("(used; this installation is known)"));
    steps.done(alex, "Saved and green").await;
    let log = proxies.log("ntlm");
    assert!(log.contains("CONNECT") && log.contains(interop::proxies::USER), "through the proxy: {log}");
    let html = alex.source().await.unwrap();
    let secret = secrecy::ExposeSecret::expose_secret(&code);
    assert!(!html.contains(interop::proxies::PASSWORD) && !html.contains(secret));
}

/// Steps 8 to 10.
async fn allow_remote_assistance(shop: &Shop, alex: &Browser, steps: &mut Steps) {
    alex.click("a", "Allow remote assistance").await;
    choose(alex, "Remote assistance").await;
    alex.click("button", "Save").await;
    alex.sees("Saved. The settings are in force.").await;
    assert!(shop.running.settings().assistance.allowed);
    steps.done(alex, "Remote assistance allowed").await;
}

/// Step 11.
async fn reachable(shop: &Shop, steps: &mut Steps) -> Browser {
    let desk = help_desk(shop, "Robin Vermeer").await;
    let visible = async {
        wait_for("RDP and VPN", BOUND, async || {
            let row = desk.find_now("//tr[th/a[contains(., 'PD-0012345')]]").await?.text().await.ok()?;
            (row.contains("RDP") && row.contains("VPN")).then_some(())
        })
        .await;
    };
    steps.timed("from the help desk's login to RDP and VPN", visible).await;
    steps.done(&desk, "RDP and VPN at the help desk").await;
    desk
}

/// "Announced to the user when there are changes at feature level."
async fn announced(shop: &Shop, alex: &Browser, first: &Terms, steps: &mut Steps) -> Terms {
    let renewal = first.renewal(world::now());
    alex.go(&shop.page("/")).await;
    let seen = async {
        shop.world.office.publish(&shop.world.vendor.issue(&renewal)).await;
        alex.sees("New: COLOR_MANAGEMENT, 1 seat").await; // without a click: the page looks for news
        alex.sees("WEB_SHOP: 5 seats → 10 seats").await;
    };
    steps.timed("from the publication of a renewal to its announcement on the page", seen).await;
    let ends = renewal.maintenance_until.format("%-d %B %Y").to_string();
    wait_for("the new end of maintenance, without a click", PATIENCE, async || {
        alex.find(".columns").await.text().await.ok()?.contains(&ends).then_some(())
    })
    .await;
    steps.done(alex, "A new license is announced").await;
    alex.click("button", "Dismiss").await;
    sees_no_more(alex, "A new license is in use").await;
    alex.go(&shop.page("/about")).await;
    alex.sees("COLOR_MANAGEMENT").await;
    renewal
}

/// A request, the dialog, the banner, the end.
async fn asked(alex: &Browser, desk: &Browser, steps: &mut Steps) {
    desk.click("a", "PD-0012345").await;
    desk.fill("Ticket", "T-4711").await;
    desk.fill("Reason", "Colours are off since the last update.\nMay I look at the profiles?").await;
    for scope in ["Mouse and keyboard", "VPN"] {
        choose(desk, scope).await;
    }
    desk.click("button", "Ask the customer").await;
    let dialog = async {
        alex.sees("Allow remote assistance?").await;
        alex.sees("Robin Vermeer").await;
    };
    steps.timed("from the request to the dialog", dialog).await;
    for text in ["Demo Services", "T-4711", "May I look at the profiles?", "Opens your network"] {
        alex.sees(text).await;
    }
    steps.done(alex, "The request").await;
    for (scope, ticked) in [("view", true), ("control", true), ("vpn", false)] {
        let tick = alex.find(&format!("input[name=scope][value={scope}]")).await;
        assert_eq!(tick.is_selected().await.unwrap(), ticked, "{scope}");
    }
    let focus = alex.active_element().await.unwrap().text().await.unwrap();
    assert_eq!(focus, "Deny", "a key that is pressed by chance lets nobody in");
    alex.click("button", "Allow").await;
    alex.sees("Robin Vermeer of Demo Services is connected to this computer.").await;
    alex.sees("Join").await;
    steps.done(alex, "The banner").await;
    desk.sees("Join the session").await;
    steps.done(desk, "The help desk may join").await;
    alex.click("button", "End").await;
    alex.sees("The remote assistance of Robin Vermeer (Demo Services) is over.").await;
    sees_no_more(alex, "is connected to this computer").await;
    steps.done(alex, "The end notice").await;
    alex.find(".notices form button").await.click().await.unwrap();
    alex.click("a", "Allow remote assistance").await;
    alex.sees("It was ended here. (alex)").await;
    alex.click("a", "Save the audit").await;
    assert!(String::from_utf8(alex.downloaded("audit.jsonl").await).unwrap().contains("\"granted\""));
    steps.done(alex, "History and audit").await;
}
