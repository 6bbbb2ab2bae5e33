//! Sessions with real processes through the whole service: how they end, with the network cut, and after `kill -9`.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails, panics"
)]
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use remote_assistance::teamviewer::TeamViewerClient;
use remote_service::assistance::audit::{Event, Record};
use remote_service::assistance::{EndReason, InMemoryBroker, Scope, Scopes};
use remote_service::{Running, Snapshot};
use world::{HelpDesk, Installation, Terms, World};

const DEADLINE: Duration = Duration::from_secs(30);
/// What a customer who clicks on [End] may have to wait.
const AT_ONCE: Duration = Duration::from_secs(1);
/// What a help-desk page may have to wait.
const PROMPT: Duration = Duration::from_millis(250);
/// An organization may ask ten times an hour, and one requester three times in ten minutes.
const ROUNDS: usize = 10;
const REQUESTS: usize = 3;
/// Each answer to a probe brings the next poll, of which the back office takes 64 in 5 s.
const PROBES: usize = 50;

/// A connected installation with the stand-in as its remote desktop program.
struct Scene {
    world: World,
    service: Running,
    installation: String,
}

impl Scene {
    async fn begin() -> Self {
        let world = World::start().await;
        let builder =
            world.builder("state").remote_desktop(client(world.folder.path()), InMemoryBroker::default());
        let service = world.begin(builder).await;
        world.first_license(&service, &Terms::first(world::now())).await;
        let change = |settings: &mut remote_service::Settings| {
            settings.enabled = true;
            settings.assistance.allowed = true;
        };
        service.update_settings(change).await.unwrap();
        until(&service, |snapshot| snapshot.light.is_green()).await;
        let installation = world.office.books.installation(world::SERIAL_NUMBER).await;
        Self { world, service, installation }
    }

    /// The help desk asks, the customer says yes, and the stand-in runs with its forks.
    async fn let_in(&self, desk: &mut HelpDesk) -> String {
        let kim = world::customer("kim", true);
        self.service.assistance().user_seen(&kim).await;
        let said = desk.ask(&self.installation, &["view"], 30).await;
        assert!(said.ends_with("told=asked"), "{said}");
        until(&self.service, |snapshot| snapshot.assistance.pending.is_some()).await;
        let id = self.service.snapshot().assistance.pending.clone().unwrap().id;
        self.service.assistance().grant(&id, &kim, Scopes::from([Scope::View]), 15).await.unwrap();
        eventually("the stand-in has forked", || living(&id).len() == 3).await;
        id
    }
}

/// \[End\], until nothing of the session runs any more.
async fn end(service: &Running, id: &str) -> Duration {
    let clicked = Instant::now();
    if let Err(error) = service.assistance().end(&world::customer("kim", true)).await {
        panic!("{error}: {:?}", service.snapshot().assistance);
    }
    eventually("the stand-in is gone", || living(id).is_empty()).await;
    clicked.elapsed()
}

/// How many samples: the soak asks for more.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to go on")]
fn counted(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |count| count.parse().unwrap())
}

/// Prints what it took, and holds 99 of 100 (rounded up: all of fewer than 100) to `bound`.
fn within(what: &str, mut took: Vec<Duration>, bound: Duration) {
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent).div_ceil(100) - 1];
    println!("{what}, {} times: p50 {:.1?}, p99 {:.1?}, longest {:.1?}", took.len(), at(50), at(99), at(100));
    assert!(at(99) <= bound, "{took:?}");
}

fn client(folder: &Path) -> TeamViewerClient {
    TeamViewerClient::find(Path::new("/"), folder.join("client"))
        .quick_support(env!("CARGO_BIN_EXE_stand_in").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_gone_within_a_second_of_the_click() {
    let samples = counted("SESSIONS", ROUNDS);
    let mut took = Vec::new();
    while took.len() < samples {
        let scene = Scene::begin().await;
        let mut desk = scene.world.office.help_desk("helper-0").await;
        for round in 0..ROUNDS.min(samples - took.len()) {
            if round > 0 && round % REQUESTS == 0 {
                desk = scene.world.office.help_desk(&format!("helper-{round}")).await;
            }
            let id = scene.let_in(&mut desk).await;
            took.push(end(&scene.service, &id).await);
            until(&scene.service, |snapshot| snapshot.assistance.session.is_none()).await;
        }
        scene.service.stop().await;
        scene.world.stop().await;
    }
    within("[End] until gone", took, AT_ONCE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_gone_within_a_second_of_the_click_also_with_the_network_cut() {
    let mut took = Vec::new();
    for _ in 0..counted("CUT_SESSIONS", 2) {
        let scene = Scene::begin().await;
        let mut desk = scene.world.office.help_desk("robin").await;
        let id = scene.let_in(&mut desk).await;
        let Scene { world, service, .. } = scene;
        world.stop().await;
        until(&service, |snapshot| !snapshot.light.is_green()).await;
        took.push(end(&service, &id).await);
        service.stop().await;
    }
    within("[End] until gone, with the network cut", took, AT_ONCE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_help_desk_page_shows_what_is_available_within_a_quarter_of_a_second() {
    let samples = counted("PROBES", PROBES);
    let mut took = Vec::new();
    while took.len() < samples {
        let scene = Scene::begin().await;
        let mut desk = scene.world.office.help_desk("robin").await;
        let live = format!("installations/{}/live", scene.installation);
        for _ in 0..PROBES.min(samples - took.len()) {
            // What is known is out of date, so that the page has to ask.
            scene.world.office.books.forget_presence(&scene.installation).await;
            let asked = Instant::now();
            // Between two polls nothing can be asked: then the page asks again.
            while !desk.page(&live).await.contains("RDP") {
                assert!(asked.elapsed() < DEADLINE, "RDP is never shown");
            }
            took.push(asked.elapsed());
        }
        scene.service.stop().await;
        scene.world.stop().await;
    }
    within("probe until shown", took, PROMPT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_killed_in_a_session_ends_it_within_a_second_of_its_restart_and_says_why() {
    let Scene { world, service, installation } = Scene::begin().await;
    service.stop().await;
    std::fs::write(world.folder.path().join("vendor.pem"), world.vendor.key.public().to_pem()).unwrap();
    let mut killed = start(&world);
    killed.until("present");
    let mut desk = world.office.help_desk("robin").await;
    desk.ask(&installation, &["view"], 30).await;
    let id = killed.until("granted ");
    eventually("the stand-in has forked", || living(&id).len() == 3).await;
    killed.kill();
    assert!(!living(&id).is_empty(), "the forks are deaf to the end of the service");

    let restarted = Instant::now();
    let again = start(&world);
    eventually("the stand-in is gone", || living(&id).is_empty()).await;
    let gone = restarted.elapsed();
    println!("start of the process until gone: {gone:.1?}");
    assert!(gone <= AT_ONCE, "{gone:?}");

    let audit = std::fs::read_to_string(world.folder.path().join("state/audit.jsonl")).unwrap();
    let last = audit.lines().rev().filter_map(|line| Record::parse(line.as_bytes()));
    let ended = last.map(|record| record.event).find_map(|event| match event {
        Event::Ended { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(ended, Some(EndReason::ServiceRestarted));
    // The back office hears of it, too.
    let begun = Instant::now();
    while world.office.books.asked().await[0].session_reason.as_deref() != Some("service_restarted") {
        assert!(begun.elapsed() < DEADLINE, "the back office never heard of it");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(again);
    world.stop().await;
}

fn start(world: &World) -> Installation {
    let folder = world.folder.path();
    Installation::start(
        Command::new(env!("CARGO_BIN_EXE_installation"))
            .arg("--stand-in")
            .arg(env!("CARGO_BIN_EXE_stand_in"))
            .arg(folder.join("state"))
            .arg(folder.join("vendor.pem")),
    )
}

/// The processes that carry the request's mark and have not ended.
fn living(request: &str) -> Vec<u32> {
    let mark = format!("REMOTE_SERVICE_SESSION={request}");
    let marked = |pid: &u32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes())
    };
    let processes = std::fs::read_dir("/proc").unwrap();
    processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(marked).collect()
}

async fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < DEADLINE, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn until(service: &Running, pleases: impl Fn(&Snapshot) -> bool) {
    let mut events = service.events();
    let shown = async {
        while !pleases(&service.snapshot()) {
            events.next().await.unwrap();
        }
    };
    tokio::time::timeout(DEADLINE, shown).await.expect("the snapshot pleases in time");
}
