use super::{AuditAcknowledgement, AuditBatch};
use crate::{MAX_REQUEST, round_trip};

#[test]
fn records_travel_as_the_very_text_that_was_hashed() {
    let batch: AuditBatch = round_trip::read(
        r#"{"after": 12, "records": ["{\"seq\":13, \"what\":\"granted\"}"], "head": "13 abc"}"#,
    );
    assert_eq!(batch.records[0], r#"{"seq":13, "what":"granted"}"#);
    let answer: AuditAcknowledgement = round_trip::read(r#"{"acknowledged": 13}"#);
    assert_eq!(answer.acknowledged, 13);
}

#[test]
fn a_batch_takes_what_fits_into_one_request_and_leaves_the_rest_for_the_next() {
    let record = "\"\u{1}é".repeat(1000);
    let records = || std::iter::repeat_n(record.clone(), 10_000);
    let batch = AuditBatch::fill(0, records(), "head".repeat(100));
    let size = serde_json::to_vec(&batch).unwrap().len();
    let one = serde_json::to_string(&record).unwrap().len();
    assert!(size <= MAX_REQUEST && size > MAX_REQUEST - one - 200, "{size}");

    assert_eq!(AuditBatch::fill(0, records().take(3), String::new()).records.len(), 3);
    assert_eq!(AuditBatch::fill(0, records(), "x".repeat(MAX_REQUEST)).records.len(), 0);
}
