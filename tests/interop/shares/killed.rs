//! `kill -9` of a delivering process at random moments: the inbox holds the old or the new license whole, what was
//! accepted is not lost, and the next start finishes the job.
use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use license_lifecycle::{Digest, Outbox, Records, resume};
use world::{SERIAL_NUMBER, SignedLicense, Terms, Vendor};

use crate::samba::{Samba, WRITER};

#[test]
fn kills_while_delivering_to_a_folder_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("DroppedLicense");
    fs::create_dir(&inbox).unwrap();
    kill_again_and_again(counted("KILLS_FOLDER", 20), inbox.to_str().unwrap(), &inbox);
}

#[test]
fn kills_while_delivering_to_a_share_lose_nothing() {
    let samba = Samba::start();
    let to = format!("smb://PRINTDOM;{}@127.0.0.1:{}/DroppedLicense", WRITER.0, samba.port);
    kill_again_and_again(counted("KILLS_SHARE", 8), &to, &samba.folder("dropped"));
}

/// How often: the soak asks for more.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to go on")]
pub(crate) fn counted(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |count| count.parse().unwrap())
}

fn kill_again_and_again(kills: u64, to: &str, inbox: &Path) {
    let mut scene = Scene::new(to);
    // How long an undisturbed run takes: the kills are spread over it.
    let begun = Instant::now();
    let mut in_inbox = scene.next();
    assert!(scene.start().wait().unwrap().success());
    let whole_run = begun.elapsed();
    let mut found = BTreeMap::new();
    for _ in 0..kills {
        let license = scene.next();
        let mut delivering = scene.start();
        let moment =
            Instant::now() + whole_run.mul_f64(f64::from(getrandom::u32().unwrap()) / f64::from(u32::MAX));
        while Instant::now() < moment {
            std::thread::sleep(Duration::from_micros(200));
        }
        delivering.kill().unwrap();
        delivering.wait().unwrap();
        *found.entry(scene.look(&license, &in_inbox, inbox)).or_insert(0_u64) += 1;

        assert!(scene.start().wait().unwrap().success(), "the next start finishes the job");
        assert_eq!(fs::read(inbox.join("prismadirect.lic")).unwrap(), license.file);
        assert_eq!(scene.look(&license, &license, inbox), "done");
        in_inbox = license;
    }
    println!("{kills} kills within {whole_run:?} of {to}: {found:?}");
}

/// An installation, as files.
struct Scene {
    home: tempfile::TempDir,
    vendor: Vendor,
    terms: Terms,
    to: String,
}

impl Scene {
    fn new(to: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home, vendor: Vendor::new(), terms: Terms::first(world::now()), to: to.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The next license, ready to be delivered. Large, so that many kills hit its way.
    fn next(&mut self) -> SignedLicense {
        self.terms.sequence += 1;
        self.terms.features = vec![("PRISMADIRECT", self.terms.sequence); 300];
        let license = self.vendor.issue(&self.terms);
        fs::write(self.path("envelope"), &license.envelope).unwrap();
        fs::write(self.path("file"), &license.file).unwrap();
        license
    }

    fn start(&self) -> Child {
        let mut delivering = Command::new(env!("CARGO_BIN_EXE_delivering"))
            .args([self.path("state"), self.vendor.key.public().to_hex().into()])
            .args([self.path("envelope"), self.path("file"), self.to.clone().into()])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(delivering.stdin.take().unwrap(), "{}", WRITER.1).unwrap();
        delivering
    }

    /// How far the license came, after the promises were checked.
    fn look(&self, license: &SignedLicense, before: &SignedLicense, inbox: &Path) -> &'static str {
        let dropped = fs::read(inbox.join("prismadirect.lic")).unwrap();
        let envelope = fs::read(inbox.join("prismadirect.lic.dsse")).unwrap();
        assert!(dropped == license.file || dropped == before.file, "half a license, or none");
        assert!(envelope == license.envelope || envelope == before.envelope, "half an envelope");
        assert!(dropped == before.file || envelope == license.envelope, "the envelope comes first");
        let mut outbox = Outbox::open(self.path("state/outbox")).unwrap();
        let mut records = Records::open(self.path("state/license")).unwrap();
        let marked = records.mark(SERIAL_NUMBER).is_some_and(|mark| mark.sequence == self.terms.sequence);
        resume(&mut outbox, &mut records).unwrap();
        let in_force = records.in_force().unwrap();
        let (is_in_force, waits) = match in_force.license.sequence == Some(self.terms.sequence) {
            true => (true, false),
            false => {
                (false, outbox.entries().iter().any(|e| e.license.sequence == Some(self.terms.sequence)))
            }
        };
        assert!(outbox.damaged().is_empty());
        assert!(!marked || is_in_force || waits, "accepted, and lost");
        assert!(dropped == before.file || is_in_force || waits, "delivered, and forgotten");
        let kept = records.license_file().unwrap().unwrap();
        assert_eq!(
            Digest::of(&kept.bytes),
            Digest::of(if is_in_force { &license.file } else { &before.file })
        );
        match (is_in_force, dropped == license.file, waits) {
            (true, ..) => "done",
            (_, true, _) => "delivered",
            (_, _, true) => "accepted",
            _ => "nothing",
        }
    }
}
