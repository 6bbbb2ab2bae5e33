//! What the API does when all is well.
use mockito::Matcher;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_ping_tells_whether_the_token_is_good() {
    for (status, body, good) in
        [(200, r#"{"token_valid":true}"#, true), (200, r#"{"token_valid":false}"#, false), (401, "", false)]
    {
        let (mut server, api) = api().await;
        let mock = answer(&mut server, "GET", "/api/v1/ping", status, body).await;
        match api.ping().await {
            Ok(()) => assert!(good),
            Err(error) => assert!(!good && matches!(error, BrokerError::Token), "{error:?}"),
        }
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn a_session_is_created_with_its_end_and_the_customer_where_there_is_one() {
    let minimal = json!({
        "groupname": "PRISMAdirect",
        "description": "T-4711 Robin of the help desk: allowed is view, control",
        "valid_until": "2026-06-01T10:30:01Z",
        "custom_api": "01010101010101010101010101010101",
    });
    let mut full = minimal.clone();
    full["end_customer"] = json!({"name": "N".repeat(100), "email": "print@customer.example"});
    let mut nameless = minimal.clone();
    nameless["end_customer"] = json!({"name": "Customer"});
    let long_email = format!("{}@customer.example", "p".repeat(254));
    let name = "N".repeat(120);
    type Change<'a> = Box<dyn Fn(TeamViewer) -> TeamViewer + 'a>;
    let changes: [(Change<'_>, serde_json::Value); 3] = [
        (Box::new(|api| api), minimal),
        (Box::new(|api| api.customer(&name, Some("print@customer.example"))), full),
        (Box::new(|api| api.customer("Customer", Some(&long_email))), nameless),
    ];
    for (change, body) in changes {
        let (mut server, api) = api().await;
        let mock = server
            .mock("POST", "/api/v1/sessions")
            .match_header("content-type", "application/json; charset=utf-8")
            .match_body(Matcher::Json(body))
            .with_body(CREATED)
            .create_async()
            .await;
        let link = change(api).open(&consent()).await.unwrap();
        mock.assert_async().await;
        assert_eq!(link.code, code());
        assert_eq!(link.end_customer_link, "https://get.teamviewer.com/v15/s12345678");
        assert_eq!(link.supporter_link, "https://get.teamviewer.com/v15/s12345678-sup");
    }
}

#[tokio::test]
async fn a_group_can_be_named_by_its_id() {
    let (mut server, mut api) = api().await;
    api.group = Group::Id("g123".to_owned());
    let mock = server
        .mock("POST", "/api/v1/sessions")
        .match_body(Matcher::PartialJson(json!({"groupid": "g123"})))
        .with_body(CREATED)
        .create_async()
        .await;
    api.open(&consent()).await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn a_sessions_state_is_read_in_any_case() {
    for (name, state) in [
        ("Open", SessionState::Open),
        ("open", SessionState::Open),
        ("CLOSED", SessionState::Closed),
        ("Expired", SessionState::Expired),
        ("Dozing", SessionState::Other),
    ] {
        let (mut server, api) = api().await;
        let body = format!(r#"{{"code":"s12-345-678","state":"{name}"}}"#);
        answer(&mut server, "GET", "/api/v1/sessions/s12-345-678", 200, &body).await;
        assert_eq!(api.state(&code()).await.unwrap(), state, "{name}");
    }
    let (mut server, api) = api().await;
    answer(&mut server, "GET", "/api/v1/sessions/s12-345-678", 404, r#"{"error":"not_found"}"#).await;
    assert!(matches!(api.state(&code()).await, Err(BrokerError::NotFound)));
}

#[tokio::test]
async fn a_session_is_closed_and_one_that_is_gone_counts_as_closed() {
    for (status, body) in [(204, ""), (404, r#"{"error":"not_found"}"#)] {
        let (mut server, api) = api().await;
        answer(&mut server, "POST", "/api/v1/sessions", 200, CREATED).await;
        let mock = server
            .mock("PUT", "/api/v1/sessions/s12-345-678")
            .match_body(Matcher::Json(json!({"state": "Closed"})))
            .with_status(status)
            .with_body(body)
            .create_async()
            .await;
        let link = api.open(&consent()).await.unwrap();
        api.close(&link).await.unwrap();
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn open_sessions_are_read_over_all_pages() {
    for next in [r#""next_offset":"s2-222-222","#, ""] {
        let (mut server, api) = api().await;
        let second = server
            .mock("GET", "/api/v1/sessions")
            .match_query(Matcher::UrlEncoded("offset".to_owned(), "s2-222-222".to_owned()))
            .with_body(r#"{"sessions":[{"code":"s3-333-333"}],"sessions_remaining":0}"#)
            .expect(1)
            .create_async()
            .await;
        let first = format!(
            r#"{{"sessions":[{{"code":"s1-111-111"}},{{"code":"s2-222-222"}}],{next}"sessions_remaining":1}}"#
        );
        answer(&mut server, "GET", "/api/v1/sessions", 200, &first).await;
        let codes: Vec<String> = api.open_sessions().await.unwrap().into_iter().map(String::from).collect();
        assert_eq!(codes, ["s1-111-111", "s2-222-222", "s3-333-333"]);
        second.assert_async().await;
    }
}

#[tokio::test]
async fn pages_that_never_end_are_left_in_time() {
    let (mut server, api) = api().await;
    let mock = server
        .mock("GET", "/api/v1/sessions")
        .match_query(Matcher::Any)
        .with_body(
            r#"{"sessions":[{"code":"s1-111-111"}],"sessions_remaining":9,"next_offset":"s1-111-111"}"#,
        )
        .expect(2)
        .create_async()
        .await;
    assert_eq!(api.open_sessions().await.unwrap().len(), 2);
    mock.assert_async().await;
}

#[tokio::test]
async fn devices_may_lack_fields_and_are_good_for_ten_seconds() {
    let (mut server, api) = api().await;
    let mock = server
        .mock("GET", "/api/v1/devices")
        .match_query(Matcher::UrlEncoded("remotecontrol_id".to_owned(), "r123456789".to_owned()))
        .with_body(r#"{"devices":[{"device_id":"d1","alias":"Press 3","online_state":"ONLINE"},{}]}"#)
        .expect(1)
        .create_async()
        .await;
    for _ in 0..2 {
        let devices = api.devices("r123456789").await.unwrap();
        assert_eq!(devices.iter().map(Device::is_online).collect::<Vec<_>>(), [Some(true), None]);
        assert_eq!(
            (devices[0].alias.as_deref(), devices[0].remotecontrol_id.as_deref()),
            (Some("Press 3"), None)
        );
    }
    mock.assert_async().await;
}

#[tokio::test]
async fn calls_wait_for_their_turn() {
    let (mut server, api) = api().await;
    let gap = Duration::from_millis(40);
    let api = api.timing(Duration::from_secs(5), gap);
    let mock = server
        .mock("GET", "/api/v1/ping")
        .with_body(r#"{"token_valid":true}"#)
        .expect(3)
        .create_async()
        .await;
    let begun = std::time::Instant::now();
    for _ in 0..3 {
        api.ping().await.unwrap();
    }
    assert!(begun.elapsed() >= 2 * gap);
    mock.assert_async().await;
}

#[test]
fn neither_the_token_nor_a_link_shows_in_debug() {
    let shown = format!("{:?}", api_at("http://localhost"));
    assert!(shown.contains("localhost") && !shown.contains(TOKEN), "{shown}");
    let link = serde_json::from_str::<crate::SessionLink>(CREATED).unwrap();
    let shown = format!("{link:?}");
    assert!(shown.contains("s12-345-678") && !shown.contains("get.teamviewer.com"), "{shown}");
}
