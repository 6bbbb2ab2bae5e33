//! Approving what waits, and revoking what should no longer be served.
use back_office_server::Role;
use browser::Visit;
use signed_envelope::Digest;

use crate::desk::Desk;
use crate::installation::Installation;

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantine_is_approved_and_an_installation_revoked_with_scripts_and_without() {
    let desk = Desk::start().await;
    desk.hire("alex", Role::Admin).await;
    for (serial_number, visit) in
        [("PD-0012345", Visit::default()), ("PD-0054321", Visit::default().without_scripts())]
    {
        desk.sell(serial_number).await;
        let unknown = Digest::of(b"a license file that nobody issued");
        let installation = Installation::enroll(&desk, serial_number, unknown).await;
        assert!(installation.client.license(None, world::now()).await.is_err(), "it must wait");

        let browser = desk.log_in(visit, "alex").await;
        browser.find("nav a[href='/?show=waiting']").await.click().await.unwrap();
        browser.sees("Waiting for approval").await;
        browser.shot("help-desk-waiting").await;
        browser.click("a", serial_number).await;
        browser.sees("Its license file was never issued for this serial number.").await;
        browser.shot("help-desk-quarantine").await;
        browser.click("button", "Approve").await;
        browser.sees("The installation is approved.").await;
        installation.client.license(None, world::now()).await.unwrap();

        browser.click("a", "Revoke …").await;
        browser.sees("This cannot be taken back:").await;
        browser.shot("help-desk-revoke").await;
        browser.click("a", "Keep it").await;
        browser.click("a", "Revoke …").await;
        browser.click("button", "Revoke").await;
        browser.sees("The installation is revoked.").await;
        assert!(installation.client.license(None, world::now()).await.is_err(), "it is served no longer");
    }
}
