use secrecy::ExposeSecret;

use super::{EnrollmentAnswer, EnrollmentRequest, EnrollmentState};
use crate::round_trip;

const REQUEST: &str = r#"{
    "service_organization_id": "SO-4711",
    "verification_code": "KQ7M-22XP-9TTB",
    "serial_number": "PD-0012345",
    "license_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "product": "PRISMAdirect",
    "product_version": "1.4.0",
    "public_key": "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb",
    "nonce": "00112233445566778899aabbccddeeff"
}"#;

#[test]
fn a_request_is_flat_and_its_code_is_never_shown() {
    let request: EnrollmentRequest = round_trip::read(REQUEST);
    assert_eq!(request.applicant.serial_number, "PD-0012345");
    assert_eq!(request.applicant.verification_code.expose_secret(), "KQ7M-22XP-9TTB");
    let shown = format!("{request:?}");
    assert!(shown.contains("SO-4711") && !shown.contains("KQ7M"), "{shown}");
}

#[test]
fn a_request_needs_every_field_and_a_real_key() {
    round_trip::refused::<EnrollmentRequest>(&[
        "{}",
        &REQUEST.replace("verification_code", "code"),
        &REQUEST.replace("ba7816bf", "ba78"),
        // a key of small order, under which anything verifies
        &REQUEST.replace(
            "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb",
            "0100000000000000000000000000000000000000000000000000000000000000",
        ),
    ]);
}

#[test]
fn an_answer_names_its_state_only_in_quarantine() {
    let enrolled: EnrollmentAnswer =
        round_trip::read(r#"{"installation_id": "i-1", "back_office_keys": {"payload": ""}}"#);
    assert!(enrolled.state.is_enrolled());
    let waiting: EnrollmentAnswer = round_trip::read(
        r#"{"installation_id": "i-1", "state": "quarantined", "back_office_keys": {"payload": ""}}"#,
    );
    assert_eq!(waiting.state, EnrollmentState::Quarantined);
}
