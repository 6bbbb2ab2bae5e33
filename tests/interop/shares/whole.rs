//! What arrives arrives whole.
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use license_lifecycle::server::{Folder, LicenseServer, ServerErrorKind as Kind, contract};

use crate::{
    killed::counted,
    samba::{Samba, WRITER, contents, license},
};

#[test]
fn a_share_keeps_the_promises_of_the_port() {
    let samba = Samba::start();
    for (share, folder) in [("DroppedLicense", "dropped"), ("EncryptedOnly", "enc")] {
        let folder = samba.folder(folder);
        contract::check(&mut samba.share(share, WRITER), || contents(&folder)).unwrap();
    }
    fs::create_dir_all(samba.folder("dropped/a/b")).unwrap();
    let made =
        std::process::Command::new("chmod").args(["-R", "2777"]).arg(samba.folder("dropped/a")).status();
    assert!(made.unwrap().success());
    samba.share("DroppedLicense/a/b", WRITER).deliver(&license(b"deep")).unwrap();
    assert_eq!(fs::read(samba.folder("dropped/a/b/prismadirect.lic")).unwrap(), b"deep");
}

#[test]
fn a_delivery_to_a_share_sweeps_what_killed_ones_of_ours_left_and_nothing_else() {
    let samba = Samba::start();
    let inbox = samba.folder("dropped");
    let hour = Duration::from_secs(3600);
    let (ours, ours_too) = ("~prismadirect.lic.0123456789abcdef.part", "~check.00000000000003e8.part");
    let young = "~prismadirect.lic.fedcba9876543210.part";
    let others =
        ["~$report.part", "~prismadirect.lic.part", "~prismadirect.lic.0123456789ABCDEF.part", "a.lic"];
    for (name, age) in [(ours, 2 * hour), (ours_too, 2 * hour), (young, hour / 2)]
        .into_iter()
        .chain(others.map(|name| (name, 2 * hour)))
    {
        let file = fs::File::create(inbox.join(name)).unwrap();
        file.set_modified(SystemTime::from(world::now()) - age).unwrap();
    }
    let folder = inbox.join("~a.lic.0123456789abcdef.part");
    fs::create_dir(&folder).unwrap();
    fs::File::open(&folder).unwrap().set_modified(SystemTime::from(world::now()) - 2 * hour).unwrap();

    samba.share("DroppedLicense", WRITER).deliver(&license(b"new")).unwrap();
    let left: Vec<String> = names(&inbox);
    assert!(!left.contains(&ours.to_owned()) && !left.contains(&ours_too.to_owned()), "{left:?}");
    assert!(left.contains(&young.to_owned()), "a delivery may still be at it: {left:?}");
    assert!(others.iter().all(|name| left.contains(&(*name).to_owned())), "{left:?}");
    assert!(folder.is_dir());
    assert_eq!(left.len(), 7, "{left:?}");
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_session_that_is_kept_open_serves_deliveries_in_a_row_and_nothing_else() {
    let samba = Samba::start();
    let new = license(b"new");
    let mut share = samba.share("DroppedLicense", WRITER).keep_open(Duration::from_secs(60));
    for _ in 0..3 {
        share.deliver(&new).unwrap();
        share.clone().reset(&new.name, b"reset").unwrap();
    }
    assert_eq!(samba.log_ons(), 1);
    share.check().unwrap();
    assert_eq!(samba.log_ons(), 2, "a check tries the credentials");

    samba.stop();
    assert_eq!(share.deliver(&new).unwrap_err().kind, Kind::HostUnreachable);
    samba.start_again();
    share.deliver(&new).unwrap();
    assert_eq!(samba.log_ons(), 3, "after an error there is a new session");

    let mut impatient = samba.share("DroppedLicense", WRITER).keep_open(Duration::from_nanos(1));
    let begun = Instant::now();
    while samba.log_ons() < 5 {
        assert!(begun.elapsed() < Duration::from_secs(20), "idle sessions are not left");
        impatient.deliver(&new).unwrap();
    }
}

#[test]
fn a_reader_never_sees_half_a_license_while_it_is_replaced_on_a_share() {
    let samba = Samba::start();
    never_torn(&mut samba.share("DroppedLicense", WRITER), &samba.folder("dropped"));
}

#[test]
fn a_reader_never_sees_half_a_license_while_it_is_replaced_in_a_folder() {
    let inbox = tempfile::tempdir().unwrap();
    never_torn(&mut Folder::new(inbox.path()), inbox.path());
}

fn never_torn(server: &mut dyn LicenseServer, inbox: &Path) {
    let of = |letter: u8| license(&vec![letter; 100_000 + usize::from(letter)]);
    server.deliver(&of(b'a')).unwrap();
    let path = inbox.join("prismadirect.lic");
    let done = AtomicBool::new(false);
    let replacements = counted("REPLACEMENTS", 30);
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0_u64;
            while !done.load(Ordering::Relaxed) {
                let read = fs::read(&path).unwrap();
                let letter = read[0];
                assert!(read.iter().all(|byte| *byte == letter), "torn");
                assert_eq!(read.len(), 100_000 + usize::from(letter), "torn");
                reads += 1;
            }
            reads
        });
        for round in 0..replacements {
            server.deliver(&of(b'a' + (round % 26) as u8)).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    println!("{replacements} replacements, {reads} reads, 0 torn: {}", server.describe());
    assert!(reads > replacements / 2, "{reads} reads prove little");
    assert_eq!(contents(inbox).len(), 1, "no part is left");
}
