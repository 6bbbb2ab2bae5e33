//! How fast: a share beside `smbclient`, and the way from the drop into the inbox to the use. Figures count in a release
//! build only: `scripts/soak delivery-figures`.
use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use floating_license_server::{Acceptance, Config, FloatingLicenseServer};
use license_lifecycle::{
    FileName, License,
    server::{DeliveredLicense, Folder, HttpStatus, InUse, LicenseFile, LicenseServer, ServerStatus},
};
use world::{Terms, Vendor};

use crate::{
    killed::counted,
    samba::{Samba, WRITER, license},
};

const SIZE: usize = 200_000;
const FILES: usize = 20;

/// So many files over one open session each. We write, flush, read back, rename and flush. The peer cannot flush: it does
/// the rest of it, or only writes.
#[test]
fn files_over_an_open_session_beside_smbclient() {
    let samba = Samba::start();
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("f"), vec![b'x'; SIZE]).unwrap();
    let file = license(&vec![b'x'; SIZE]);
    let mut share = samba.share("DroppedLicense", WRITER).keep_open(Duration::from_secs(60));
    let (mut ours, mut whole, mut put) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..counted("FIGURES", 3) {
        share.deliver(&file).unwrap();
        ours.push(time(|| (0..FILES).for_each(|_| drop(share.deliver(&file).unwrap()))) / FILES as f64);
        whole.push(smbclient(&samba, &desk, "put f p; get p b; rename p f -f"));
        put.push(smbclient(&samba, &desk, "put f f"));
    }
    let (ours, whole, put) = (median(ours), median(whole), median(put));
    println!(
        "{FILES} files of {SIZE} bytes over an open session, each: {:.1} ms; smbclient put+get+rename {:.1} ms: {:.2} ×; put \
         alone {:.1} ms: {:.2} ×",
        ours * 1e3,
        whole * 1e3,
        ours / whole,
        put * 1e3,
        ours / put,
    );
}

/// In seconds.
fn time(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What each of the files takes in a session that is open: without what a session with one file takes.
fn smbclient(samba: &Samba, desk: &tempfile::TempDir, each: &str) -> f64 {
    let session = |files| time(|| run_smbclient(samba, desk, each, files));
    let one = session(1);
    (session(1 + FILES) - one) / FILES as f64
}

fn run_smbclient(samba: &Samba, desk: &tempfile::TempDir, each: &str, times: usize) {
    let commands = vec![each; times].join("; ");
    let done = Command::new("smbclient")
        .current_dir(desk.path())
        .args(["//127.0.0.1/DroppedLicense", "-p", &samba.port.to_string(), "-W", "PRINTDOM"])
        .args(["-U", &format!("{}%{}", WRITER.0, WRITER.1), "-c", &commands])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// From the end of the delivery to the license server's own word that it uses the license.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_license_is_in_use_soon() {
    let home = tempfile::tempdir().unwrap();
    let inbox = home.path().join("DroppedLicense");
    fs::create_dir(&inbox).unwrap();
    let vendor = Vendor::new();
    let config = Config::new(&inbox, Acceptance::Signed(vendor.keys()), ([127, 0, 0, 1], 0).into());
    let server = FloatingLicenseServer::start(config).await.unwrap();
    let address = server.address().to_string();
    let drops = counted("DROPS", 20);
    let waits = tokio::task::spawn_blocking(move || {
        let (mut status, mut folder) = (HttpStatus::new(address), Folder::new(&inbox));
        let mut terms = Terms::first(world::now());
        let mut drop = || {
            terms = terms.renewal(world::now());
            terms.features.truncate(3);
            let issued = vendor.issue(&terms);
            let name = FileName::new("prismadirect.lic").unwrap();
            let file = LicenseFile { name, bytes: issued.file, envelope: Some(issued.envelope) };
            let receipt = folder.deliver(&file).unwrap();
            let begun = Instant::now();
            let license = DeliveredLicense {
                name: file.name,
                sha256: receipt.sha256,
                license: License::new(license_lifecycle::FormatName::MANIFEST),
                previous: None,
                since: world::now(),
            };
            while status.in_use(&license).unwrap() != InUse::Confirmed {
                assert!(begun.elapsed() < Duration::from_secs(30), "it never comes into use");
            }
            begun.elapsed()
        };
        (0..drops).map(|_| drop()).collect::<Vec<_>>()
    });
    let mut waits = waits.await.unwrap();
    waits.sort();
    let at = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
    println!("{drops} drops, in use after: median {:?}, 99 % {:?}, longest {:?}", at(50), at(99), at(100));
    assert!(at(99) < Duration::from_secs(1), "{waits:?}");
    server.stop().await;
}
