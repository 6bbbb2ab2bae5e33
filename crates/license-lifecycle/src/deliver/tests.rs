use std::error::Error as _;

use super::*;
use crate::{
    EntryState, FileName,
    offer::samples::{second, signed, unsigned},
    server::{InMemory, LicenseFile, ServerError, ServerErrorKind, Step},
};

struct Installation {
    folder: tempfile::TempDir,
    outbox: Outbox,
    records: Records,
    server: InMemory,
}

fn installation() -> Installation {
    let folder = tempfile::tempdir().unwrap();
    let (outbox, records) = open(folder.path());
    Installation { folder, outbox, records, server: InMemory::new() }
}

fn open(folder: &std::path::Path) -> (Outbox, Records) {
    let (mut outbox, mut records) =
        (Outbox::open(folder.join("outbox")).unwrap(), Records::open(folder.join("license")).unwrap());
    resume(&mut outbox, &mut records).unwrap();
    (outbox, records)
}

impl Installation {
    fn accept(&mut self, offer: &Offer, at: i64) -> Result<Vec<Digest>, Error> {
        accept(&mut self.outbox, &mut self.records, offer, second(at))
    }

    fn deliver(&mut self, offer: &Offer, at: i64) -> Result<Delivered, Error> {
        deliver(&mut self.outbox, &mut self.records, offer.digest, &mut self.server, second(at))
    }

    fn restart(&mut self) {
        (self.outbox, self.records) = open(self.folder.path());
    }
}

#[test]
fn a_license_goes_from_the_offer_to_the_server_and_into_the_records() {
    let mut here = installation();
    for offer in [signed(7, 10), signed(8, 15), unsigned("SERVER imported\n")] {
        here.accept(&offer, 0).unwrap();
        let delivered = here.deliver(&offer, 1).unwrap();
        assert_eq!(delivered.receipt.unwrap().sha256, Digest::of(&offer.file.bytes));
        assert_eq!((delivered.accepted.digest, delivered.accepted.signed), (offer.digest, offer.signed));
        here.restart();
        assert_eq!(here.records.in_force(), Some(&delivered.accepted));
        assert!(here.outbox.entries().is_empty());
        assert_eq!(here.server.inbox()[offer.file.name.as_str()], offer.file.bytes);
    }
}

#[test]
fn a_failed_delivery_leaves_the_license_in_force_and_waits_with_its_cause() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    here.deliver(&signed(7, 10), 0).unwrap();
    here.server.fail_with(Some(ServerErrorKind::HostUnreachable));
    here.accept(&signed(8, 15), 10).unwrap();
    let error = here.deliver(&signed(8, 15), 10).unwrap_err();
    assert_eq!(error.to_string(), "license server kept the license it had");
    assert_eq!(error.source().unwrap().to_string(), "server cannot be reached");
    here.restart();
    assert_eq!(here.records.in_force().unwrap().digest, signed(7, 10).digest);
    let entry = here.outbox.entry(signed(8, 15).digest).unwrap();
    assert_eq!((entry.state, entry.attempts), (EntryState::Failed, 1));
    assert_eq!(entry.failure.as_ref().unwrap().server, "license server in memory");
    assert_eq!(here.outbox.due(second(15)), [signed(8, 15).digest]);
    here.server.fail_with(None);
    here.deliver(&signed(8, 15), 15).unwrap();
    assert!(here.outbox.entries().is_empty());
}

#[test]
fn nothing_older_than_what_was_accepted_is_accepted_or_delivered() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    assert_eq!(here.accept(&signed(8, 15), 0).unwrap(), [signed(7, 10).digest]);
    assert!(matches!(here.deliver(&signed(7, 10), 0), Err(Error::Superseded(_))));
    assert!(matches!(here.accept(&signed(7, 10), 0), Err(Error::Superseded(_))));
    here.deliver(&signed(8, 15), 0).unwrap();
    assert!(here.outbox.entries().is_empty(), "what was superseded goes with what superseded it");
    assert!(matches!(here.deliver(&signed(8, 15), 0), Err(Error::NotInOutbox(_))));
}

#[test]
fn an_entry_below_the_mark_is_superseded_just_before_its_delivery() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let elsewhere = crate::Entry::new(&signed(9, 1), second(0));
    here.records.raise_mark(&elsewhere).unwrap();
    assert!(matches!(here.deliver(&signed(7, 10), 0), Err(Error::Superseded(_))));
    assert!(!here.outbox.holds(signed(7, 10).digest));
    assert!(here.server.inbox().is_empty());
}

#[test]
fn a_license_kept_before_a_kill_raises_its_mark_at_the_next_start() {
    let mut here = installation();
    here.outbox.add(&signed(7, 10), second(0)).unwrap();
    assert_eq!(here.records.mark("PD-1"), None);
    here.restart();
    assert_eq!(here.records.mark("PD-1").unwrap().sequence, 7);
    assert_eq!(here.outbox.due(second(0)), [signed(7, 10).digest]);
}

#[test]
fn a_license_recorded_before_a_kill_leaves_the_outbox_at_the_next_start() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let entry = here.outbox.entry(signed(7, 10).digest).unwrap();
    here.records.record(entry, &signed(7, 10).file, second(1)).unwrap();
    here.restart();
    assert!(here.outbox.entries().is_empty());
    assert_eq!(here.records.in_force().unwrap().delivered_at, second(1));
}

#[test]
fn a_license_that_a_person_copied_is_recognised() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    here.server.fail_with(Some(ServerErrorKind::BadCredentials));
    here.deliver(&signed(7, 10), 0).unwrap_err();
    let id = signed(7, 10).digest;
    let mut status = here.server.clone();
    assert_eq!(recognise(&mut here.outbox, &mut here.records, id, &mut status, second(1)).unwrap(), None);
    here.server.fail_with(None);
    here.server.deliver(&signed(7, 10).file).unwrap();
    here.server.activate();
    let delivered = recognise(&mut here.outbox, &mut here.records, id, &mut status, second(2)).unwrap();
    assert_eq!(delivered.unwrap().receipt, None);
    assert!(here.outbox.entries().is_empty());
    assert!(here.records.seen().unwrap().confirmed);
}

/// Delivers, and then makes the folder of the records unusable.
struct BreaksRecords(std::path::PathBuf);

impl LicenseServer for BreaksRecords {
    fn describe(&self) -> String {
        "breaks records".to_owned()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        std::fs::remove_dir_all(&self.0).unwrap();
        std::fs::write(&self.0, "in the way").unwrap();
        Ok(Receipt { place: String::new(), sha256: Digest::of(&license.bytes) })
    }

    fn check(&mut self) -> Result<(), ServerError> {
        Ok(())
    }
}

#[test]
fn a_delivery_that_cannot_be_recorded_is_tried_again_later_not_at_once() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let mut server = BreaksRecords(here.folder.path().join("license"));
    let id = signed(7, 10).digest;
    let error = deliver(&mut here.outbox, &mut here.records, id, &mut server, second(0)).unwrap_err();
    assert!(matches!(error, Error::Io { .. }));
    let failure = here.outbox.entry(id).unwrap().failure.clone().unwrap();
    assert_eq!((failure.kind, failure.outcome_unknown), (ServerErrorKind::Storage, true));
    assert!(failure.message.contains("creating"), "{}", failure.message);
    assert!(here.outbox.due(second(4)).is_empty());
    assert_eq!(here.outbox.due(second(5)), [id]);
}

#[test]
fn an_unknown_outcome_is_told_to_the_caller_and_kept() {
    struct Cut;
    impl LicenseServer for Cut {
        fn describe(&self) -> String {
            "cut".to_owned()
        }
        fn deliver(&mut self, _: &LicenseFile) -> Result<Receipt, ServerError> {
            Err(ServerError::new(ServerErrorKind::Timeout).during(Step::Replace).with_unknown_outcome())
        }
        fn check(&mut self) -> Result<(), ServerError> {
            Ok(())
        }
    }
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let id = signed(7, 10).digest;
    deliver(&mut here.outbox, &mut here.records, id, &mut Cut, second(0)).unwrap_err();
    here.restart();
    assert!(here.outbox.entry(id).unwrap().failure.as_ref().unwrap().outcome_unknown);
}

/// A delivery of the older license is under way when the newer one is accepted.
fn overtaken() -> (Installation, Delivery) {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let id = signed(7, 10).digest;
    let server = here.server.describe();
    let under_way = Delivery::begin(&mut here.outbox, &mut here.records, id, server, second(0)).unwrap();
    assert_eq!(here.accept(&signed(8, 15), 1).unwrap(), [id]);
    (here, under_way)
}

#[test]
fn what_was_put_in_place_is_in_force_also_when_a_newer_license_waits_by_now() {
    let (mut here, under_way) = overtaken();
    let answer = under_way.hand_over(&mut here.server);
    under_way.end(&mut here.outbox, &mut here.records, answer, second(2)).unwrap();
    here.restart();
    assert_eq!(here.records.in_force().unwrap().digest, signed(7, 10).digest);
    assert_eq!(here.records.mark("PD-1").unwrap().sequence, 8);
    assert_eq!(here.outbox.due(second(2)), [signed(8, 15).digest]);
    here.deliver(&signed(8, 15), 3).unwrap();
    assert!(here.outbox.entries().is_empty());
}

#[test]
fn a_failure_counts_for_the_license_that_superseded_the_one_under_way() {
    let (mut here, under_way) = overtaken();
    let answer = Err(ServerError::new(ServerErrorKind::BadCredentials));
    under_way.end(&mut here.outbox, &mut here.records, answer, second(2)).unwrap_err();
    here.restart();
    assert!(!here.outbox.holds(signed(7, 10).digest), "it stays superseded");
    let failure = here.outbox.entry(signed(8, 15).digest).unwrap().failure.as_ref();
    assert_eq!(failure.unwrap().kind, ServerErrorKind::BadCredentials);
    assert!(here.outbox.due(second(1_000_000)).is_empty(), "no further log-on");
}

#[test]
fn whoever_asks_while_a_delivery_is_under_way_gets_another_one() {
    for asks in [false, true] {
        let mut here = installation();
        here.accept(&signed(7, 10), 0).unwrap();
        let id = signed(7, 10).digest;
        here.outbox.try_again(id).unwrap();
        let server = here.server.describe();
        let under_way = Delivery::begin(&mut here.outbox, &mut here.records, id, server, second(0)).unwrap();
        if asks {
            here.outbox.try_all_again().unwrap();
        }
        let answer = Err(ServerError::new(ServerErrorKind::AccountLocked));
        under_way.end(&mut here.outbox, &mut here.records, answer, second(1)).unwrap_err();
        assert_eq!(here.outbox.due(second(1)).contains(&id), asks);
        here.server.fail_with(Some(ServerErrorKind::AccountLocked));
        here.deliver(&signed(7, 10), 1).unwrap_err();
        assert!(here.outbox.due(second(1)).is_empty(), "one other");
    }
}

#[test]
fn the_name_of_a_license_file_is_checked_again_when_the_outbox_is_read() {
    let mut here = installation();
    here.accept(&signed(7, 10), 0).unwrap();
    let path = here.folder.path().join(format!("outbox/{}/entry.json", signed(7, 10).digest));
    let text = std::fs::read_to_string(&path).unwrap().replace("prismadirect.lic", "../../evil");
    assert!(FileName::new("../../evil").is_err());
    std::fs::write(&path, text).unwrap();
    here.restart();
    assert_eq!(here.outbox.damaged().len(), 1);
}

#[test]
fn a_reset_goes_to_the_server_ahead_of_the_corrected_license_until_that_is_in_use() {
    use crate::{Trust, manifest};
    use signed_envelope::{Envelope, SigningKey};

    let mut here = installation();
    here.accept(&signed(7000, 10), 0).unwrap();
    here.deliver(&signed(7000, 10), 0).unwrap();
    here.records.note_in_use(InUse::PickedUp, second(1)).unwrap();
    let key = SigningKey::from_seed(&[1; 32]);
    let reset = Reset {
        version: 1,
        product: "PRISMAdirect".to_owned(),
        serial_number: "PD-1".to_owned(),
        from_sequence: 7000,
        to_sequence: 7,
        known_time: second(0),
        issued_at: second(0),
    };
    let payload = serde_json::to_vec(&reset).unwrap();
    let envelope = Envelope::sign(manifest::RESET_TYPE, &payload, &[&key]).to_json();
    let trust = Trust::new(key.public().into(), second(0));
    let opened = manifest::open_reset(&envelope, &trust).unwrap();
    super::reset(&mut here.outbox, &mut here.records, &opened, &envelope).unwrap();
    assert!(super::reset(&mut here.outbox, &mut here.records, &opened, &envelope).is_err(), "once");

    // The mistyped license is still in force: that it is seen once more settles nothing.
    here.records.note_in_use(InUse::Confirmed, second(2)).unwrap();
    here.accept(&signed(8, 15), 3).unwrap();
    here.restart();
    // Whoever carries the license there by hand carries the reset as well.
    let stick = tempfile::tempdir().unwrap();
    let id = signed(8, 15).digest;
    let saved = here.outbox.save(id, &here.records, stick.path(), true, |_| {}).unwrap();
    assert_eq!(saved.reset, Some(stick.path().join("prismadirect.lic.reset.dsse")));
    assert_eq!(std::fs::read(saved.reset.unwrap()).unwrap(), envelope);
    let bare = here.outbox.save(id, &here.records, stick.path(), false, |_| {}).unwrap();
    assert_eq!((bare.envelope, bare.reset), (None, None), "a FlexNet server knows neither");

    here.server.fail_with(Some(ServerErrorKind::HostUnreachable));
    here.deliver(&signed(8, 15), 3).unwrap_err();
    here.server.fail_with(None);
    here.deliver(&signed(8, 15), 4).unwrap();
    assert_eq!(here.server.inbox()["prismadirect.lic.reset.dsse"], envelope);

    here.server.activate();
    here.records.note_in_use(InUse::Confirmed, second(5)).unwrap();
    here.restart();
    here.accept(&signed(9, 15), 6).unwrap();
    let saved = here.outbox.save(signed(9, 15).digest, &here.records, stick.path(), true, |_| {});
    assert_eq!(saved.unwrap().reset, None);
    here.deliver(&signed(9, 15), 6).unwrap();
    assert!(!here.server.inbox().contains_key("prismadirect.lic.reset.dsse"), "it has done its work");
}
