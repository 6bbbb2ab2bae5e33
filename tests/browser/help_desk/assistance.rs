//! Asking the customer, and seeing the decision: with scripts, without them, and without a mouse.
use back_office_server::Role;
use browser::Visit;
use fantoccini::key::Key;

use crate::desk::{Desk, digest};
use crate::installation::{AtWork, Customer, Installation};

/// A customer at work, and a help desk to ask.
async fn customer(answer: Customer) -> (Desk, AtWork) {
    let desk = Desk::start().await;
    desk.hire("robin", Role::HelpDesk).await;
    let (license, _) = desk.sell("PD-0012345").await;
    let working = Installation::enroll(&desk, "PD-0012345", digest(&license)).await.work(answer);
    (desk, working)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_sent_and_the_decision_appears_by_itself() {
    let (desk, _working) = customer(Customer::Grants).await;
    let browser = desk.log_in(Visit::default(), "robin").await;
    browser.click("a", "PD-0012345").await;
    browser.sees("RDP").await;
    browser.fill("Ticket", "T-77").await;
    browser.fill("Reason", "The colours of the last job are off.").await;
    browser.click("button", "Ask the customer").await;
    browser.sees("The customer has been asked.").await;
    browser.sees("Session runs until").await;
    browser.shot("help-desk-session").await;
    let link = browser.find("a.button[target=_blank]").await;
    assert_eq!(link.attr("href").await.unwrap().as_deref(), Some("https://provider.example/join/1"));
    browser.click("button", "End the session").await;
    browser.sees("The request was taken back.").await;
    browser.sees("Ended: withdrawn").await;
    assert!(browser.find_now("//a[@target = '_blank']").await.is_none(), "nobody joins what is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_request_is_sent_and_its_denial_appears() {
    let (desk, _working) = customer(Customer::Denies).await;
    let browser = desk.log_in(Visit::default().without_scripts(), "robin").await;
    browser.sees("RDP").await;
    browser.fill("Serial number", "0012345").await;
    browser.click("button", "Find").await;
    browser.click("a", "PD-0012345").await;
    browser.fill("Reason", "The colours of the last job are off.").await;
    browser.click("button", "Ask the customer").await;
    browser.sees("Denied: not now").await;
    browser.shot("help-desk-without-scripts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mouse_a_request_is_sent_and_granted() {
    let (desk, _working) = customer(Customer::Grants).await;
    let enter = Key::Enter.to_string();
    let browser = Visit::default().open().await;
    browser.go(&desk.page("/")).await;
    browser.press("robin").await; // the first field has the focus
    browser.press(&Key::Tab.to_string()).await;
    browser.press(crate::desk::PASSWORD).await;
    browser.press(&enter).await;
    browser.sees("Log out").await;
    browser.press(&Key::Tab.to_string()).await;
    browser.shot("help-desk-keyboard-skip-link").await;
    browser.tab_to("#q").await;
    browser.press("0012345").await;
    browser.press(&enter).await;
    browser.tab_to("th a").await;
    browser.shot("help-desk-keyboard-row").await;
    browser.press(&enter).await;
    browser.sees("Request assistance").await;
    browser.tab_to("#reason").await;
    browser.press("The colours are off.").await;
    browser.tab_to("input[value=control]").await;
    browser.press(" ").await;
    browser.shot("help-desk-keyboard-focus").await;
    browser.tab_to("form button.primary").await;
    browser.press(&enter).await;
    browser.sees("Asked for: See the screen, Mouse and keyboard, 1 hour").await;
    browser.sees("Session runs until").await;
}
