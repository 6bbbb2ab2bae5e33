//! The binary at a real folder: what is dropped, and what it says over HTTP afterwards.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use license_lifecycle::server::{DeliveredLicense, InUse, Lmstat, ServerStatus};
use license_lifecycle::{FileName, flexnet};
use signed_envelope::Digest;
use support::{Kiosk, License};

#[test]
fn a_dropped_pair_is_in_use_within_a_second() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    License::issue(1).drop_into(&kiosk.inbox);
    let took = server.wait_until_in_use(&License::issue(1));
    assert!(took < Duration::from_secs(1), "{took:?}");
    kiosk.wait_until_empty();

    License::issue(2).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(2));
    assert_eq!(server.sequences(), [2], "one license for each product and serial number");
    let archived = fs::read_dir(kiosk.root.path().join("license-server-state/archive")).unwrap().count();
    assert_eq!(archived, 2, "the license before is in the archive");
}

#[test]
fn a_lower_sequence_and_a_forgery_are_rejected_with_their_reason() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    License::issue(2).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(2));
    for (license, reason) in
        [(License::issue(1), "lower_sequence"), (License::forged(3), "signature_untrusted")]
    {
        license.drop_into(&kiosk.inbox);
        kiosk.wait_for_reason(reason);
        kiosk.wait_until_empty();
        assert_eq!(server.sequences(), [2]);
    }
}

#[test]
fn a_mistyped_sequence_is_corrected_by_a_reset_and_stays_corrected() {
    let kiosk = Kiosk::new();
    let mut server = kiosk.serve();
    License::issue(7000).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(7000));
    kiosk.wait_until_empty();
    support::drop_reset(&kiosk.inbox, 7000, 7);
    kiosk.wait_until_gone("vendor.lic.reset.dsse");
    server.kill();
    server = kiosk.serve();
    assert_eq!(server.sequences(), [7000], "the license stays in use until the corrected one is there");
    License::issue(8).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(8));
    assert_eq!(server.sequences(), [8]);
    assert!(!kiosk.inbox.join("Rejected").exists());
}

#[test]
fn a_bare_file_that_is_still_copied_is_not_taken_by_half() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve_unsigned();
    let path = kiosk.inbox.join("vendor.lic");
    let mut copied = File::create(&path).unwrap();
    let begun = std::time::Instant::now();
    // Longer than a file must rest, in steps that are shorter.
    for seats in 0..6 {
        writeln!(copied, "INCREMENT F{seats} acmed 1.0 permanent {} SIGN=0", seats + 1).unwrap();
        copied.sync_all().unwrap();
        let next = begun + Duration::from_millis(500 * (seats + 1));
        while std::time::Instant::now() < next {
            assert_eq!(server.features(), 0, "half a file was taken");
        }
    }
    drop(copied);
    let whole = fs::read(&path).unwrap();
    server.wait_until_in_use(&License { file: whole, envelope: Vec::new() });
    assert_eq!(server.features(), 6);
}

#[test]
fn a_second_server_leaves_the_state_folder_alone() {
    let kiosk = Kiosk::new();
    let mut first = kiosk.serve();
    let second = kiosk.command(&["--accept-unsigned"]).output().unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(said.contains("is in use by another license server"), "{said}");
    first.kill();
    kiosk.serve();
}

#[test]
fn a_huge_file_is_refused_by_its_size() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    File::create(kiosk.inbox.join("huge.lic")).unwrap().set_len(1 << 30).unwrap();
    kiosk.wait_for_reason("too_large");
    kiosk.wait_until_gone("huge.lic");
    assert!(server.resident_kib().is_none_or(|kib| kib < 200 * 1024), "it was not read");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let kiosk = Kiosk::new();
    let license = License::issue(1);
    fs::write(kiosk.root.path().join("elsewhere.lic"), &license.file).unwrap();
    std::os::unix::fs::symlink(kiosk.root.path().join("elsewhere.lic"), kiosk.inbox.join("vendor.lic"))
        .unwrap();
    fs::write(kiosk.inbox.join("vendor.lic.dsse"), &license.envelope).unwrap();
    let server = kiosk.serve();
    // Another license shows when the link was passed over.
    License::of("S2", 1).drop_as(&kiosk.inbox, "second.lic");
    server.wait_until_in_use(&License::of("S2", 1));
    assert_eq!(server.serial_numbers(), ["S2"]);
}

#[cfg(unix)]
#[test]
fn rejected_files_do_not_leave_through_a_link() {
    let kiosk = Kiosk::new();
    let elsewhere = kiosk.root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, kiosk.inbox.join("Rejected")).unwrap();
    let server = kiosk.serve();
    License::forged(2).drop_as(&kiosk.inbox, "forged.lic");
    License::issue(1).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(1));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert!(kiosk.inbox.join("forged.lic").exists());
}

#[test]
fn a_folder_that_was_made_anew_is_found_by_the_rescan() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    fs::remove_dir_all(&kiosk.inbox).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    // Windows may show a folder that is gone until nobody watches it any more; and the server may be first to make it.
    let make_and_drop = || {
        fs::create_dir_all(&kiosk.inbox)
            .and_then(|()| License::issue(1).try_drop_as(&kiosk.inbox, "vendor.lic"))
    };
    while let Err(error) = make_and_drop() {
        assert!(std::time::Instant::now() < deadline, "{error}");
        std::thread::yield_now();
    }
    let took = server.wait_until_in_use(&License::issue(1));
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn after_a_kill_at_any_moment_the_old_or_the_new_license_is_served_whole() {
    let kiosk = Kiosk::new();
    let mut server = kiosk.serve();
    License::issue(1).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(1));
    let mut random = 7_u64;
    for sequence in 2..22 {
        License::issue(sequence).drop_into(&kiosk.inbox);
        // A linear congruential generator (Knuth): 0 to 30 ms after the drop.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let deadline = std::time::Instant::now() + Duration::from_micros((random >> 33) % 30_000);
        while std::time::Instant::now() < deadline {
            std::thread::yield_now();
        }
        server.kill();
        server = kiosk.serve();
        let first_seen = server.sequences();
        assert!(first_seen == [sequence - 1] || first_seen == [sequence], "{first_seen:?} at {sequence}");
        server.wait_until_in_use(&License::issue(sequence));
        kiosk.wait_until_empty();
    }
    assert!(!kiosk.inbox.join("Rejected").exists(), "nothing was lost or rejected on the way");
}

#[test]
fn status_is_told_in_json_in_words_and_as_lmstat() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    License::issue(1).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(1));

    let json: serde_json::Value =
        serde_json::from_str(&server.run(&["status", "--json", "--server"])).unwrap();
    assert_eq!(json["licenses"][0]["serial_number"], "S1");
    assert_eq!(json["features"][0]["issued"], 5);
    assert_eq!(json["features"][0]["in_use"], 0);
    assert!(server.run(&["status", "--server"]).contains("vendor.lic  serial number S1  sequence 1"));

    let text = server.lmstat();
    let read = license_lifecycle::lmstat::read(&text);
    assert!(read.servers.iter().any(|server| server.up), "{text}");
    assert_eq!(read.features[0].issued, Some(5), "{text}");
    assert!(server.get("/metrics").contains("floating_license_server_active_licenses 1"));
    assert_eq!(server.get("/healthz"), "ok\n");
}

#[test]
fn the_adapter_for_flexnet_reads_this_server_as_any_other() {
    let kiosk = Kiosk::new();
    let server = kiosk.serve();
    License::issue(1).drop_into(&kiosk.inbox);
    server.wait_until_in_use(&License::issue(1));
    let mut lmstat = Lmstat::new(server.port_at_host()).program(support::BINARY);
    let day = chrono::NaiveDate::MIN;
    for (seats, expected) in [("5", InUse::Confirmed), ("6", InUse::NotYet)] {
        let file = format!("FEATURE F vendor 1.0 permanent {seats} SIGN=0\n");
        let license = flexnet::read(file.as_bytes()).unwrap().license(&flexnet::Rules::default(), day);
        let delivered = DeliveredLicense {
            name: FileName::new("vendor.lic").unwrap(),
            sha256: Digest::of(file.as_bytes()),
            license,
            previous: None,
            since: chrono::DateTime::UNIX_EPOCH,
        };
        assert_eq!(lmstat.in_use(&delivered).unwrap(), expected, "{seats}");
    }
}

#[test]
fn nobody_at_the_address_is_exit_code_1_and_a_bad_key_2() {
    let status = |arguments: &[&str]| support::binary().args(arguments).output().unwrap().status.code();
    assert_eq!(status(&["status", "--json", "--server", "127.0.0.1:9"]), Some(1));
    assert_eq!(status(&["lmstat", "-a", "-c", "9@127.0.0.1"]), Some(1));
    assert_eq!(status(&["serve", "--folder", "x", "--key", "no-such-file"]), Some(2));
    assert_eq!(status(&["serve", "--folder", "x"]), Some(2));
    assert!(!Path::new("x").exists());
}
