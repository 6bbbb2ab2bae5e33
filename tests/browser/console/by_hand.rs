//! A license server's share: who may write there, what happens without that right, and the way by hand.
use browser::{Browser, wait_for};
use chrono::Months;
use fantoccini::Locator;
use world::Terms;

use crate::procedure::{IN_USE, choose, show};
use crate::samba::{DOMAIN, READER, Samba, WRITER};
use crate::shop::Shop;
use crate::steps::Steps;

/// The stages that a report marks as failed.
async fn failed_stages(alex: &Browser, report: &str) -> Vec<String> {
    let failed = alex.find_all(Locator::Css(&format!("{report} li.bad"))).await.unwrap();
    let mut stages = Vec::new();
    for stage in failed {
        stages.push(stage.attr("data-stage").await.unwrap().unwrap());
    }
    stages
}

/// What is typed into the form of [Change].
async fn sign_on(alex: &Browser, (user, password): (&str, &str)) {
    alex.fill("Domain:", DOMAIN).await;
    alex.fill("User name:", user).await;
    alex.fill("Password:", password).await;
    alex.click("button", "OK").await;
}

/// A share without the right to modify, and the way by hand.
pub(crate) async fn by_hand(
    shop: &Shop,
    alex: &Browser,
    samba: &Samba,
    renewed: &Terms,
    steps: &mut Steps,
) -> Terms {
    alex.click("a", "General settings").await;
    // The user is tried on the share that is typed, before anything is saved.
    choose(alex, "Remote Floating License Server with a shared folder").await;
    alex.fill("Shared folder:", &samba.share("DroppedLicense")).await;
    alex.click("button", "Change").await;
    sign_on(alex, READER).await;
    alex.sees("Nothing was changed: the test failed.").await;
    alex.sees("The remote service user needs the right Write there.").await;
    assert_eq!(failed_stages(alex, "dialog .report").await, ["share_write"]);
    steps.done(alex, "A user who may not write is not taken").await;
    assert_eq!(shop.running.settings().credentials.user, None);
    sign_on(alex, WRITER).await;
    alex.sees("The remote service user was changed.").await;
    let shown = alex.field("Remote service credentials:").await.prop("value").await.unwrap();
    assert_eq!(shown.unwrap(), format!("{DOMAIN}\\{}", WRITER.0));
    let typed = alex.field("Shared folder:").await.prop("value").await.unwrap();
    assert_eq!(typed.unwrap(), samba.share("DroppedLicense"), "nothing that was typed is lost");
    assert_eq!(shop.running.settings().license.share, None, "nor is it saved yet");
    assert_eq!(std::fs::read_dir(samba.dropped()).unwrap().count(), 0, "a test leaves nothing behind");
    alex.click("button", "Test connection").await;
    alex.sees("License folder: delete").await;
    alex.sees("The connection works.").await;
    alex.click("button", "Save").await;
    alex.sees("Saved.").await;

    alex.click("a", "General settings").await;
    alex.fill("Shared folder:", &samba.share("ReadOnlyShare")).await;
    alex.click("button", "Save").await;
    alex.sees("Saved.").await;
    let last = Terms {
        features: [renewed.features.clone(), vec![("IMPOSITION", 3)]].concat(),
        ..renewed.renewal(world::now())
    };
    // The license ends later than its maintenance, so that each has days of its own.
    let last = Terms { expires: last.maintenance_until + Months::new(3), ..last };
    let license = shop.world.vendor.issue(&last);
    shop.world.office.publish(&license).await;
    alex.sees("Failed to update license on:").await; // the notice, on whatever page is open
    alex.sees("Save the envelope").await; // and the section, below the settings: without a click
    show(alex, "#failed").await;
    steps.done(alex, "Failed to update license on").await;
    alex.click("a", "Save the license file").await;
    alex.click("a", "Save the envelope").await;
    let file = alex.downloaded("prismadirect.lic").await;
    let envelope = alex.downloaded("prismadirect.lic.dsse").await;
    assert!(file == license.file, "the very bytes of the license");
    let published = shop.world.office.books.envelope(&license).await;
    assert!(envelope == published, "the very bytes that the back office published");
    let section = alex.find("#failed").await.text().await.unwrap();
    assert_eq!(section.matches("Failed to update license on:").count(), 1, "{section}");
    assert!(section.contains(&samba.port().to_string()), "the server is named with its port: {section}");
    let inbox = shop.world.inbox();
    std::fs::write(inbox.join("prismadirect.lic.dsse"), envelope).unwrap();
    std::fs::write(inbox.join("prismadirect.lic"), file).unwrap();
    let cleared = async {
        // Over a share the license server is asked once a minute.
        wait_for("the section is gone, without a click", 2 * IN_USE, async || {
            (!alex.text().await.contains("Failed to update license on:")).then_some(())
        })
        .await;
    };
    steps.timed("from the copy by hand to the end of the section", cleared).await;
    alex.go(&shop.page("/")).await;
    alex.sees("New: IMPOSITION, 3 seats").await;
    steps.done(alex, "Copied by hand and in use").await;
    alex.click("button", "Dismiss").await;
    last
}
