use super::{OfferState, OfferedLicense};
use crate::round_trip;

const OFFER: &str = r#"{
    "offer": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "manifest": {"payload": "e30=", "payloadType": "application/x", "signatures": []},
    "file": "U0VSVkVSIHRoaXNfaG9zdAo="
}"#;

#[test]
fn an_offer_carries_its_envelopes_unread_and_its_file_as_base64() {
    let license: OfferedLicense = round_trip::read(OFFER);
    assert_eq!(license.file, b"SERVER this_host\n");
    assert_eq!(license.reset, None);
    let manifest: serde_json::Value = serde_json::from_slice(&license.manifest.to_bytes()).unwrap();
    assert_eq!(manifest["payload"], "e30=");

    // What is no envelope is for its reader to say, who can then report the offer as refused.
    let broken =
        OFFER.replace(r#"{"payload": "e30=", "payloadType": "application/x", "signatures": []}"#, "7");
    assert_eq!(round_trip::read::<OfferedLicense>(&broken).manifest.to_bytes(), b"7");
}

#[test]
fn an_offer_with_broken_base64_or_digest_is_refused() {
    round_trip::refused::<OfferedLicense>(&[
        &OFFER.replace("Ao=", "Ao"),
        &OFFER.replace("U0VSVkVS", "U0VS-kVS"),
        &OFFER.replace("ba7816bf", "../.."),
    ]);
}

#[test]
fn every_state_has_its_word() {
    for (json, state) in [
        (r#"{"state": "delivered"}"#, OfferState::Delivered),
        (r#"{"state": "in_use"}"#, OfferState::InUse),
        (r#"{"state": "picked_up"}"#, OfferState::PickedUp),
        (
            r#"{"state": "delivery_failed", "reason": "disk_full"}"#,
            OfferState::DeliveryFailed { reason: "disk_full".to_owned() },
        ),
        (
            r#"{"state": "refused", "reason": "lower_sequence"}"#,
            OfferState::Refused { reason: "lower_sequence".to_owned() },
        ),
    ] {
        assert_eq!(round_trip::read::<OfferState>(json), state);
    }
    round_trip::refused::<OfferState>(&[r#"{"state": "lost"}"#, r#"{"state": "refused"}"#]);
}
