//! What arrives arrives whole.
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use license_lifecycle::server::{Folder, LicenseServer, contract};

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
