//! What every test in a browser relies on.
#![allow(clippy::unwrap_used, reason = "a test that fails, panics")]

use browser::{Browser, PATIENCE, Visit, wait_for};

/// Whether a process of this user was started for the profile in `folder`.
fn runs(folder: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|arguments| String::from_utf8_lossy(&arguments).contains(folder))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_ends_with_a_test_that_panics_and_leaves_nothing() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let test = tokio::spawn(async move {
        let browser = Browser::open().await;
        tell.send(browser.folder().to_owned()).unwrap();
        browser.go("data:text/html,<p>open").await;
        panic!("as a failing test does");
    });
    let folder = told.await.unwrap();
    assert!(runs(folder.to_str().unwrap()));
    assert!(test.await.unwrap_err().is_panic());
    wait_for("the end of Chromium", PATIENCE, async || (!runs(folder.to_str().unwrap())).then_some(())).await;
    assert!(!folder.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_page_offers_is_saved_and_read() {
    let browser = Browser::open().await;
    browser.go("data:text/html,<a download='hello.txt' href='data:text/plain,hi%20there'>Save</a>").await;
    browser.click("a", "Save").await;
    assert_eq!(browser.downloaded("hello.txt").await, b"hi there");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_run_unless_the_visitor_has_none_and_dark_is_dark() {
    let page = "data:text/html,<style>@media (prefers-color-scheme: dark) { p { width: 7px } }</style>\
        <p id=p>as written</p><script>p.textContent = 'by a script'</script>";
    let usual = Browser::open().await;
    usual.go(page).await;
    usual.sees("by a script").await;
    assert_ne!(usual.find("p").await.css_value("width").await.unwrap(), "7px");
    drop(usual);
    let other = Visit::default().without_scripts().dark().open().await;
    other.go(page).await;
    other.sees("as written").await;
    assert_eq!(other.find("p").await.css_value("width").await.unwrap(), "7px");
}
