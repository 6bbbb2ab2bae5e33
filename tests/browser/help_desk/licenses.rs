//! Publishing a license by hand.
use back_office_server::Role;
use browser::{Browser, Visit, wait_for};

use crate::desk::{Desk, digest};
use crate::installation::Installation;

/// Fills the form with two files and sends it.
async fn publish(browser: &Browser, envelope: &[u8], file: &[u8]) {
    for (field, name, bytes) in [("#manifest", "license.dsse", envelope), ("#file", "license.lic", file)] {
        let path = browser.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        browser.find(field).await.send_keys(path.to_str().unwrap()).await.unwrap();
    }
    browser.click("button", "Publish").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_license_is_published_and_reaches_the_installation_and_a_false_one_is_explained() {
    let desk = Desk::start().await;
    desk.hire("lee", Role::LicenseDesk).await;
    let (first, terms) = desk.sell("PD-0012345").await;
    let installation = Installation::enroll(&desk, "PD-0012345", digest(&first)).await;
    let renewal = desk.world.vendor.issue(&terms.renewal(world::now()));
    for visit in [Visit::default(), Visit::default().without_scripts()] {
        let browser = desk.log_in(visit, "lee").await;
        browser.click("a", "Publish a license").await;
        publish(&browser, &renewal.envelope, &first.file).await;
        browser.sees("Not published:").await;
        browser.shot("help-desk-publish-refused").await;
        publish(&browser, &renewal.envelope, &renewal.file).await;
        browser.sees("License no. 2 for PD-0012345 is published.").await;
        browser.shot("help-desk-published").await;
    }
    wait_for("the license at the installation", browser::PATIENCE, async || {
        let offered = installation.client.license(None, world::now()).await.unwrap()?;
        (offered.file == renewal.file).then_some(())
    })
    .await;
}
