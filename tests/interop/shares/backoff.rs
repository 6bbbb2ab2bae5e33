//! When a failed delivery is tried again, against the real server and with the time as an argument: nobody waits.
use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use license_lifecycle::{
    Digest, Error, Offer, Outbox, Records, Trust, accept, deliver, manifest, resume,
    server::{LicenseFile, LicenseServer, ServerErrorKind as Kind},
};
use world::{Terms, Vendor};

use crate::samba::{Samba, WRITER};

/// An installation with one license that is to be delivered.
struct Waiting {
    home: tempfile::TempDir,
    outbox: Outbox,
    records: Records,
    id: Digest,
}

impl Waiting {
    fn since(now: DateTime<Utc>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let (vendor, terms) = (Vendor::new(), Terms::first(now));
        let issued = vendor.issue(&terms);
        let license =
            manifest::open(&issued.envelope, &issued.file, &Trust::new(vendor.keys(), now)).unwrap();
        let name = license.file.as_ref().unwrap().name.clone();
        let file = LicenseFile { name, bytes: issued.file, envelope: Some(issued.envelope) };
        let offer = Offer::signed(&license, file).unwrap();
        let mut outbox = Outbox::open(home.path().join("outbox")).unwrap();
        let mut records = Records::open(home.path().join("license")).unwrap();
        accept(&mut outbox, &mut records, &offer, now).unwrap();
        Self { home, outbox, records, id: offer.digest() }
    }

    fn restart(&mut self) {
        self.outbox = Outbox::open(self.home.path().join("outbox")).unwrap();
        self.records = Records::open(self.home.path().join("license")).unwrap();
        resume(&mut self.outbox, &mut self.records).unwrap();
    }

    fn try_at(&mut self, now: DateTime<Utc>, server: &mut dyn LicenseServer) -> Result<(), Kind> {
        assert_eq!(self.outbox.due(now), [self.id]);
        match deliver(&mut self.outbox, &mut self.records, self.id, server, now) {
            Ok(_) => Ok(()),
            Err(Error::Deliver { source }) => Err(source.kind),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_server_that_is_down_is_tried_after_five_seconds_and_then_ever_more_rarely_until_it_is_back() {
    let samba = Samba::start();
    let mut share = samba.share("DroppedLicense", WRITER);
    samba.stop();
    let begun = world::now();
    let mut here = Waiting::since(begun);
    let (mut tried, mut now) = (Vec::new(), begun);
    for _ in 0..9 {
        assert_eq!(here.try_at(now, &mut share), Err(Kind::HostUnreachable));
        tried.push((now - begun).num_seconds());
        here.restart();
        now = here.outbox.next_due().unwrap();
        assert!(here.outbox.due(now - TimeDelta::milliseconds(1)).is_empty());
    }
    assert_eq!(tried, [0, 5, 15, 35, 75, 155, 315, 615, 915]);
    samba.start_again();
    assert_eq!(here.try_at(now, &mut share), Ok(()));
    assert!(here.outbox.entries().is_empty());
    assert!(fs::exists(samba.folder("dropped").join("prismadirect.lic")).unwrap());
}

#[test]
fn a_wrong_password_is_never_tried_again_until_it_changes() {
    let samba = Samba::start();
    let begun = world::now();
    let mut here = Waiting::since(begun);
    let wrong = here.try_at(begun, &mut samba.share("DroppedLicense", (WRITER.0, "wrong")));
    assert_eq!((wrong, samba.refused_log_ons()), (Err(Kind::BadCredentials), 1));
    for days in [0, 1, 365] {
        here.restart();
        assert!(here.outbox.due(begun + TimeDelta::days(days)).is_empty(), "after {days} days");
        assert_eq!(here.outbox.next_due(), None);
    }
    here.outbox.try_all_again().unwrap(); // the settings changed
    assert_eq!(here.try_at(begun, &mut samba.share("DroppedLicense", WRITER)), Ok(()));
    assert_eq!(samba.refused_log_ons(), 1);
}
