//! Sessions, forms, headers, guessing.
use std::sync::Arc;

use axum::http::HeaderMap;
use remote_service_console::Console;

use crate::browser::Browser;
use crate::site::{BASE, PASSWORD, Site};

const SESSION: &str = "__Host-remote-service";

#[tokio::test]
async fn nobody_gets_in_by_default() {
    let site = Site::start();
    let router = Console::builder(Arc::clone(&site.running)).base_path(BASE).build();
    let mut browser = Browser::new(&router);
    for name in ["alex", "admin", "root", ""] {
        let refused = browser.try_log_in(name, PASSWORD).await;
        assert_eq!(refused.status, 401, "{name}");
    }
    assert_eq!(browser.get("/").await.location(), "/login");
}

#[tokio::test]
async fn csrf_a_form_without_the_sessions_token_or_from_another_site_changes_nothing() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let csrf = browser.get("/").await.csrf();
    let foreign = site.browser_of("alex").await.get("/").await.csrf();
    let on = ("assistance.allowed", "on");
    for fields in [&[on][..], &[on, ("csrf", "")], &[on, ("csrf", "guessed")], &[on, ("csrf", &foreign)]] {
        assert_eq!(browser.post("/assistance", fields).await.status, 403, "{fields:?}");
    }
    for origin in ["cross-site", "same-site"] {
        let fields = [on, ("csrf", &*csrf)];
        assert_eq!(browser.post_from("/assistance", &fields, origin).await.status, 403, "{origin}");
    }
    let license = site.first();
    for parts in [
        &[("file", "a.lic", &*license.file)][..],
        &[("csrf", "", b"guessed"), ("file", "a.lic", &license.file)],
    ] {
        assert_eq!(browser.upload("/license", parts).await.status, 403);
    }
    for path in [
        "/logout",
        "/general",
        "/general/test",
        "/general/typed",
        "/general/change",
        "/general/credentials",
        "/license/retry",
        "/license/dismiss",
    ] {
        assert_eq!(browser.post(path, &[]).await.status, 403, "{path}");
    }
    assert!(!site.running.settings().assistance.allowed);
    assert!(site.running.snapshot().license.in_force.is_none());
    assert_eq!(browser.get("/").await.status, 200, "still logged in");
}

#[tokio::test]
async fn csrf_the_login_form_must_come_from_our_own_page() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    let fields = [("csrf", "x"), ("name", "alex"), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &fields).await.status, 403);
    browser.cookies.insert("__Host-remote-service-login".to_owned(), "x".to_owned());
    assert_eq!(browser.post_from("/login", &fields, "cross-site").await.status, 403);
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn session_fixation_a_login_makes_a_new_session_and_a_logout_ends_it() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let first = browser.cookies[SESSION].clone();
    browser.log_in("alex").await;
    assert_ne!(browser.cookies[SESSION], first);
    let mut thief = Browser::new(&site.router);
    thief.cookies.insert(SESSION.to_owned(), first);
    assert_eq!(thief.get("/").await.location(), "/login", "the one before is over");
    thief.cookies.insert(SESSION.to_owned(), "planted".to_owned());
    thief.log_in("robin").await;
    assert_ne!(thief.cookies[SESSION], "planted");

    let last = browser.cookies[SESSION].clone();
    assert_eq!(browser.submit("/logout", &[]).await.location(), "/login");
    assert!(!browser.cookies.contains_key(SESSION));
    browser.cookies.insert(SESSION.to_owned(), last);
    assert_eq!(browser.get("/").await.location(), "/login");
}

fn attributes(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect()
}

#[tokio::test]
async fn session_cookies_are_closed_to_scripts_plain_http_and_other_sites() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    let form = browser.get("/login").await;
    let csrf = form.csrf();
    let fields = [("csrf", &*csrf), ("name", "alex"), ("password", PASSWORD)];
    let welcomed = browser.post("/login", &fields).await;
    let chosen = browser.get("/language?to=de").await;
    let cookies =
        [attributes(&form.headers), attributes(&welcomed.headers), attributes(&chosen.headers)].concat();
    assert_eq!(cookies.len(), 4, "{cookies:?}");
    for cookie in cookies {
        for attribute in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/;"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere_and_nothing_inline() {
    let site = Site::start();
    site.import(&site.first()).await;
    let mut browser = site.browser_of("alex").await;
    for path in [
        "/",
        "/login",
        "/general",
        "/assistance",
        "/license",
        "/about",
        "/general/credentials",
        "/live",
        "/none",
    ] {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        for inline in
            ["<style", " style=", " onclick", " onload", "javascript:", "<script>", "//cdn", "src=\"http"]
        {
            assert!(!page.shows(inline), "{path} holds {inline}");
        }
    }
    for (path, media_type) in
        [("style.css", "text/css"), ("console.js", "text/javascript"), ("sign.svg", "image/svg+xml")]
    {
        let asset = browser.get(&format!("/assets/{path}")).await;
        assert!(asset.header("content-type").starts_with(media_type) && asset.status == 200, "{path}");
        assert!(!asset.shows("@import") && !asset.shows("url(http"), "{path}");
    }
}

#[tokio::test]
async fn password_guessing_is_slowed_down_for_known_and_unknown_names_alike() {
    let site = Site::start();
    for name in ["alex", "nobody"] {
        let mut browser = Browser::new(&site.router);
        let mut answers = Vec::new();
        for _ in 0..7 {
            let page = browser.try_log_in(name, "wrong password").await;
            let words = page.text.split("role=\"alert\">").nth(1).unwrap_or_default().split('<').next();
            answers.push((page.status, words.unwrap_or_default().to_owned()));
        }
        assert!(answers[..6].iter().all(|(status, words)| (*status, &**words) == (401, "The name or the password is not right.")), "{name}: {answers:?}");
        assert_eq!(answers[6].0, 429, "{name}: {answers:?}");
    }
    let mut late = Browser::new(&site.router);
    assert_eq!(late.try_log_in("alex", PASSWORD).await.status, 429, "also with the right password");
    late.log_in("kim").await;
}

#[tokio::test]
async fn bodies_are_bounded() {
    let site = Site::start();
    let mut browser = site.browser_of("alex").await;
    let long = "x".repeat(40 * 1024);
    assert_eq!(browser.submit("/general", &[("proxy.address", &long)]).await.status, 400);
    let csrf = browser.get("/").await.csrf();
    let big = vec![b'x'; 4 * 1024 * 1024];
    let parts: [(&str, &str, &[u8]); 2] = [("csrf", "", csrf.as_bytes()), ("file", "a.lic", &big)];
    assert_eq!(browser.upload("/license", &parts).await.status, 400);
}
