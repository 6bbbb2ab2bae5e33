//! Sessions with real processes: how they end, also when the service itself was killed.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails")]
#![cfg(any(target_os = "linux", windows))]

mod processes;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use processes::{Percentiles, STAND_IN, eventually, kill, living};
use remote_assistance::audit::{Event, Head, Record, Tail, Verifier};
use remote_assistance::contract::{self, Rehearsal};
use remote_assistance::teamviewer::TeamViewerClient;
use remote_assistance::{ClientThread, Effect, EndReason, Gatekeeper, Input, LocalClient, Policy, RequestId};
use signed_envelope::SigningKey;

/// What a customer who clicks on [End] may have to wait.
const AT_ONCE: Duration = Duration::from_secs(1);

fn client(folder: &Path) -> TeamViewerClient {
    TeamViewerClient::find(Path::new("/"), folder.join("client")).quick_support(PathBuf::from(STAND_IN))
}

/// A customer's computer, with a client on its thread.
struct Place {
    folder: tempfile::TempDir,
    key: SigningKey,
    rehearsal: Rehearsal,
    client: ClientThread,
    reports: Receiver<Input>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (report, reports) = mpsc::channel();
        let client = ClientThread::spawn(Box::new(client(folder.path())), move |input| {
            drop(report.send(input));
        });
        let (key, rehearsal) = (SigningKey::generate().unwrap(), Rehearsal::new().unwrap());
        Self { folder, key, rehearsal, client: client.unwrap(), reports }
    }

    fn open(&self) -> (Gatekeeper, Vec<Effect>) {
        let policy = Policy { allowed: true, ..Policy::default() };
        let now = self.rehearsal.at(0);
        Gatekeeper::open(self.folder.path(), self.key.clone(), &[], policy, now).unwrap()
    }

    /// Steps, and has the client do what is its part.
    fn step(&self, keeper: &mut Gatekeeper, input: Input) -> Vec<Effect> {
        let effects = keeper.step(input, self.rehearsal.at(0));
        self.carry_out(&effects);
        effects
    }

    fn carry_out(&self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Start(session) => self.client.start(session.clone()),
                Effect::Stop(session) => self.client.stop(session.clone()),
                _ => {}
            }
        }
    }

    /// The next thing that the client reports, taken in.
    fn reported(&self, keeper: &mut Gatekeeper) -> Input {
        let input = self.reports.recv_timeout(Duration::from_secs(10)).unwrap();
        self.step(keeper, input.clone());
        input
    }

    /// Lets somebody in, and waits until all of the stand-in runs.
    fn let_in(&mut self, keeper: &mut Gatekeeper) -> RequestId {
        let request = processes::unused_id();
        let now = self.rehearsal.at(0);
        let mut document = self.rehearsal.document(now);
        document.request_id = request;
        document.requester_id = request.to_string();
        document.organization = request.to_string();
        let user = self.rehearsal.user("Kim", true).unwrap();
        self.step(keeper, Input::UserSeen);
        self.step(keeper, Input::Asked(self.rehearsal.open(&document, now)));
        self.step(keeper, Input::Grant { request, user, scopes: document.scopes, minutes: 30 });
        self.step(keeper, Input::Opened { request, link: Rehearsal::link(request).unwrap() });
        assert!(matches!(self.reported(keeper), Input::Started { process: Some(_), .. }));
        eventually("the stand-in has forked", || living(request).len() == 3);
        request
    }

    fn last_record(&self) -> Record {
        let text = std::fs::read_to_string(self.folder.path().join("audit.jsonl")).unwrap();
        Record::parse(text.lines().last().unwrap().as_bytes()).unwrap()
    }
}

#[test]
fn teamviewers_client_keeps_the_promises_of_its_port() {
    let folder = tempfile::tempdir().unwrap();
    let request = processes::unused_id();
    contract::check_client(&mut client(folder.path()), request, Rehearsal::link(request).unwrap()).unwrap();
    assert!(living(request).is_empty());
    assert_eq!(std::fs::read_dir(folder.path().join("client")).unwrap().count(), 0);
}

/// More sessions with `SESSIONS`.
#[test]
fn an_end_ends_a_deaf_and_forking_program_within_a_second_without_any_network() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open();
    let mut took = Vec::new();
    for _ in 0..sessions().unwrap_or(5) {
        let request = place.let_in(&mut keeper);
        let clicked = Instant::now();
        place.step(&mut keeper, Input::End { by: "Kim".to_owned() });
        assert_eq!(place.reported(&mut keeper), Input::Stopped { request });
        took.push(clicked.elapsed());
        assert!(living(request).is_empty());
        assert_eq!(keeper.view().banner, None);
    }
    println!("[End] until gone: {}", Percentiles::of(&mut took));
    assert!(took.iter().all(|&took| took <= AT_ONCE), "{took:?}");
}

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
fn sessions() -> Option<usize> {
    std::env::var("SESSIONS").ok()?.parse().ok()
}

#[test]
fn a_probe_is_answered_at_once_also_while_a_session_runs() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open();
    place.let_in(&mut keeper);
    let (answer, answered) = mpsc::channel();
    let mut took: Vec<Duration> = (0..1_000)
        .map(|_| {
            let asked = Instant::now();
            let answer = answer.clone();
            place.client.availability(move |found| answer.send(found).unwrap());
            assert!(answered.recv_timeout(AT_ONCE).unwrap().remote_desktop);
            asked.elapsed()
        })
        .collect();
    println!("probe until availability: {}", Percentiles::of(&mut took));
    assert!(took[990] <= Duration::from_millis(250), "{took:?}");
    place.step(&mut keeper, Input::End { by: "Kim".to_owned() });
    assert!(matches!(place.reported(&mut keeper), Input::Stopped { .. }));
}

#[test]
fn a_program_that_ends_by_itself_ends_the_session() {
    let mut place = Place::new();
    let (mut keeper, _) = place.open();
    let request = place.let_in(&mut keeper);
    for process in living(request) {
        kill(process);
    }
    assert_eq!(place.reported(&mut keeper), Input::ClientGone { request });
    assert_eq!(place.reported(&mut keeper), Input::Stopped { request });
    assert_eq!(keeper.view().end_notice.unwrap().reason, EndReason::ClientClosed);
}

#[test]
fn a_program_that_cannot_be_started_ends_the_session_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = client(folder.path()).quick_support(folder.path().join("none"));
    assert!(!client.availability().remote_desktop);
    let request = processes::unused_id();
    let session = contract::session(request, Rehearsal::link(request).unwrap()).unwrap();
    assert!(client.start(&session).is_err());
    assert!(living(request).is_empty());
    client.stop(&session).unwrap();
}

#[test]
fn without_quick_support_the_customer_follows_the_link_and_its_program_is_found_by_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let request = processes::unused_id();
    let session = contract::session(request, Rehearsal::link(request).unwrap()).unwrap();
    let mut client = TeamViewerClient::find(folder.path(), folder.path().join("client"));
    assert!(client.availability().remote_desktop && !client.availability().vpn);
    assert_eq!(client.start(&session).unwrap(), None);

    let downloaded = folder.path().join(format!("TeamViewerQS-id{request}.exe"));
    std::fs::copy(STAND_IN, &downloaded).unwrap();
    let mut program = Command::new(&downloaded).arg("fork").spawn().unwrap();
    client.stop(&session).unwrap();
    let ended = program.wait().unwrap();
    assert!(!ended.success() || wine::differs("taskkill ends a program as if it had ended well"), "{ended}");
}

#[test]
fn a_service_that_was_killed_in_a_session_ends_it_within_a_second_of_its_restart_and_says_why() {
    let place = Place::new();
    let pem = place.key.to_pem();
    std::fs::write(place.folder.path().join("key.pem"), secrecy::ExposeSecret::expose_secret(&pem)).unwrap();
    let request = processes::unused_id();
    let mut service = Command::new(STAND_IN)
        .arg("service")
        .arg(place.folder.path())
        .args([STAND_IN, &request.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(service.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "running\n");
    eventually("the stand-in has forked", || living(request).len() == 3);

    service.kill().unwrap();
    service.wait().unwrap();
    let left = if cfg!(windows) { 0 } else { 2 }; // a job object ends as a whole
    eventually("the program itself dies with the service", || living(request).len() == left);

    let restarted = Instant::now();
    let (mut keeper, effects) = place.open();
    assert!(matches!(&effects[0], Effect::Stop(session) if session.consent().request_id() == request));
    place.carry_out(&effects);
    assert_eq!(place.reported(&mut keeper), Input::Stopped { request });
    let gone = restarted.elapsed();
    println!("restart until gone: {gone:.1?}");
    assert!(living(request).is_empty() && gone <= AT_ONCE, "{gone:?}");

    let Event::Ended { reason, .. } = place.last_record().event else { panic!() };
    assert_eq!(reason, EndReason::ServiceRestarted);
    let head = std::fs::read(place.folder.path().join("audit.head")).unwrap();
    let head = Head::open(&head, &[place.key.public()]).unwrap();
    let mut verifier = Verifier::new(Some(head));
    verifier.file(&place.folder.path().join("audit.jsonl")).unwrap();
    let found = verifier.finish();
    assert_eq!((found.ok, found.tail), (true, Tail::Complete));
}
