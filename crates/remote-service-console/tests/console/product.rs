//! A product that has users of its own.
use crate::browser::Browser;
use crate::site::Site;

const SESSION: &str = "__Host-remote-service";

#[tokio::test]
async fn who_is_signed_in_with_the_product_need_not_log_in_again() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    browser.headers.push(("x-product-user", "alex".to_owned()));
    let page = browser.get("/general").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.shows("alex") && !page.shows("Log out"), "logging out is the product's");
    let cookie = browser.cookies[SESSION].clone();
    let form = [("csrf", &*page.csrf()), ("assistance.max_minutes", "60")];
    assert_eq!(browser.post("/assistance", &form).await.status, 303);
    assert_eq!(browser.cookies[SESSION], cookie, "one session for all pages");
}

#[tokio::test]
async fn the_products_word_goes_before_ours_and_ends_when_the_product_says_so() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    browser.headers.push(("x-product-user", "alex".to_owned()));
    browser.get("/").await;
    browser.headers[0].1 = "robin".to_owned();
    assert_eq!(browser.get("/general").await.status, 403, "another user at the product is another one here");
    browser.headers.clear();
    assert_eq!(browser.get("/").await.location(), "/login", "signed out there is signed out here");
    let mut local = site.browser_of("robin").await;
    local.headers.push(("x-product-user", "alex".to_owned()));
    assert_eq!(local.get("/general").await.status, 200);
}
