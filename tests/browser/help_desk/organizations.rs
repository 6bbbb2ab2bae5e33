//! Two service organizations on one back office see nothing of each other.
use back_office_server::Role;
use browser::Visit;

use crate::desk::{Desk, PASSWORD, digest};
use crate::installation::Installation;

#[tokio::test(flavor = "multi_thread")]
async fn another_organization_finds_and_opens_nothing_of_ours() {
    let desk = Desk::start().await;
    let (license, _) = desk.sell("PD-0012345").await;
    let installation = Installation::enroll(&desk, "PD-0012345", digest(&license)).await;
    desk.hire("robin", Role::HelpDesk).await;
    let other = desk.administration().add_organization("Other Partners").await.unwrap();
    let other = other.service_organization_id;
    let password = PASSWORD.to_owned().into();
    desk.administration().add_user(&other, "kim", Role::Admin, &password).await.unwrap();

    let ours = desk.log_in(Visit::default(), "robin").await;
    ours.sees("Demo Services · Help desk").await;
    ours.sees("PD-0012345").await;
    drop(ours);
    let theirs = desk.log_in(Visit::default(), "kim").await;
    theirs.sees("Other Partners · Administrator").await;
    theirs.sees("No installation is enrolled yet.").await;
    theirs.shot("help-desk-empty").await;
    theirs.fill("Serial number", "PD-0012345").await;
    theirs.click("button", "Find").await;
    theirs.sees("Nothing found.").await;
    for page in [installation.page(), format!("{}/revoke", installation.page())] {
        theirs.go(&desk.page(&page)).await;
        theirs.sees("it belongs to another organization").await;
        assert!(!theirs.text().await.contains("PD-0012345"));
    }
    theirs.shot("help-desk-not-found").await;
}
