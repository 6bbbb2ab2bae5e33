use serde_json::{Value, json};

use crate::{data, run};

fn features(json: &Value) -> Vec<Value> {
    let all = json["features"].as_array().unwrap();
    all.iter().map(|f| json!([f["name"], f["version"], f["count"], f["expires"], f["expiry"]])).collect()
}

fn warnings(json: &Value) -> Vec<Value> {
    json["warnings"].as_array().unwrap().iter().map(|w| json!([w["line"], w["code"]])).collect()
}

#[test]
fn inspect_finds_its_way_through_a_missing_quote_and_a_stray_continuation() {
    let (exit, json) = run(&[
        "license",
        "inspect",
        &data("missing-quote-and-stray-continuation.lic"),
        "--today",
        "2027-11-30",
    ]);
    assert_eq!(exit, 0);
    assert_eq!(json["format"], "flexnet");
    assert_eq!(json["serial_number"], "PD-1");
    assert_eq!((&json["expires"], &json["maintenance_until"]), (&json!("2027-12-31"), &json!("2027-11-30")));
    assert_eq!(json["servers"], json!([{"host": "fls", "hostid": "ANY", "port": 27000}]));
    assert_eq!(json["vendors"], json!(["acmed"]));
    assert_eq!(
        features(&json),
        [
            json!(["WEB_SHOP", "1.2", 15, "2027-12-31", "date"]),
            json!(["MAINTENANCE", "1.0", 1, "2027-11-30", "date"])
        ]
    );
    assert_eq!(warnings(&json), [json!([4, "quote_unterminated"]), json!([5, "continuation_dangling"])]);
}

#[test]
fn inspect_never_guesses_a_date() {
    let (exit, json) = run(&["license", "inspect", &data("dates-nobody-should-guess.lic")]);
    assert_eq!(exit, 0);
    assert_eq!(
        features(&json),
        [
            json!(["A", "1.0", 5, null, "unknown"]),
            json!(["B", "1.0", 5, null, "unknown"]),
            json!(["C", "1.0", null, null, "never"]),
            json!(["D", "1.0", 5, null, "unknown"]),
        ]
    );
    assert_eq!((&json["expires"], &json["expiry"]), (&Value::Null, &json!("unknown")));
    assert_eq!(
        warnings(&json),
        [
            json!([1, "date_unreadable"]),
            json!([2, "date_unreadable"]),
            json!([4, "date_unreadable"]),
            json!([null, "license_expiry_ambiguous"]),
        ]
    );
}

#[test]
fn inspect_shows_what_counts_and_lines_what_is_written() {
    let file = data("upgraded-superseded-and-packaged.lic");
    let (exit, json) = run(&["license", "inspect", &file]);
    assert_eq!((exit, &json["serial_number"]), (0, &json!("PD-1")));
    assert_eq!(
        features(&json),
        [
            json!(["F", "1.0", 3, "2027-12-31", "date"]),
            json!(["F", "2.0", 2, "2027-12-31", "date"]),
            json!(["OLD", "1.0", 3, "2027-12-31", "date"]),
            json!(["APPLE", "1.5", 6, "2027-12-31", "date"]),
            json!(["ORANGE", "1.0", 3, "2027-12-31", "date"]),
        ]
    );
    assert_eq!(warnings(&json), Vec::<Value>::new());

    let (exit, json) = run(&["license", "lines", &file]);
    assert_eq!((exit, json["lines"].as_array().unwrap().len()), (0, 6));
    let upgrade = &json["lines"][1];
    assert_eq!(
        json!([
            upgrade["line"],
            upgrade["keyword"],
            upgrade["from_version"],
            upgrade["version"],
            upgrade["expires"]
        ]),
        json!([2, "UPGRADE", "1.0", "2.0", "2027-12-31"])
    );
    assert_eq!((&upgrade["expires_text"], &upgrade["count"]), (&json!("31-dec-2027"), &json!(2)));
    assert_eq!(upgrade["attributes"], json!([["ISSUED", "1-feb-2026"], ["SN", "PD-1"], ["SIGN", "2"]]));
    assert_eq!(json["lines"][3]["attributes"][1], json!(["SUPERSEDE", null]));
}

#[test]
fn a_file_without_any_license_line_is_no_license() {
    for command in ["inspect", "lines"] {
        let (exit, json) = run(&["license", command, &data("a-letter.txt")]);
        assert_eq!((exit, &json["format"]), (2, &Value::Null), "{command}");
    }
}

#[test]
fn notices_stand_at_their_places_with_the_days_that_are_left() {
    let file = data("missing-quote-and-stray-continuation.lic");
    for (today, page, login) in [
        ("2027-10-29", vec![], vec![]),
        ("2027-11-29", vec![json!(["maintenance_expires_soon", "2027-11-30", 1])], vec![]),
        (
            "2027-11-30",
            vec![
                json!(["license_expires_soon", "2027-12-31", 31]),
                json!(["maintenance_expires_soon", "2027-11-30", 0]),
            ],
            vec![],
        ),
        (
            "2028-01-01",
            vec![json!(["license_expired", "2027-12-31", null])],
            vec![json!(["license_expired", "2027-12-31", null])],
        ),
    ] {
        let (exit, json) =
            run(&["license", "notices", &file, "--base-feature", "WEB_SHOP", "--today", today]);
        let at = |place: &str| -> Vec<Value> {
            let all = json[place].as_array().unwrap().iter();
            all.filter(|n| n["code"] != "feature_expires_soon")
                .map(|n| json!([n["code"], n["date"], n["days"]]))
                .collect()
        };
        assert_eq!((exit, at("page"), at("login")), (0, page, login), "{today}");
    }
}

#[test]
fn covers_says_yes_or_no_and_why() {
    let file = data("missing-quote-and-stray-continuation.lic");
    for (arguments, exit, reason) in [
        (&["--release-date", "2027-11-30"][..], 0, "within_maintenance"),
        (&["--release-date", "2027-12-01"], 1, "maintenance_ended"),
        (&["--release-date", "2027-12-01", "--backdated-to", "2027-11-30"], 0, "backdated"),
        (
            &["--release-date", "2029-01-01", "--product-version", "1.1.9", "--checked-since", "1.2.0"],
            0,
            "not_checked",
        ),
        (&["--release-date", "2027-01-01", "--maintenance-from", "feature:NONE"], 1, "no_maintenance"),
    ] {
        let (found, json) = run(&[&["license", "covers", &file], arguments].concat());
        assert_eq!(
            (found, &json["reason"], &json["covered"]),
            (exit, &json!(reason), &json!(exit == 0)),
            "{arguments:?}"
        );
    }
}

#[test]
fn diff_names_what_changed_and_exits_with_0() {
    let file = data("missing-quote-and-stray-continuation.lic");
    let (exit, json) = run(&["license", "diff", &file, &file]);
    assert_eq!((exit, &json["changes"], &json["at_feature_level"]), (0, &json!([]), &json!(false)));
    let (exit, json) = run(&["license", "diff", &file, &data("upgraded-superseded-and-packaged.lic")]);
    assert_eq!((exit, &json["at_feature_level"]), (0, &json!(true)));
    let changes: Vec<_> = json["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["feature"].clone(), change["kind"].clone()))
        .collect();
    assert!(changes.contains(&(json!("APPLE"), json!("added"))), "{json}");
    assert!(changes.contains(&(json!("WEB_SHOP"), json!("removed"))), "{json}");
    assert_eq!(json["license"]["maintenance_until"], json!({"old": "2027-11-30", "new": null}));
}
