//! Everything that matters, without a mouse.
use browser::{Browser, Visit};
use fantoccini::key::Key;
use world::Terms;

use crate::shop::{PASSWORD, Shop, help_desk};

async fn key(browser: &Browser, key: Key) {
    browser.press(&key.to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_saved_and_a_request_is_answered_by_keyboard_only() {
    let shop = Shop::with(|settings| settings.proxy.mode = remote_service::proxy::Mode::Direct).await;
    shop.world.first_license(&shop.running, &Terms::first(world::now())).await;
    let browser = Visit::default().open().await;
    browser.go(&shop.page("/")).await;
    browser.press("alex").await; // the first field has the focus
    key(&browser, Key::Tab).await;
    browser.press(PASSWORD).await;
    key(&browser, Key::Enter).await;
    browser.sees("Log out").await;

    key(&browser, Key::Tab).await;
    browser.shot("console-keyboard-skip-link").await;
    browser.tab_to("a[href$='/general']").await;
    key(&browser, Key::Enter).await;
    browser.sees("Service organization ID:").await;
    browser.tab_to("#enabled").await;
    browser.shot("console-keyboard-focus").await;
    browser.press(" ").await;
    browser.tab_to("[id='back_office.service_organization_id']").await;
    browser.press(&shop.world.office.organization.service_organization_id).await;
    browser.tab_to("#verification-code").await;
    let code = shop.verification_code();
    browser.press(secrecy::ExposeSecret::expose_secret(&code)).await;
    key(&browser, Key::Enter).await; // Enter in a field saves, as in every form
    browser.sees("Saved. The settings are in force.").await;
    browser.sees("Connected").await;

    browser.tab_to("nav.main a[href$='/assistance']").await;
    key(&browser, Key::Enter).await;
    browser.sees("Longest session in minutes:").await;
    browser.tab_to("input[name='assistance.allowed']").await;
    browser.press(" ").await;
    browser.tab_to("main form button.primary").await;
    key(&browser, Key::Enter).await;
    browser.sees("Saved. The settings are in force.").await;
    assert!(shop.running.settings().assistance.allowed);

    let desk = help_desk(&shop, "Robin Vermeer").await;
    desk.click("a", "PD-0012345").await;
    desk.fill("Reason", "Colours are off.").await;
    desk.click("button", "Ask the customer").await;
    desk.sees("Colours are off.").await; // it is sent
    drop(desk);
    browser.sees("Allow remote assistance?").await;
    browser.shot("console-keyboard-request").await;
    key(&browser, Key::Escape).await; // no answer is an answer: the dialog stays
    browser.sees("Allow remote assistance?").await;
    browser.tab_to("select#minutes").await; // Tab goes round within the dialog
    key(&browser, Key::Home).await;
    browser.tab_to("button[value=allow]").await;
    key(&browser, Key::Enter).await;
    browser.sees("is connected to this computer.").await;
    let ends_at = shop.running.snapshot().assistance.session.as_ref().unwrap().ends_at;
    assert!(ends_at - world::now() <= chrono::TimeDelta::minutes(5), "the shortest time was chosen");
    browser.tab_to(".banner button").await;
    key(&browser, Key::Enter).await;
    browser.sees("is over.").await;
}
