//! How the pages look: in the light and in the dark, on a desk and on a telephone.
use back_office_server::Role;
use browser::{Browser, Visit};
use signed_envelope::Digest;

use crate::desk::{Desk, digest};
use crate::installation::{AtWork, Customer, Installation};

/// A desk with a customer who is there, one who is away and one who waits; the pages to look at.
pub(crate) struct Gallery {
    pub(crate) desk: Desk,
    pub(crate) pages: Vec<(&'static str, String)>,
    _working: AtWork,
}

impl Gallery {
    pub(crate) async fn open() -> Self {
        let desk = Desk::start().await;
        desk.hire("alex", Role::Admin).await;
        let (license, terms) = desk.sell("PD-0012345").await;
        let there = Installation::enroll(&desk, "PD-0012345", digest(&license)).await;
        desk.world.office.publish(&desk.world.vendor.issue(&terms.renewal(world::now()))).await;
        let (license, _) = desk.sell("PD-0054321").await;
        Installation::enroll(&desk, "PD-0054321", digest(&license)).await;
        desk.sell("PD-0099999").await;
        let waits = Installation::enroll(&desk, "PD-0099999", Digest::of(b"unknown")).await;
        let pages = vec![
            ("installations", "/".to_owned()),
            ("installation", there.page()),
            ("waiting", waits.page()),
            ("revoke", format!("{}/revoke", there.page())),
            ("licenses", "/licenses".to_owned()),
            ("empty", "/?show=revoked".to_owned()),
            ("failure", "/installations/0".to_owned()),
        ];
        Self { desk, pages, _working: there.work(Customer::Denies) }
    }

    /// Goes to a page and waits until nothing on it is about to change.
    pub(crate) async fn show(&self, browser: &Browser, path: &str) {
        browser.go(&self.desk.page(path)).await;
        let asking = ".light.asking";
        browser::wait_for("the end of asking", browser::PATIENCE, async || {
            let asking = browser.find_all(fantoccini::Locator::Css(asking)).await.ok()?;
            asking.is_empty().then_some(())
        })
        .await;
    }
}

/// Nothing sticks out to the side: people would have to scroll to read.
async fn fits(browser: &Browser, what: &str) {
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let over = browser.execute(script, Vec::new()).await.unwrap();
    assert_eq!(over, 0, "{what} is wider than the window");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_a_desk_a_telephone_the_light_and_the_dark() {
    let gallery = Gallery::open().await;
    for (kind, visit) in [
        ("light", Visit::default()),
        ("dark", Visit::default().dark()),
        ("small", Visit::default().size(500, 900)),
        ("small-dark", Visit::default().dark().size(500, 900)),
    ] {
        let browser = visit.clone().open().await;
        browser.go(&gallery.desk.page("/login")).await;
        fits(&browser, "login").await;
        browser.shot(&format!("help-desk-{kind}-login")).await;
        drop(browser);
        let browser = gallery.desk.log_in(visit, "alex").await;
        for (name, path) in &gallery.pages {
            gallery.show(&browser, path).await;
            fits(&browser, &format!("{name} ({kind})")).await;
            browser.shot(&format!("help-desk-{kind}-{name}")).await;
        }
    }
}
