use super::Problem;
use crate::round_trip;

#[test]
fn a_problem_names_its_code_in_the_type() {
    let problem: Problem = round_trip::read(
        r#"{"type": "urn:remote-service:problem:rate_limited", "title": "Too many enrolments", "status": 429,
            "detail": "in 60 s again"}"#,
    );
    assert_eq!(problem.code(), Some("rate_limited"));
    let ours = Problem::new(429, "rate_limited", "Too many enrolments").detail("in 60 s again");
    assert_eq!(problem, ours);
}

#[test]
fn a_problem_of_another_world_is_read_and_has_no_code() {
    for (json, kind) in [
        ("{}", "about:blank"),
        (
            r#"{"type": "https://example.com/out-of-credit", "balance": 30}"#,
            "https://example.com/out-of-credit",
        ),
        (r#"{"type": "urn:remote-service:problem:"}"#, "urn:remote-service:problem:"),
    ] {
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!((problem.kind.as_str(), problem.code()), (kind, None));
    }
}

#[test]
fn a_refused_enrolment_brings_the_keys_that_it_is_signed_with() {
    let problem: Problem = round_trip::read(
        r#"{"type": "urn:remote-service:problem:enrollment_refused", "title": "Refused", "status": 403,
            "back_office_keys": {"payload": "e30="}}"#,
    );
    assert!(problem.back_office_keys.is_some());
}
