//! Remote assistance from the customer's side: a request that nobody answers, one that is granted and ended, and what is on
//! record afterwards. The clocks are arguments, so the story takes no time.
//!
//! `cargo run --example ask_for_consent`
use std::{
    collections::VecDeque,
    error::Error,
    fs,
    path::Path,
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use chrono::{DateTime, Offset, TimeDelta, Utc};
use remote_assistance::{
    Authenticator, Availability, ClientThread, Effect, Gatekeeper, InMemoryBroker, InMemoryClient, Input,
    LocalUser, Now, Policy, Request, RequestDocument, RequestId, Scope, SessionBroker, SignedIn,
    audit::{Head, Verifier},
};
use secrecy::{ExposeSecret, SecretString};
use signed_envelope::{PublicKey, SigningKey};

const INSTALLATION: &str = "installation-1";

/// The product knows who is signed in: here by a cookie, and Kim has the role that may allow remote assistance.
struct Product;

impl Authenticator for Product {
    fn signed_in(&self, cookie: &SecretString) -> Option<SignedIn> {
        let kim = SignedIn { name: "Kim".into(), may_allow: true };
        (cookie.expose_secret() == "the cookie of Kim").then_some(kim)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let installation = SigningKey::generate()?;
    let mut customer = Customer::new(folder.path(), &installation)?;
    let kim = LocalUser::authenticate(&Product, &"the cookie of Kim".into()).ok_or("nobody is signed in")?;

    tell(0, "Robin of the help desk asks.");
    customer.is_asked(1, at(0)).await?;
    tell(60, "Nobody answers for a minute: that is a no.");
    customer.step(Input::Tick, at(60)).await?;

    tell(120, "Robin asks again.");
    let request = customer.is_asked(2, at(120)).await?;
    tell(130, "Kim allows it: to see the screen, not to use it, for 15 minutes.");
    let scopes = [Scope::View].into();
    customer.step(Input::Grant { request, user: kim, scopes, minutes: 15 }, at(130)).await?;
    let banner = customer.keeper.view().banner.ok_or("a session without a banner")?;
    let (who, until) = (banner.consent.requester_name(), banner.consent.until().time());
    tell(131, &format!("{who} sees the screen, until {until}."));

    tell(300, "Kim clicks on [End].");
    customer.step(Input::End { by: "Kim".into() }, at(300)).await?;
    let left = customer.program.running().len() + customer.broker.open_sessions().len();
    tell(300, &format!("The program is gone, the session is closed: {left} left."));

    println!("\nOn record:");
    let audit = folder.path().join("audit.jsonl");
    let written = fs::read_to_string(&audit)?;
    written.lines().for_each(|line| println!("  {line}"));
    println!("{}", verify(folder.path(), installation.public())?);
    fs::write(&audit, written.replace("timed_out", "withdrawn"))?;
    println!("After one word was changed: {}", verify(folder.path(), installation.public())?);
    Ok(())
}

/// What the facade of the Remote Service wires for a product: the gatekeeper decides and keeps the records, the program has
/// a thread of its own, the broker is asked.
struct Customer {
    keeper: Gatekeeper,
    program: InMemoryClient,
    client: ClientThread,
    reports: Receiver<Input>,
    broker: InMemoryBroker,
    back_office: SigningKey,
}

impl Customer {
    fn new(folder: &Path, installation: &SigningKey) -> Result<Self, Box<dyn Error>> {
        let allowed = Policy { allowed: true, ..Policy::default() };
        let (keeper, _) = Gatekeeper::open(folder, installation.clone(), &[], allowed, at(0))?;
        let program = InMemoryClient::new(Availability { remote_desktop: true, vpn: false });
        let (report, reports) = mpsc::channel();
        let client = ClientThread::spawn(Box::new(program.clone()), move |input| drop(report.send(input)))?;
        let back_office = SigningKey::generate()?;
        Ok(Self { keeper, program, client, reports, broker: InMemoryBroker::default(), back_office })
    }

    /// Steps the gate and does what it asks for, until there is nothing left to do.
    async fn step(&mut self, input: Input, now: Now) -> Result<(), Box<dyn Error>> {
        let mut effects = VecDeque::from(self.keeper.step(input, now));
        while let Some(effect) = effects.pop_front() {
            let done = match effect {
                Effect::Open(consent) => {
                    let link = self.broker.open(&consent).await?;
                    Input::Opened { request: consent.request_id(), link }
                }
                Effect::Start(session) => {
                    self.client.start(session);
                    self.reports.recv()?
                }
                Effect::Stop(session) => {
                    self.client.stop(session);
                    self.reports.recv()?
                }
                Effect::Close(link) => {
                    self.broker.close(&link).await?;
                    continue;
                }
                Effect::Report(report) => {
                    println!("           to the back office: {report:?}");
                    continue;
                }
                Effect::Record(_) | Effect::Declined(_) => continue,
            };
            effects.extend(self.keeper.step(done, now));
        }
        Ok(())
    }

    /// The back office signs a request and sends it; it is shown to whoever is there.
    async fn is_asked(&mut self, number: u8, now: Now) -> Result<RequestId, Box<dyn Error>> {
        let request_id = RequestId::from_bytes([number; 16]);
        let document = RequestDocument {
            request_id,
            installation_id: INSTALLATION.into(),
            requester_id: "r-17".into(),
            requester_name: "Robin".into(),
            organization: "Print Services".into(),
            ticket: "T-4711".into(),
            reason: "Colours are off".into(),
            scopes: [Scope::View, Scope::Control].into(),
            duration_minutes: 30,
            issued_at: now.wall,
            expires_at: now.wall + TimeDelta::seconds(120),
        };
        let envelope = document.sign(&[&self.back_office])?.to_json();
        self.step(Input::UserSeen, now).await?;
        let asked = Request::open(&envelope, &self.back_office.public().into(), INSTALLATION, now);
        self.step(Input::Asked(asked), now).await?;
        let question = self.keeper.view().question.ok_or("the request is not shown")?.request;
        println!("           shown: {}, {}: {}", question.requester_name, question.ticket, question.reason);
        Ok(request_id)
    }
}

/// Checks the audit against its signed head, as `remote-service assistance audit verify` does.
fn verify(folder: &Path, installation: PublicKey) -> Result<String, Box<dyn Error>> {
    let head = Head::open(&fs::read(folder.join("audit.head"))?, &[installation])?;
    let mut verifier = Verifier::new(Some(head));
    verifier.file(&folder.join("audit.jsonl"))?;
    let found = verifier.finish();
    Ok(format!("{} good records, first bad: {:?}, tail: {:?}", found.records, found.first_bad, found.tail))
}

/// The clocks, `seconds` into the story: Monday, 1 June 2026, 10:00.
fn at(seconds: u32) -> Now {
    let wall = DateTime::from_timestamp(1_780_308_000 + i64::from(seconds), 0).unwrap_or_default();
    Now { wall, since_boot: Duration::from_secs(seconds.into()), signed: Some(wall), offset: Utc.fix() }
}

fn tell(seconds: u32, what: &str) {
    println!("{}   {what}", at(seconds).wall.format("%H:%M:%S"));
}
