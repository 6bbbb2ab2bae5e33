//! Each role opens its own pages only.
use crate::browser::Browser;
use crate::site::Site;

/// Path, and the least role that opens it: 0 everybody who is signed in, 1 who may allow, 2 administrators.
const PAGES: [(&str, u8); 13] = [
    ("/", 0),
    ("/about", 0),
    ("/live", 0),
    ("/assistance", 1),
    ("/assistance/audit.jsonl", 1),
    ("/assistance/audit.head", 1),
    ("/general", 2),
    ("/general/change", 2),
    ("/general/typed", 2),
    ("/general/credentials", 2),
    ("/license", 2),
    ("/license/outbox/00/file", 2),
    ("/license/outbox/00/envelope", 2),
];

const FORMS: [(&str, u8); 13] = [
    ("/license/dismiss", 0),
    ("/assistance/end", 0),
    ("/assistance/ended", 0),
    ("/assistance/unmute", 1),
    ("/assistance/requests/00", 1),
    ("/general", 2),
    ("/general/test", 2),
    ("/general/change", 2),
    ("/general/typed", 2),
    ("/general/credentials", 2),
    ("/license", 2),
    ("/license/retry", 2),
    ("/assistance", 2),
];

#[tokio::test]
async fn each_role_opens_its_own_pages_and_no_others() {
    let site = Site::start();
    for (name, level) in [("robin", 0), ("kim", 1), ("alex", 2)] {
        let mut browser = site.browser_of(name).await;
        for (path, least) in PAGES {
            let status = browser.get(path).await.status;
            assert_eq!(status == 403, level < least, "{name} opens {path}: {status}");
        }
        for (path, least) in FORMS {
            let status = browser.post(path, &[("csrf", "none")]).await.status;
            // A license comes in another kind of form, and is not even read here.
            assert!(status == 403 || (status == 400 && path == "/license"), "{name} sends {path}: {status}");
            let sent = browser.submit(path, &[]).await;
            // What is refused for its role says so; what is let through may still lack fields.
            assert_eq!(
                sent.shows("does not have the role"),
                level < least,
                "{name} sends {path}: {}",
                sent.status
            );
        }
        let overview = browser.get("/").await;
        assert_eq!(overview.shows("General settings"), level == 2, "{name}");
        assert_eq!(overview.shows("Allow remote assistance"), level >= 1, "{name}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_sees_the_login_page_alone() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    for (path, _) in PAGES {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.location()), (303, "/login"), "{path}");
    }
    for (path, _) in FORMS {
        assert_eq!(browser.post(path, &[]).await.status, 401, "{path}");
    }
    browser.headers.push(("x-requested-by", "console".to_owned()));
    assert_eq!(browser.get("/live").await.status, 401, "a script is told, not redirected");
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_words() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    for path in ["/none", "/general/test/unknown", "/license/outbox/00/file", "/assets/../Cargo.toml"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.shows("Not found"), "{path}: {}", page.text);
    }
}
