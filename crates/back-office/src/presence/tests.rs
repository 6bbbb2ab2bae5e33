use super::{Availability, Presence, ProbeAnswer};
use crate::round_trip;

#[test]
fn presence_says_what_the_help_desk_could_do() {
    let presence: Presence = round_trip::read(
        r#"{"product_version": "1.4.0", "license_sequence": 7,
            "remote_assistance": {"allowed": true, "remote_desktop": true, "vpn": false}}"#,
    );
    assert_eq!(presence.license_sequence, Some(7));
    let without: Presence = round_trip::read(
        r#"{"product_version": "1.4.0",
            "remote_assistance": {"allowed": false, "remote_desktop": false, "vpn": false}}"#,
    );
    assert_eq!((without.license_sequence, without.remote_assistance), (None, Availability::default()));
}

#[test]
fn a_probe_is_answered_with_the_same_words() {
    let answer: ProbeAnswer =
        round_trip::read(r#"{"remote_assistance": {"allowed": true, "remote_desktop": false, "vpn": true}}"#);
    assert!(answer.remote_assistance.vpn);
    round_trip::refused::<ProbeAnswer>(&["{}", r#"{"remote_assistance": {"allowed": true}}"#]);
}
