//! A request from the help desk: asked, answered, shown while it lasts, and on record afterwards.
use std::sync::Arc;

use axum::Router;
use remote_service::Running;
use remote_service::assistance::{Availability, InMemoryBroker, InMemoryClient};
use remote_service_console::Console;
use reqwest::header::{COOKIE, SET_COOKIE};
use world::{Terms, World};

use crate::browser::Browser;
use crate::site::{BASE, PASSWORD, People, eventually};

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// A customer with the service enabled, assistance allowed and connected, and a help desk that can ask.
struct Customer {
    world: World,
    running: Arc<Running>,
    router: Router,
    desk: Desk,
}

impl Customer {
    async fn start() -> Self {
        let world = World::start().await;
        let there = Availability { remote_desktop: true, vpn: true };
        let product =
            world.builder("state").remote_desktop(InMemoryClient::new(there), InMemoryBroker::default());
        let running = Arc::new(world.begin(product).await);
        world.first_license(&running, &Terms::first(world::now())).await;
        let change = |settings: &mut remote_service::Settings| {
            settings.enabled = true;
            settings.assistance.allowed = true;
        };
        running.update_settings(change).await.unwrap();
        eventually("green", async || running.snapshot().light.is_green()).await;
        let router = Console::builder(running.clone()).authenticator(People).base_path(BASE).build();
        let desk = Desk::hire(&world).await;
        Self { world, running, router, desk }
    }

    async fn browser_of(&self, name: &str) -> Browser {
        let mut browser = Browser::new(&self.router);
        browser.log_in(name).await;
        browser.get("/").await; // seen by the gate
        browser
    }

    /// The help desk asks; returns the request's id when it is on the screen of `kim`.
    async fn asked(&self, kim: &mut Browser) -> String {
        self.desk.ask().await;
        eventually("the dialog", async || kim.get("/").await.shows("<dialog")).await;
        let page = kim.get("/").await;
        let (_, rest) = page.text.split_once("/assistance/requests/").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    async fn stop(self) {
        drop(self.router);
        drop(self.running);
        self.world.stop().await;
    }
}

/// Robin Vermeer of the help desk, on the back office's web site.
struct Desk {
    http: reqwest::Client,
    base: url::Url,
    cookie: String,
    csrf: String,
    installation: String,
}

impl Desk {
    async fn hire(world: &World) -> Self {
        let administration = world.office.server().administration();
        let organization = &world.office.organization.service_organization_id;
        let password = PASSWORD.to_owned().into();
        administration
            .add_user(organization, "Robin Vermeer", back_office_server::Role::HelpDesk, &password)
            .await
            .unwrap();
        let http = reqwest::Client::builder()
            .tls_danger_accept_invalid_certs(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let base = world.office.url.clone();
        let mut desk =
            Self { http, base, cookie: String::new(), csrf: String::new(), installation: String::new() };
        desk.csrf = hidden(&desk.get("login").await, "csrf");
        let csrf = desk.csrf.clone();
        desk.post("login", &[("csrf", &csrf), ("name", "Robin Vermeer"), ("password", PASSWORD)]).await;
        let list = desk.get("").await;
        let (_, rest) = list.split_once("/installations/").unwrap();
        desk.installation = rest.split('"').next().unwrap().to_owned();
        desk.csrf = hidden(&list, "csrf");
        desk
    }

    async fn ask(&self) {
        let path = format!("installations/{}/assistance", self.installation);
        let fields = [
            ("csrf", &*self.csrf),
            ("ticket", "T-77"),
            ("reason", HOSTILE),
            ("scope", "view"),
            ("scope", "control"),
            ("scope", "vpn"),
            ("minutes", "240"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.base.join(&path).unwrap()).header(COOKIE, &self.cookie).body(body);
        let answer = request.send().await.unwrap();
        assert!(answer.headers()["location"].to_str().unwrap().ends_with("told=asked"));
    }

    async fn get(&mut self, path: &str) -> String {
        let request = self.http.get(self.base.join(path).unwrap()).header(COOKIE, &self.cookie);
        let answer = request.send().await.unwrap();
        self.keep(&answer);
        answer.text().await.unwrap()
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.base.join(path).unwrap()).header(COOKIE, &self.cookie).body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 303);
        self.keep(&answer);
    }

    fn keep(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            if self.cookie.starts_with("__Host-session=") {
                return;
            }
        }
    }
}

fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_asked_allowed_in_part_shown_and_ended() {
    let customer = Customer::start().await;
    let mut kim = customer.browser_of("kim").await;
    let mut robin = customer.browser_of("robin").await;
    let id = customer.asked(&mut kim).await;
    let page = kim.get("/").await;
    for text in ["Allow remote assistance?", "Robin Vermeer", "Demo Services", "T-77", "&#60;script&#62;"] {
        assert!(page.shows(text), "{text}: {}", page.text);
    }
    assert!(!page.shows("<script>alert") && !page.shows("<img src=x"), "{}", page.text);
    assert!(
        page.shows("value=\"view\" checked") && page.shows("value=\"vpn\"> "),
        "VPN has a tick of its own"
    );
    assert!(
        page.shows("value=\"60\" selected") && !page.shows("value=\"240\""),
        "cut to what the settings allow"
    );
    assert!(!robin.get("/").await.shows("<dialog"), "who may not answer is not asked");

    let path = format!("/assistance/requests/{id}");
    let allow = [("answer", "allow"), ("scope", "view"), ("minutes", "15")];
    assert_eq!(robin.submit(&path, &allow).await.status, 403);
    assert_eq!(
        kim.submit(&path, &[("answer", "allow"), ("minutes", "15")]).await.location(),
        "/?told=declined-bad-scopes"
    );
    assert_eq!(kim.submit(&path, &[("answer", "maybe")]).await.status, 400);
    assert!(customer.running.snapshot().assistance.session.is_none());
    assert_eq!(kim.submit(&path, &allow).await.location(), "/?told=request-allowed");
    eventually("the banner", async || {
        robin.get("/live").await.shows("Robin Vermeer of Demo Services is connected")
    })
    .await;
    eventually("the link", async || kim.get("/").await.shows("https://session.invalid/customer/")).await;
    let page = kim.get("/?told=request-allowed").await;
    assert!(
        page.shows("See the screen") && page.shows(">End<") && page.shows("You allowed the request."),
        "{}",
        page.text
    );
    assert!(!page.shows("VPN ·") && !page.shows("https://session.invalid/supporter"), "{}", page.text);

    assert_eq!(
        robin.submit("/assistance/end", &[]).await.location(),
        "/?told=session-ended",
        "everybody may end"
    );
    eventually("no banner", async || !kim.get("/").await.shows("class=\"banner\"")).await;
    assert!(kim.get("/").await.shows("The remote assistance of Robin Vermeer (Demo Services) is over."));
    assert_eq!(kim.submit("/assistance/ended", &[]).await.status, 303);
    assert!(!kim.get("/").await.shows("is over."));
    assert_eq!(kim.submit(&path, &allow).await.location(), "/?told=declined-not-asked", "once is once");

    let history = kim.get("/assistance").await;
    assert!(history.shows("It was ended here. (robin)") && history.shows("T-77"), "{}", history.text);
    let audit = kim.get("/assistance/audit.jsonl").await;
    assert!(
        audit.shows("\"event\":\"granted\"") && audit.header("content-disposition").contains("audit.jsonl")
    );
    assert!(!kim.get("/assistance/audit.head").await.bytes.is_empty());
    customer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_denied_and_its_requester_muted_and_heard_again() {
    let customer = Customer::start().await;
    let mut kim = customer.browser_of("kim").await;
    let id = customer.asked(&mut kim).await;
    let path = format!("/assistance/requests/{id}");
    assert_eq!(kim.submit(&path, &[("answer", "mute")]).await.location(), "/?told=request-muted");
    let page = kim.get("/assistance").await;
    assert!(
        page.shows("Denied by kim, muted for 24 hours") && page.shows("Allow requests again"),
        "{}",
        page.text
    );
    let requester = hidden(&page.text, "requester");
    let back = kim.submit("/assistance/unmute", &[("requester", &requester)]).await;
    assert_eq!(back.location(), "/assistance?told=unmuted");
    assert!(!kim.get("/assistance").await.shows("Allow requests again"));
    assert!(customer.running.snapshot().assistance.session.is_none());
    customer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assistance_is_off_until_an_administrator_turns_it_on() {
    let customer = Customer::start().await;
    let mut alex = customer.browser_of("alex").await;
    let off = alex.submit(
        "/assistance",
        &[("assistance.max_minutes", "90"), ("assistance.hours", "mon-fri 08:00-18:00")],
    );
    assert_eq!(off.await.location(), "/assistance?told=saved");
    let settings = customer.running.settings().assistance.clone();
    assert!(!settings.allowed && settings.max_minutes == 90 && settings.hours == ["mon-fri 08:00-18:00"]);
    assert!(alex.get("/").await.shows("Off. Nobody can ask for a connection."));
    for (minutes, hours, field) in [
        ("4", "", "assistance.max_minutes"),
        ("an hour", "", "assistance.max_minutes"),
        ("90", "always", "assistance.hours"),
    ] {
        let typed =
            [("assistance.allowed", "on"), ("assistance.max_minutes", minutes), ("assistance.hours", hours)];
        let refused = alex.submit("/assistance", &typed).await;
        assert!(refused.status == 422 && refused.shows(&format!("{field}-wrong")), "{}", refused.text);
    }
    assert!(!customer.running.settings().assistance.allowed);
    customer.stop().await;
}
