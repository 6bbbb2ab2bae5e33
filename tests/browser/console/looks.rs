//! How the pages look: in the dark, on a telephone, in every language, and without scripts.
use browser::{Browser, Visit};
use world::Terms;

use crate::shop::Shop;

const PAGES: [(&str, &str); 6] = [
    ("overview", "/"),
    ("general", "/general"),
    ("assistance", "/assistance"),
    ("license", "/license"),
    ("about", "/about"),
    ("credentials", "/general/credentials"),
];

/// Nothing sticks out to the side: people would have to scroll to read.
async fn fits(browser: &Browser, what: &str) {
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let over = browser.execute(script, Vec::new()).await.unwrap();
    assert_eq!(over, 0, "{what} is wider than the window");
}

async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.world.first_license(&shop.running, &Terms::first(world::now())).await;
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_a_telephone_and_the_dark() {
    let shop = shop().await;
    let browser = shop.log_in(Visit::default().dark().size(500, 900), "alex").await;
    for (name, path) in PAGES {
        browser.go(&shop.page(path)).await;
        fits(&browser, name).await;
        browser.shot(&format!("console-small-dark-{name}")).await;
    }
    drop(browser);
    let browser = shop.log_in(Visit::default().dark(), "alex").await;
    browser.go(&shop.page("/general")).await;
    browser.shot("console-dark-general").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_fit_every_language() {
    let shop = shop().await;
    let browser = shop.log_in(Visit::default().size(1024, 900), "alex").await;
    for (language, word) in
        [("nl", "Algemene"), ("de", "Allgemeine"), ("fr", "généraux"), ("ja", "一般設定"), ("en", "General")]
    {
        browser.go(&shop.page("/general")).await;
        browser.find(&format!(".languages a[lang={language}]")).await.click().await.unwrap();
        browser.sees(word).await;
        for (name, path) in PAGES {
            browser.go(&shop.page(path)).await;
            fits(&browser, &format!("{name} in {language}")).await;
            browser.shot(&format!("console-{language}-{name}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_tested_and_saved_without_scripts() {
    let shop = Shop::with(|settings| settings.proxy.mode = remote_service::proxy::Mode::Direct).await;
    let browser = shop.log_in(Visit::default().without_scripts(), "alex").await;
    browser.click("a", "General settings").await;
    browser.fill("Proxy URL:", "proxy:99999").await;
    browser.click("button", "Change").await;
    browser.sees("Change the remote service user").await;
    browser.shot("console-without-scripts-change").await;
    browser.click("button", "Cancel").await;
    browser.click("button", "Test connection").await;
    browser.sees("Connection test").await;
    browser.find("[data-running=false]").await; // the page loads itself until the test is over
    browser.sees("Encryption (TLS)").await;
    browser.shot("console-without-scripts-test").await;
    browser.click("button", "Back to the settings").await; // where nothing has to be typed again
    browser.find("input[value=manual]").await.click().await.unwrap();
    browser.click("button", "Save").await;
    browser.sees("Nothing was saved.").await;
    browser.sees("The port must be 1 to 65535.").await;
    browser.find(".field.wrong").await;
    browser.shot("console-a-mistake").await;
}
