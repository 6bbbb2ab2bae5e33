//! Who is there, and what could be done for them: **RDP** and **VPN** within five seconds after the login.
use std::time::Duration;

use back_office_server::Role;
use browser::{Visit, wait_for};

use crate::desk::{Desk, digest};
use crate::installation::{Customer, Installation};

/// The manual's promise.
const BOUND: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn rdp_and_vpn_appear_within_five_seconds_after_the_login() {
    let desk = Desk::start().await;
    desk.hire("robin", Role::HelpDesk).await;
    let (license, _) = desk.sell("PD-0012345").await;
    let there = Installation::enroll(&desk, "PD-0012345", digest(&license)).await;
    let (license, _) = desk.sell("PD-0054321").await;
    let _away = Installation::enroll(&desk, "PD-0054321", digest(&license)).await;
    let _working = there.work(Customer::Denies);

    let browser = desk.log_in(Visit::default(), "robin").await;
    wait_for("RDP and VPN in the row", BOUND, async || {
        let row = format!("//tr[th/a[@href = '{}']]", there.page());
        let row = browser.find_now(&row).await?.text().await.ok()?;
        (row.contains("RDP") && row.contains("VPN") && row.contains("Connected")).then_some(())
    })
    .await;
    browser.sees("Not connected").await;
    browser.shot("installations").await;
}
