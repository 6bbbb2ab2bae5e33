//! What people, files and addresses bring is shown as text.
use crate::browser::Browser;
use crate::site::Site;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

fn is_harmless(text: &str) -> bool {
    !text.contains("<script>alert") && !text.contains("<img src=x")
}

#[tokio::test]
async fn what_is_typed_is_shown_as_text() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let fields = [
        ("proxy.mode", "manual"),
        ("proxy.address", HOSTILE),
        ("back_office.service_organization_id", HOSTILE),
    ];
    let refused = browser.submit("/general", &fields).await;
    assert!(
        refused.status == 422 && is_harmless(&refused.text) && refused.shows("&#60;script&#62;"),
        "{}",
        refused.text
    );
    let refused = browser.submit("/assistance", &[("assistance.hours", HOSTILE)]).await;
    assert!(refused.status == 422 && is_harmless(&refused.text), "{}", refused.text);
    let refused = browser.submit("/general/credentials", &[("user", HOSTILE)]).await;
    assert!(is_harmless(&refused.text), "{}", refused.text);
    let typed = [("license.share", HOSTILE), ("back_office.ca_files", HOSTILE)];
    let carried = browser.submit("/general/change", &typed).await;
    assert!(is_harmless(&carried.text) && carried.shows("&#60;script&#62;"), "{}", carried.text);
    let back = browser.send_hidden(&carried, "/general/typed", &[]).await;
    assert!(is_harmless(&back.text), "{}", back.text);
    let mut stranger = Browser::new(&site.router);
    let refused = stranger.try_log_in(HOSTILE, "x").await;
    assert!(refused.status == 401 && is_harmless(&refused.text), "{}", refused.text);
}

#[tokio::test]
async fn addresses_put_nothing_into_pages_and_headers() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let encoded: String = url::form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for path in [format!("/?told={encoded}"), format!("/general?told={encoded}"), format!("/{encoded}")] {
        assert!(is_harmless(&browser.get(&path).await.text), "{path}");
    }
    assert!(!browser.get("/?told=request-allowed-x").await.shows("class=\"told\""), "codes only");
    let split = browser.get("/language?to=de%0d%0aset-cookie:x=y&back=%0d%0aLocation:%20x").await;
    assert_eq!(split.location(), "/");
    assert!(!split.headers.iter().any(|(_, value)| value.to_str().unwrap().contains("x=y")));
}

#[tokio::test]
async fn what_licenses_say_is_shown_as_text() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let csrf = browser.get("/license").await.csrf();
    let file = b"INCREMENT <script>alert(1)</script> prismad 1.0 permanent 5 SN=<img/src=x> SIGN=00\n";
    let parts: [(&str, &str, &[u8]); 2] = [("csrf", "", csrf.as_bytes()), ("file", "<b>a</b>.lic", file)];
    let named = browser.upload("/license", &parts).await;
    assert!(named.status == 422 && named.shows("Rename it"), "{}", named.text);
    let parts: [(&str, &str, &[u8]); 2] = [("csrf", "", csrf.as_bytes()), ("file", "a.lic", file)];
    browser.upload("/license", &parts).await;
    for path in ["/", "/about", "/general", "/license"] {
        let page = browser.get(path).await;
        assert!(is_harmless(&page.text) && !page.shows("<img/src"), "{path}");
    }
}
