//! What a hostile page, a hostile name or a hostile file can do to the web site.
use std::time::Duration;

use back_office::{Applicant, Availability, Presence};
use back_office_server::Role;

use crate::browser::{Browser, PASSWORD};
use crate::world::{World, eventually, key, now};

#[tokio::test]
async fn csrf_a_form_without_the_sessions_token_or_from_another_site_changes_nothing() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let mut browser = Browser::of(&world, "alex", Role::Admin).await;
    let path = format!("/installations/{}", enrolled.installation_id);
    let csrf = browser.get(&path).await.csrf().to_owned();
    let foreign_token = Browser::of(&world, "eve", Role::Admin).await.get("/").await.csrf().to_owned();
    let revoke = format!("{path}/revoke");
    for fields in [&[][..], &[("csrf", "")], &[("csrf", "guessed")], &[("csrf", &*foreign_token)]] {
        assert_eq!(browser.post(&revoke, fields).await.status, 403, "{fields:?}");
    }
    for site in ["cross-site", "same-site"] {
        assert_eq!(browser.post_from(&revoke, &[("csrf", &csrf)], site).await.status, 403, "{site}");
    }
    assert_eq!(browser.upload("/licenses", &[("csrf", "", b"guessed")]).await.status, 403);
    client.license(None, now()).await.unwrap();
    assert_eq!(browser.post("/logout", &[]).await.status, 403);
    assert_eq!(browser.get("/").await.status, 200);
}

#[tokio::test]
async fn csrf_the_login_form_must_come_from_our_own_page() {
    let world = World::start().await;
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    browser.cookies.clear();
    let fields = [("csrf", "x"), ("name", "robin"), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &fields).await.status, 403);
    browser.cookies.insert("__Host-login".to_owned(), "x".to_owned());
    assert_eq!(browser.post_from("/login", &fields, "cross-site").await.status, 403);
}

#[tokio::test]
async fn session_fixation_a_login_makes_a_new_session_and_a_logout_ends_it() {
    let world = World::start().await;
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let first = browser.cookies["__Host-session"].clone();
    assert_eq!(browser.log_in("robin", PASSWORD).await.status, 303);
    assert_ne!(browser.cookies["__Host-session"], first);
    let mut thief = Browser::new(&world);
    thief.cookies.insert("__Host-session".to_owned(), first);
    assert_eq!(thief.get("/").await.location(), "/login");
    thief.cookies.insert("__Host-session".to_owned(), "planted".to_owned());
    assert_eq!(thief.log_in("robin", PASSWORD).await.status, 303);
    assert_ne!(thief.cookies["__Host-session"], "planted");

    let last = browser.cookies["__Host-session"].clone();
    let csrf = browser.get("/").await.csrf().to_owned();
    assert_eq!(browser.post("/logout", &[("csrf", &csrf)]).await.location(), "/login");
    browser.cookies.insert("__Host-session".to_owned(), last);
    assert_eq!(browser.get("/").await.location(), "/login");
}

#[tokio::test]
async fn session_cookies_are_closed_to_scripts_plain_http_and_other_sites() {
    let world = World::start().await;
    let form = Browser::new(&world).get("/login").await;
    let cookie = form.headers["set-cookie"].to_str().unwrap();
    for attribute in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let policy = form.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn password_guessing_is_slowed_down_for_known_and_unknown_names_alike() {
    let world = World::start().await;
    Browser::of(&world, "robin", Role::HelpDesk).await;
    for name in ["robin", "nobody"] {
        let mut browser = Browser::new(&world);
        let mut statuses = Vec::new();
        for _ in 0..7 {
            statuses.push(browser.log_in(name, "wrong password").await.status);
        }
        assert!(statuses.starts_with(&[401]) || statuses.starts_with(&[429]), "{name}: {statuses:?}");
        assert_eq!(statuses.last(), Some(&429), "{name}: {statuses:?}");
    }
    assert_eq!(Browser::new(&world).log_in("robin", PASSWORD).await.status, 429);
}

#[tokio::test]
async fn password_guesses_made_all_at_once_are_slowed_down_too() {
    let world = World::start().await;
    let mut form = Browser::new(&world);
    let csrf = form.get("/login").await.csrf().to_owned();
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (mut browser, csrf) = (form.clone(), csrf.clone());
        guesses.spawn(async move {
            browser
                .post("/login", &[("csrf", &csrf), ("name", "robin"), ("password", "a guess")])
                .await
                .status
        });
    }
    let statuses = guesses.join_all().await;
    let judged = statuses.iter().filter(|status| **status == 401).count();
    assert!(judged <= 8 && statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn password_guesses_of_somebody_who_hangs_up_are_counted_too() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let csrf = browser.get("/login").await.csrf().to_owned();
    let fields = [("csrf", &*csrf), ("name", "robin"), ("password", "a guess")];
    let books = sqlx::SqlitePool::connect(&world.database()).await.unwrap();
    eventually("a failure that is on record", async || {
        // A password takes longer to verify than this.
        let hung_up = tokio::time::timeout(Duration::from_millis(5), browser.post("/login", &fields)).await;
        assert!(hung_up.is_err());
        let counted = sqlx::query_scalar("SELECT failures FROM throttle WHERE subject = 'login as robin'");
        counted.fetch_optional(&books).await.unwrap().is_some_and(|failures: i64| failures > 0)
    })
    .await;
}

#[tokio::test]
async fn a_foreign_organization_sees_and_changes_nothing() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let other = world.running.administration().add_organization("Other Partners").await.unwrap();
    let other = &other.service_organization_id;
    let mut spy = Browser::in_organization(&world, other, "spy", Role::Admin).await;
    assert!(!spy.get("/?q=PD").await.shows(&enrolled.installation_id));
    let path = format!("/installations/{}", enrolled.installation_id);
    for page in ["", "/live", "/audit.jsonl", "/revoke"] {
        assert_eq!(spy.get(&format!("{path}{page}")).await.status, 404, "{page}");
    }
    let csrf = spy.get("/").await.csrf().to_owned();
    let ask = [("csrf", &*csrf), ("reason", "x"), ("scope", "view"), ("minutes", "60")];
    assert_eq!(spy.post(&format!("{path}/assistance"), &ask).await.status, 404);
    let mut ours = Browser::of(&world, "robin", Role::HelpDesk).await;
    let our_csrf = ours.get(&path).await.csrf().to_owned();
    let asked = [("csrf", &*our_csrf), ("reason", "x"), ("scope", "view"), ("minutes", "60")];
    assert!(ours.post(&format!("{path}/assistance"), &asked).await.location().ends_with("told=asked"));
    let page = ours.get(&path).await;
    let request = page.text.split_once(&format!("{path}/assistance/")).unwrap().1.split('"').next().unwrap();
    for act in ["approve", "revoke", &format!("assistance/{request}")] {
        let answer = spy.post(&format!("{path}/{act}"), &[("csrf", &csrf)]).await;
        assert!(answer.location().ends_with("told=gone"), "{act}: {}", answer.status);
    }
    assert!(ours.get(&path).await.shows("The customer is being asked"));
    client.license(None, now()).await.unwrap();
}

#[tokio::test]
async fn html_injection_what_installations_and_people_write_is_shown_as_text() {
    let world = World::start().await;
    let (client, enrolled) = world.enroll(&key()).await;
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let presence = Presence {
        product_version: hostile.to_owned(),
        license_sequence: None,
        remote_assistance: Availability::default(),
    };
    client.report_presence(&presence, now()).await.unwrap();
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let path = format!("/installations/{}", enrolled.installation_id);
    let csrf = browser.get(&path).await.csrf().to_owned();
    let ask =
        [("csrf", &*csrf), ("ticket", "<b>1</b>"), ("reason", hostile), ("scope", "view"), ("minutes", "60")];
    assert!(browser.post(&format!("{path}/assistance"), &ask).await.location().ends_with("told=asked"));
    let search =
        format!("/?q={}", url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect::<String>());
    for address in [&*path, "/", &format!("{path}/live"), &search, &format!("{path}?told={hostile}")] {
        let page = browser.get(address).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(!page.shows("<script>alert") && !page.shows("<img src=x"), "{address}");
        assert!(!page.shows("<b>1</b>"), "{address}");
    }
    let hostile_name = browser.log_in(hostile, "whatever it is").await;
    assert!(!hostile_name.shows("<script>alert"), "{}", hostile_name.text);
}

#[tokio::test]
async fn sql_injection_a_quote_is_a_letter_like_any_other() {
    let world = World::start().await;
    let (_, enrolled) = world.enroll(&key()).await;
    let mut browser = Browser::of(&world, "o'brien", Role::HelpDesk).await;
    for search in ["' OR '1'='1", "'; DROP TABLE installation; --", "%", "_", "\\"] {
        let query: String = url::form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let page = browser.get(&format!("/?q={query}")).await;
        assert!(page.status == 200 && page.shows("Nothing found"), "{search}: {}", page.status);
    }
    assert!(browser.get("/?q=pd-00").await.shows(&enrolled.installation_id));
    let mut stranger = Browser::new(&world);
    assert_eq!(stranger.log_in("' OR '1'='1' --", "' OR '1'='1' --").await.status, 401);
    let applicant = Applicant { serial_number: "' OR '1'='1".to_owned(), ..world.applicant() };
    let refused = world.client(&key()).enroll(&applicant, now()).await;
    assert_eq!(crate::world::refusal(refused).0, 403);
}

#[tokio::test]
async fn path_traversal_a_manifest_that_names_a_path_is_refused_whatever_the_form_says() {
    let world = World::start().await;
    let mut browser = Browser::of(&world, "lee", Role::LicenseDesk).await;
    let csrf = browser.get("/licenses").await.csrf().to_owned();
    for name in ["../../etc/cron.d/x", "..\\x.lic", "/etc/passwd", "CON", ".hidden"] {
        let license = world.license_named(name);
        let parts: [(&str, &str, &[u8]); 3] = [
            ("csrf", "", csrf.as_bytes()),
            ("manifest", name, &license.envelope),
            ("file", name, &license.file),
        ];
        let refused = browser.upload("/licenses", &parts).await;
        assert_eq!(refused.status, 422, "{name}");
    }
    for path in ["/assets/../Cargo.toml", "/assets/%2e%2e/Cargo.toml", "/assets/..%2fsrc%2flib.rs"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}
