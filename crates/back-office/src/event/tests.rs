use super::{EventKind, Events};
use crate::round_trip;

#[test]
fn every_type_of_event_is_read_and_written() {
    let events: Events = round_trip::read(
        r#"{
            "events": [
                {"seq": 8, "id": "e8", "type": "license_offered"},
                {"seq": 9, "id": "e9", "type": "probe", "nonce": "n1", "expires_at": "2026-11-24T09:00:03Z"},
                {"seq": 10, "id": "e10", "type": "assistance_requested",
                 "request": {"payload": "e30=", "payloadType": "application/x", "signatures": []}},
                {"seq": 11, "id": "e11", "type": "assistance_withdrawn", "request_id": "r1"},
                {"seq": 12, "id": "e12", "type": "drain", "spread_s": 600},
                {"seq": 13, "id": "e13", "type": "resync"},
                {"seq": 14, "id": "e14", "type": "approved"},
                {"seq": 15, "id": "e15", "type": "revoked"}
            ],
            "cursor": 15,
            "hold_s": 45
        }"#,
    );
    let kinds: Vec<&EventKind> = events.events.iter().map(|event| &event.kind).collect();
    assert!(matches!(
        kinds[..],
        [
            EventKind::LicenseOffered,
            EventKind::Probe { .. },
            EventKind::AssistanceRequested { .. },
            EventKind::AssistanceWithdrawn { .. },
            EventKind::Drain { spread_s: 600 },
            EventKind::Resync,
            EventKind::Approved,
            EventKind::Revoked,
        ]
    ));
    assert_eq!(events.events[1].expires_at.unwrap().timestamp(), 1_795_510_803);
}

#[test]
fn an_event_that_cannot_be_understood_does_not_hold_up_the_others() {
    let answer: Events = serde_json::from_str(
        r#"{"events": [
            {"seq": 1, "id": "a", "type": "from_a_later_version", "size": {"x": 1}},
            {"seq": 2, "id": "b", "type": "probe"},
            {"seq": 3, "id": "c", "type": "drain", "spread_s": "long"},
            {"seq": 4, "id": "d", "type": "license_offered", "hint": true}
        ], "cursor": 4, "hold_s": 45}"#,
    )
    .unwrap();
    assert!(serde_json::to_string(&answer).is_err(), "nobody sends what he does not know");
    let unknown = |type_name: &str| EventKind::Unknown { type_name: type_name.to_owned() };
    let kinds: Vec<EventKind> = answer.events.into_iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [unknown("from_a_later_version"), unknown("probe"), unknown("drain"), EventKind::LicenseOffered]
    );
}

#[test]
fn an_empty_list_is_an_answer_too() {
    let answer: Events = round_trip::read(r#"{"events": [], "cursor": 0, "hold_s": 45}"#);
    assert_eq!(answer, Events { hold_s: 45, ..Events::default() });
    round_trip::refused::<Events>(&[
        "[]",
        r#"{"events": [], "cursor": -1, "hold_s": 45}"#,
        r#"{"events": [{"seq": 1, "id": "a"}], "cursor": 1, "hold_s": 45}"#,
    ]);
}

#[cfg(feature = "openapi")]
#[test]
fn the_schema_lists_the_known_types_each_with_its_fields() {
    let schema = serde_json::to_value(<EventKind as utoipa::PartialSchema>::schema()).unwrap();
    let known: Vec<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["properties"]["type"]["enum"][0].as_str().unwrap())
        .collect();
    assert_eq!(
        known,
        [
            "license_offered",
            "probe",
            "assistance_requested",
            "assistance_withdrawn",
            "drain",
            "resync",
            "approved",
            "revoked"
        ]
    );
    assert_eq!(schema["oneOf"][1]["required"], serde_json::json!(["nonce", "type"]));
}
