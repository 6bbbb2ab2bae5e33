//! What arrives arrives whole.
use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use license_lifecycle::server::{LicenseServer, contract};

use crate::samba::{Samba, WRITER, contents, license};

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
fn a_reader_never_sees_half_a_license_while_it_is_replaced() {
    let samba = Samba::start();
    let mut share = samba.share("DroppedLicense", WRITER);
    let of = |letter: u8| license(&vec![letter; 100_000 + usize::from(letter)]);
    share.deliver(&of(b'a')).unwrap();
    let path = samba.folder("dropped").join("prismadirect.lic");
    let done = AtomicBool::new(false);
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                let read = fs::read(&path).unwrap();
                let letter = read[0];
                assert!(read.iter().all(|byte| *byte == letter), "torn");
                assert_eq!(read.len(), 100_000 + usize::from(letter), "torn");
                reads += 1;
            }
            reads
        });
        for round in 0..30_u8 {
            share.deliver(&of(b'a' + round % 26)).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(reads > 30, "{reads} reads prove little");
    assert_eq!(contents(&samba.folder("dropped")).len(), 1, "no part is left");
}
